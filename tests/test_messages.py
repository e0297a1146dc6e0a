"""What a message says of the place of a fault, of names that are missing, and of a result of another type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample import REFERENCE, sample_plan

from autograde import progress, start_page
from autograde.causes import likely_cause
from autograde.check import Check, Exercise, Outcome
from autograde.compare import outcome_texts
from autograde.grading import Grader
from autograde.judging import Trial
from autograde.own_work import grade_own
from autograde.paths import CourseError
from autograde.reference import Reference
from autograde.report import Fault
from autograde.runner import Runner
from autograde.submission import with_cells
from benchmarks.trust.answers import cells_with

PLAN = sample_plan()
NAME = "ch06_vb_code"


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    with Reference([("reference", REFERENCE)], []) as runner:
        yield runner


def fault(reference: Reference, exercise: str = "double", **cells: str) -> Fault:
    """The first fault of an answer whose cells are these."""
    with Runner(list(cells.items()), []) as student:
        student.load()
        trial = Trial(PLAN, PLAN.exercises[exercise], student, reference)
        checks = [check for check in PLAN.checks(PLAN.exercises[exercise]) if isinstance(check, Check)]
        return next(filter(None, map(trial.correctness, checks)))


def test_a_line_of_another_cell_goes_with_its_name_and_with_the_line_that_called_it(
    reference: Reference,
) -> None:
    cells = {
        "helpers": "# mine\ndef twice(number):\n    return 2 / (number - number)",
        "double": "def double(numbers):\n    return [twice(number) for number in numbers]",
    }
    message = fault(reference, **cells).message
    lines = "helpers, line 3: return 2 / (number - number); called from line 2: return [twice("
    assert f"raises ZeroDivisionError on valid input ({lines}" in message


def test_a_line_of_ones_own_cell_stands_alone(reference: Reference) -> None:
    message = fault(reference, double="def double(numbers):\n    return 1 / 0").message
    assert message.endswith("(line 2: return 1 / 0).")


def test_a_step_of_a_class_names_the_other_cell_too(reference: Reference) -> None:
    own = "class Stack:\n    def __init__(self, most): pass\n    def push(self, item): helps()"
    message = fault(reference, "Stack", helpers="def helps(): [].pop()", Stack=own).message
    assert "(helpers, line 1: def helps(): [].pop(); called from line 3: def push(" in message


@pytest.mark.parametrize("module", ["zlib", "np"])
def test_a_module_that_was_not_imported_is_to_be_imported(reference: Reference, module: str) -> None:
    message = fault(reference, double=f"def double(numbers):\n    return {module}.x").message
    assert message == (
        f"name '{module}' is not defined (line 2: return {module}.x). "
        "Import it in the helpers cell or in this cell."
    )


def test_another_name_may_stand_in_a_cell_that_has_not_run(reference: Reference) -> None:
    message = fault(reference, double="def double(numbers):\n    return twice(numbers)").message
    assert message.startswith("name 'twice' is not defined") and "have been run" in message


def test_right_numbers_of_another_dtype_are_named() -> None:
    numbers = [5, 130]
    right = Outcome(value=np.array(numbers, dtype=np.uint64))
    exercise = Exercise("decode", checks=[])
    for wrong in (np.array(numbers, dtype=np.int64), np.array(numbers, dtype=np.float64)):
        message, _ = likely_cause(exercise, (), Outcome(value=wrong), right)
        assert message == f"It returns the right numbers, dtype {wrong.dtype}; uint64 is asked for."
    for wrong in (np.array([5, 131]), np.array([5]), np.array([5, 131], dtype=np.uint64)):
        message, _ = likely_cause(exercise, (), Outcome(value=wrong), right)
        assert message == "The result differs from the expected one."


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (None, 0, "It returns None; 0 is asked for. Is a return missing, or does 0 count as absent?"),
        (None, 5, "It returns None: is a return missing?"),
        (None, b"", "It returns None: is a return missing?"),
        (5, None, "It returns an int; None is asked for."),
    ],
)
def test_none_is_told_apart_from_what_is_false(got: Any, expected: Any, words: str) -> None:
    exercise = Exercise("get", checks=[])
    assert likely_cause(exercise, (), Outcome(value=got), Outcome(value=expected)) == (words, ())


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("bytearray(b'\\x01\\x82')", "bytearray.fromhex('01 82')"),
        ("bytearray(100)", f"bytearray.fromhex('{' '.join(['00'] * 24)}') ... (100 bytes)"),
        ("[bytearray(2)]", "a value with bytearray in it"),
    ],
)
def test_a_bytearray_is_shown(reference: Reference, value: str, got: str) -> None:
    found = fault(reference, double=f"def double(numbers):\n    return {value}")
    assert found.got == got
    assert found.message == "The result holds a bytearray; bytes(...) makes bytes of it."


def test_a_list_in_place_of_an_iterator_is_no_error(reference: Reference) -> None:
    found = fault(reference, "tens", tens="def tens(source):\n    return [source.read()]")
    assert found.got == "a list" and "an iterator is asked for" in found.message
    failed = Outcome(error=("ValueError", "Exception"), message="cut off")
    assert outcome_texts(failed, Outcome(value=[]))[0] == "raises ValueError: cut off"


@pytest.fixture
def trainee(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Somebody without any verdict yet."""
    for module in (start_page, progress):
        monkeypatch.setattr(module, "WORK", tmp_path)
    monkeypatch.setattr(start_page, "PAGE", tmp_path / "start.md")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))


def test_what_fails_for_want_of_cells_that_have_not_run_is_no_verdict(trainee: None) -> None:
    cells = cells_with(NAME, "")
    only = {"intersect_vb": cells["intersect_vb"]}
    with Grader(NAME) as grader:
        with pytest.raises(CourseError, match="Run the cells of ungaps and vb_decode first, then this check"):
            grade_own(grader, NAME, with_cells(only, from_kernel=True), only="intersect_vb")
        assert progress.standings(NAME) == {}
        some = {name: cells[name] for name in ("ungaps", "intersect_vb")}
        with pytest.raises(CourseError, match=r"Run the cell of vb_decode first, .* intersect_vb uses it"):
            grade_own(grader, NAME, with_cells(some, from_kernel=True), only="intersect_vb")
        own_fault = {"intersect_vb": "def intersect_vb(a, b):\n    return nothing(ungaps)"}
        report, _ = grade_own(grader, NAME, with_cells(own_fault, from_kernel=True), only="intersect_vb")
        assert "name 'nothing' is not defined" in report.exercises[0].message
        report, _ = grade_own(grader, NAME, with_cells(only), only="intersect_vb")
        assert "cell is missing or has not run" in report.exercises[0].message, "a file is graded as it is"


def test_a_kind_that_begins_with_a_vowel_has_its_article(reference: Reference) -> None:
    source = "import collections\ndef double(numbers):\n    return iter(collections.OrderedDict())"
    assert "The result holds an odict_iterator; " in fault(reference, double=source).message
