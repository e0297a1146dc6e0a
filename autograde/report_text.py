"""A report for the terminal: a line an exercise, and under it the first thing to mend."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from autograde.report import UNSOLVED, AssignmentReport, ExerciseReport, points_text, score_words

_MARKS = {"passed": ("✓", "32"), "missing": ("–", "33")}
_FAILED = ("✗", "31")
_FORM_RIGHT = ("?", "33")  # neither right nor wrong: decided at grading


def report_lines(report: AssignmentReport, colour: bool = False) -> Iterator[str]:
    """Yield the lines of one notebook's report; colour uses ANSI escapes, for a terminal.

    Text that comes from a submission is shown without control characters.
    """
    total = score_words(report.score, report.max, report.pending)
    yield _style(f"{report.assignment}  {total}", "1", colour) + (
        f"  {report.notebook}" if report.notebook else ""
    )
    for exercise in report.exercises:
        yield from exercise_lines(exercise, colour)
    for problem in report.problems:
        yield _style(f"  problem: {clean(problem)}", "31", colour)
    for note in report.notes:
        yield f"  note: {clean(note)}"


def exercise_lines(exercise: ExerciseReport, colour: bool = False) -> Iterator[str]:
    """Yield the lines of one exercise: its points, and under them the first thing to mend."""
    mark, code = _FORM_RIGHT if exercise.form_right else _MARKS.get(exercise.status, _FAILED)
    score = "?" if exercise.pending and exercise.status == "passed" else points_text(exercise.score)
    points = f"{score}/{points_text(exercise.max)}"
    yield f"  {_style(mark, code, colour)} {exercise.name:<24} {points:>7}  {clean(exercise.message)}"
    for label in ("call", "got", "expected", "hint", "output"):
        text = getattr(exercise, label)
        if text and exercise.message != UNSOLVED:
            yield f"      {label:<9} {clean(text)}"


def _style(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text


def clean(text: str) -> str:
    """Return text without control and direction-changing characters: with them it could rewrite the screen."""
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else " " for c in text)
