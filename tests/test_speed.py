"""What makes the grader fast changes no verdict: replies that are foretold, quick looks, one core, an allowance."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sample import REFERENCE, sample_plan

from autograde import grading, wire
from autograde.check import Check, Growth, Lines, Memory, Outcome, Sink, Source, Steps
from autograde.compare import matches, same
from autograde.frames import Polled, Threaded
from autograde.judging import SURE_SLOPE, Trial
from autograde.limits import SPENT, Allowance, Died
from autograde.one_core import one_core
from autograde.plan import look_sizes
from autograde.reference import Reference
from autograde.requests import AHEAD_BYTES, batches, foretold
from autograde.runner import Runner
from autograde.worker_process import WorkerProcess

PLAN = sample_plan()
DOUBLE = PLAN.exercises["double"]
GROWTH = next(check for check in DOUBLE.checks if isinstance(check, Growth))
QUADRATIC = "[2 * n for i, n in enumerate(numbers) if sum(numbers[:i]) >= 0]"


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    with Reference([("reference", REFERENCE)], []) as runner:
        yield runner


# --- equal values


@pytest.mark.parametrize(
    ("one", "other"),
    [([1], [True]), ([0], [False]), ([1, 2], [1]), ([b"a"], ["a"]), ((1,), [1]), ([1], [1.0]), ([1], [[1]])],
)
def test_flat_lists_are_compared_with_their_types(one: object, other: object) -> None:
    assert same(one, one) and same(other, other)
    assert not same(one, other) and not same(other, one)


# --- replies that are foretold


CALLS = {  # and whether the reply to a right answer is the foretold one
    "double": [(([3],), True), (([],), True), (([-1],), False), ((list(range(9999)),), True)],
    "copy": [
        ((Lines([b"a", b"bc"]), Sink()), True),
        ((Lines([]), Sink()), True),
        ((Lines([bytes(AHEAD_BYTES), b"x"]), Sink()), False),
    ],
    "tens": [((Source(b""),), True), ((Source(bytes(20_001)),), True), ((Source(bytes(99_999)),), False)],
    "Stack": [((2, Steps([("push", (5,)), ("pop", ())])), True), ((0, Steps([("pop", ())])), False)],
}


@pytest.mark.parametrize("name", CALLS)
def test_a_right_answer_replies_as_foretold(name: str) -> None:
    """All but errors and large data; what comes in other words is right, too."""
    exercise = PLAN.exercises[name]
    calls = [call for call, _ in CALLS[name]]
    expected = [PLAN.expected(exercise, call) for call in calls]
    with Runner([("reference", REFERENCE)], []) as student:
        (batch,) = batches(name, calls, expected, exercise.drains)
        got = list(student.replay(exercise, batch, 1))
    assert [outcome is None for outcome in got] == [told for _, told in CALLS[name]]
    assert all(
        matches(outcome, right) for outcome, right in zip(got, expected, strict=True) if outcome is not None
    )


@pytest.mark.parametrize(
    "body",
    [
        "return [True if n == 1 else 2 * n for n in numbers]",
        "print('x'); return [2 * n for n in numbers]",
        "numbers.append(1); return [2 * n for n in numbers[:-1]]",
        "return tuple(2 * n for n in numbers)",
        "return None",
        "raise ValueError",
    ],
)
def test_any_other_reply_is_looked_at(body: str) -> None:
    calls = [([1],), ([2, 3],), ([],)]
    (batch,) = batches("double", calls, [PLAN.expected(DOUBLE, call) for call in calls], False)
    with Runner([("double", f"def double(numbers):\n    {body}")], []) as student:
        got = list(student.replay(DOUBLE, batch, 1))
        single = list(student.call(DOUBLE, calls, 1))
    assert got[0] is not None
    assert all(outcome is None or outcome == alone for outcome, alone in zip(got, single, strict=True))


def test_where_many_answers_are_right_none_is_foretold() -> None:
    check = DOUBLE.checks[0]
    assert isinstance(check, Check)
    free = replace(DOUBLE, name="double", asks=lambda *_: "")
    assert any(sample_plan().batches(DOUBLE, check)[0].replies)
    assert not any(sample_plan().batches(free, check)[0].replies)


def test_errors_and_strange_values_are_not_foretold() -> None:
    assert foretold(([1],), Outcome(value=[1]), False)
    assert not foretold(([1],), Outcome(error=("ValueError",)), False)
    assert not foretold((2, Steps([("pop", ())])), Outcome(steps=(Outcome(error=("IndexError",)),)), False)
    assert not foretold(([1],), Outcome(value=object()), False)


def test_batches_hold_all_calls_in_order_and_no_frame_is_large() -> None:
    calls = [(bytes(300_000),), *[([i],) for i in range(600)], (bytes(900_000),), (bytes(900_000),)]
    made = batches("double", calls, [Outcome(value=0)] * len(calls), False)
    assert [call for batch in made for call in batch.calls] == calls
    assert [len(batch.calls) for batch in made][:2] == [
        8,
        256,
    ]  # few at first: a wrong answer is asked no more
    assert len(made) == 5 and max(len(batch.request) for batch in made) < 1_300_000


# --- frames


@pytest.mark.parametrize("kind", [Polled, Threaded])
def test_frames_come_whole_and_in_order_and_a_bad_one_ends_them(kind: type[Polled | Threaded]) -> None:
    start, end = os.pipe()
    with os.fdopen(start, "rb") as stream:
        reader = kind(stream, 100)
        frames = wire.frame("a") + wire.frame("bc")
        os.write(end, frames[:7])
        assert reader.next(5) == wire.pack("a")
        with pytest.raises(TimeoutError):
            reader.next(0.02)
        os.write(end, frames[7:] + wire.frame("x" * 101))
        assert reader.next(5) == wire.pack("bc")
        assert reader.next(5) is None
        os.close(end)
        assert reader.close()


# --- a quick look


def slopes(source: str, reference: Reference, times: int = 1) -> list[object]:
    with Runner([("double", source)], []) as student:
        trial = Trial(PLAN, DOUBLE, student, reference)
        return [trial._looked(GROWTH) for _ in range(times)]


def test_the_sizes_of_a_look_are_all_different() -> None:
    sizes = list(look_sizes(GROWTH.sizes))
    assert len(set(sizes)) == len(sizes) and [index for index, _ in sizes] == sorted(i for i, _ in sizes)
    assert {GROWTH.sizes[index] for index, _ in sizes} == set(GROWTH.sizes) <= {size for _, size in sizes}


def test_a_look_passes_what_is_right_and_nothing_quadratic(reference: Reference) -> None:
    assert min(map(float, slopes(REFERENCE, reference, 3))) <= SURE_SLOPE  # type: ignore[arg-type]
    (slope,) = slopes(f"def double(numbers):\n    return {QUADRATIC}", reference)
    assert isinstance(slope, float) and slope > 0.5


def test_what_a_look_has_asked_is_of_no_use_later(reference: Reference) -> None:
    """Each look has a process of its own for an exercise: a memory of the first makes the second no quicker."""
    source = "known = {}\ndef double(numbers):\n    key = tuple(numbers)\n    if key not in known:\n"
    source += f"        known[key] = {QUADRATIC}\n    return list(known[key])"
    assert all(isinstance(slope, float) and slope > 0.5 for slope in slopes(source, reference, 2))


def test_an_honest_memory_of_calls_costs_nothing(reference: Reference) -> None:
    source = (
        "import functools\n@functools.cache\ndef doubled(numbers):\n    return [2 * n for n in numbers]\n"
    )
    source += "def double(numbers):\n    return list(doubled(tuple(numbers)))"
    with Runner([("double", source)], []) as student:
        assert Trial(PLAN, DOUBLE, student, reference).growth(GROWTH) is None


def test_a_look_that_misled_has_its_costs_measured_again(reference: Reference) -> None:
    with Runner([("double", REFERENCE)], []) as student:
        trial = Trial(PLAN, DOUBLE, student, reference)
        key = trial._key(GROWTH)
        costs = reference.kept(key, lambda: trial._reference_costs(GROWTH))
        bent = [cost / 4**i for i, cost in enumerate(costs.least)]
        reference.measure_again(key)
        reference.kept(key, lambda: replace(costs, least=bent))
        assert float(trial._looked(GROWTH) or 0) > 0.5  # type: ignore[arg-type]
        assert trial.growth(GROWTH) is None
        assert reference.kept(key, lambda: None) is None


def test_a_process_serves_looks_of_several_exercises_once_each() -> None:
    with Runner([("double", REFERENCE)], []) as student:
        first = student.timed("double").pid
        assert student.timed("copy").pid == first
        assert student.timed("double").pid != first


def test_the_peak_of_the_reference_is_measured_once_for_the_same_libraries(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = PLAN.exercises["tens"]
    check = next(check for check in exercise.checks if isinstance(check, Memory))
    measured = []
    with Runner([("tens", REFERENCE)], []) as student:
        trial = Trial(PLAN, exercise, student, reference)
        monkeypatch.setattr(trial, "_peak", lambda runner, *_: measured.append(runner) or (1, Outcome()))
        assert [trial.memory(check) for _ in range(3)] == [None] * 3
    assert measured.count(student) == 3 and measured.count(reference) == 1


def test_what_is_kept_of_the_reference_is_bounded() -> None:
    kept = Reference([], [])
    for number in range(1000):
        kept.kept(("double", str(number)), str)
    assert len(kept._kept) <= 64


# --- one core


@pytest.mark.skipif(sys.platform != "linux", reason="processes are kept on a core on Linux")
def test_a_submission_runs_on_the_core_of_its_grader() -> None:
    allowed = os.sched_getaffinity(0)
    with one_core():
        here = os.sched_getaffinity(0)
        with WorkerProcess([]) as worker:
            assert os.sched_getaffinity(worker.pid) == here
    assert len(here) == 1 and os.sched_getaffinity(0) == allowed
    with WorkerProcess([]) as worker:
        assert os.sched_getaffinity(worker.pid) == allowed


@pytest.mark.skipif(sys.platform != "linux", reason="processes are kept on a core on Linux")
def test_a_grader_that_was_given_a_core_stays_there() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        for core in allowed:
            os.sched_setaffinity(0, {core})
            with one_core():
                assert os.sched_getaffinity(0) == {core}
            assert os.sched_getaffinity(0) == {core}
    finally:
        os.sched_setaffinity(0, allowed)


# --- an allowance for all


def test_many_short_sleeps_use_up_the_allowance() -> None:
    source = "import time\ndef double(numbers):\n    time.sleep(0.03)\n    return numbers"
    start = time.monotonic()
    with Runner([("double", source)], [], Allowance(sleeping=0.3)) as student:
        with pytest.raises(Died, match="all its cells and calls"):
            list(student.call(DOUBLE, [([1],)] * 500, 1))
        assert student.allowance.is_spent
    assert time.monotonic() - start < 12  # all of it would take 15 s


def test_cells_that_sleep_use_up_the_allowance_of_all_processes() -> None:
    cells = [(f"cell{i}", "import time\ntime.sleep(0.2)") for i in range(3)]
    with Runner(cells, [], Allowance(sleeping=0.5)) as student:
        student.load()
        assert not student.cell_faults or student.allowance.is_spent
        for _ in range(3):
            student.fresh().close()
        assert student.allowance.is_spent and SPENT in student.cell_faults["cell0"].message


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how long a process was kept from running")
def test_what_others_take_of_the_core_is_no_sleeping() -> None:
    source = "def double(numbers):\n    return sum(range(3 * 10**6))"
    spin = "while True: pass"
    with one_core(), subprocess.Popen([sys.executable, "-c", spin]) as other:
        try:
            with Runner([("double", source)], [], Allowance(100, 100)) as student:
                start = time.monotonic()
                list(student.call(DOUBLE, [([1],)] * 20, 1))
                passed = time.monotonic() - start
                allowance = student.allowance
        finally:
            other.kill()
    assert 100 - allowance.computing > 0.1
    assert 100 - allowance.sleeping < 0.25 * passed


def test_behind_a_spent_allowance_no_check_runs_and_the_first_says_so(reference: Reference) -> None:
    with Runner([("double", REFERENCE)], [], Allowance(sleeping=0)) as student:
        trial = Trial(PLAN, DOUBLE, student, reference)
        results = grading._results(trial, PLAN.checks(DOUBLE), DOUBLE, student)
    assert [report.status for report, _ in results] == ["timeout", *["not run"] * (len(results) - 1)]
    assert sum(report.score for report, _ in results) == 0
    assert [fault.message for _, fault in results if fault] == [SPENT]
