"""How far a batch is: one line that is kept up to date on a terminal, a plain line a submission elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
import unicodedata
from typing import TextIO

_FIRST_ESTIMATE_SECONDS = 2.0


class Progress:
    """Counts what is graded. done: what was graded before; count: of all submissions."""

    def __init__(self, done: int, count: int, stream: TextIO | None = None) -> None:
        self.done, self._count = done, count
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._done_before = done
        self._start = time.monotonic()

    def add(self, text: str) -> None:
        """Count one more, and show what it was."""
        self.done += 1
        self.show(f"[{self.done}/{self._count}] {text}{self._left()}")

    def show(self, text: str) -> None:
        """Show where the batch is."""
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{cut(text, width)}")
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def end(self) -> None:
        """Clear the line, so that something else can be said."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _left(self) -> str:
        """An estimate of the time that is left: as many submissions in as much time as so far."""
        seconds = time.monotonic() - self._start
        left = self._count - self.done
        if not left or seconds < _FIRST_ESTIMATE_SECONDS:
            return ""
        return f", about {duration(seconds / (self.done - self._done_before) * left)} left"


def columns(text: str) -> int:
    """Return the columns that a text takes on a terminal: Korean and Japanese characters take two.

    >>> columns("김 a")
    4
    """
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def cut(text: str, width: int) -> str:
    """Return the start of a text that fits into so many columns.

    >>> cut("김 철수", 4)
    '김 '
    """
    while columns(text) > width:
        text = text[:-1]
    return text


def duration(seconds: float) -> str:
    """Write a time that is an estimate.

    >>> duration(3.2), duration(90), duration(4000)
    ('4 s', '2 min', '1 h 7 min')
    """
    if seconds < 60:
        return f"{int(seconds) + 1} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
