"""What is graded in an assignment: with the whole repository the private checks, in a bundle the examples."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograde import corpus
from autograde.check import Arguments, Check, Exercise, Growth, Memory, Outcome
from autograde.paths import SOLUTIONS
from autograde.perform import perform
from autograde.requests import Batch, batches

EXAMPLES = "examples and edges from the text"
LOOKS = 3  # calls at the smallest size of a quick look: short calls are noisy, and cost little
LOOK_STEP = 16  # inputs of one size differ by this part of it


@dataclass(frozen=True)
class Case:
    """One call and its right outcome."""

    arguments: Arguments
    expected: Outcome


class Plan:
    """The exercises of an assignment with all their checks, and the cases of each check.

    Cases are made once and kept: a class of submissions meets the same inputs.
    """

    def __init__(self, name: str, exercises: Sequence[Exercise], references: Any) -> None:
        self.name = name
        self.exercises = {exercise.name: exercise for exercise in exercises}
        self._references = references
        self._cases: dict[tuple[str, str], list[Case]] = {}
        self._batches: dict[tuple[str, str, int], list[Batch]] = {}
        self._calls: dict[tuple[str, str], Arguments] = {}

    def checks(self, exercise: Exercise) -> list[Any]:
        """Return the checks of an exercise in teaching order: its examples first, which carry no points."""
        if not exercise.examples:
            return list(exercise.checks)
        return [Check(EXAMPLES, 0, edges=exercise.examples), *exercise.checks]

    def cases(self, exercise: Exercise, check: Check) -> list[Case]:
        """Return the calls of a check with the reference's outcomes."""
        key = (exercise.name, check.name)
        if key not in self._cases:
            arguments = corpus.inputs(
                self.name, exercise.name, check.name, check.edges, check.strategy, check.count
            )
            self._cases[key] = [Case(a, self.expected(exercise, a)) for a in arguments]
        return self._cases[key]

    def batches(self, exercise: Exercise, check: Check, every: int = 1) -> list[Batch]:
        """Return every n-th call of a check as it is sent; where many answers are right, no reply is foretold."""
        key = (exercise.name, check.name, every)
        if key not in self._batches:
            cases = self.cases(exercise, check)[::every]
            calls, expected = [case.arguments for case in cases], [case.expected for case in cases]
            made = batches(exercise.name, calls, expected, exercise.drains)
            if exercise.asks is not None:
                made = [replace(batch, replies=[()] * len(batch.calls)) for batch in made]
            self._batches[key] = made
        return self._batches[key]

    def growth_cases(self, exercise: Exercise, check: Growth) -> list[Case]:
        """Return the calls of a growth check, smallest first, with the reference's outcomes."""
        key = (exercise.name, check.name)
        if key not in self._cases:
            calls = [check.make(size) for size in check.sizes]
            reference = self.reference(exercise.name)
            self._cases[key] = [Case(call, perform(reference, call, exercise.drains)) for call in calls]
        return self._cases[key]

    def look_cases(self, exercise: Exercise, check: Growth) -> list[Case]:
        """Return the calls of a quick look at a growth check with the reference's outcomes."""
        key = (exercise.name, f"a look at {check.name}")
        if key not in self._cases:
            calls = [check.make(size) for _, size in look_sizes(check.sizes)]
            self._cases[key] = [Case(call, self.expected(exercise, call)) for call in calls]
        return self._cases[key]

    def memory_call(self, exercise: Exercise, check: Memory) -> Arguments:
        """Return the call of a memory check."""
        key = (exercise.name, check.name)
        if key not in self._calls:
            self._calls[key] = check.make()
        return self._calls[key]

    def expected(self, exercise: Exercise, arguments: Arguments) -> Outcome:
        """Return the reference's outcome."""
        return perform(self.reference(exercise.name), arguments, exercise.drains)

    def reference(self, exercise: str) -> Callable[..., Any]:
        """Return the reference of an exercise."""
        return getattr(self._references, exercise)

    def pending(self, _exercise: str) -> int:
        """Number of checks that are left to grading: none, as they are here."""
        return 0

    def reference_source(self) -> str:
        """Return the text that defines all references, for a process of their own."""
        return (SOLUTIONS / f"{self.name}.py").read_text(encoding="utf-8")


def look_sizes(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the calls of a look: the index of the size that each counts for, and its own size; a warm-up first.

    >>> list(look_sizes([160, 320]))
    [(0, 150), (0, 160), (0, 170), (0, 180), (1, 320), (1, 340)]
    """
    yield 0, sizes[0] - sizes[0] // LOOK_STEP
    for index, size in enumerate(sizes):
        for i in range(max(1, LOOKS - index)):
            yield index, size + i * (size // LOOK_STEP)


@functools.cache
def full_plan(name: str) -> Plan:
    """Return the plan with all checks of an assignment; raises ModuleNotFoundError in a bundle."""
    checks = importlib.import_module(f"autograde.checks.{name}")
    references = importlib.import_module(f"solutions.{name}")
    return Plan(name, checks.EXERCISES, references)
