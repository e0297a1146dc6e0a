"""The checks of every assignment: edges, likely causes with their broken twins, and signatures."""

from __future__ import annotations

import ast
import re

import pytest

from autograde.causes import counts_cause, likely_cause
from autograde.check import Cause, Check, Counts, Exercise
from autograde.compare import is_right
from autograde.paths import SOLUTIONS, assignment_names
from autograde.perform import perform
from autograde.plan import full_plan
from autograde.source import without_solutions

NAMES = assignment_names()
EXERCISES = [(name, exercise) for name in NAMES for exercise in full_plan(name).exercises.values()]
CHECKS = [
    (name, exercise, check)
    for name, exercise in EXERCISES
    for check in exercise.checks
    if isinstance(check, Check)
]
COUNTS = [
    (name, exercise, check, cause)
    for name, exercise in EXERCISES
    for check in exercise.checks
    if isinstance(check, Counts)
    for cause in check.causes
]
CAUSES = [(name, exercise, cause) for name, exercise in EXERCISES for cause in exercise.causes]
CAUSES += [(name, exercise, cause) for name, exercise, _, cause in COUNTS]
TWINS = [(name, exercise, cause) for name, exercise in EXERCISES for cause in exercise.causes if cause.like]


def label(part: object) -> str:
    return part if isinstance(part, str) else getattr(part, "name", None) or getattr(part, "text", "")


def test_the_lists_are_not_empty() -> None:
    assert NAMES and CHECKS and TWINS


@pytest.mark.parametrize(("name", "exercise", "check"), CHECKS, ids=label)
def test_edges_are_what_their_check_says(name: str, exercise: Exercise, check: Check) -> None:
    """A check on refusals has good and bad input among its edges; all others have good input only."""
    cases = full_plan(name).cases(exercise, check)[: len(check.edges)]
    refusals = {case.expected.error is not None for case in cases}
    about_refusal = any(word in check.name for word in ("refused", "noticed"))
    assert refusals == ({True, False} if about_refusal else {False})


@pytest.mark.parametrize(("name", "exercise", "cause"), TWINS, ids=label)
def test_each_broken_twin_is_told_by_its_own_sentence(name: str, exercise: Exercise, cause: Cause) -> None:
    assert cause.like is not None
    plan = full_plan(name)
    for check in plan.checks(exercise):
        for case in plan.cases(exercise, check) if isinstance(check, Check) else ():
            got = perform(cause.like, case.arguments, exercise.drains)
            if not is_right(exercise, case.arguments, got, case.expected):
                text, hints = likely_cause(exercise, case.arguments, got, case.expected)
                assert (text, hints) == (cause.text, cause.hints)
                return
    pytest.fail("no case tells this twin from the reference")


@pytest.mark.parametrize(("name", "exercise", "check", "cause"), COUNTS, ids=label)
def test_each_costly_twin_is_right_and_is_told_by_its_own_sentence(
    name: str, exercise: Exercise, check: Counts, cause: Cause
) -> None:
    assert cause.like is not None
    for case in full_plan(name).cases(exercise, Check(check.name, 0, edges=check.calls)):
        got = perform(cause.like, case.arguments)
        assert is_right(exercise, case.arguments, got, case.expected)
        assert (
            check.least(case.arguments) <= case.expected.counts[check.counted] <= check.limit(case.arguments)
        )
        if got.counts[check.counted] > check.limit(case.arguments):
            assert counts_cause(check, case.arguments, got.counts[check.counted]) is cause
            return
    pytest.fail("no call tells this twin from the reference")


@pytest.mark.parametrize(("_name", "_exercise", "cause"), CAUSES, ids=label)
def test_causes_are_written_as_the_course_writes(_name: str, _exercise: Exercise, cause: Cause) -> None:
    first, last = cause.hints
    assert not cause.text[0].islower()
    assert cause.text.endswith(".")
    assert first.endswith("?")
    assert last.endswith((".", "...)."))
    assert not re.search(r"\b(just|simply|obviously)\b", f"{cause.text} {first} {last}", re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_need_no_name_of_the_helpers_cell(name: str) -> None:
    """The helpers cell is released empty: what a signature names is imported by the given cell."""
    text = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
    namespace: dict[str, object] = {}
    exec(compile(ast.parse(without_solutions(text, "pass")), "released", "exec"), namespace)
    assert all(callable(namespace[exercise.name]) for of, exercise in EXERCISES if of == name)
