"""The right and wrong answers of tests/answers: written by hand, to see what the grader makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograde.fill import cells_from
from autograde.paths import ROOT, SOLUTIONS
from autograde.released import HELPERS, released

ANSWERS = ROOT / "tests" / "answers"
_HEADER = re.compile(r"^# ==== (right|wrong): (.*?)(?: \| message must contain: (.*))?$")


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise, as its author wrote it; words must stand in the message of a wrong one."""

    assignment: str
    exercise: str
    is_right: bool
    title: str
    words: str
    source: str


def answers(assignment: str, exercise: str) -> list[Answer]:
    """Return the answers of one exercise's file, in its order; ValueError when it does not begin with a header."""
    path = ANSWERS / assignment / f"{exercise}.py"
    found: list[Answer] = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        header = _HEADER.match(line.rstrip("\n"))
        if header:
            kind, title, words = header.groups()
            found.append(Answer(assignment, exercise, kind == "right", title, words or "", ""))
        elif not found:
            raise ValueError(f"{path}: its first line must be such as `# ==== right: TITLE`")
        else:
            latest = found[-1]
            found[-1] = Answer(**{**vars(latest), "source": latest.source + line})
    return found


def all_answers(assignment: str) -> list[Answer]:
    """Return the answers of all exercises of an assignment."""
    return [
        answer for listed in released(assignment).exercises for answer in answers(assignment, listed.name)
    ]


def cells_with(assignment: str, source: str) -> dict[str, str]:
    """Return the solution cells that a source fills, helpers first; all other cells hold the references."""
    names = [listed.name for listed in released(assignment).exercises]
    reference = cells_from((SOLUTIONS / f"{assignment}.py").read_text(encoding="utf-8"), names)
    own = cells_from(source, names)
    helpers = "\n\n".join(filter(None, [reference.get(HELPERS), own.get(HELPERS)]))
    return {
        HELPERS: helpers,
        **{name: cell for name, cell in {**reference, **own}.items() if name != HELPERS},
    }
