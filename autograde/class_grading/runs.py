"""Which submissions a run has graded, so that a killed run is continued and a finished one is not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from nbgrader.utils import parse_utc
from sqlalchemy.engine import Connection

from autograde.class_grading.book import Book
from autograde.class_grading.handed_in import BESIDE, HandedIn, read_beside
from autograde.paths import CourseError


@dataclass(frozen=True)
class Run:
    """One call of `course.py autograde`, and those that continue it; started_at: UTC, ISO 8601."""

    id: str
    started_at: str


def open_run(book: Book, assignment: str, grader_hash: str) -> Run:
    """Return the run that was not finished, or a new one; one by another grader is given up."""

    def work(connection: Connection) -> Run:
        row = connection.exec_driver_sql(
            "SELECT id, started_at, grader_hash FROM course_run WHERE assignment = ? AND state = 'open'",
            (assignment,),
        ).fetchone()
        if row and row[2] == grader_hash:
            return Run(row[0], row[1])
        if row:
            connection.exec_driver_sql("UPDATE course_run SET state = 'given up' WHERE id = ?", (row[0],))
        return _begun(connection, assignment, grader_hash)

    return book.in_transaction(work)


def finish(book: Book, run: Run) -> None:
    """Close a run: the next call grades all anew."""
    book.in_transaction(
        lambda connection: connection.exec_driver_sql(
            "UPDATE course_run SET state = 'finished' WHERE id = ?", (run.id,)
        )
    )


def timestamp(submission: HandedIn) -> datetime | None:
    """Return when a submission was handed in, in UTC, as nbgrader reads its timestamp.txt; None without one.

    Raises CourseError when the file holds no date.
    """
    text = read_beside(submission.notebook.parent / BESIDE[0]).decode("utf-8", "replace").strip()
    if not text:
        return None
    try:
        when: datetime = parse_utc(text)
    except (ValueError, OverflowError, TypeError):
        raise CourseError(f"{BESIDE[0]} holds no date: {text[:60]!r}.") from None
    return when


def _begun(connection: Connection, assignment: str, grader_hash: str) -> Run:
    run = Run(secrets.token_hex(8), datetime.now(UTC).isoformat(timespec="seconds"))
    values = (run.id, assignment, grader_hash, "open", run.started_at)
    connection.exec_driver_sql("INSERT INTO course_run VALUES (?, ?, ?, ?, ?)", values)
    return run
