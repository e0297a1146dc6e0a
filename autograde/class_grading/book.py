"""nbgrader's gradebook, open for writing: all that a grading says goes in as one transaction, or not at all.

A process that is killed at any moment leaves the old grade or the new one. nbgrader's own methods commit after each
row, so the statements are made here, from nbgrader's description of its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.engine import Connection

from autograde.class_grading import rows
from autograde.class_grading.grading_one import Graded
from autograde.class_grading.locked import patiently
from autograde.class_grading.results import TABLES, insert
from autograde.nbgrader_settings import COURSE_ID, GRADEBOOK

T = TypeVar("T")


class Book:
    """A gradebook. Use it as a context manager.

    penalties: nbgrader's preprocessor of late penalties, whose configured plugin says what being late costs; tell:
    called with a sentence when there is something to wait for.
    """

    def __init__(
        self, penalties: AssignLatePenalties, tell: Callable[[str], None], database: Path = GRADEBOOK
    ) -> None:
        self._tell = tell
        self._database = database
        self._penalties = penalties
        penalties.init_plugin()
        self._gradebook: Gradebook = self._patiently(lambda: Gradebook(f"sqlite:///{database}", COURSE_ID))
        self.in_transaction(_make_tables)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._gradebook.close()

    def write(self, graded: Graded, run: str | None = None, handed_in_at: datetime | None = None) -> None:
        """Write all that a grading says.

        run: the run that it belongs to; handed_in_at: in UTC, None when nothing tells, or nbgrader has written it.
        Old automatic scores go; scores and comments by a human stay, and are flagged. Raises CourseError when the
        database stays locked, OSError (ENOSPC) when the disk is full; then nothing of it is written.
        """
        self.in_transaction(lambda connection: self._write(connection, graded, run, handed_in_at))

    def totals(self, assignment: str) -> dict[str, tuple[float, float]]:
        """Return the score of each student, a human's included, and the points that could be earned."""
        query = (
            select(SubmittedAssignment.student_id, SubmittedAssignment.score, SubmittedAssignment.max_score)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment)
        )

        def read() -> dict[str, tuple[float, float]]:
            with self._gradebook.engine.connect() as connection:
                return {student: (score, most) for student, score, most in connection.execute(query)}

        return self._patiently(read)

    def in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Return what work returns; what it writes stands when it has returned, or nothing of it does."""

        def attempt() -> T:
            with _transaction(self._gradebook) as connection:
                return work(connection)

        return self._patiently(attempt)

    def _patiently(self, action: Callable[[], T]) -> T:
        return patiently(action, self._database, self._tell)

    def _write(
        self, connection: Connection, graded: Graded, run: str | None, handed_in_at: datetime | None
    ) -> None:
        submission = rows.submission(connection, graded.assignment, graded.student, handed_in_at)
        by_hand = rows.write_grades(connection, submission, graded.report)
        rows.write_comments(connection, submission, graded.comments)
        rows.write_penalty(connection, submission, self._penalty(connection, graded.student, submission))
        reasons = list(graded.reasons)
        if by_hand:
            reasons.append(f"Scores given by hand stand: {', '.join(by_hand)}. Are they still right?")
        insert(connection, graded, run, reasons)

    def _penalty(self, connection: Connection, student: str, submission: rows.SubmissionRow) -> float | None:
        """What being late costs, as nbgrader reckons it; None when it costs nothing."""
        if submission.seconds_late <= 0:
            return None
        score = rows.score(connection, submission)
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, submission.seconds_late)
        if penalty is None:
            return None
        return float(self._penalties._check_late_penalty(SimpleNamespace(score=score), penalty))


@contextmanager
def _transaction(gradebook: Gradebook) -> Iterator[Connection]:
    """A connection that holds the right to write; without a commit the database rolls back."""
    with gradebook.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


def _make_tables(connection: Connection) -> None:
    for statement in TABLES:
        connection.exec_driver_sql(statement)
