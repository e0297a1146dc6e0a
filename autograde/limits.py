"""The limits of one call into a submission, looked at from outside while it runs."""

from __future__ import annotations

import os
import time

from autograde import costs
from autograde.check import MEGABYTE

MEMORY_BYTES = 1024 * MEGABYTE  # resident; the address space may be larger, as numba needs it
WALL_FACTOR = 5  # a call may wait (on a busy machine) this many times longer than it may compute
LOOK_SECONDS = 0.05
START_SECONDS = 60.0
SHORT_SECONDS = 0.005  # of idling: less is the switching between processes
SPENT = "The notebook has used up the time for all its cells and calls together, and was stopped."


class Died(Exception):
    """The process was ended or ended itself; reason is timeout, memory or crashed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Allowance:
    """What all cells and calls of one submission may take together: seconds of computing, and of sleeping beside.

    A call's own limits bound one call; a notebook that sleeps in each of a thousand would still cost minutes. Time in
    which the process could run, but others had the cores, is not its own.
    """

    def __init__(self, computing: float = 60.0, sleeping: float = 20.0) -> None:
        self.computing = computing
        self.sleeping = sleeping
        self._pid = 0
        self._last = (0.0, 0.0, 0.0)
        self._delays = {os.getpid(): costs.delayed_seconds(os.getpid())}

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return min(self.computing, self.sleeping) <= 0

    def start(self, pid: int) -> None:
        """From now on this process spends the allowance."""
        self._pid = pid
        self._last = self._times()

    def look(self) -> None:
        """Raise Died when the allowance is spent. Looks at most every LOOK_SECONDS."""
        if time.monotonic() - self._last[0] < LOOK_SECONDS:
            return
        self.stop()
        if self.is_spent:
            raise Died("timeout", SPENT)

    def stop(self) -> None:
        """Take off what was spent since start or the last look; the process may be gone."""
        before, self._last = self._last, self._times()
        passed, computed, own = (now - then for now, then in zip(self._last, before, strict=True))
        computed = max(0.0, computed)
        self.computing -= computed
        idle = passed - computed - own
        if idle > SHORT_SECONDS:
            idle -= self._delayed(self._pid) + self._delayed(os.getpid())
            self.sleeping -= max(0.0, idle)

    def _times(self) -> tuple[float, float, float]:
        """Now, the processor time of the process, and that of the grader."""
        return time.monotonic(), _cpu_seconds(self._pid), time.process_time()

    def _delayed(self, pid: int) -> float:
        """How long a process was kept from running since this was last asked."""
        before, self._delays[pid] = self._delays.get(pid, 0.0), costs.delayed_seconds(pid)
        return max(0.0, self._delays[pid] - before)


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
