"""Walks through memory in which each step waits for the one before: what an access costs, by size and by order.

A chain is an array of uint32, cut into lines of 64 bytes. The first number of a line is the place of the next one.
No processor can start a step before it has the number of the step before, so the time of a step is the latency.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.engines.compiled import compiled

LINE_BYTES = 64  # what a processor moves between memory and cache at once
_PLACES = LINE_BYTES // 4


def ordered_chain(size_bytes: int) -> np.ndarray:
    """Return a chain that visits its lines one after the other, then starts again: the processor reads ahead.

    The chain has size_bytes // 64 lines, at least one.

    >>> ordered_chain(256)[::16].tolist()
    [16, 32, 48, 0]
    """
    return _linked(np.arange(max(1, size_bytes // LINE_BYTES), dtype=np.uint32))


def random_chain(size_bytes: int, seed: int) -> np.ndarray:
    """Return a chain that visits each of its lines once, in an order that the seed draws, then starts again.

    >>> chain = random_chain(64 * 1000, seed=2)
    >>> walk(chain, 999) != 0, walk(chain, 1000)
    (True, 0)
    """
    lines = np.arange(max(1, size_bytes // LINE_BYTES), dtype=np.uint32)
    np.random.default_rng(seed).shuffle(lines[1:])
    return _linked(lines)


def walk(chain: np.ndarray, steps: int, start: int = 0) -> int:
    """Take so many steps from a place; return the place that is reached, to go on from. The first call compiles.

    Raises ValueError when no line starts at the place.
    """
    if not 0 <= start < len(chain) or start % _PLACES:
        raise ValueError(f"No line of the chain starts at {start}.")
    return int(_walk(chain, steps, start))


def _linked(order: np.ndarray) -> np.ndarray:
    """A chain that visits the lines in this order."""
    chain = np.zeros((len(order), _PLACES), np.uint32)
    chain[order, 0] = _PLACES * np.roll(order, -1)
    return chain.reshape(-1)


@compiled
def _walk(chain: Any, steps: Any, start: Any) -> Any:
    place = np.uint32(start)
    for _ in range(steps):
        place = chain[place]
    return place
