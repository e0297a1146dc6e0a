"""Two texts in two columns on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

_BETWEEN = " │ "
_NARROWEST = 38  # columns of a half; below that the texts stand one under the other


def side_by_side(left: tuple[str, str], right: tuple[str, str], columns: int) -> Iterator[str]:
    """Yield the lines of two texts, each under its title; one under the other where `columns` are too few.

    >>> for line in side_by_side(("one", "a\\nb"), ("two", "가"), 79):
    ...     print(line.replace("     ", "~").rstrip())
    one~~~~~~~ │ two
    a~~~~~~~   │ 가
    b~~~~~~~   │
    """
    width = (columns - len(_BETWEEN)) // 2
    if width < _NARROWEST:
        for title, text in (left, right):
            yield from (f"{title}:", *text.splitlines())
        return
    halves = [
        [part for line in f"{title}\n{text}".splitlines() for part in _cut(line, width)]
        for title, text in (left, right)
    ]
    for mine, other in zip_longest(*halves, fillvalue=""):
        yield mine + " " * (width - _width(mine)) + _BETWEEN + other


def _cut(line: str, width: int) -> Iterator[str]:
    """A line in pieces that fit; at least one."""
    piece = ""
    for character in line:
        if _width(piece + character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def _width(text: str) -> int:
    """The columns that a text takes: East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
