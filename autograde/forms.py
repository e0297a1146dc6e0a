"""What the text says of an answer that is an input: its form, as data, so that a bundle knows it, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """The form of a list, or of bytes: how many items it has, and what they are.

    bounds: of an item that is a tuple of ints, the least and the largest of each; without them an item is an int.
    item, length, number: what is asked for where an item, the length or a number is something else.
    """

    length: str = ""
    least: int = 0
    most: int = 1 << 30
    item: str = "a list of integers"
    bounds: Sequence[tuple[int, int]] = ()
    number: str = ""

    def asked_for(self, value: Any) -> str:
        """Return what is asked for instead of a list or bytes of another form, else "".

        >>> pairs = Form("one pair", 1, 1, item="pairs", bounds=[(0, 9), (1, 9)], number="numbers from 0")
        >>> [pairs.asked_for(value) for value in ([(0, 1)], [(0, True)], [], [(0, 0)])]
        ['', 'pairs', 'one pair', 'numbers from 0']
        """
        if not all(map(self._is_item, value)):
            return self.item
        if not self.least <= len(value) <= self.most:
            return self.length
        return "" if all(map(self._is_within, value)) else self.number

    def _is_item(self, item: Any) -> bool:
        if not self.bounds:
            return type(item) is int
        return type(item) is tuple and list(map(type, item)) == [int] * len(self.bounds)

    def _is_within(self, item: Any) -> bool:
        return not self.bounds or all(
            low <= number <= high for number, (low, high) in zip(item, self.bounds, strict=True)
        )
