"""How well this machine can lock a submission in."""

from __future__ import annotations

import enum
import functools
import sys


class Level(enum.Enum):
    """The levels, each with what stands between a submission and the machine."""

    FULL = "full"
    CONTAINER = "container"
    NONE = "none"


MEANING = {
    Level.FULL: "A submission has a room of its own: libraries, no other file, process, network or program",
    Level.CONTAINER: "Landlock and a filter of system calls stand alone: names and sizes of files can be seen",
    Level.NONE: "A submission has a process of its own, and can do there what you can do",
}


@functools.cache
def best_level() -> Level:
    """Return the highest level at which a fork of the warm process locks itself in; tried once."""
    return next((level for level in (Level.FULL, Level.CONTAINER) if not why_not(level)), Level.NONE)


@functools.cache
def why_not(level: Level) -> str:
    """Return why a level cannot be had on this machine; "" when it can."""
    if sys.platform != "linux":
        return f"there is no such sandbox on {sys.platform}"
    from autograde.sandbox import landlock
    from autograde.sandbox.warm_process import SandboxError, WarmProcess

    if landlock.version() == 0:
        return "this kernel has no Landlock"
    warm = WarmProcess(level, [], [], 1)
    try:
        process = warm.fork()
    except SandboxError as problem:
        return str(problem)
    finally:
        warm.close()
    process.kill()
    return ""
