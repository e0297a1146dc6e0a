"""The grader's side of the warm process: start it once, ask it for forks."""

from __future__ import annotations

import contextlib
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from typing import BinaryIO

from autograde import wire
from autograde.paths import ROOT
from autograde.sandbox import view
from autograde.sandbox.levels import Level
from autograde.sandbox.room import SCRATCH
from autograde.sandbox.warm import STATUS

_START_SECONDS = 60.0


class SandboxError(Exception):
    """No fork, or one that could not lock itself in: nothing of a submission has run."""


class WarmEnded(SandboxError):
    """The warm process is gone; another can be started."""


class Forked:
    """A process that is locked in and waits for requests. It looks like a subprocess.Popen to its user."""

    def __init__(self, warm: WarmProcess, stdin: BinaryIO, stdout: BinaryIO, status: int) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self._warm = warm  # it ends when nobody holds it, and its forks end with it
        self._status = status
        self._code: int | None = None
        weakref.finalize(self, os.close, status)
        self.pid = self._read_status(_START_SECONDS) or 0
        if self.pid <= 0:
            raise WarmEnded("the warm process gave no fork")
        self._handle = os.pidfd_open(self.pid)  # a name that is never given to another process
        weakref.finalize(self, os.close, self._handle)
        self._require_locked()

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self._code is None:
            self._code = self._read_status(0)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code; raises subprocess.TimeoutExpired."""
        if self._code is None:
            self._code = self._read_status(timeout)
        if self._code is None:
            raise subprocess.TimeoutExpired("submission", timeout or 0)
        return self._code

    def kill(self) -> None:
        """End it, and with it whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _read_status(self, timeout: float | None) -> int | None:
        if not select.select([self._status], [], [], timeout)[0]:
            return None
        data = os.read(self._status, STATUS.size)
        return STATUS.unpack(data)[0] if data else -signal.SIGKILL

    def _require_locked(self) -> None:
        """Its first frame comes before any code of a submission: it can be trusted."""
        try:
            body = wire.read_frame(self.stdout)
        except (OSError, wire.WireError):
            body = None
        reason = "it ended while it locked itself in" if body is None else wire.unpack(body)["unsafe"]
        if reason:
            self.kill()
            raise SandboxError(reason)


class WarmProcess:
    """An interpreter with libraries imported, which forks on request.

    level: full or container; imports: allowed packages; warm: those of them that are imported beforehand.
    """

    def __init__(self, level: Level, imports: Sequence[str], warm: Sequence[str], hash_seed: int) -> None:
        mine, theirs = socket.socketpair()
        with theirs:
            process = _start(theirs, hash_seed)
        self._control = mine
        self._pid = process.pid
        self._end = weakref.finalize(self, _end, mine, process)
        setup = {
            "course": str(ROOT),
            "has_room": level is Level.FULL,
            "readable": view.readable(["numpy", *imports]),
            "covered": view.covered(),
            "warm": list(warm),
        }
        with contextlib.suppress(OSError):  # it has ended already: the first fork tells
            mine.sendall(wire.frame(setup))

    def fork(self) -> Forked:
        """Return a new process for one submission; raises SandboxError when it cannot be had or locked in."""
        ask_from, ask_to = os.pipe()
        reply_from, reply_to = os.pipe()
        status_from, status_to = os.pipe()
        given = (ask_from, reply_to, status_to)
        with contextlib.suppress(OSError):  # its forks run where their grader runs
            os.sched_setaffinity(self._pid, os.sched_getaffinity(0))
        try:
            socket.send_fds(self._control, [b"f"], given)
        except OSError:
            for descriptor in (ask_to, reply_from, status_from):
                os.close(descriptor)
            raise WarmEnded("the warm process has ended") from None
        finally:
            for descriptor in given:
                os.close(descriptor)
        return Forked(self, os.fdopen(ask_to, "wb"), os.fdopen(reply_from, "rb"), status_from)

    def close(self) -> None:
        """End it and all its forks."""
        self._end()


def fork(level: Level, imports: tuple[str, ...], warm: tuple[str, ...], hash_seed: int) -> Forked:
    """Return a fork of the warm process of this kind, which is started when it is first asked for.

    Raises SandboxError.
    """
    try:
        return warm_process(level, imports, warm, hash_seed).fork()
    except WarmEnded:  # such as by a machine that ran out of memory
        warm_process.cache_clear()
        return warm_process(level, imports, warm, hash_seed).fork()


warm_process = functools.lru_cache(maxsize=8)(WarmProcess)


def _start(control: socket.socket, hash_seed: int) -> subprocess.Popen[bytes]:
    """A bare interpreter: of the grader's environment and descriptors it has nothing."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from autograde.sandbox.warm import main; main()"
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process with threads cannot be forked
    scratch = {"HOME": SCRATCH, "TMPDIR": SCRATCH, "NUMBA_CACHE_DIR": f"{SCRATCH}/numba"}
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-c", code],
        stdin=control.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PYTHONHASHSEED": str(hash_seed), **threads, **scratch},
        cwd="/",
        start_new_session=True,
    )


def _end(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Close the connection, at which the process ends, and its forks with it."""
    control.close()
    deadline = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process.kill()
    process.wait()
