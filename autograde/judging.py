"""How each kind of check judges a submission: outcomes on cases, growth of time, peak of memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from autograde import corpus
from autograde.causes import likely_cause
from autograde.check import (
    MEGABYTE,
    Arguments,
    Breaks,
    Check,
    Counts,
    Exercise,
    Growth,
    Memory,
    Outcome,
)
from autograde.compare import (
    asked_for,
    is_right,
    matches,
    outcome_texts,
    up_to_difference,
    value_text,
    written_call,
)
from autograde.faults import counts_fault, growth_fault, too_few_fault
from autograde.growth import GROWTH_CPU_SECONDS, PLAIN_SLOPE, Race, Stopped, slope
from autograde.limits import Died
from autograde.look import SURE_SLOPE, Costs, look, measured
from autograde.plan import Case, Plan
from autograde.reference import Reference
from autograde.report import Fault
from autograde.requests import Batch
from autograde.runner import HASH_SEEDS, Runner, death_fault

SLOPE_LIMIT = 0.5
SMALL_CHARACTERS = 40
STEADY_EVERY = 5  # what hangs on the order of a set shows in most calls, if at all
COSTS = (Counts, Growth, Memory)
_GROWS = "Shorter inputs end in time: its time grows faster than the input, or a loop does not end."
AnyCheck = Check | Counts | Growth | Memory | Breaks


class Trial:
    """One exercise of one submission before its checks.

    reference: a runner that holds the reference, for costs to be compared with.
    """

    def __init__(self, plan: Plan, exercise: Exercise, student: Runner, reference: Reference) -> None:
        self._plan = plan
        self._exercise = exercise
        self._student = student
        self._reference = reference

    def correctness(self, check: Check, is_shown: bool = True) -> Fault | None:
        """Return the first fault over all cases of a check, None when right.

        is_shown: whether somebody reads it; only then it is made as small as it can be and its cause is looked for.
        """
        return self._first_fault(check, HASH_SEEDS[0], 1, is_shown)

    def steadiness(self, check: Check) -> Fault | None:
        """Return a fault when answers that were right change in a process with another hash seed."""
        fault = self._first_fault(check, HASH_SEEDS[1], STEADY_EVERY, True)
        if fault is None:
            return None
        message = (
            "Two runs give different answers to the same call: is it the order of a set, or a random number?"
        )
        return Fault("failed", message, fault.call, fault.got, fault.expected)

    def growth(self, check: Growth) -> Fault | None:
        """Return a fault when time grows faster than the reference's, in a quick look and two races.

        After a look in which it grows plainly faster, one race is enough.
        """
        looked = self._looked(check)
        if isinstance(looked, Fault):
            return looked
        if looked is not None and looked <= SURE_SLOPE:
            return None
        cases = self._plan.growth_cases(self._exercise, check)
        for _ in range(1 if looked is not None and looked > PLAIN_SLOPE else 2):
            try:
                ratios = self._cost_ratios(check, cases)
            except Stopped as stopped:
                return self._stopped_fault(check, cases[stopped.index], stopped)
            if slope(check.sizes[: len(ratios)], ratios) <= SLOPE_LIMIT:
                self._reference.measure_again(self._key(check))  # they may have misled the look
                return None
        return growth_fault(self._exercise, check, ratios, cases[len(ratios) - 1].arguments)

    def counts(self, check: Counts) -> Fault | None:
        """Return a fault when the devices of a call count more than its limit."""
        for case in self._plan.cases(self._exercise, Check(check.name, 0, edges=check.calls)):
            try:
                (got,) = self._student.call(self._exercise, [case.arguments], HASH_SEEDS[0])
            except Died as death:
                return death_fault(self._exercise, case.arguments, death)
            if not is_right(self._exercise, case.arguments, got, case.expected):
                return self._fault(case, got)
            count = got.counts[check.counted]
            if count > check.limit(case.arguments):
                return counts_fault(self._exercise, check, case.arguments, count)
            if count < check.least(case.arguments):
                return too_few_fault(self._exercise, check, case.arguments, count)
        return None

    def breaks(self, check: Breaks) -> Fault | None:
        """Return a fault when the right and the broken function do the same on the answer, or may not have it."""
        try:
            (got,) = self._student.call(self._exercise, [()], HASH_SEEDS[0])
        except Died as death:
            return death_fault(self._exercise, (), death)
        if got.error or got.stranger or type(got.value) is not type(check.like):
            return self._fault(Case((), Outcome(value=check.like)), got)
        if asked := check.takes.asked_for(got.value):
            return self._breaks_fault(got, "not taken", asked)
        right, broken = (self._on(name, (got.value, *check.more)) for name in (check.right, check.broken))
        if isinstance(right, Outcome) and right.error:
            return self._breaks_fault(
                got, f"{check.right} raises {right.error[0]}", f"an input that {check.right} takes"
            )
        if isinstance(right, Outcome) and isinstance(broken, Outcome) and matches(broken, right):
            same = f"{check.right} and {check.broken} both return {value_text(right.value)}"
            return self._breaks_fault(got, same, "an input on which they differ")
        return None

    def memory(self, check: Memory) -> Fault | None:
        """Return a fault when the peak of a fresh process is over the reference's by more than the slack."""
        arguments = self._plan.memory_call(self._exercise, check)
        own = self._reference.imported(self._exercise.imports)  # those of other exercises take long to load
        preload = sorted({*self._student.imported(), *own})
        try:
            peak, got = self._peak(self._student, arguments, preload)
        except Died as death:
            return death_fault(self._exercise, arguments, death)
        limit, expected = self._limit(check, arguments, preload)
        if not is_right(self._exercise, arguments, got, expected):
            return self._fault(Case(arguments, expected), got)
        if peak is None or limit is None or peak <= limit + check.slack_bytes:
            return None
        message = (
            f"It holds too much in memory: {(peak - limit) / MEGABYTE:.0f} MB more than the reference "
            "does in the same call."
        )
        call = written_call(self._exercise, arguments)
        return Fault("failed", message, call=call, hints=check.hints)

    def _first_fault(self, check: Check, hash_seed: int, every: int, is_shown: bool) -> Fault | None:
        """The first fault over every n-th case of a check."""
        cases = iter(self._plan.cases(self._exercise, check)[::every])
        for batch in self._plan.batches(self._exercise, check, every):
            found = self._first_wrong(batch, itertools.islice(cases, len(batch.calls)), hash_seed)
            if isinstance(found, Fault):
                return found
            if found is not None:
                return self._smallest_fault(check, *found, hash_seed) if is_shown else Fault("failed", "")
        return None

    def _first_wrong(
        self, batch: Batch, cases: Iterable[Case], hash_seed: int
    ) -> tuple[Case, Outcome] | Fault | None:
        """The first wrong outcome of a batch, or how its process died; no other is kept: each may be large."""
        wrong, judged = None, 0
        try:
            for got, case in zip(self._student.replay(self._exercise, batch, hash_seed), cases, strict=True):
                judged += 1
                if wrong is None and got and not is_right(self._exercise, case.arguments, got, case.expected):
                    wrong = case, got
        except Died as death:
            return wrong or death_fault(self._exercise, batch.calls[judged], death)
        return wrong

    def _smallest_fault(self, check: Check, case: Case, got: Outcome, hash_seed: int) -> Fault:
        """Shrink a failing input, unless it is an edge that was written down small."""
        written = any(case.arguments is edge for edge in check.edges)
        if check.strategy is None or (written and len(repr(case.arguments)) < SMALL_CHARACTERS):
            return self._fault(case, got)
        found: dict[str, tuple[Case, Outcome]] = {}

        def fails(arguments: Arguments) -> bool:
            expected = self._plan.expected(self._exercise, arguments)
            (outcome,) = self._student.call(self._exercise, [arguments], hash_seed)
            found[repr(arguments)] = (Case(arguments, expected), outcome)
            return not is_right(self._exercise, arguments, outcome, expected)

        seed = corpus.seed(self._plan.name, self._exercise.name, check.name)
        smallest = corpus.shrink(check.strategy, fails, seed, case.arguments)
        return self._fault(*found.get(repr(smallest), (case, got)))

    def _fault(self, case: Case, got: Outcome) -> Fault:
        """Describe a wrong outcome."""
        arguments, got, expected = up_to_difference(case.arguments, got, case.expected)
        call = written_call(self._exercise, arguments)
        got_text = outcome_texts(got.last(), expected.last())[0]
        expected_text = asked_for(self._exercise, arguments, got, expected)
        message, hints = likely_cause(self._exercise, arguments, got, expected)
        return Fault("failed", message, call, got_text, expected_text, hints, got.last().output)

    def _on(self, name: str, arguments: Arguments) -> Outcome | Died:
        """What a function of the assignment does with an answer; it may well hang or die of it."""
        try:
            worker = self._reference.worker(HASH_SEEDS[0])
            (outcome,) = worker.call(name, [arguments], False, self._exercise.cpu_seconds)
        except Died as death:
            self._reference.forget(HASH_SEEDS[0])
            return death
        return outcome

    def _breaks_fault(self, got: Outcome, verdict: str, asked: str) -> Fault:
        message, hints = likely_cause(self._exercise, (), got, Outcome(value=got.value))
        call = written_call(self._exercise, ())
        return Fault("failed", message, call, f"{value_text(got.value)}: {verdict}", asked, hints, got.output)

    def _cost_ratios(self, check: Growth, cases: Sequence[Case]) -> list[float]:
        reference = self._reference.worker(HASH_SEEDS[0])
        return Race(self._exercise, self._student, reference, cases).ratios(check.sizes)

    def _looked(self, check: Growth) -> float | Fault | None:
        """The slope that a quick look finds; None when it is no ground for a verdict."""
        cases = self._plan.look_cases(self._exercise, check)
        costs = self._reference.kept(self._key(check), lambda: self._reference_costs(check))
        try:
            return look(self._exercise, self._student.timed(self._exercise.name), check.sizes, cases, costs)
        except Stopped as stopped:
            return self._stopped_fault(check, cases[stopped.index], stopped)
        except Died:
            self._student.forget(HASH_SEEDS[1])
            return None

    def _reference_costs(self, check: Growth) -> Costs:
        cases = self._plan.growth_cases(self._exercise, check)
        return measured(self._exercise, self._reference.worker(HASH_SEEDS[0]), cases)

    def _limit(
        self, check: Memory, arguments: Arguments, preload: Sequence[str]
    ) -> tuple[int | None, Outcome]:
        """The reference's peak and outcome; they are the same for all who load the same libraries."""
        key = (*self._key(check), *preload)
        return self._reference.kept(key, lambda: self._peak(self._reference, arguments, preload))

    def _key(self, check: AnyCheck) -> tuple[str, ...]:
        return self._exercise.name, check.name

    def _stopped_fault(self, check: Growth, case: Case, stopped: Stopped) -> Fault:
        if stopped.death is not None:
            fault = death_fault(self._exercise, case.arguments, stopped.death)
            is_long = stopped.death.reason == "timeout" and stopped.index
            return (
                replace(fault, message=f"{fault.message} {_GROWS}", hints=check.hints) if is_long else fault
            )
        if stopped.got is not None:
            return self._fault(case, stopped.got)
        message = "It computes between the calls, where its time would not be counted."
        return Fault("failed", message, call=written_call(self._exercise, case.arguments))

    def _peak(
        self, runner: Runner, arguments: Arguments, preload: Sequence[str]
    ) -> tuple[int | None, Outcome]:
        """Peak memory in bytes of a fresh process that makes one call, and the call's outcome."""
        with runner.fresh(preload=preload) as worker:
            cpu_seconds = GROWTH_CPU_SECONDS
            (outcome,) = worker.call(self._exercise.name, [arguments], self._exercise.drains, cpu_seconds)
            return worker.peak_bytes(), outcome


def in_teaching_order(checks: Sequence[AnyCheck]) -> Iterator[AnyCheck]:
    """Yield the checks as listed, costs last: they are judged on right answers only."""
    yield from (check for check in checks if not isinstance(check, COSTS))
    yield from (check for check in checks if isinstance(check, COSTS))
