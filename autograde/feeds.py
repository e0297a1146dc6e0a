"""The devices of one call on the grader's side: what was asked for and written is counted here."""

from __future__ import annotations

from typing import Any

from autograde.check import MEGABYTE, Lines, Sink, Source

WRITTEN_BYTES = 64 * MEGABYTE  # more than any answer is worth


class TooMuch(Exception):
    """More was written to a device than is kept."""


class Feed:
    """One device of one call, on the grader's side."""

    def __init__(self, device: Lines | Source | Sink) -> None:
        self.is_sink = isinstance(device, Sink)
        self.received: list[bytes] = []
        self._data: Any = b""
        if isinstance(device, Lines):
            self._data = device.items
        elif isinstance(device, Source):
            self._data = device.data
        self._position = 0
        self._size = 0

    def take(self, count: int) -> Any:
        """The next items or bytes: at most count of them, and at most a frame's worth."""
        start, self._position = self._position, self._position + max(0, count)
        part = self._data[start : self._position]
        if isinstance(part, bytes):
            return part
        return self._within_a_frame(list(part), start)

    def give(self, data: bytes) -> None:
        """Keep what was written; raises TooMuch."""
        self._size += len(data)
        if self._size > WRITTEN_BYTES:
            raise TooMuch(f"It writes more than {WRITTEN_BYTES // MEGABYTE} MB and was stopped.")
        self.received.append(data)

    def _within_a_frame(self, lines: list[bytes], start: int) -> list[bytes]:
        size = 0
        for i, line in enumerate(lines):
            size += len(line)
            if size > MEGABYTE and i > 0:
                self._position = start + i
                return lines[:i]
        return lines
