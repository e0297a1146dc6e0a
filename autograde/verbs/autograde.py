"""`course.py autograde`: all submissions of a class into nbgrader's gradebook."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata

from autograde.class_grading.batch import Batch, Line, open_batch
from autograde.released import released
from autograde.sandbox import guard


def run(arguments: argparse.Namespace) -> int:
    """Grade submitted/*/ASSIGNMENT; 0 when all went well, 1 when some need a human.

    Raises CourseError for an unknown assignment, when nobody has handed it in, when somebody else grades it, or when
    submissions cannot be locked in and --unprotected does not accept that.
    """
    assignment = released(arguments.assignment).name
    if arguments.unprotected:
        os.environ[guard.CONSENT] = "1"
    note = guard.require()
    with open_batch(assignment, note, _tell) as batch:
        _grade(batch)
        lines = batch.lines()
    print(*_table(lines), *batch.astray, sep="\n")
    if note:
        print(note)
    return 1 if any(line.reasons for line in lines) or batch.astray else 0


def _grade(batch: Batch) -> None:
    done, count = len(batch.submissions) - len(batch.left), len(batch.submissions)
    if batch.run.graded:
        print(f"Going on with the run of {batch.run.started_at}: {done} of {count} are graded.")
    for graded in batch.grade():
        done += 1
        score = _score(graded.report.score, graded.report.max) if graded.report else "no score"
        print(f"[{done}/{count}] {graded.student}: {score}", flush=True)


def _table(lines: list[Line]) -> list[str]:
    """The summary: a line a student, and why one needs a human."""
    width = max(_columns("student"), *(_columns(line.student) for line in lines))
    table = ["", f"{'student':{width}}  {'score':>11}  needs a human"]
    for line in lines:
        score = "no score" if line.score is None else _score(line.score, line.max)
        reasons = line.reasons or ["no"]
        padding = " " * (width - _columns(line.student))
        table.append(f"{line.student}{padding}  {score:>11}  {reasons[0]}")
        table += [f"{'':{width}}  {'':>11}  {reason}" for reason in reasons[1:]]
    need = sum(bool(line.reasons) for line in lines)
    return [*table, f"{len(lines)} graded; {need} need a human." if need else f"{len(lines)} graded."]


def _columns(text: str) -> int:
    """Columns that a text takes on a terminal: Korean and Japanese characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def _score(score: float, maximum: float) -> str:
    return f"{score:g} / {maximum:g}"


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
