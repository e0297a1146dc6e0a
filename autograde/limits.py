"""What one call into a submission may use: processor time, waiting time, memory, and bytes that it sends."""

from __future__ import annotations

import time

from autograde.check import MEGABYTE

MEMORY_BYTES = 1024 * MEGABYTE  # resident; the address space may be larger, as numba needs it
REPLY_BYTES = 256 * MEGABYTE  # an iterator without an end must not fill the grader's memory
WALL_FACTOR = 5  # a call may wait (on a busy machine) this many times longer than it may compute
LOOK_SECONDS = 0.05


class Limits:
    """The limits of one call, whatever the number of messages that it sends.

    cpu_seconds: processor time that it may use, counted from the first look; received: bytes that it has sent.
    """

    def __init__(self, cpu_seconds: float) -> None:
        self.received = 0
        self._cpu_seconds = cpu_seconds
        self._cpu_start: float | None = None
        self._wall_deadline = time.monotonic() + cpu_seconds * WALL_FACTOR
        self._next_look = time.monotonic() + LOOK_SECONDS

    def look_is_due(self) -> bool:
        """Return whether it has been a while since this last was True."""
        now = time.monotonic()
        is_due = now >= self._next_look
        if is_due:
            self._next_look = now + LOOK_SECONDS
        return is_due

    def excess(self, cpu_seconds: float, resident_bytes: int) -> tuple[str, str] | None:
        """Return why the process has to end (timeout or memory, and a sentence), or None.

        >>> limits = Limits(2)
        >>> limits.excess(10, 0), limits.excess(12.5, 0)
        (None, ('timeout', 'It computes for more than 2 s and was stopped.'))
        """
        if self._cpu_start is None:
            self._cpu_start = cpu_seconds
        if cpu_seconds - self._cpu_start > self._cpu_seconds:
            return "timeout", f"It computes for more than {self._cpu_seconds:g} s and was stopped."
        if time.monotonic() > self._wall_deadline:
            waited = self._cpu_seconds * WALL_FACTOR
            return "timeout", f"It has not answered after {waited:g} s and was stopped."
        if resident_bytes > MEMORY_BYTES:
            return "memory", f"It takes more than {MEMORY_BYTES // MEGABYTE:,} MB of memory and was stopped."
        if self.received > REPLY_BYTES:
            return "memory", f"It gives more than {REPLY_BYTES // MEGABYTE:,} MB of results and was stopped."
        return None
