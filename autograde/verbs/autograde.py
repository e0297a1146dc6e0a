"""`course.py autograde`: all submissions of a class into nbgrader's gradebook."""

from __future__ import annotations

import argparse
import os
import sys

from autograde.class_grading.batch import Batch, Line, open_batch
from autograde.class_grading.pool import usable_cores
from autograde.class_grading.progress import Progress, columns
from autograde.class_grading.stopping import Stopped, exit_code, stopped_by_sigterm
from autograde.class_report.written import write_statistics
from autograde.released import released
from autograde.sandbox import guard


def run(arguments: argparse.Namespace) -> int:
    """Grade submitted/*/ASSIGNMENT; 0 when all went well, 1 when some need a human, 130 or 143 when stopped.

    Raises CourseError for an unknown assignment, when nobody has handed it in, when somebody else grades it, when the
    gradebook cannot be used, or when submissions cannot be locked in and --unprotected does not accept that; OSError
    when the disk is full.
    """
    assignment = released(arguments.assignment).name
    if arguments.unprotected:
        os.environ[guard.CONSENT] = "1"
    processes = arguments.processes or len(usable_cores())
    try:
        with stopped_by_sigterm(), open_batch(assignment, processes, _tell) as batch:
            _grade(batch, assignment)
            lines = batch.lines()
    except (KeyboardInterrupt, Stopped) as stop:
        _tell("Stopped.")
        return exit_code(stop)
    print(*_table(lines), *batch.astray, sep="\n")
    if batch.note:
        print(batch.note)
    for line in write_statistics(assignment):
        print(line)
    return 1 if any(line.reasons for line in lines) or batch.astray else 0


def _grade(batch: Batch, assignment: str) -> None:
    """Grade all that is left; whatever ends it early, say what is kept and how to go on."""
    count = len(batch.submissions)
    progress = Progress(count - len(batch.left), count)
    if batch.is_continued:
        print(
            f"Going on with the run of {batch.started_at}: {progress.done} of {count} are graded.", flush=True
        )
    processes = "1 process" if batch.processes == 1 else f"{batch.processes} processes"
    progress.show(f"Grading {len(batch.left)} of {count} submissions with {processes}.")
    try:
        for graded in batch.grade():
            report = graded.report
            score = _score(report.score, report.max) if report else "no score"
            progress.add(f"{graded.student}: {score}")
    except BaseException:
        progress.end()
        _tell(
            f"{progress.done} of {count} are graded and kept. `course.py autograde {assignment}` goes on from there."
        )
        raise
    progress.end()


def _table(lines: list[Line]) -> list[str]:
    """The summary: a line a student, and why one needs a human."""
    width = max(columns("student"), *(columns(line.student) for line in lines))
    table = ["", f"{'student':{width}}  {'score':>11}  needs a human"]
    for line in lines:
        score = "no score" if line.score is None else _score(line.score, line.max)
        reasons = line.reasons or ["no"]
        padding = " " * (width - columns(line.student))
        table.append(f"{line.student}{padding}  {score:>11}  {reasons[0]}")
        table += [f"{'':{width}}  {'':>11}  {reason}" for reason in reasons[1:]]
    need = sum(bool(line.reasons) for line in lines)
    return [
        *table,
        f"{len(lines)} graded; {need} {'needs' if need == 1 else 'need'} a human."
        if need
        else f"{len(lines)} graded.",
    ]


def _score(score: float, maximum: float) -> str:
    return f"{score:g} / {maximum:g}"


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
