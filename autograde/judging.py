"""How each kind of check judges a submission: outcomes on cases, growth of time, peak of memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autograde import corpus
from autograde.causes import likely_cause
from autograde.check import MEGABYTE, Arguments, Check, Exercise, Growth, Memory, Outcome
from autograde.compare import call_text, matches, outcome_texts, value_text
from autograde.limits import Died
from autograde.plan import Case, Plan
from autograde.report import Fault
from autograde.runner import BATCH_CALLS, HASH_SEEDS, Runner, death_fault
from autograde.worker_process import WorkerProcess

SLOPE_LIMIT = 0.5
PLAIN_SLOPE = 0.8  # no need to climb further once the time itself hurts
GROWTH_CPU_SECONDS = 10.0
RUNS = 3
LONG_SECONDS = 0.1
SHORTEST_SECONDS = 1e-6
SMALL_CHARACTERS = 40


class _WrongWhenLarge(Exception):
    def __init__(self, got: Outcome) -> None:
        super().__init__("a wrong answer while time was measured")
        self.got = got


class Trial:
    """One exercise of one submission before its checks.

    reference: a runner that holds the reference, for costs to be compared with.
    """

    def __init__(self, plan: Plan, exercise: Exercise, student: Runner, reference: Runner) -> None:
        self._plan = plan
        self._exercise = exercise
        self._student = student
        self._reference = reference

    def correctness(self, check: Check, hash_seed: int = HASH_SEEDS[0]) -> Fault | None:
        """Return the first fault over all cases of a check, made as small as it can be; None when right."""
        cases = self._plan.cases(self._exercise, check)
        for start in range(0, len(cases), BATCH_CALLS):
            batch = cases[start : start + BATCH_CALLS]
            outcomes: list[Outcome] = []
            death: Died | None = None
            try:
                outcomes += self._student.call(self._exercise, [case.arguments for case in batch], hash_seed)
            except Died as died:
                death = died
            for case, got in zip(batch, outcomes, strict=False):
                if self._complaint(check, case, got):
                    return self._smallest_fault(check, case, got, hash_seed)
            if death is not None:
                return death_fault(self._exercise, batch[len(outcomes)].arguments, death)
        return None

    def steadiness(self, check: Check) -> Fault | None:
        """Return a fault when answers that were right change in a process with another hash seed."""
        fault = self.correctness(check, HASH_SEEDS[1])
        if fault is None:
            return None
        message = (
            "Two runs give different answers to the same call: is it the order of a set, or a random number?"
        )
        return Fault("failed", message, fault.call, fault.got, fault.expected)

    def growth(self, check: Growth) -> Fault | None:
        """Return a fault when time grows faster than the reference's in two measurements out of two."""
        cases = self._plan.growth_cases(self._exercise, check)
        for _ in range(2):
            ratios: list[float] = []
            try:
                ratios.extend(self._cost_ratios(check, cases))
            except Died as death:
                return death_fault(self._exercise, cases[len(ratios)].arguments, death)
            except _WrongWhenLarge as wrong:
                return self._fault(cases[len(ratios)], wrong.got)
            if slope(check.sizes[: len(ratios)], ratios) <= SLOPE_LIMIT:
                return None
        return self._growth_fault(check, ratios, cases[len(ratios) - 1].arguments)

    def memory(self, check: Memory) -> Fault | None:
        """Return a fault when the peak of a fresh process is over the reference's by more than the slack."""
        arguments = check.make()
        preload = sorted({*self._student.imported(), *self._reference.imported()})
        try:
            peak, got = self._peak(self._student, arguments, preload)
        except Died as death:
            return death_fault(self._exercise, arguments, death)
        limit, expected = self._peak(self._reference, arguments, preload)
        if not matches(got, expected):
            return self._fault(Case(arguments, expected), got)
        if peak is None or limit is None or peak <= limit + check.slack_bytes:
            return None
        message = (
            f"It holds too much in memory: {(peak - limit) / MEGABYTE:.0f} MB more than the reference "
            "does in the same call."
        )
        call = call_text(self._exercise.name, arguments)
        return Fault("failed", message, call=call, hints=check.hints)

    def _complaint(self, check: Check, case: Case, got: Outcome) -> bool:
        if check.judge is None:
            return not matches(got, case.expected)
        return bool(got.error or got.stranger) or check.judge(case.arguments, got.value) is not None

    def _smallest_fault(self, check: Check, case: Case, got: Outcome, hash_seed: int) -> Fault:
        """Shrink a failing input, unless it is an edge that was written down small."""
        written = any(case.arguments is edge for edge in check.edges)
        if check.strategy is None or (written and len(repr(case.arguments)) < SMALL_CHARACTERS):
            return self._fault(case, got, check)
        found: dict[str, tuple[Case, Outcome]] = {}

        def fails(arguments: Arguments) -> bool:
            expected = self._plan.expected(self._exercise, check, arguments)
            (outcome,) = self._student.call(self._exercise, [arguments], hash_seed)
            found[repr(arguments)] = (Case(arguments, expected), outcome)
            return self._complaint(check, *found[repr(arguments)])

        seed = corpus.seed(self._plan.name, self._exercise.name, check.name)
        smallest = corpus.shrink(check.strategy, fails, seed, case.arguments)
        return self._fault(*found.get(repr(smallest), (case, got)), check)

    def _fault(self, case: Case, got: Outcome, check: Check | None = None) -> Fault:
        """Describe a wrong outcome."""
        call = call_text(self._exercise.name, case.arguments)
        got_text, expected_text = outcome_texts(got, case.expected)
        message, hints = likely_cause(self._exercise, case.arguments, got, case.expected)
        if check is not None and check.judge is not None:
            expected_text = ""
            verdict = None if got.error or got.stranger else check.judge(case.arguments, got.value)
            if verdict is not None:
                got_text, expected_text = f"{value_text(got.value)}: {verdict[0]}", verdict[1]
        return Fault("failed", message, call, got_text, expected_text, hints, got.output)

    def _growth_fault(self, check: Growth, ratios: Sequence[float], arguments: Arguments) -> Fault:
        first, last = check.sizes[0], check.sizes[len(ratios) - 1]
        message = (
            f"It gets slower than the input grows: from n = {first:,} to n = {last:,}, "
            f"its time grows {ratios[-1] / ratios[0]:.0f} times more than the reference's."
        )
        call = call_text(self._exercise.name, arguments)
        return Fault("failed", message, call=call, hints=check.hints)

    def _cost_ratios(self, check: Growth, cases: Sequence[Case]) -> Iterator[float]:
        """Yield student's over reference's CPU time for each size; stop when the verdict is plain."""
        student = self._student.worker(HASH_SEEDS[0])
        reference = self._reference.worker(HASH_SEEDS[0])
        for worker in (student, reference):
            worker.hold([case.arguments for case in cases])
        ratios: list[float] = []
        for index, case in enumerate(cases):
            try:
                cost = self._least_cost(student, index, case)
            except Died:
                self._student.forget(HASH_SEEDS[0])
                raise
            ratios.append(cost / self._least_cost(reference, index, case))
            yield ratios[-1]
            sizes = check.sizes[: len(ratios)]
            if cost > LONG_SECONDS and len(ratios) >= 3 and slope(sizes, ratios) > PLAIN_SLOPE:
                return

    def _least_cost(self, worker: WorkerProcess, index: int, case: Case) -> float:
        """The least CPU time of RUNS held calls; a long call is measured once, as noise is small beside it.

        Each answer is looked at: a quick wrong one for large inputs earns nothing.
        """
        name, drains = self._exercise.name, self._exercise.drains
        least = math.inf
        for _ in range(RUNS):
            cost, got = worker.run_held(name, index, case.arguments, drains, GROWTH_CPU_SECONDS)
            if not matches(got, case.expected):
                raise _WrongWhenLarge(got)
            least = min(least, max(cost, SHORTEST_SECONDS))
            if cost > LONG_SECONDS:
                break
        return least

    def _peak(
        self, runner: Runner, arguments: Arguments, preload: Sequence[str]
    ) -> tuple[int | None, Outcome]:
        """Peak memory in bytes of a fresh process that makes one call, and the call's outcome."""
        with runner.fresh(preload=preload) as worker:
            cpu_seconds = GROWTH_CPU_SECONDS
            (outcome,) = worker.call(self._exercise.name, [arguments], self._exercise.drains, cpu_seconds)
            return worker.peak_bytes(), outcome


def slope(sizes: Sequence[int], ratios: Sequence[float]) -> float:
    """Return the slope of log(ratio) against log(size) by least squares; 1 where the student is slower by n.

    >>> round(slope([10, 100, 1000], [2.0, 20.0, 200.0]), 6), slope([10, 100], [3.0, 3.0])
    (1.0, 0.0)
    """
    points = [(math.log(size), math.log(ratio)) for size, ratio in zip(sizes, ratios, strict=True)]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def hint_for(hints: Sequence[str], tries: int) -> str:
    """Return the hint for the number of failed tries so far, the first at 1; later tries get later hints.

    >>> hint_for(["a", "b"], 1), hint_for(["a", "b"], 9), hint_for([], 1)
    ('a', 'b', '')
    """
    return hints[min(max(tries, 1), len(hints)) - 1] if hints else ""


def in_teaching_order(checks: Sequence[Check | Growth | Memory]) -> Iterator[Check | Growth | Memory]:
    """Yield the checks as listed, costs last: they are judged on right answers only."""
    yield from (check for check in checks if isinstance(check, Check))
    yield from (check for check in checks if not isinstance(check, Check))
