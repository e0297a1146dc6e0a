"""The rows that nbgrader keeps of a submission: made where they are missing, changed where a grading says so.

Each function works within the caller's transaction. The order of the rows, their ids and their defaults are those of
nbgrader's own methods (Gradebook.add_submission).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection

from autograde.paths import CourseError
from autograde.released import TEST_PREFIX
from autograde.report import AssignmentReport

_GRADED_CELLS = ("GradeCell", "TaskCell")  # nbgrader's kinds of cells that have a grade, and a comment
_COMMENTED_CELLS = ("SolutionCell", "TaskCell")


_OF_NOTEBOOK: Any = bindparam(
    "notebook"
)  # SQLAlchemy takes longer to build a statement than SQLite to run it
_KNOWN = (
    select(Assignment.id, Notebook.id, Assignment.duedate)
    .join(Notebook)
    .where(Assignment.name == bindparam("name"), Notebook.name == bindparam("name"))
)
_SUBMISSION = select(
    SubmittedAssignment.id, SubmittedAssignment.timestamp, SubmittedAssignment.extension
).where(
    SubmittedAssignment.assignment_id == bindparam("assignment"),
    SubmittedAssignment.student_id == bindparam("student"),
)
_NOTEBOOK = select(SubmittedNotebook.id).where(
    SubmittedNotebook.assignment_id == bindparam("submission"), SubmittedNotebook.notebook_id == _OF_NOTEBOOK
)
_CELLS = select(BaseCell.id, BaseCell.type).where(BaseCell.notebook_id == _OF_NOTEBOOK)
_GRADES = (
    select(Grade.id, BaseCell.name, Grade.manual_score)
    .join(BaseCell, BaseCell.id == Grade.cell_id)
    .where(Grade.notebook_id == _OF_NOTEBOOK)
)
_COMMENTS = (
    select(Comment.id, BaseCell.name)
    .join(BaseCell, BaseCell.id == Comment.cell_id)
    .where(Comment.notebook_id == _OF_NOTEBOOK)
)
_SCORE = select(func.coalesce(func.sum(Grade.score), 0.0)).where(Grade.notebook_id == _OF_NOTEBOOK)
_ADD_STUDENT = sqlite_insert(Student.__table__).on_conflict_do_nothing()
_ADD_SUBMISSION, _ADD_NOTEBOOK = insert(SubmittedAssignment.__table__), insert(SubmittedNotebook.__table__)
_ADD_GRADE, _ADD_COMMENT = insert(Grade.__table__), insert(Comment.__table__)


def _change(table: Any, **values: str) -> Any:
    """An update of the row of a table; its values are named by their parameters."""
    changed: dict[str, Any] = {column: bindparam(parameter) for column, parameter in values.items()}
    return update(table.__table__).where(table.__table__.c.id == bindparam("row")).values(**changed)


_SET_TIME = _change(SubmittedAssignment, timestamp="when")
_SET_GRADE = _change(Grade, auto_score="score", needs_manual_grade="flag")
_SET_COMMENT = _change(Comment, auto_comment="text")
_SET_PENALTY = _change(SubmittedNotebook, late_submission_penalty="penalty")


@dataclass(frozen=True)
class SubmissionRow:
    """A submission in the gradebook: the id of its one notebook, and by how much it is late."""

    notebook_id: str
    seconds_late: float


def submission(
    connection: Connection, assignment: str, student: str, handed_in_at: datetime | None
) -> SubmissionRow:
    """Return a student's submission, made if it is missing; handed_in_at (UTC) replaces the time if there is one.

    Raises CourseError when the gradebook does not know the assignment.
    """
    known = connection.execute(_KNOWN, {"name": assignment}).first()
    if known is None:
        raise CourseError(f"The gradebook does not know {assignment}.")
    assignment_id, notebook_id, due = known
    connection.execute(_ADD_STUDENT, {"id": student})
    found = connection.execute(_SUBMISSION, {"assignment": assignment_id, "student": student}).first()
    submission_id, when, extension = found or (new_uuid(), None, None)
    if found is None:
        values = {"id": submission_id, "assignment_id": assignment_id, "student_id": student}
        connection.execute(_ADD_SUBMISSION, values)
    if handed_in_at:
        when = handed_in_at
        connection.execute(_SET_TIME, {"row": submission_id, "when": when})
    if due and extension:
        due += extension
    late = max(0.0, (when - due).total_seconds()) if when and due else 0.0
    return SubmissionRow(_notebook(connection, submission_id, notebook_id), late)


def write_grades(connection: Connection, row: SubmissionRow, report: AssignmentReport | None) -> list[str]:
    """Write the automatic scores; without a report there are none, and a human is asked for each.

    Returns the names of cells that have a score by hand. Raises ValueError for a score that cannot be.
    """
    exercises = {TEST_PREFIX + exercise.name: exercise for exercise in report.exercises} if report else {}
    changes = []
    by_hand = []
    for grade_id, name, manual_score in connection.execute(_GRADES, {"notebook": row.notebook_id}).all():
        exercise = exercises.get(name)
        if exercise and not (math.isfinite(exercise.score) and 0 <= exercise.score <= exercise.max):
            raise ValueError(f"{exercise.name}: a score of {exercise.score} of {exercise.max} points")
        by_hand += [] if manual_score is None else [name]
        flagged = manual_score is not None or exercise is None or exercise.status == "missing"
        changes.append({"row": grade_id, "score": exercise.score if exercise else None, "flag": flagged})
    if changes:
        connection.execute(_SET_GRADE, changes)
    return sorted(by_hand)


def write_comments(connection: Connection, row: SubmissionRow, comments: Mapping[str, str | None]) -> None:
    """Write the automatic comments; a human's stay."""
    found = connection.execute(_COMMENTS, {"notebook": row.notebook_id}).all()
    if found:
        changes = [{"row": comment_id, "text": comments.get(name)} for comment_id, name in found]
        connection.execute(_SET_COMMENT, changes)


def write_penalty(connection: Connection, row: SubmissionRow, penalty: float | None) -> None:
    """Write what being late costs, or that it costs nothing."""
    connection.execute(_SET_PENALTY, {"row": row.notebook_id, "penalty": penalty})


def score(connection: Connection, row: SubmissionRow) -> float:
    """Return the score of a submission, a human's and extra credit included."""
    return float(connection.execute(_SCORE, {"notebook": row.notebook_id}).scalar_one())


def _notebook(connection: Connection, submission_id: str, notebook_id: str) -> str:
    """The id of a submission's notebook; a new one gets a grade and a comment for each cell that has them."""
    values = {"submission": submission_id, "notebook": notebook_id}
    known: str | None = connection.execute(_NOTEBOOK, values).scalar()
    if known:
        return known
    made: str = new_uuid()
    row = {"id": made, "assignment_id": submission_id, "notebook_id": notebook_id, "flagged": False}
    connection.execute(_ADD_NOTEBOOK, row)
    cells = connection.execute(_CELLS, {"notebook": notebook_id}).all()
    for statement, kinds in ((_ADD_GRADE, _GRADED_CELLS), (_ADD_COMMENT, _COMMENTED_CELLS)):
        added = [
            {"id": new_uuid(), "cell_id": cell, "notebook_id": made} for cell, kind in cells if kind in kinds
        ]
        if added:
            connection.execute(statement, added)
    return made
