"""The limits of one call into a submission, looked at from outside while it runs."""

from __future__ import annotations

import time

from autograde import costs
from autograde.check import MEGABYTE

MEMORY_BYTES = 1024 * MEGABYTE  # resident; the address space may be larger, as numba needs it
WALL_FACTOR = 5  # a call may wait (on a busy machine) this many times longer than it may compute
LOOK_SECONDS = 0.05
START_SECONDS = 60.0


class Died(Exception):
    """The process was ended or ended itself; reason is timeout, memory or crashed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Limits:
    """Processor time, waiting time and memory of one process during one call."""

    def __init__(self, pid: int, cpu_seconds: float) -> None:
        self._pid = pid
        self._cpu_seconds = cpu_seconds
        self._cpu_start = _cpu_seconds(pid)
        self._start = self._looked = time.monotonic()

    def look(self) -> None:
        """Raise Died when the process is over a limit. Looks at most every LOOK_SECONDS."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        if _cpu_seconds(self._pid) - self._cpu_start > self._cpu_seconds:
            raise Died("timeout", f"It computes for more than {self._cpu_seconds:g} s and was stopped.")
        if now - self._start > self._cpu_seconds * WALL_FACTOR:
            waited = self._cpu_seconds * WALL_FACTOR
            raise Died("timeout", f"It has not answered after {waited:g} s and was stopped.")
        if costs.resident_bytes(self._pid) > MEMORY_BYTES:
            limit = MEMORY_BYTES // MEGABYTE
            raise Died("memory", f"It takes more than {limit:,} MB of memory and was stopped.")


def _cpu_seconds(pid: int) -> float:
    """Processor time so far; of a process that is gone, none: its closed pipe tells more."""
    try:
        return costs.cpu_seconds(pid)
    except ProcessLookupError:
        return 0.0
