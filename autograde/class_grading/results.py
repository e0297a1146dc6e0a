"""What each grading found, in tables of the course's own in the gradebook's database.

nbgrader leaves tables alone that it does not know. A row is written in the transaction that writes the grades, by
`course.py autograde` and `nbgrader autograde` alike; rows of earlier gradings stay.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograde.corpus import class_secret
from autograde.nbgrader_settings import GRADEBOOK
from autograde.paths import ROOT, SOLUTIONS
from autograde.released import released, released_path
from autograde.report import to_json

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autograde.class_grading.grading_one import Graded

TABLES = (
    """CREATE TABLE IF NOT EXISTS course_run (
        id TEXT PRIMARY KEY,
        assignment TEXT NOT NULL,
        grader_hash TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'given up')),
        started_at TEXT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS course_result (
        id INTEGER PRIMARY KEY,
        assignment TEXT NOT NULL,
        student TEXT NOT NULL,
        run TEXT REFERENCES course_run (id),
        submission_hash TEXT NOT NULL,
        grader_hash TEXT NOT NULL,
        score REAL,
        max REAL NOT NULL,
        report TEXT NOT NULL,
        reasons TEXT NOT NULL,
        graded_at TEXT NOT NULL,
        UNIQUE (run, student, submission_hash)
    )""",
    "CREATE INDEX IF NOT EXISTS course_result_of ON course_result (assignment, student, id)",
)
COLUMNS = "assignment, student, run, submission_hash, grader_hash, score, max, report, reasons, graded_at"


@dataclass(frozen=True)
class Result:
    """One grading of one submission.

    run: the run of `course.py autograde`, None for one by nbgrader's command or button; submission_hash: SHA-256 of
    the file, "" when there was none, "too large: BYTES" when it was not read; grader_hash: of the checks, the
    grader and the class's secret; score: by the grader, without a human's, None when the grading failed; report: as
    one entry of `grade --json`; reasons: sentences on why a human should look; graded_at: UTC, ISO 8601.
    """

    assignment: str
    student: str
    run: str | None
    submission_hash: str
    grader_hash: str
    score: float | None
    max: float
    report: dict[str, Any]
    reasons: Sequence[str]
    graded_at: str


def all_results(assignment: str, database: Path = GRADEBOOK, run: str | None = None) -> list[Result]:
    """Return all gradings of an assignment, or of one run, oldest first; none when there is no gradebook yet."""
    if not database.exists():
        return []
    with contextlib.closing(sqlite3.connect(database)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'course_result'").fetchone():
            return []
        query = f"SELECT {COLUMNS} FROM course_result WHERE assignment = ? AND run IS coalesce(?, run) ORDER BY id"
        rows = connection.execute(query, (assignment, run)).fetchall()
    return [_result(row) for row in rows]


def _result(row: tuple[Any, ...]) -> Result:
    values = dict(zip(COLUMNS.split(", "), row, strict=True))
    return Result(
        **{**values, "report": json.loads(values["report"]), "reasons": json.loads(values["reasons"])}
    )


def latest_results(assignment: str, database: Path = GRADEBOOK) -> dict[str, Result]:
    """Return the latest grading of each student, by student."""
    return {result.student: result for result in all_results(assignment, database)}


def insert(connection: Connection, graded: Graded, run: str | None, reasons: Sequence[str]) -> None:
    """Write a grading's row, within the caller's transaction."""
    report = graded.report
    values = (
        graded.assignment,
        graded.student,
        run,
        graded.submission_hash,
        grader_hash(graded.assignment),
        report.score if report else None,
        report.max if report else sum(exercise.points for exercise in released(graded.assignment).exercises),
        json.dumps(to_json(report) if report else {}, ensure_ascii=False),
        json.dumps(list(reasons), ensure_ascii=False),
        datetime.now(UTC).isoformat(timespec="milliseconds"),
    )
    marks = ", ".join("?" * len(values))
    connection.exec_driver_sql(f"INSERT INTO course_result ({COLUMNS}) VALUES ({marks})", values)


@functools.cache
def grader_hash(assignment: str) -> str:
    """Return the hash of all that decides on a score beside the submission; 20 ms, then kept."""
    folder = ROOT / "autograde"
    sources = [path for path in folder.rglob("*.py") if path.relative_to(folder).parts[0] != "verbs"]
    digest = hashlib.sha256(hashlib.sha256(class_secret()).digest())
    for path in (*sorted(sources), SOLUTIONS / f"{assignment}.py", released_path(assignment)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
