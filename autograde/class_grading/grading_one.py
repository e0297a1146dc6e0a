"""From the bytes of one submission to all that the gradebook is told about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from autograde.class_grading import handed_in, rebuilt
from autograde.class_grading.results import Result
from autograde.released import released
from autograde.report import AssignmentReport, ExerciseReport, from_json
from autograde.submission import Submission

Grade = Callable[[Submission], AssignmentReport]


@dataclass(frozen=True)
class Graded:
    """What grading a submission gave: plain data, for another process.

    report: None when the grading failed; failure says then why; reasons: why a human should look; comments: by
    solution cell; notebook: the file for autograded/, b"" where nbgrader writes it itself.
    """

    assignment: str
    student: str
    submission_hash: str
    report: AssignmentReport | None
    failure: str = ""
    reasons: Sequence[str] = ()
    comments: dict[str, str | None] = field(default_factory=dict)
    notebook: bytes = b""


def grade_handed_in(assignment: str, submission: handed_in.HandedIn, grade: Grade, note: str) -> Graded:
    """Grade a file, and rebuild the notebook that nbgrader keeps of it.

    grade: the grader's; what it raises goes through; note: how submissions are locked in, "" for the full sandbox.
    """
    file = handed_in.read(submission.notebook)
    notebook = rebuilt.rebuilt_notebook(assignment, file)
    report = report_of(assignment, notebook, grade)
    rebuilt.put_reports(notebook, report)
    graded = graded_notebook(submission.student, notebook, report, note)
    return replace(graded, notebook=rebuilt.to_bytes(notebook))


def report_of(assignment: str, notebook: rebuilt.Notebook, grade: Grade) -> AssignmentReport:
    """Return the report of a rebuilt notebook; one that could not be read has no points, and the reason."""
    unreadable = notebook["metadata"]["course"]["unreadable"]
    if unreadable:
        return AssignmentReport(assignment, _zeros(assignment, unreadable), problems=[unreadable])
    return grade(rebuilt.submission_of(notebook))


def graded_notebook(student: str, notebook: rebuilt.Notebook, report: AssignmentReport, note: str) -> Graded:
    """Return what the gradebook is told about a rebuilt notebook and its report."""
    comments = rebuilt.comments(notebook, report, note)
    submission_hash = notebook["metadata"]["course"]["hash"]
    return Graded(report.assignment, student, submission_hash, report, "", report.problems, comments)


def failed(assignment: str, submission: handed_in.HandedIn, sentence: str) -> Graded:
    """Return what the gradebook is told when a grading failed: no score, an empty notebook, and the reason.

    Nothing of the file is used but its hash: it may be what ended the grading.
    """
    file = handed_in.read(submission.notebook)
    notebook = rebuilt.rebuilt_notebook(assignment, handed_in.Bytes(b"", file.hash, sentence))
    report = AssignmentReport(assignment, _zeros(assignment, sentence), problems=[sentence])
    comments = rebuilt.comments(notebook, report, "")
    data = rebuilt.to_bytes(notebook)
    return Graded(assignment, submission.student, file.hash, None, sentence, [sentence], comments, data)


def made_again(submission: handed_in.HandedIn, result: Result) -> bytes:
    """Return the notebook for autograded/ of a grading that is kept and has a report; the file is as it was then."""
    notebook = rebuilt.rebuilt_notebook(result.assignment, handed_in.read(submission.notebook))
    rebuilt.put_reports(notebook, from_json(result.report))
    return rebuilt.to_bytes(notebook)


def _zeros(name: str, sentence: str) -> list[ExerciseReport]:
    return [
        ExerciseReport(exercise.name, 0, exercise.points, "missing", sentence)
        for exercise in released(name).exercises
    ]
