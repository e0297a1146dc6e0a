"""All exercises of the course and where the trainee stands with each: what is solved, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograde import progress
from autograde.paths import assignment_names, has_checks
from autograde.progress import Standing
from autograde.released import ReleasedExercise, released
from autograde.report import points_text


@dataclass(frozen=True)
class Part:
    """An exercise of an assignment, and where the trainee stands with it.

    gives_points: whether all checks are here; in a student bundle only the examples are.
    """

    assignment: str
    exercise: ReleasedExercise
    standing: Standing
    gives_points: bool = True

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
        complete = has_checks(name)
        found += [Part(name, e, known.get(e.name, Standing()), complete) for e in released(name).exercises]
    return found


def next_part(found: Iterable[Part]) -> Part | None:
    """Return the first exercise that is left to do, stretch exercises last; None when there is none.

    Of an answer whose form is right no check here tells more, so its exercise is not offered again.
    """
    left = [part for part in found if not (part.standing.solved or part.standing.form_right)]
    core = [part for part in left if not part.exercise.stretch]
    return next(iter(core or left), None)


def so_far(found: Sequence[Part]) -> tuple[str, str]:
    """Return what is counted so far and its count: points, and in a bundle exercises whose examples pass.

    >>> so_far([Part("ch01", ReleasedExercise("first", 2, 5, 1), Standing(2, "passed"))])
    ('best so far', '2 of 2 points')
    >>> so_far([Part("ch01", ReleasedExercise("first", 2, 5, 1), Standing(2, "passed"), gives_points=False)])
    ('examples passed', '1 of 1 exercise')
    >>> so_far([Part("ch01", ReleasedExercise("first", 2, 5, 1), Standing(2, "form"), gives_points=False)])
    ('examples passed', '0 of 1 exercise; form right, decided at grading: 1')
    """
    if all(part.gives_points for part in found):
        total = sum(part.exercise.points for part in found)
        return (
            "best so far",
            f"{points_text(sum(part.score for part in found))} of {points_text(total)} points",
        )
    passed = sum(part.standing.solved for part in found)
    form_right = sum(part.standing.form_right for part in found)
    more = f"; form right, decided at grading: {form_right}" if form_right else ""
    return "examples passed", f"{passed} of {len(found)} exercise{'s' if len(found) > 1 else ''}{more}"


def so_far_text(found: Sequence[Part]) -> str:
    """Return in one phrase how far the trainee is; where only examples ran, it says who gives the points."""
    label, count = so_far(found)
    later = "" if all(part.gives_points for part in found) else "; points come with the grading"
    return f"{label}: {count}{later}"


def end_text(found: Sequence[Part]) -> str:
    """Return the sentence for a course in which nothing is left to solve."""
    if any(part.standing.form_right for part in found):
        return "All examples pass; an answer whose form is right is decided at grading."
    return "All exercises are solved." if all(part.gives_points for part in found) else "All examples pass."


def terms(exercise: ReleasedExercise) -> str:
    """Return what an exercise asks, such as "4 points, about 15 minutes, difficulty 2 of 5"."""
    unit = "point" if exercise.points == 1 else "points"
    return (
        f"{points_text(exercise.points)} {unit}, about {exercise.minutes} minutes, "
        f"difficulty {exercise.difficulty} of 5"
    )


def progress_line(assignment: str) -> str:
    """Return the trainee's progress in one line: this assignment so far, its next exercise or else the course's."""
    found = parts()
    own = [part for part in found if part.assignment == assignment]
    following = next_part(part for part in own if not part.exercise.stretch) or next_part(found)
    if following is None:
        ahead = end_text(found)[:-1].lower()
    else:
        place = "" if following.assignment == assignment else f" in {following.assignment}"
        ahead = f"next: {following.exercise.name}{place} ({terms(following.exercise)})"
    return f"{so_far_text(own)} · {ahead}"
