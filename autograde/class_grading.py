"""Grading a class: each submission through nbgrader's own autograde, in this process; none stops the others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbgrader.apps import NbGraderAPI

from autograde import gradebook
from autograde.nbgrader_settings import GRADEBOOK, failure, quiet_log, settings
from autograde.paths import ROOT, CourseError


@dataclass(frozen=True)
class Result:
    """One submission: score and max are None when it could not be graded; reasons why a human is needed."""

    student: str
    score: float | None
    max: float | None
    reasons: Sequence[str]


def graded(assignment: str) -> Iterator[tuple[int, int, Result]]:
    """Grade all submissions of an assignment; yield how many are done, how many there are, and the latest.

    Raises CourseError when there is none, or the gradebook holds another form of the assignment.
    """
    students = sorted(folder.parent.name for folder in (ROOT / "submitted").glob(f"*/{assignment}"))
    if not students:
        raise CourseError(f"Nobody has handed in {assignment}: there is no submitted/STUDENT/{assignment}/.")
    gradebook.ensure_secret()
    gradebook.register(assignment, _url())
    api = NbGraderAPI(config=settings(), log=quiet_log())
    for done, student in enumerate(students, start=1):
        yield done, len(students), _result(api, assignment, student)


def _result(api: NbGraderAPI, assignment: str, student: str) -> Result:
    notebook = f"{assignment}.ipynb"
    if not (ROOT / "submitted" / student / assignment / notebook).is_file():
        sentence = f"There is no {notebook} in what was handed in."
        gradebook.record_zero(assignment, student, sentence, _url())
        return _with_score(assignment, student, [sentence])
    problem = failure(api.autograde(assignment, student, force=True))
    if problem:
        return Result(student, None, None, [f"The grading failed, and the old score is gone: {problem}"])
    return _with_score(assignment, student, _reasons(assignment, student))


def _with_score(assignment: str, student: str, reasons: Sequence[str]) -> Result:
    score, maximum, by_hand = gradebook.total(assignment, student, _url())
    kept = f"Scores given by hand stand: {', '.join(by_hand)}. Are they still right?"
    return Result(student, score, maximum, [*reasons, kept] if by_hand else reasons)


def _reasons(assignment: str, student: str) -> list[str]:
    """What the hooks have found in a submission that a human should look at."""
    path = ROOT / "autograded" / student / assignment / f"{assignment}.ipynb"
    found = json.loads(path.read_bytes())["metadata"]["course"]
    return [*filter(None, [found["unreadable"]]), *found["problems"]]


def _url() -> str:
    return f"sqlite:///{GRADEBOOK}"
