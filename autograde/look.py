"""A quick look at how an answer's time grows: what is plainly right needs no race (see growth).

One process makes all calls, each on an input of its own, so that nothing which it remembers helps. The reference's
costs are those of earlier calls: other work on the machine makes an answer slower by a factor, which no slope shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograde.check import Exercise
from autograde.growth import (
    BESIDE_FACTOR,
    BESIDE_SECONDS,
    LONG_SECONDS,
    PLAIN_SLOPE,
    Lap,
    slope,
)
from autograde.plan import Case, look_sizes
from autograde.worker_process import WorkerProcess

SURE_SLOPE = 0.3  # below the limit by as much as one look may be wrong
PASSES = 5


@dataclass(frozen=True)
class Costs:
    """What the reference costs: the least processor time in seconds at each size, and what it used beside."""

    least: Sequence[float]
    beside: float


def measured(exercise: Exercise, worker: WorkerProcess, cases: Sequence[Case]) -> Costs:
    """Return the costs of the reference, which has a process of its own; cases: smallest first."""
    lap = Lap(exercise, worker, cases)
    passes = [[lap.cost(index) for index in range(len(cases))] for _ in range(PASSES)]
    return Costs([min(costs) for costs in zip(*passes, strict=True)], lap.beside())


def look(
    exercise: Exercise, worker: WorkerProcess, sizes: Sequence[int], cases: Sequence[Case], costs: Costs
) -> float | None:
    """Return the slope of log(answer's / reference's time); None when too much was computed beside the calls.

    worker: a process that has not been asked for these calls; cases: those of look_sizes. It ends early when the
    calls are long and the slope is plain. Raises Stopped with an index of cases, and Died.
    """
    lap = Lap(exercise, worker, cases)
    least: list[float] = []
    found = 0.0
    for place, (index, size) in enumerate(look_sizes(sizes)):
        if place == 0:
            continue  # the lap has made that call
        cost = lap.cost(place) * sizes[index] / size
        least[index:] = [min([cost, *least[index:]])]
        if index >= 2:
            found = slope(sizes[: index + 1], [a / b for a, b in zip(least, costs.least, strict=False)])
            if found > PLAIN_SLOPE and cost > LONG_SECONDS:
                return found
    return found if lap.beside() <= BESIDE_SECONDS + BESIDE_FACTOR * costs.beside else None
