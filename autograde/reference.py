"""The process of the references, and what has been measured of them: it is the same for each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any, TypeVar

from autograde.limits import Allowance
from autograde.runner import Runner

_MOST_KEPT = 64  # figures of memory are kept for each set of libraries, and a submission may load any
Figure = TypeVar("Figure")


class Reference(Runner):
    """Runs the references, and keeps what was measured of them. Use it as a context manager."""

    def __init__(self, cells: Iterable[tuple[str, str]], imports: Sequence[str]) -> None:
        super().__init__(cells, imports, Allowance(inf, inf))
        self._kept: dict[tuple[str, ...], Any] = {}

    def kept(self, key: tuple[str, ...], measure: Callable[[], Figure]) -> Figure:
        """Return what was measured under a key; it is measured when it is not there."""
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = measure()
        figure: Figure = self._kept[key]
        return figure

    def measure_again(self, key: tuple[str, ...]) -> None:
        """Forget a figure."""
        self._kept.pop(key, None)
