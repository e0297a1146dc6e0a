"""Ctrl-C and SIGTERM end a batch in order: what is graded is kept, and no process is left."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

_AGAIN_SECONDS = 0.01


class Stopped(BaseException):
    """SIGTERM has come. Like KeyboardInterrupt it is no error that somebody may handle on the way."""


@contextlib.contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Raise Stopped where the main thread is, when SIGTERM comes."""

    def stop(*_: object) -> None:
        raise Stopped

    before, hook = signal.signal(signal.SIGTERM, stop), sys.unraisablehook
    hear_in_finalizers()
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        sys.unraisablehook = hook


def hear_in_finalizers() -> None:
    """Have a signal sent again whose exception was raised in a finalizer, where Python drops it."""
    before = sys.unraisablehook

    def hook(dropped: Any) -> None:
        numbers = {KeyboardInterrupt: signal.SIGINT, Stopped: signal.SIGTERM, SystemExit: signal.SIGTERM}
        if dropped.exc_type not in numbers:
            before(dropped)
            return
        hook_runs = threading.Lock()
        with hook_runs:
            threading.Thread(target=_send_again, args=(numbers[dropped.exc_type], hook_runs)).start()

    sys.unraisablehook = hook


def _send_again(number: int, hook_runs: threading.Lock) -> None:
    """Send a signal to this process once the hook that asks for it, and with that the finalizer, has ended."""
    with hook_runs:
        time.sleep(_AGAIN_SECONDS)
    os.kill(os.getpid(), number)


def exit_code(stop: BaseException) -> int:
    """Return what a shell expects of a program that a signal has stopped.

    >>> exit_code(KeyboardInterrupt()), exit_code(Stopped())
    (130, 143)
    """
    return 128 + (signal.SIGTERM if isinstance(stop, Stopped) else signal.SIGINT)
