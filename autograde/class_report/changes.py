"""Scores that have changed while the notebook has not: what the correction of a check has done to a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograde.class_grading.results import Result
from autograde.report import points_text

HEAD = (
    "student", "graded_at", "exercise", "check", "old_points", "new_points", "old_score", "new_score",
    "same_grader",
)  # fmt: skip
_SHOWN = 10


@dataclass(frozen=True)
class Change:
    """A check of a student's unchanged notebook that gives other points than the grading before.

    old_points and new_points: None where that grading had no such check; old_score and new_score: of the whole
    notebook, without a human's; is_latest: whether the student has not been graded since.
    """

    student: str
    graded_at: str
    exercise: str
    check: str
    old_points: float | None
    new_points: float | None
    old_score: float
    new_score: float
    same_grader: bool
    is_latest: bool


def score_changes(results: Iterable[Result]) -> list[Change]:
    """Return what has changed between gradings of one notebook, oldest first.

    results: all gradings of an assignment, oldest first. Those that failed are passed over: they have no score.
    """
    by_student: dict[str, list[Result]] = {}
    for result in results:
        if result.score is not None:
            by_student.setdefault(result.student, []).append(result)
    changes = []
    for gradings in by_student.values():
        for old, new in pairwise(gradings):
            if old.submission_hash == new.submission_hash:
                changes += _between(old, new, new is gradings[-1])
    return sorted(changes, key=lambda change: change.graded_at)


def table(changes: Sequence[Change]) -> list[list[str]]:
    """Return the rows of changes.csv, the head first."""
    rows = [
        [c.student, c.graded_at, c.exercise, c.check, _points(c.old_points), _points(c.new_points),
         _points(c.old_score), _points(c.new_score), "yes" if c.same_grader else "no"]
        for c in changes
    ]  # fmt: skip
    return [list(HEAD), *rows]


def lines(changes: Sequence[Change]) -> list[str]:
    """Return the latest changes for a terminal: a line a student, the first ten of them."""
    latest: dict[str, list[Change]] = {}
    for change in changes:
        if change.is_latest:
            latest.setdefault(change.student, []).append(change)
    if not latest:
        return []
    head = f"{len(latest)} {'score has' if len(latest) == 1 else 'scores have'} changed, of notebooks that have not:"
    shown = [_line(student, own) for student, own in list(latest.items())[:_SHOWN]]
    more = [f"  ... and {len(latest) - _SHOWN} more"] if len(latest) > _SHOWN else []
    return [head, *shown, *more]


def _line(student: str, changes: Sequence[Change]) -> str:
    told = "; ".join(
        f"{c.exercise}, {c.check}: {_points(c.old_points)} -> {_points(c.new_points)}" for c in changes[:3]
    )
    more = f"; {len(changes) - 3} more" if len(changes) > 3 else ""
    score = f"{_points(changes[0].old_score)} -> {_points(changes[0].new_score)}"
    return f"  {student}  {score}  ({told}{more})"


def _points(points: float | None) -> str:
    return "none" if points is None else points_text(points)


def _between(old: Result, new: Result, is_latest: bool) -> list[Change]:
    """The checks whose points differ, in the order of the new grading; then those that it has no longer."""
    before, after = _by_check(old), _by_check(new)
    names = [*after, *(name for name in before if name not in after)]
    assert old.score is not None and new.score is not None
    scores, same = (old.score, new.score), old.grader_hash == new.grader_hash
    return [
        Change(new.student, new.graded_at, *name, before.get(name), after.get(name), *scores, same, is_latest)
        for name in names
        if (before.get(name) or 0) != (after.get(name) or 0)
    ]  # fmt: skip


def _by_check(result: Result) -> dict[tuple[str, str], float]:
    """The points of each check, by exercise and name."""
    return {
        (exercise["name"], check["name"]): check["score"]
        for exercise in result.report.get("exercises", ())
        for check in exercise["checks"]
    }
