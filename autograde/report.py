"""What a grading found, as data: for the terminal, JSON, HTML and nbgrader alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

UNSOLVED = "Not solved yet."  # the message of an exercise that is as it was released
RIGHT_FORM = "the form of the answer"  # a bundle's check of an answer that only the private part can judge


@dataclass(frozen=True)
class Fault:
    """The first thing to mend: what was called, what came, what should have, and why that usually happens."""

    status: str  # failed, timeout, memory or crashed
    message: str
    call: str = ""
    got: str = ""
    expected: str = ""
    hints: Sequence[str] = ()
    output: str = ""  # what the code printed in that call


@dataclass(frozen=True)
class CheckReport:
    """One check of an exercise."""

    name: str
    points: float
    score: float
    status: str  # passed, failed, timeout, memory, crashed, or "not run" behind an earlier fault


@dataclass(frozen=True)
class ExerciseReport:
    """One exercise; status is passed, failed, timeout, memory, crashed or missing.

    pending: private checks that run at grading only (in a student bundle, which has none of them).
    """

    name: str
    score: float
    max: float
    status: str
    message: str = ""
    call: str = ""
    got: str = ""
    expected: str = ""
    hint: str = ""
    output: str = ""
    seconds: float = 0.0
    checks: Sequence[CheckReport] = ()
    pending: int = 0

    @property
    def form_right(self) -> bool:
        """Whether this is an answer whose form is right, and of which no more is known before the grading.

        >>> ExerciseReport("a", 2, 2, "passed", checks=[CheckReport(RIGHT_FORM, 0, 0, "passed")]).form_right
        True
        """
        return self.status == "passed" and any(check.name == RIGHT_FORM for check in self.checks)


def score_words(score: float, maximum: float, pending: bool) -> str:
    """Write a score; where private checks are still to come, it is none yet.

    >>> score_words(2, 3, False), score_words(3, 3, True)
    ('2 of 3 points', 'up to 3 points, decided at grading')
    """
    if pending:
        return f"up to {points_text(maximum)} points, decided at grading"
    return f"{points_text(score)} of {points_text(maximum)} points"


@dataclass(frozen=True)
class AssignmentReport:
    """One notebook. notes: things to know; problems: parts that could not be graded as meant."""

    assignment: str
    exercises: Sequence[ExerciseReport]
    notebook: str = ""
    notes: Sequence[str] = field(default=())
    problems: Sequence[str] = field(default=())

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max(self) -> float:
        """Points that can be earned."""
        return sum(exercise.max for exercise in self.exercises)

    @property
    def pending(self) -> bool:
        """Whether private checks are left to grading, as in a student bundle."""
        return any(exercise.pending for exercise in self.exercises)


def to_json(report: AssignmentReport) -> dict[str, Any]:
    """Return the entry of `grade --json` for a notebook; names and types are stable."""
    return {
        "assignment": report.assignment,
        "notebook": report.notebook,
        "score": report.score,
        "max": report.max,
        "exercises": [_exercise_json(exercise) for exercise in report.exercises],
        "notes": list(report.notes),
        "problems": list(report.problems),
    }


def from_json(entry: dict[str, Any]) -> AssignmentReport:
    """Return the report that to_json has written.

    >>> check = CheckReport("numbers", 2, 2, "passed")
    >>> report = AssignmentReport("ch06", [ExerciseReport("gaps", 2, 3, "failed", checks=[check])], notes=["a"])
    >>> to_json(from_json(to_json(report))) == to_json(report)
    True
    """
    exercises = [
        ExerciseReport(**{**exercise, "checks": [CheckReport(**check) for check in exercise["checks"]]})
        for exercise in entry["exercises"]
    ]
    return AssignmentReport(
        entry["assignment"], exercises, entry["notebook"], list(entry["notes"]), list(entry["problems"])
    )


def points_text(points: float) -> str:
    """Write points without a needless fraction.

    >>> points_text(2.0), points_text(0.5)
    ('2', '0.5')
    """
    return f"{points:g}"


def _exercise_json(exercise: ExerciseReport) -> dict[str, Any]:
    return {**vars(exercise), "checks": [vars(check).copy() for check in exercise.checks]}
