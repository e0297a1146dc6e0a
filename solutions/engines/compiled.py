"""Functions as machine code. Importing this module imports Numba (0.4 s); a function compiles at its first call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache


class _Kept(FunctionCache):
    """Machine code kept on disk where there is room; without room, each process compiles for itself."""

    def save_overload(self, *compiled: Any) -> None:
        with suppress(OSError):
            super().save_overload(*compiled)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as machine code, kept on disk where Numba finds a folder that it may write.

    >>> compiled(lambda number: number + 1)(2)
    3
    """
    found = njit(nogil=True)(function)
    with suppress(RuntimeError):  # no such folder: it compiles in each process
        found._cache = _Kept(function)  # type: ignore[attr-defined]  # what cache=True sets
    return found
