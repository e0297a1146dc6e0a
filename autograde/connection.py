"""Two pipes to a submission's process: frames out and in, each under the limits of the call that they belong to."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograde import wire
from autograde.check import MEGABYTE
from autograde.frames import frames
from autograde.launch import kill
from autograde.limits import LOOK_SECONDS, START_SECONDS, Allowance, Died, Limits

if TYPE_CHECKING:
    from autograde.sandbox.warm_process import Forked

REPLY_BYTES = 8 * MEGABYTE  # of one frame; in memory a value may be twenty times as large


class Connection:
    """The pipes of one process; nothing that comes out of them is trusted."""

    def __init__(self, process: subprocess.Popen[bytes] | Forked, allowance: Allowance) -> None:
        self._process = process
        self._allowance = allowance
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests = self._process.stdin.fileno()
        if os.name == "posix":
            os.set_blocking(self._requests, False)
        self._frames = frames(self._process.stdout, REPLY_BYTES)
        self._unread: deque[bytes] = deque()  # frames that were looked at and go first
        self._limits = Limits(self.pid, START_SECONDS)

    @property
    def pid(self) -> int:
        """Process id, for costs read from outside."""
        return self._process.pid

    def close(self) -> None:
        """End the process and everything that it started in its session; safe to call twice."""
        if self._process.poll() is None:
            kill(self._process)
        self._process.wait()
        if self._frames.close():
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]

    @contextlib.contextmanager
    def _spending(self, cpu_seconds: float) -> Iterator[None]:
        """What the process does in this block is limited, and is taken off the allowance."""
        self._limits = Limits(self.pid, cpu_seconds)
        self._allowance.start(self.pid)
        try:
            yield
        finally:
            self._allowance.stop()

    def _send(self, message: Any) -> None:
        """Write a frame."""
        self._write(wire.frame(message))

    def _write(self, frame: bytes) -> None:
        """Write bytes; a process that does not read is watched like one that does not answer."""
        left = memoryview(frame)
        while left:
            try:
                left = left[os.write(self._requests, left) :]
            except BlockingIOError:
                select.select([], [self._requests], [], LOOK_SECONDS)
                self._look()
            except OSError:
                raise self._ended() from None

    def _receive(self) -> Any:
        """The next message."""
        return self._unpacked(self._frame())

    def _frame(self) -> bytes:
        """The next frame, while a watch is kept on processor time, waiting time and memory."""
        if self._unread:
            return self._unread.popleft()
        while True:
            self._look()
            try:
                frame = self._frames.next(LOOK_SECONDS)
            except TimeoutError:
                continue
            if frame is None:
                raise self._ended()
            return frame

    def _unpacked(self, frame: bytes, budget: wire.Budget | None = None) -> Any:
        try:
            return wire.unpack(frame, budget)
        except wire.WireError as error:
            raise self._misbehaved(str(error)) from None

    def _look(self) -> None:
        """End the process when it is over a limit."""
        try:
            self._limits.look()
            self._allowance.look()
        except Died as death:
            raise self._over(death) from None

    def _over(self, death: Died) -> Died:
        self.close()
        return death

    def _misbehaved(self, message: str) -> Died:
        return self._over(Died("crashed", f"Its process sent something that is no answer: {message}."))

    def _ended(self) -> Died:
        """The process closed its pipe by itself: say how."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return self._misbehaved("it closed its pipe")
        self.close()
        if code < 0 and -code == getattr(signal, "SIGXCPU", None):
            return Died("timeout", "It used up the processor time of a whole grading.")
        how = f"signal {_signal_name(-code)}" if code < 0 else f"exit code {code}"
        return Died("crashed", f"Its process ended by itself ({how}) instead of returning.")


def _signal_name(number: int) -> str:
    """A signal as people call it; those of real time have numbers only."""
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)
