"""A line on standard error about work that takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO


class Progress:
    """Show how much of a known total is done: a line kept up to date on a terminal, elsewhere one every 10 s.

    >>> with Progress("Making a file", total=10) as progress:
    ...     progress.add(10)  # done within two seconds, so nothing is shown
    """

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, total, 0
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.next_line = time.monotonic() + 2
        self.shown = False

    def add(self, amount: int) -> None:
        """Count amount more as done; show a line when one is due."""
        self.done += amount
        now = time.monotonic()
        if now >= self.next_line:
            self.next_line = now + (0.2 if self.terminal else 10)
            self._show()

    def _show(self) -> None:
        text = f"{self.label}: {100 * self.done // self.total} %"
        self.stream.write(f"\r{text}" if self.terminal else f"{text}\n")
        self.stream.flush()
        self.shown = True

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown and self.terminal:
            self.stream.write("\n")
