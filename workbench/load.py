"""What loads this machine: the load average, the split of the CPU's time, and what one process does.

Linux tells it in /proc; elsewhere psutil tells a part of it. Counters count since the machine or the process began:
two samples have to be subtracted. A value that the system does not tell is None.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

Sample = dict[str, Any]

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_STATES = {"running": "R", "sleeping": "S", "disk-sleep": "D", "stopped": "T", "zombie": "Z", "idle": "I"}


def sample(pid: int, proc: Path = Path("/proc")) -> Sample:
    """Return what the system tells now about itself and about one process, as plain data.

    at_ms: milliseconds on a clock that only goes forward; load_1min: the load average of one minute; cores: how many.
    cpu_user_ms, cpu_system_ms, cpu_iowait_ms, cpu_idle_ms: time of all cores together.
    state: R runs or could run, S sleeps, D waits for a device, and cannot be woken (of its first thread).
    user_ms, system_ms: CPU time of the process. read_bytes, written_bytes: what it made devices move, not what came
    from memory. waits: how often its threads gave up a core to wait. waits_in: the kernel's name of what its first
    thread waits in now, such as futex_do_wait; an empty text while it runs.
    Raises ProcessLookupError when there is no such process.
    """
    try:
        process = _process_of_proc(proc, pid) if (proc / "stat").exists() else _process_of_psutil(pid)
    except (FileNotFoundError, psutil.NoSuchProcess):
        raise ProcessLookupError(f"There is no process {pid} any more.") from None
    return {"at_ms": round(1000 * time.monotonic()), **machine(proc), **process}


def samples(
    pids: Mapping[str, int], seconds: float, every_seconds: float = 0.1, proc: Path = Path("/proc")
) -> dict[str, list[Sample]]:
    """Watch several processes for some seconds; return the samples of each by its name, at least two.

    Raises ProcessLookupError when one of them ends.
    """
    taken: dict[str, list[Sample]] = {name: [sample(pid, proc)] for name, pid in pids.items()}
    end = time.monotonic() + seconds
    while True:
        time.sleep(every_seconds)
        for name, pid in pids.items():
            taken[name].append(sample(pid, proc))
        if time.monotonic() >= end:
            return taken


def why_no_samples(proc: Path = Path("/proc")) -> str:
    """Return why this machine does not tell what its processes do, as a sentence; an empty text when it does."""
    try:
        sample(os.getpid(), proc)
    except ProcessLookupError:
        return "This machine does not tell what its processes do: there is nothing in /proc."
    return ""


def machine(proc: Path = Path("/proc")) -> Sample:
    """Return the part of a sample that is about the machine: load_1min, cores, and the four times of the CPU."""
    told = _cpu_of_proc(proc) if (proc / "stat").exists() else _cpu_of_psutil()
    loads: list[float] | list[None] = [None]
    with suppress(OSError, AttributeError):  # Windows has none; psutil's imitation starts at 0
        loads = list(os.getloadavg())
    return {"load_1min": loads[0], "cores": os.cpu_count(), **told}


def _cpu_of_proc(proc: Path) -> Sample:
    """The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal."""
    ticks = [int(word) for word in (proc / "stat").read_text().partition("\n")[0].split()[1:]]
    user, system = ticks[0] + ticks[1], ticks[2] + sum(ticks[5:7])
    return _cpu(*(1000 * count // _TICKS_A_SECOND for count in (user, system, ticks[4], ticks[3])))


def _cpu_of_psutil() -> Sample:
    """psutil's times; where it has none for waiting, None."""
    try:
        times = psutil.cpu_times()
    except OSError:  # a Linux without /proc
        return _cpu(None, None, None, None)
    user, system = times.user + getattr(times, "nice", 0), times.system + getattr(times, "irq", 0)
    return _cpu(
        *map(_ms, (user, system + getattr(times, "softirq", 0), getattr(times, "iowait", None), times.idle))
    )


def _cpu(user: int | None, system: int | None, iowait: int | None, idle: int | None) -> Sample:
    return {"cpu_user_ms": user, "cpu_system_ms": system, "cpu_iowait_ms": iowait, "cpu_idle_ms": idle}


def _process_of_proc(proc: Path, pid: int) -> Sample:
    """stat, io, wchan and the status of each thread of /proc/PID."""
    folder = proc / str(pid)
    stat = (
        (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
    )  # a name may hold anything
    read, written = _bytes_of_proc(folder)
    return {
        "state": stat[0],
        "user_ms": 1000 * int(stat[11]) // _TICKS_A_SECOND,
        "system_ms": 1000 * int(stat[12]) // _TICKS_A_SECOND,
        "read_bytes": read,
        "written_bytes": written,
        "waits": _waits_of_proc(folder),
        "waits_in": _text(folder / "wchan").removesuffix("\n").removeprefix("0"),
    }


def _bytes_of_proc(folder: Path) -> tuple[int | None, int | None]:
    """What a process made devices read and write; None where the kernel does not tell."""
    found = dict(re.findall(r"^(\w+): (\d+)$", _text(folder / "io"), re.MULTILINE))
    read, written = (found.get(name) for name in ("read_bytes", "write_bytes"))
    return (None if read is None else int(read)), (None if written is None else int(written))


def _waits_of_proc(folder: Path) -> int:
    """The voluntary context switches of all threads."""
    told = [_text(status) for status in folder.glob("task/*/status")]
    return sum(
        int(count) for text in told for count in re.findall(r"^voluntary_ctxt_switches:\s*(\d+)", text, re.M)
    )


def _text(path: Path) -> str:
    """What a file of /proc says; nothing where it is missing or closed to us, or its thread has ended."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _process_of_psutil(pid: int) -> Sample:
    """What psutil tells on this system."""
    process = psutil.Process(pid)
    with process.oneshot():
        times, moved = _asked(process.cpu_times), _asked(getattr(process, "io_counters", None))
        return {
            "state": _STATES.get(_asked(process.status) or "", "S"),
            "user_ms": _ms(getattr(times, "user", None)),
            "system_ms": _ms(getattr(times, "system", None)),
            "read_bytes": getattr(moved, "read_bytes", None),
            "written_bytes": getattr(moved, "write_bytes", None),
            "waits": getattr(_asked(process.num_ctx_switches), "voluntary", None),
            "waits_in": "",
        }


def _asked(question: Any) -> Any:
    """The answer to a question to psutil; None where the system or the user may not know it."""
    try:
        return question() if question else None
    except (psutil.AccessDenied, NotImplementedError, FileNotFoundError):
        return None


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
