"""Numba sets itself up with the first function that it compiles: the warm process does that for all its forks."""

from __future__ import annotations


def warm_up() -> None:
    """Compile a function that has what most have: a loop over an array, integers of a size, a new array, a slice."""
    import numba
    import numpy as np

    @numba.njit
    def widened(values: np.ndarray) -> np.ndarray:
        out = np.empty(len(values), np.uint64)
        for i in range(len(values)):
            out[i] = np.uint64(values[i])
        return out[:1]

    widened(np.frombuffer(b"warm", np.uint8))
