"""Grade each attack, and say what it gained and what it left: `python tests/attack_harness.py --help`.

One process grades all of them, as a class's grading does: what one breaks, the next would feel.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attack_files import ASSIGNMENT, Attack, attacks  # noqa: E402
from attack_notebooks import NOTEBOOKS, HostileNotebook  # noqa: E402
from attack_world import World  # noqa: E402

from autograde import limits, worker_process  # noqa: E402
from autograde.grading import Grader  # noqa: E402
from autograde.paths import CourseError  # noqa: E402
from autograde.report import AssignmentReport, to_json  # noqa: E402
from autograde.report_html import page  # noqa: E402
from autograde.report_text import report_lines  # noqa: E402
from autograde.sandbox.levels import Level, best_level  # noqa: E402
from autograde.submission import Submission, read_submission  # noqa: E402

HONEST = "gaps"
MOST_SECONDS = 75.0
MOST_MEMORY = 300 << 20
_TAGS = {"html", "head", "meta", "title", "style", "body", "main", "section", "div", "details", "summary"}
_TAGS |= {"h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "code"}


@dataclass
class Result:
    """What came of one attack; effects is empty when nothing came of it."""

    name: str
    title: str
    wants: str
    layer: str
    pays: float
    says: str
    points: float
    status: str
    sentence: str
    effects: list[str]
    seconds: float


class Harness:
    """A grader, an honest answer, and a world that is watched. Use it as a context manager."""

    def __init__(self) -> None:
        names = {ASSIGNMENT, *(attack.assignment for attack in attacks())}
        self._graders = {name: Grader(name) for name in sorted(names)}
        self._world = World()
        self._honest = Submission({HONEST: right_answer(HONEST)})
        self._full = self._honest_report()
        for name, exercise in {(attack.assignment, attack.exercise) for attack in attacks()}:
            right = Submission({exercise: right_answer(exercise, name)})
            self._graders[name].grade(right, only=exercise)  # starts all that the grader keeps
        self._world.settle()

    def __enter__(self) -> Harness:
        return self

    def __exit__(self, *_: object) -> None:
        for grader in self._graders.values():
            grader.__exit__()
        self._world.__exit__()

    def run(self, attack: Attack | HostileNotebook) -> Result:
        """Grade an attack, and look for what it did."""
        _forget_peak()
        before, start = _memory("VmRSS"), time.monotonic()
        effects: list[str] = []
        points, status, sentence = 0.0, "", ""
        try:
            report = self._grade(attack)
        except CourseError as error:
            status, sentence = "refused", str(error)
        except Exception as error:
            effects.append(f"the grading raised {type(error).__name__}: {error}"[:200])
        else:
            exercise = report.exercises[0]
            points, status = report.score, exercise.status
            sentence = f"{exercise.message} {exercise.got}".strip()
            effects += shown(report)
        seconds = round(time.monotonic() - start, 2)
        effects += self._traces(_memory("VmHWM") - before, seconds)
        told = (attack.name, attack.title, attack.wants, attack.layer, attack.pays, attack.says)
        return Result(*told, points, status, sentence, effects, seconds)

    def _grade(self, attack: Attack | HostileNotebook) -> AssignmentReport:
        if isinstance(attack, Attack):
            submission = Submission({attack.exercise: self._world.fill(attack.code)})
            return self._graders[attack.assignment].grade(submission, only=attack.exercise)
        return self._graders[ASSIGNMENT].grade(read_submission(attack.data(), ASSIGNMENT), only=HONEST)

    def _traces(self, memory: int, seconds: float) -> Iterator[str]:
        yield from self._world.traces()
        if memory > MOST_MEMORY:
            yield f"the grader's memory grew by {memory >> 20} MB"
        if seconds > MOST_SECONDS:
            yield f"it took {seconds:.0f} s"
        if self._honest_report() != self._full:
            yield "the next answer is graded in another way"

    def _honest_report(self) -> dict[str, object]:
        report = to_json(self._graders[ASSIGNMENT].grade(self._honest, only=HONEST))
        report["exercises"][0]["seconds"] = 0
        return report


def right_answer(exercise: str, assignment: str = ASSIGNMENT) -> str:
    """Return the first right answer of tests/answers, with what it calls from the references."""
    text = (ROOT / "tests" / "answers" / assignment / f"{exercise}.py").read_text(encoding="utf-8")
    return re.split(r"^# ==== .*\n", text, flags=re.MULTILINE)[1]


def shown(report: AssignmentReport) -> Iterator[str]:
    """Yield what a report would do where it is shown."""
    data = json.dumps(to_json(report), ensure_ascii=False)
    if harm := re.search(r"HARM [^\"'\\]*", data):
        yield harm[0]
    try:
        html = page([report])
        (html + data).encode()
    except UnicodeEncodeError:
        yield "its report cannot be written"
        return
    reader = _Reader()
    reader.feed(html)
    yield from reader.found
    if len(html) > 50_000:
        yield f"its report has {len(html):,} characters"
    if any(not character.isprintable() for line in report_lines(report) for character in line):
        yield "its report writes control characters to the terminal"
    if not all(exercise.message for exercise in report.exercises):
        yield "its report has no sentence"


class _Reader(HTMLParser):
    """Finds what is not the report's own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS or {name for name, _ in attrs} - {"class", "lang", "charset", "name", "content"}:
            self.found.append(f"its report holds the element {tag}")


def _memory(field: str) -> int:
    """A field of /proc/self/status, in bytes."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(rf"^{field}:\s+(\d+)", text, re.MULTILINE)[0]) << 10


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _table(results: list[Result], user: str) -> Iterator[str]:
    yield f"| attack, as {user} | points | effect | seconds | stopped by |"
    yield "|---|---|---|---|---|"
    for result in results:
        effect = "; ".join(result.effects) or f"none: {result.status}"
        yield f"| {result.name} | {result.points:g} | {effect} | {result.seconds} | {result.layer} |"


def main() -> None:
    """Run what was asked for, and print a line of JSON for each attack as it ends, or a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="attacks by name; without one, all")
    parser.add_argument("--long", action="store_true", help="also those that take seconds each")
    parser.add_argument("--alone", action="store_true", help="the harmless ones, without a sandbox")
    parser.add_argument("--table", action="store_true", help="print a table instead of JSON")
    options = parser.parse_args()
    if options.alone:
        worker_process.best_level = lambda: Level.NONE  # type: ignore[assignment]
    elif best_level() is not Level.FULL:
        sys.exit("This machine has no full sandbox: the attacks would reach it.")
    chosen = [
        attack
        for attack in (*attacks(), *NOTEBOOKS)
        if (attack.alone or not options.alone)
        and (attack.name in options.names or (not options.names and (options.long or not attack.long)))
    ]
    limits.WALL_FACTOR = 2  # who waits for ever is waited for less long than in a real grading
    results = []
    with Harness() as harness:
        for attack in chosen:
            results.append(harness.run(attack))
            if not options.table:
                print(json.dumps(asdict(results[-1])), flush=True)
    if options.table:
        user = "root" if os.geteuid() == 0 else "a plain user"
        print(*_table(results, user), sep="\n")


if __name__ == "__main__":
    main()
