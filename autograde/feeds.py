"""The devices of one call on the grader's side: what was asked for and written is counted here."""

from __future__ import annotations

from typing import Any

from autograde.check import MEGABYTE, Counted, Lines, Sink, Source
from workbench.devices import Device, TooMuch

ERROR_CHARACTERS = 300
WRITTEN_BYTES = 64 * MEGABYTE  # more than any answer is worth


def opened(argument: Lines | Source | Sink | Counted) -> Feed | Device:
    """Return the grader's side of a device, as new."""
    return argument.make() if isinstance(argument, Counted) else Feed(argument)


def served(device: Device, name: str, arguments: list[Any], named: dict[str, Any]) -> list[Any]:
    """Return the answer to one call: ["value", what it returns], or the name of an error and its text.

    name must be one of the device's methods or attributes. The device looks at the arguments, which are a
    stranger's. Raises TooMuch.
    """
    try:
        if name in device.attributes:
            device.look()
            return ["value", getattr(device, name)]
        return ["value", getattr(device, name)(*arguments, **named)]
    except (IndexError, TypeError, ValueError) as error:
        return [type(error).__name__, str(error)[:ERROR_CHARACTERS]]


class Feed:
    """One device of one call, on the grader's side."""

    def __init__(self, device: Lines | Source | Sink) -> None:
        self._is_sink = isinstance(device, Sink)
        self._received: list[bytes] = []
        self._data: Any = b""
        if isinstance(device, Lines):
            self._data = device.items
        elif isinstance(device, Source):
            self._data = device.data
        self._position = 0
        self._size = 0

    @property
    def outcome(self) -> bytes | None:
        """What was written, of a device that is there to be written to."""
        return b"".join(self._received) if self._is_sink else None

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
            raise TooMuch("memory", f"It writes more than {WRITTEN_BYTES // MEGABYTE} MB and was stopped.")
        self._received.append(data)

    def _within_a_frame(self, lines: list[bytes], start: int) -> list[bytes]:
        size = 0
        for i, line in enumerate(lines):
            size += len(line)
            if size > MEGABYTE and i > 0:
                self._position = start + i
                return lines[:i]
        return lines
