"""`course.py autograde`: all submissions of a class into nbgrader's gradebook, one after the other."""

from __future__ import annotations

import argparse
import os
import unicodedata

from autograde.class_grading import Result, graded
from autograde.released import released
from autograde.sandbox import guard


def run(arguments: argparse.Namespace) -> int:
    """Grade submitted/*/ASSIGNMENT; 0 when all went well, 1 when some need a human.

    Raises CourseError for an unknown assignment, when nobody has handed it in, or when submissions cannot be locked
    in and --unprotected does not accept that.
    """
    assignment = released(arguments.assignment).name
    if arguments.unprotected:
        os.environ[guard.CONSENT] = "1"
    note = guard.require()
    results = []
    for done, count, result in graded(assignment):
        print(f"[{done}/{count}] {result.student}: {_score(result)}", flush=True)
        results.append(result)
    print(*_table(results), sep="\n")
    if note:
        print(note)
    return 1 if any(result.reasons for result in results) else 0


def _table(results: list[Result]) -> list[str]:
    """The summary: a line a student, and why one needs a human."""
    width = max(_columns("student"), *(_columns(result.student) for result in results))
    lines = ["", f"{'student':{width}}  {'score':>11}  needs a human"]
    for result in results:
        reasons = result.reasons or ["no"]
        padding = " " * (width - _columns(result.student))
        lines.append(f"{result.student}{padding}  {_score(result):>11}  {reasons[0]}")
        lines += [f"{'':{width}}  {'':>11}  {reason}" for reason in reasons[1:]]
    need = sum(bool(result.reasons) for result in results)
    return [*lines, f"{len(results)} graded; {need} need a human." if need else f"{len(results)} graded."]


def _columns(text: str) -> int:
    """Columns that a text takes on a terminal: Korean and Japanese characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def _score(result: Result) -> str:
    return "no score" if result.score is None else f"{result.score:g} / {result.max:g}"
