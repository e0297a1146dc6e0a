"""The marks of a class, as nbgrader's gradebook has them, in the CSV layouts that learning management systems import.

Sources: Moodle's mod/assign/feedback/offline/importgradeslib.php, Canvas's lib/gradebook_importer.rb, Blackboard's
help on working offline with the Grade Center.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograde.lms.csv_text import new_table
from autograde.lms.records import Record, Records
from autograde.nbgrader_settings import COURSE_ID
from autograde.paths import CourseError


@dataclass(frozen=True)
class Mark:
    """A student's mark of an assignment: with scores by hand, and with the penalty taken off.

    score: None when something of it has no score yet; record: of a collected submission, None for another one.
    """

    student: str
    score: float | None
    max: float
    penalty: float
    record: Record | None


@dataclass
class Sheet:
    """A file to import, and what a human should know: students whom it leaves out, by reason, and notes."""

    data: bytes
    count: int
    left_out: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def class_marks(assignment: str, database: Path, records: Records) -> list[Mark]:
    """Return the marks in a gradebook, by name of the student.

    Raises CourseError when there is no gradebook, or it knows no submission of the assignment.
    """
    if not database.exists():
        raise CourseError("There is no gradebook.db yet: `course.py autograde` makes it.")
    own = records.get(assignment, {})
    with Gradebook(f"sqlite:///{database}", COURSE_ID) as book:
        try:
            submissions = book.assignment_submissions(assignment)
        except MissingEntry:
            submissions = []
        marks = [_mark(submission, own) for submission in submissions]
    if not marks:
        raise CourseError(
            f"The gradebook has no marks of {assignment}: `course.py autograde {assignment}` first."
        )
    return sorted(marks, key=lambda mark: mark.student)


def _mark(submission: object, own: dict[str, Record]) -> Mark:
    student, penalty = submission.student_id, submission.late_submission_penalty or 0  # type: ignore[attr-defined]
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]  # type: ignore[attr-defined]
    is_open = any(grade.auto_score is None and grade.manual_score is None for grade in grades)
    score = None if is_open else max(0.0, submission.score - penalty)  # type: ignore[attr-defined]
    return Mark(student, score, submission.max_score, penalty, own.get(student))  # type: ignore[attr-defined]


def not_graded(assignment: str, marks: Sequence[Mark], submitted: Path) -> dict[str, list[str]]:
    """Return who has handed in and has no mark, because no grading has seen it yet, by reason."""
    handed_in = {path.parent.parent.name for path in submitted.glob(f"*/{assignment}/{assignment}.ipynb")}
    students = sorted(handed_in - {mark.student for mark in marks})
    return {f"not graded yet: `course.py autograde {assignment}` does it": students} if students else {}


def new_sheet(assignment: str, marks: Sequence[Mark], layout: str) -> Sheet:
    """Return a file of its own in a layout: moodle, canvas, blackboard or plain.

    Students without a score are left out; so are those whom the system cannot be told by.
    """
    done = [mark for mark in marks if mark.score is not None]
    known = [mark for mark in done if layout != "moodle" or own_id(mark, layout)]
    rows = [_HEADS[layout](assignment, known), *(_ROWS[layout](mark) for mark in known)]
    if layout == "canvas":
        rows.insert(1, ["    Points Possible", "", "", "", "", number(known[0].max) if known else ""])
    sheet = Sheet(new_table(rows), len(known), without_score(marks))
    if len(known) < len(done):
        reason = (
            "Moodle's number of them is not known, because they were not collected from a Moodle download"
        )
        sheet.left_out[reason] = [mark.student for mark in done if mark not in known]
    if layout == "blackboard":
        sheet.notes.append(
            "Blackboard makes a new column of this file. To fill one that is there, download the Grade Center and "
            "name that file with --template."
        )
    return sheet


def number(points: float) -> str:
    """Write points with at most four digits behind the point.

    >>> number(26.0), number(2 / 3), number(1234.5)
    ('26', '0.6667', '1234.5')
    """
    return f"{points:.4f}".rstrip("0").rstrip(".")


def own_id(mark: Mark, layout: str) -> str:
    """Return the system's own id of a student, when the submission came from it, or ""."""
    return mark.record.lms_id if mark.record and mark.record.layout == layout else ""


def _name(mark: Mark) -> str:
    return mark.record.name if mark.record else mark.student


def without_score(marks: Sequence[Mark]) -> dict[str, list[str]]:
    """Return who is left out, because something of theirs has no score yet, by reason."""
    students = [mark.student for mark in marks if mark.score is None]
    return {"some of it has no score yet: grade it first": students} if students else {}


def _mark_text(mark: Mark) -> str:
    return number(mark.score or 0)


_MOODLE = ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments")
_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_PLAIN = ("student", "score", "max_score", "late_submission_penalty")
_HEADS = {
    "moodle": lambda _assignment, _marks: [*_MOODLE],
    "canvas": lambda assignment, _marks: [*_CANVAS, assignment],
    "blackboard": lambda assignment, _marks: ["Username", assignment],
    "plain": lambda _assignment, _marks: [*_PLAIN],
}
_ROWS = {
    "moodle": lambda m: [f"Participant {own_id(m, 'moodle')}", _name(m), _mark_text(m), number(m.max), "", ""],
    "canvas": lambda m: [
        _name(m), own_id(m, "canvas"), "", "" if own_id(m, "canvas") else m.student, "", _mark_text(m)
    ],
    "blackboard": lambda m: [own_id(m, "blackboard") or m.student, _mark_text(m)],
    "plain": lambda m: [m.student, _mark_text(m), number(m.max), number(m.penalty)],
}  # fmt: skip
