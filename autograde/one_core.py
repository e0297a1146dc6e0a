"""Grader and submission on one core: they take turns, and a core that is awake answers in a fifth of the time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this thread on the core that it runs on, and with it the forks that it asks for; Linux only.

    A process that may use one core only stays there. With several graders, give each a core of its own beforehand.
    """
    with _no_hurry():
        allowed = os.sched_getaffinity(0) if sys.platform == "linux" else set()
        if len(allowed) < 2:
            yield
            return
        os.sched_setaffinity(0, {ctypes.CDLL(None).sched_getcpu()} & allowed or allowed)
        try:
            yield
        finally:
            os.sched_setaffinity(0, allowed)


@contextlib.contextmanager
def _no_hurry() -> Iterator[None]:
    """Let this thread wait until the core is free: woken by each reply, it would stop who is writing the next."""
    if sys.platform != "linux" or os.sched_getscheduler(0) != os.SCHED_OTHER:
        yield
        return
    usual = os.sched_param(0)
    os.sched_setscheduler(0, os.SCHED_BATCH, usual)
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, usual)
