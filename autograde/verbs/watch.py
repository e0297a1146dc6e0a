"""`course.py watch`: grade the exercise that one works on, each time its notebook is saved."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from autograde.grading import Grader
from autograde.overview import Part, end_text, next_part, parts, terms
from autograde.own_work import grade_own
from autograde.paths import SOLUTIONS, WORK, CourseError, assignment_names
from autograde.released import HELPERS, released
from autograde.report import ExerciseReport
from autograde.report_text import clean, exercise_lines
from autograde.side_by_side import side_by_side
from autograde.source import BEGIN, END
from autograde.submission import Submission, read_submission

_LOOK_SECONDS = 0.5
Signature = tuple[int, int] | None  # time of change in ns, size; None for no file


def run(_: argparse.Namespace) -> int:
    """Watch the notebooks of work/ until Ctrl-C; return 0. Raises CourseError when none is there."""
    if not any(notebook_of(name).exists() for name in assignment_names()):
        raise CourseError("There is no notebook in work/ yet. `course.py lab` lays the exercises there.")
    with ExitStack() as stack:
        try:
            _watch(Watcher(stack))
        except KeyboardInterrupt:
            print("\nStopped watching.")
    return 0


def notebook_of(name: str) -> Path:
    """Return where the trainee's own notebook of an assignment lies."""
    return WORK / name / f"{name}.ipynb"


def _watch(watcher: Watcher) -> None:
    signatures = {name: signature(notebook_of(name)) for name in assignment_names()}
    watcher.start()
    while True:
        time.sleep(_LOOK_SECONDS)
        for name, before in signatures.items():
            now = signature(notebook_of(name))
            if now is not None and now != before and _is_settled(name, now):
                signatures[name] = now
                watcher.saved(name)


def signature(path: Path) -> Signature:
    """Return what changes when a file is saved; None while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _is_settled(name: str, now: Signature) -> bool:
    """Whether nobody is still writing the file."""
    time.sleep(_LOOK_SECONDS / 5)
    return signature(notebook_of(name)) == now


class Watcher:
    """Knows the answers as they were last saved, and grades the one exercise that one works on."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._graders: dict[str, Grader] = {}
        self._saved: dict[str, Mapping[str, str]] = {}
        self._colour = sys.stdout.isatty()

    def start(self) -> None:
        """Show the first unsolved exercise as it stands."""
        for name in assignment_names():
            self._saved[name] = {}
            if submission := self._read(name):
                self._saved[name] = submission.cells
        found = parts()
        current = next_part(found)
        if current is None:
            self._say(f"{end_text(found)} Watching work/ all the same; Ctrl-C stops it.")
            return
        self._say(f"Watching work/. Next: {_announced(current)}. Ctrl-C stops it.")
        if current.exercise.name in changed(current.assignment, {}, self._saved[current.assignment]):
            self._grade(current.assignment, current.exercise.name)

    def saved(self, name: str) -> None:
        """Grade what was changed in a notebook: the first exercise that fails, or the last one that passes."""
        submission = self._read(name)
        if submission is None:
            return
        before, self._saved[name] = self._saved[name], submission.cells
        for exercise in self._to_grade(name, before):
            if not self._grade(name, exercise):
                break

    def _to_grade(self, name: str, before: Mapping[str, str]) -> list[str]:
        """The changed exercises; after a change of the helpers alone, the next unsolved one."""
        now = self._saved[name]
        found = changed(name, before, now)
        if found or now.get(HELPERS) == before.get(HELPERS):
            return found
        current = next_part(part for part in parts() if part.assignment == name)
        return [current.exercise.name] if current else []

    def _read(self, name: str) -> Submission | None:
        """The answers of a notebook; a sentence when it cannot be read now."""
        try:
            submission = read_submission(notebook_of(name).read_bytes(), name)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._say(f"{name} cannot be read: {error.strerror}.")
            return None
        except CourseError as error:
            self._say(f"{name}: {error}")
            return None
        for problem in submission.problems:
            self._say(f"{name}: {problem}")
        return submission

    def _grade(self, name: str, exercise: str) -> bool:
        """Grade and show one exercise; whether it passed."""
        if name not in self._graders:
            self._graders[name] = self._stack.enter_context(Grader(name))
        submission = Submission(self._saved[name])
        report, progress = grade_own(self._graders[name], name, submission, only=exercise)
        (graded,) = report.exercises
        self._say(f"{time.strftime('%H:%M:%S')}  {name}")
        for line in _shown(graded, name, self._saved[name], self._colour):
            self._say(line)
        if progress:
            self._say(f"  {progress}")
        return graded.status == "passed"

    @staticmethod
    def _say(line: str) -> None:
        print(line, flush=True)


def changed(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the exercises whose cells differ from before, and from what was released, in notebook order."""
    stubs = released(name).sources("solution")
    return [
        exercise
        for exercise, stub in stubs.items()
        if exercise in now and now[exercise] not in (before.get(exercise), stub)
    ]


def reference_source(name: str, exercise: str) -> str:
    """Return the reference of an exercise as its author wrote it; "" in a student bundle."""
    path = SOLUTIONS / f"{name}.py"
    if not path.exists():
        return ""
    for cell in re.split(r"^# %% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        header, _, body = cell.partition("\n")
        if header.split()[:2] == ["solution", exercise]:
            return "\n".join(line for line in body.strip().splitlines() if line.strip() not in (BEGIN, END))
    return ""


def _announced(part: Part) -> str:
    return f"{part.exercise.name} in {notebook_of(part.assignment).name}, {terms(part.exercise)}"


def _shown(graded: ExerciseReport, name: str, cells: Mapping[str, str], colour: bool) -> Iterator[str]:
    """The exercise's report; once solved, the reference beside one's own answer."""
    yield from exercise_lines(graded, colour)
    reference = reference_source(name, graded.name)
    if graded.status != "passed" or not reference:
        return
    mine = "\n".join(clean(line.expandtabs(4)) for line in cells[graded.name].splitlines())
    columns = shutil.get_terminal_size().columns
    yield from side_by_side(("your answer", mine), ("the reference", reference), columns)
