"""Is an answer right? The grader's own checks, without what a report needs: it ends at the first fault."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf
from typing import TypeVar

from autograde.check import Breaks, Check, Counts, Exercise, Growth, Memory
from autograde.judging import COSTS, AnyCheck, Trial
from autograde.limits import Allowance
from autograde.plan import Plan, full_plan
from autograde.reference import Reference
from autograde.report import Fault
from autograde.runner import Runner

AnyTrial = TypeVar("AnyTrial", bound=Trial)


class Judge:
    """Judges answers to the exercises of one assignment; what all of them share is made once.

    A full grading runs all checks and makes each failing input small, which takes seconds. Here inputs stay as
    they are and a call may compute half as long as in a grading: enough for every right answer.
    """

    def __init__(self, assignment: str) -> None:
        full = full_plan(assignment)
        exercises = [_without_shrinking(full, exercise) for exercise in full.exercises.values()]
        self._plan = Plan(assignment, exercises, importlib.import_module(f"solutions.{assignment}"))
        imports = sorted({name for exercise in exercises for name in exercise.imports})
        self._reference = Reference([("reference", full.reference_source())], imports)

    def close(self) -> None:
        """End the process of the references."""
        self._reference.__exit__()

    def fault(self, cells: Mapping[str, str], exercise: str) -> Fault | None:
        """Return the first fault that any check finds in the cells' answer; None when it gets full marks."""
        checks = self._plan.checks(self._plan.exercises[exercise])
        plain = [check for check in checks if isinstance(check, Check)]
        with self.trial(cells, exercise, Trial) as trial:
            faults = (
                *(functools.partial(trial.correctness, check) for check in plain),
                *(functools.partial(trial.steadiness, check) for check in plain),
                *(functools.partial(trial.breaks, check) for check in checks if isinstance(check, Breaks)),
                *(functools.partial(cost_fault, trial, check) for check in self.costs(exercise)),
            )
            return next((found for find in faults if (found := find()) is not None), None)

    @contextlib.contextmanager
    def trial(self, cells: Mapping[str, str], exercise: str, kind: type[AnyTrial]) -> Iterator[AnyTrial]:
        """Yield an answer before its checks, in a process of its own that ends with the block."""
        found = self._plan.exercises[exercise]
        with Runner(
            cells.items(), found.imports, Allowance(inf, inf)
        ) as student:  # some are judged many times
            student.load()
            yield kind(self._plan, found, student, self._reference)

    def costs(self, exercise: str) -> list[Counts | Growth | Memory]:
        """Return the checks of an exercise that measure what an answer costs."""
        checks = self._plan.exercises[exercise].checks
        return [check for check in checks if isinstance(check, COSTS)]


@functools.cache
def judge(assignment: str) -> Judge:
    """Return this process's judge of an assignment."""
    return Judge(assignment)


def cost_fault(trial: Trial, check: Counts | Growth | Memory) -> Fault | None:
    """Return the fault that one check of costs finds."""
    if isinstance(check, Counts):
        return trial.counts(check)
    return trial.growth(check) if isinstance(check, Growth) else trial.memory(check)


def _without_shrinking(plan: Plan, exercise: Exercise) -> Exercise:
    """The exercise with the same inputs, all of them written down: only generated ones are made smaller."""
    checks = [_written_down(plan, exercise, check) for check in exercise.checks]
    return replace(exercise, checks=checks, cpu_seconds=exercise.cpu_seconds / 2)


def _written_down(plan: Plan, exercise: Exercise, check: AnyCheck) -> AnyCheck:
    if not isinstance(check, Check):
        return check
    return replace(check, strategy=None, edges=[case.arguments for case in plan.cases(exercise, check)])
