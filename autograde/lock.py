"""A lock between processes: two course.py at once do one thing after the other."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK_SECONDS = 0.2


@contextlib.contextmanager
def one_at_a_time(path: Path, waiting: str) -> Iterator[int]:
    """Hold the lock file at path; while another process holds it, say `waiting` once and wait.

    Yields the open descriptor. On POSIX a child that inherits it holds the lock, too, so that the lock of a
    killed process lives as long as the work that it started. The operating system frees it in any case.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try_lock(descriptor):
            print(waiting, file=sys.stderr, flush=True)
            while not _try_lock(descriptor):
                time.sleep(_LOOK_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def held_or(path: Path, refuse: Callable[[], Exception]) -> Iterator[None]:
    """Hold the lock file at path; raise what refuse returns when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try_lock(descriptor):
            raise refuse()
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        """Lock the first byte of the file, if nobody has."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        """Lock the file, if nobody has."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
