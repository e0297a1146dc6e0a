"""All exercises of the course and where the trainee stands with each: what is solved, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograde import progress
from autograde.paths import assignment_names
from autograde.progress import Standing
from autograde.released import ReleasedExercise, released
from autograde.report import points_text


@dataclass(frozen=True)
class Part:
    """An exercise of an assignment, and where the trainee stands with it."""

    assignment: str
    exercise: ReleasedExercise
    standing: Standing

    @property
    def score(self) -> float:
        """Points so far: the best score, within what the exercise is worth now."""
        return min(self.standing.score, self.exercise.points)


def parts() -> list[Part]:
    """Return the exercises of all assignments in the course's order.

    Raises StateError when the state cannot be read, CourseError for a damaged assignment.
    """
    found = []
    for name in assignment_names():
        known = progress.standings(name)
        found += [Part(name, e, known.get(e.name, Standing())) for e in released(name).exercises]
    return found


def next_part(found: Iterable[Part]) -> Part | None:
    """Return the first exercise that is not solved, stretch exercises last; None when all are."""
    unsolved = [part for part in found if not part.standing.solved]
    core = [part for part in unsolved if not part.exercise.stretch]
    return next(iter(core or unsolved), None)


def score_text(found: Sequence[Part]) -> str:
    """Return the points so far, such as "7 of 30 points"."""
    total = sum(part.exercise.points for part in found)
    return f"{points_text(sum(part.score for part in found))} of {points_text(total)} points"


def terms(exercise: ReleasedExercise) -> str:
    """Return what an exercise asks, such as "4 points, about 15 minutes, difficulty 2 of 5"."""
    unit = "point" if exercise.points == 1 else "points"
    return (
        f"{points_text(exercise.points)} {unit}, about {exercise.minutes} minutes, "
        f"difficulty {exercise.difficulty} of 5"
    )


def progress_line(assignment: str) -> str:
    """Return the trainee's progress in one line: best points of this assignment, the course's next exercise."""
    found = parts()
    following = next_part(found)
    if following is None:
        ahead = "all exercises are solved"
    else:
        place = "" if following.assignment == assignment else f" in {following.assignment}"
        ahead = f"next: {following.exercise.name}{place} ({terms(following.exercise)})"
    best = score_text([part for part in found if part.assignment == assignment])
    return f"best so far: {best} · {ahead}"
