"""The grader is measured: right answers get full marks, wrong ones never do, and their message names the fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograde.check import Check
from autograde.compare import value_text
from autograde.grading import Grader
from autograde.paths import assignment_names
from autograde.plan import full_plan
from autograde.released import released
from autograde.report import ExerciseReport
from autograde.submission import with_cells
from benchmarks.trust.answers import Answer, answers, cells_with

EXERCISES = [(name, exercise.name) for name in assignment_names() for exercise in released(name).exercises]
QUICK_WRONG = 3  # of each exercise; the full run grades all of them
QUICK_TRICKS = ("constant None", "the first argument", "always ValueError")


def parameters() -> Iterator[object]:
    """All answers; the right ones and the first wrong ones of each exercise belong to the quick run, too."""
    for pair in EXERCISES:
        wrong = 0
        for answer in answers(*pair):
            wrong += not answer.is_right
            marks = [pytest.mark.long] if not answer.is_right and wrong > QUICK_WRONG else []
            kind = "right" if answer.is_right else "wrong"
            yield pytest.param(answer, marks=marks, id=f"{answer.exercise}: {kind}, {answer.title}")


@pytest.fixture(scope="module")
def graders() -> Iterator[dict[str, Grader]]:
    found = {name: Grader(name) for name in assignment_names()}
    yield found
    for grader in found.values():
        grader.__exit__()


def grade(graders: dict[str, Grader], assignment: str, exercise: str, source: str) -> ExerciseReport:
    """Grade one exercise; all other cells hold the references."""
    submission = with_cells(cells_with(assignment, source))
    (report,) = graders[assignment].grade(submission, only=exercise).exercises
    return report


@pytest.mark.parametrize("answer", list(parameters()))
def test_an_answer_gets_what_it_deserves(answer: Answer, graders: dict[str, Grader]) -> None:
    report = grade(graders, answer.assignment, answer.exercise, answer.source)
    if not answer.is_right and report.score == report.max:
        # On a busy machine a cost near its limit is spared at times; `bench repeats` counts how often. Whatever is
        # no cost gets the same verdict again.
        report = grade(graders, answer.assignment, answer.exercise, answer.source)
    shown = "\n".join(
        [f"{report.score}/{report.max}", report.message, report.call, report.got, report.expected]
    )
    assert (report.score == report.max) is answer.is_right, shown
    assert answer.words in f"{report.message} {report.got}", shown
    if not answer.is_right:
        assert answer.words and report.call, shown


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_each_exercise_has_two_right_and_four_wrong_answers(assignment: str, exercise: str) -> None:
    verdicts = [answer.is_right for answer in answers(assignment, exercise)]
    assert verdicts.count(True) >= 2 and verdicts.count(False) >= 4


CONSTANTS = ["None", "0", "''", "[]", "b''", "{}", "iter([])", "True", "()"]
TRIVIAL = {
    **{f"constant {constant}": f"def NAME(*_):\n    return {constant}" for constant in CONSTANTS},
    "the first argument": "def NAME(*arguments):\n    return arguments[0] if arguments else None",
    "the last argument": "def NAME(*arguments):\n    return arguments[-1] if arguments else None",
    "always ValueError": "def NAME(*_):\n    raise ValueError('no')",
    "an iterator that raises": "def NAME(*_):\n    raise ValueError('no')\n    yield",
    "no answer": "def NAME(*_):\n    raise NotImplementedError",
}


@pytest.mark.parametrize(
    "trick",
    [pytest.param(trick, marks=[] if trick in QUICK_TRICKS else [pytest.mark.long]) for trick in TRIVIAL],
)
@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_a_trivial_answer_earns_nothing(
    assignment: str, exercise: str, trick: str, graders: dict[str, Grader]
) -> None:
    report = grade(graders, assignment, exercise, TRIVIAL[trick].replace("NAME", exercise))
    assert report.score == 0, [check for check in report.checks if check.score]


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_a_table_of_the_printed_examples_earns_nothing(
    assignment: str, exercise: str, graders: dict[str, Grader]
) -> None:
    plan = full_plan(assignment)
    checks = plan.checks(plan.exercises[exercise])
    printed = plan.cases(plan.exercises[exercise], checks[0]) if isinstance(checks[0], Check) else []
    plain = [(case.arguments, case.expected.value) for case in printed if case.expected.error is None]
    source = f"TABLE = {[(repr(a), v) for a, v in plain if '...' not in value_text(v)]!r}\n"
    source += f"def {exercise}(*arguments):\n    return dict(TABLE).get(repr(arguments))\n"
    report = grade(graders, assignment, exercise, source)
    assert report.score == 0, [check for check in report.checks if check.score]
