"""Times of several callables, measured so that they can be compared.

The callables take turns. What slows the machine down for a second (another program, a processor that grows
hot) then falls on all of them, and the median does not see it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """The runs of one callable: their seconds in the order of the runs (at least three).

    >>> timing = Timing("decode", (0.2, 0.1, 0.9, 0.3, 0.4))
    >>> timing.median_seconds, timing.low_seconds, timing.high_seconds
    (0.3, 0.2, 0.4)
    """

    name: str
    seconds: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """Half of the runs took longer."""
        return statistics.median(self.seconds)

    @property
    def low_seconds(self) -> float:
        """The lower quartile: a quarter of the runs took less."""
        return self._quartiles()[0]

    @property
    def high_seconds(self) -> float:
        """The upper quartile: a quarter of the runs took more."""
        return self._quartiles()[2]

    def rate(self, amount: float) -> float:
        """Return how much of `amount` a median run gets done in a second.

        >>> Timing("copy", (0.5, 0.5, 0.5)).rate(100)
        200.0
        """
        return amount / self.median_seconds

    def _quartiles(self) -> list[float]:
        return statistics.quantiles(self.seconds, n=4, method="inclusive")


def clock(
    callables: Mapping[str, Callable[[], object]],
    repeats: int = 7,
    prepare: Mapping[str, Callable[[], object]] | None = None,
) -> dict[str, Timing]:
    """Run each callable `repeats` times, in turns, after one run that is not counted; return their timings.

    prepare holds, by the callables' names, what runs before each run and is not timed, such as dropping a file
    from the page cache. Each round starts with another callable. The garbage collector rests during a run.
    A run that takes less than about 0.1 ms mostly measures the clock: give it more work.
    Raises ValueError for fewer than three repeats or an unknown name in prepare; whatever a callable raises.

    >>> timings = clock({"sum": lambda: sum(range(10_000)), "len": lambda: len(range(10_000))}, repeats=3)
    >>> timings["len"].median_seconds < timings["sum"].median_seconds
    True
    """
    prepare = prepare or {}
    if repeats < 3:
        raise ValueError(f"A median with a spread needs at least three repeats, not {repeats}.")
    if unknown := set(prepare) - set(callables):
        raise ValueError(f"prepare names what is not timed: {', '.join(sorted(unknown))}.")
    seconds: dict[str, list[float]] = {name: [] for name in callables}
    for round_number in range(-1, repeats):
        for name in _rotated(list(callables), round_number):
            prepare.get(name, _nothing)()
            taken = _seconds_of(callables[name])
            if round_number >= 0:
                seconds[name].append(taken)
    return {name: Timing(name, tuple(taken)) for name, taken in seconds.items()}


def _rotated(names: list[str], start: int) -> list[str]:
    """The names, another one first in each round."""
    start = start % len(names) if names else 0
    return names[start:] + names[:start]


def _seconds_of(run: Callable[[], object]) -> float:
    """The time that one run takes, without pauses of the garbage collector."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start
    finally:
        if collecting:
            gc.enable()


def _nothing() -> None:
    """What is prepared by default."""
