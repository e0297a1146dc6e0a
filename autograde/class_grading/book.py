"""nbgrader's gradebook, open for writing: all that a grading says goes in as one transaction, or not at all.

The rows are made by nbgrader's own methods. Their session joins a transaction that this module begins and ends, so
that what they take for a commit is none: a process killed at any moment leaves the old grade or the new one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.engine import Connection
from sqlalchemy.orm import scoped_session, sessionmaker

from autograde.class_grading import results
from autograde.class_grading.grading_one import Graded
from autograde.class_grading.locked import patiently
from autograde.nbgrader_settings import COURSE_ID, GRADEBOOK
from autograde.released import TEST_PREFIX, released
from autograde.report import AssignmentReport, to_json

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
        self._patiently(self._make_tables)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._gradebook.close()

    def write(self, graded: Graded, run: str | None = None) -> None:
        """Write all that a grading says; run: the run that it belongs to.

        Old automatic scores go; scores and comments by a human stay, and are flagged. Raises CourseError when the
        database stays locked, OSError (ENOSPC) when the disk is full; then nothing of it is written.
        """
        self._patiently(lambda: self._write(graded, run))

    def totals(self, assignment: str) -> dict[str, tuple[float, float]]:
        """Return the score of each student, a human's included, and the points that could be earned."""

        def read() -> dict[str, tuple[float, float]]:
            query = self._gradebook.db.query(
                SubmittedAssignment.student_id, SubmittedAssignment.score, SubmittedAssignment.max_score
            ).filter(SubmittedAssignment.assignment_id == self._gradebook.find_assignment(assignment).id)
            found = {student: (score, maximum) for student, score, maximum in query}
            self._gradebook.db.rollback()
            return found

        return self._patiently(read)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection that holds the right to write; what it did stands at the end, or nothing of it."""
        with self._gradebook.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Return what work returns, done as one transaction, once the database is free."""

        def attempt() -> T:
            with self.transaction() as connection:
                return work(connection)

        return self._patiently(attempt)

    def _patiently(self, action: Callable[[], T]) -> T:
        return patiently(action, self._database, self._tell)

    def _make_tables(self) -> None:
        with self.transaction() as connection:
            for statement in results.TABLES:
                connection.exec_driver_sql(statement)

    def _write(self, graded: Graded, run: str | None) -> None:
        with self.transaction() as connection:
            outer = self._gradebook.db
            maker = sessionmaker(bind=connection, join_transaction_mode="rollback_only")
            self._gradebook.db = scoped_session(maker)
            try:
                by_hand = self._write_nbgraders(graded)
                connection.exec_driver_sql(_INSERT, _row(graded, run, by_hand))
            finally:
                self._gradebook.db.remove()
                self._gradebook.db = outer

    def _write_nbgraders(self, graded: Graded) -> list[str]:
        """Write nbgrader's rows; return the names of exercises that have a score by hand."""
        book, name, student = self._gradebook, graded.assignment, graded.student
        when = {"timestamp": graded.timestamp} if graded.timestamp else {}
        book.update_or_create_student(student)
        submission = book.update_or_create_submission(name, student, **when)
        notebook = book.find_submission_notebook(name, name, student)
        by_hand = _write_grades(book, notebook, graded.report)
        _write_comments(book, notebook, graded.comments)
        book.db.flush()
        notebook.late_submission_penalty = self._penalty(student, submission, notebook)
        book.db.flush()
        return by_hand

    def _penalty(
        self, student: str, submission: SubmittedAssignment, notebook: SubmittedNotebook
    ) -> float | None:
        """What being late costs, as nbgrader reckons it."""
        if submission.assignment.duedate is None or submission.total_seconds_late <= 0:
            return None
        self._gradebook.db.refresh(notebook, ["score"])
        plugin = self._penalties.plugin_inst
        penalty = plugin.late_submission_penalty(student, notebook.score, submission.total_seconds_late)
        return None if penalty is None else float(self._penalties._check_late_penalty(notebook, penalty))


_INSERT = f"INSERT INTO course_result ({results.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _row(graded: Graded, run: str | None, by_hand: list[str]) -> tuple[Any, ...]:
    """The row of the course's own table."""
    reasons = list(graded.reasons)
    if by_hand:
        reasons.append(f"Scores given by hand stand: {', '.join(by_hand)}. Are they still right?")
    report = graded.report
    return (
        graded.assignment,
        graded.student,
        run,
        graded.submission_hash,
        results.grader_hash(graded.assignment),
        report.score if report else None,
        sum(exercise.points for exercise in released(graded.assignment).exercises),
        json.dumps(to_json(report) if report else {}, ensure_ascii=False),
        json.dumps(reasons, ensure_ascii=False),
        datetime.now(UTC).isoformat(timespec="milliseconds"),
    )


def _write_grades(book: Gradebook, notebook: SubmittedNotebook, report: AssignmentReport | None) -> list[str]:
    """Write the automatic scores; without a report there are none, and a human is asked for each."""
    exercises = {TEST_PREFIX + exercise.name: exercise for exercise in report.exercises} if report else {}
    rows = book.db.query(Grade, BaseCell.name).join(BaseCell, BaseCell.id == Grade.cell_id)
    by_hand = []
    for grade, name in rows.filter(Grade.notebook_id == notebook.id).order_by(BaseCell.name):
        exercise = exercises.get(name)
        if exercise and not (math.isfinite(exercise.score) and 0 <= exercise.score <= exercise.max):
            raise ValueError(f"{exercise.name}: a score of {exercise.score} of {exercise.max} points")
        grade.auto_score = exercise.score if exercise else None
        given = grade.manual_score is not None
        grade.needs_manual_grade = given or exercise is None or exercise.status == "missing"
        by_hand += [name] if given else []
    return by_hand


def _write_comments(book: Gradebook, notebook: SubmittedNotebook, comments: dict[str, str | None]) -> None:
    rows = book.db.query(Comment, BaseCell.name).join(BaseCell, BaseCell.id == Comment.cell_id)
    for comment, name in rows.filter(Comment.notebook_id == notebook.id):
        comment.auto_comment = comments.get(name)
