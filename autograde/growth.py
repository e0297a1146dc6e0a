"""What an answer costs at growing sizes beside what the reference costs, measured from outside their processes."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from autograde.check import Exercise, Outcome
from autograde.compare import is_right
from autograde.limits import Died
from autograde.plan import Case
from autograde.runner import Runner
from autograde.worker_process import WorkerProcess

GROWTH_CPU_SECONDS = 10.0
RUNS = 3
LONG_SECONDS = 0.1  # a long call is measured once: noise is small beside it
SHORTEST_SECONDS = 1e-6
PLAIN_SLOPE = 0.8  # no need to climb further once the time itself hurts
BESIDE_SECONDS = 0.1  # processor time that may be used between the calls
BESIDE_FACTOR = 3


class Stopped(Exception):
    """No cost at the size `index`: the process died, the answer was wrong, or work was done beside the calls."""

    def __init__(self, index: int, death: Died | None = None, got: Outcome | None = None) -> None:
        super().__init__(index)
        self.index = index
        self.death = death
        self.got = got


class Race:
    """An answer and its reference before the same calls, smallest first.

    Each run of the answer has a fresh process: what it remembers of one call helps in no later one.
    """

    def __init__(
        self, exercise: Exercise, student: Runner, reference: WorkerProcess, cases: Sequence[Case]
    ) -> None:
        self._exercise = exercise
        self._student = student
        self._cases = cases
        self._reference = Lap(exercise, reference, cases)
        self._least: list[float] = []  # of the answer
        self._reference_least: list[float] = []
        self._index = 0  # of the size that is being measured

    def ratios(self, sizes: Sequence[int]) -> list[float]:
        """Return answer's over reference's processor time for each size, up to where the verdict is plain.

        Raises Stopped.
        """
        for run in range(RUNS):
            self._index = 0
            try:
                with self._student.fresh() as worker:
                    self._run(Lap(self._exercise, worker, self._cases), run, sizes)
            except Died as death:
                self._student.deaths += 1
                raise Stopped(self._index, death) from None
        return self._ratios()

    def _run(self, lap: Lap, run: int, sizes: Sequence[int]) -> None:
        for index in range(len(sizes)):
            if run and (index == len(self._least) or self._least[index] > LONG_SECONDS):
                break
            self._index = index
            self._keep(index, lap.cost(index))
            if not run and self._is_plain(sizes):
                break
        if lap.beside() > BESIDE_SECONDS + BESIDE_FACTOR * self._reference.beside():
            raise Stopped(self._index)

    def _keep(self, index: int, cost: float) -> None:
        if index < len(self._least):
            self._least[index] = min(self._least[index], cost)
        else:
            self._least.append(cost)
            self._reference_least.append(min(self._reference.cost(index) for _ in range(RUNS)))

    def _is_plain(self, sizes: Sequence[int]) -> bool:
        ratios = self._ratios()
        is_long = self._least[-1] > LONG_SECONDS
        return is_long and len(ratios) >= 3 and slope(sizes[: len(ratios)], ratios) > PLAIN_SLOPE

    def _ratios(self) -> list[float]:
        return [own / other for own, other in zip(self._least, self._reference_least, strict=True)]


class Lap:
    """Held calls in one process, each measured; and what the process uses beside them."""

    def __init__(self, exercise: Exercise, worker: WorkerProcess, cases: Sequence[Case]) -> None:
        self._exercise = exercise
        self._worker = worker
        self._cases = cases
        self._start = worker.cpu_seconds()
        self._measured = 0.0
        worker.hold([case.arguments for case in cases])
        self.cost(0)  # the first call compiles what is compiled when it is first called

    def cost(self, index: int) -> float:
        """Return the processor time of one call in seconds; raises Died, or Stopped for a wrong answer.

        Each answer is looked at: a quick wrong one for large inputs earns nothing.
        """
        name, drains, case = self._exercise.name, self._exercise.drains, self._cases[index]
        cost, got = self._worker.run_held(name, index, case.arguments, drains, GROWTH_CPU_SECONDS)
        self._measured += cost
        if not is_right(self._exercise, case.arguments, got, case.expected):
            raise Stopped(index, got=got)
        return max(cost, SHORTEST_SECONDS)

    def beside(self) -> float:
        """Return the processor time in seconds that was used outside the measured calls."""
        return self._worker.cpu_seconds() - self._start - self._measured


def slope(sizes: Sequence[int], ratios: Sequence[float]) -> float:
    """Return the slope of log(ratio) against log(size) by least squares; 1 where the student is slower by n.

    >>> round(slope([10, 100, 1000], [2.0, 20.0, 200.0]), 6), slope([10, 100], [3.0, 3.0])
    (1.0, 0.0)
    """
    points = [(log(size), log(ratio)) for size, ratio in zip(sizes, ratios, strict=True)]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
