"""What another process has cost so far, read from outside it: a submission cannot forge these figures."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil


def cpu_seconds(pid: int) -> float:
    """Return the processor time of all threads of a process in seconds; exact on Linux, ticks elsewhere.

    Raises ProcessLookupError when it is gone.
    """
    if sys.platform == "linux":
        try:
            return time.clock_gettime((~pid << 3) | 2)  # the kernel's name for that process's CPU clock
        except OSError:
            raise ProcessLookupError(pid) from None
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        raise ProcessLookupError(pid) from None
    return times.user + times.system


def delayed_seconds(pid: int) -> float:
    """Return how long a process could have run and others had the cores; 0 when it is gone or nothing tells."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds now; 0 when it is gone."""
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def peak_bytes(pid: int) -> int | None:
    """Return the most memory that a process has held since its start; None where the system does not tell."""
    if sys.platform == "linux":
        return _status_bytes(pid, "VmHWM")
    return getattr(psutil.Process(pid).memory_info(), "peak_wset", None)


def wait_until_asleep(pid: int, seconds: float = 0.05) -> None:
    """Wait until a process sleeps: the clock of a running one lags by up to a scheduler's tick."""
    if sys.platform != "linux":
        return
    deadline = time.monotonic() + seconds
    stat = Path(f"/proc/{pid}/stat")
    while time.monotonic() < deadline:
        state = stat.read_text().rpartition(")")[2].split()[0]
        if state in "SZX":
            return
        os.sched_yield()  # it may be waiting for this core


def _status_bytes(pid: int, field: str) -> int | None:
    """One field of /proc/PID/status, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return None
