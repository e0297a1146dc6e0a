"""Ctrl-C and SIGTERM end a batch in order: what is graded is kept, and no process is left."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


class Stopped(BaseException):
    """SIGTERM has come. Like KeyboardInterrupt it is no error that somebody may handle on the way."""


@contextlib.contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Raise Stopped where the main thread is, when SIGTERM comes."""

    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def exit_code(stop: BaseException) -> int:
    """Return what a shell expects of a program that a signal has stopped.

    >>> exit_code(KeyboardInterrupt()), exit_code(Stopped())
    (130, 143)
    """
    return 128 + (signal.SIGTERM if isinstance(stop, Stopped) else signal.SIGINT)
