"""The grader's side of a submission's process: start it, call into it, watch it, end it.

The seam for isolation is `_launch`: whatever starts the process, the rest talks to two pipes and a pid.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from autograde import costs, wire
from autograde.check import DEVICES, MEGABYTE, Arguments, Outcome
from autograde.feeds import Feed, TooMuch
from autograde.limits import LOOK_SECONDS, Died, Limits
from autograde.paths import ROOT
from autograde.sandbox.levels import Level, best_level

if TYPE_CHECKING:
    from autograde.sandbox.warm_process import Forked

ADDRESS_SPACE_BYTES = 4096 * MEGABYTE
LIFETIME_CPU_SECONDS = 300
START_SECONDS = 60.0
REPLY_BYTES = 8 * MEGABYTE  # of one frame; in memory a value may be twenty times as large
ITEMS_BYTES = 4 * REPLY_BYTES  # of all frames of one call
WAITING_FRAMES = 4  # each may be large
MOST_CLASSES = 100  # of an error, its bases included


class WorkerProcess:
    """A fresh process for one submission's code. Use it as a context manager.

    imports: packages allowed beside the standard library and numpy; preload: modules imported before the
    code, so that two processes compared for memory hold the same libraries.
    """

    def __init__(self, imports: Sequence[str], hash_seed: int = 1, preload: Sequence[str] = ()) -> None:
        self._process = _launch(best_level(), imports, hash_seed, preload)
        assert self._process.stdin is not None
        self._requests = self._process.stdin.fileno()
        if os.name == "posix":
            os.set_blocking(self._requests, False)
        self._frames: queue.Queue[bytes | None] = queue.Queue(WAITING_FRAMES)
        self._closed = False
        self._reader = threading.Thread(target=self._read_frames, daemon=True)
        self._reader.start()
        self._devices: dict[int, Feed] = {}
        self._limits = Limits(self.pid, START_SECONDS)
        setup = {
            "course": str(ROOT),
            "imports": list(imports),
            "preload": list(preload),
            "memory_bytes": ADDRESS_SPACE_BYTES,
            "cpu_seconds": LIFETIME_CPU_SECONDS,
        }
        self._send(setup)
        self._receive()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Process id, for costs read from outside."""
        return self._process.pid

    def run_cell(self, name: str, source: str, cpu_seconds: float) -> dict[str, Any]:
        """Execute a cell; the reply has "defines" (is the name there now?) or the fields of an error."""
        self._limits = Limits(self.pid, cpu_seconds)
        self._send({"do": "run_cell", "name": name, "source": source})
        reply = self._checked(self._receive(), dict)
        if "error" not in reply:
            return {"defines": reply.get("defines") is True}
        outcome = self._outcome_of(reply, None)
        return {"error": outcome.error, "message": outcome.message, "where": outcome.where}

    def call(
        self, name: str, calls: Sequence[Arguments], drains: bool, cpu_seconds: float
    ) -> Iterator[Outcome]:
        """Call a function once for each tuple of arguments, in one request; yield an outcome each.

        Raises Died when the process is gone, used up cpu_seconds on one call, or its memory.
        """
        requests = [_request(arguments) for arguments in calls]
        self._limits = Limits(self.pid, cpu_seconds)
        self._send({"do": "batch", "name": name, "calls": requests, "drains": drains})
        for arguments in calls:
            yield self._outcome(arguments)
            self._limits = Limits(self.pid, cpu_seconds)

    def hold(self, calls: Sequence[Arguments]) -> None:
        """Hand over the arguments of calls that run_held makes later."""
        self._limits = Limits(self.pid, START_SECONDS)
        self._send({"do": "hold", "calls": [_request(arguments) for arguments in calls]})
        self._receive()

    def run_held(
        self, name: str, index: int, arguments: Arguments, drains: bool, cpu_seconds: float
    ) -> tuple[float, Outcome]:
        """Make one held call; return its processor time in seconds, the sending of its value included."""
        before = self.cpu_seconds()
        self._limits = Limits(self.pid, cpu_seconds)
        self._send({"do": "run_held", "name": name, "index": index, "drains": drains})
        outcome = self._outcome(arguments)
        return self.cpu_seconds() - before, outcome

    def cpu_seconds(self) -> float:
        """Return the processor time so far, once the process waits; raises Died when it is gone."""
        try:
            costs.wait_until_asleep(self.pid)
            return costs.cpu_seconds(self.pid)
        except OSError:
            raise self._ended() from None

    def peak_bytes(self) -> int | None:
        """Return the most memory that it has held; raises Died when it is gone."""
        try:
            return costs.peak_bytes(self.pid)
        except OSError:
            raise self._ended() from None

    def close(self) -> None:
        """End the process and everything that it started in its session; safe to call twice."""
        self._closed = True
        if self._process.poll() is None:
            _kill(self._process)
        self._process.wait()
        self._reader.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not self._reader.is_alive():
                with contextlib.suppress(OSError):
                    pipe.close()

    def _outcome(self, arguments: Arguments) -> Outcome:
        """Serve the devices of one call until its reply comes."""
        self._devices = {i: Feed(a) for i, a in enumerate(arguments) if isinstance(a, DEVICES)}
        items: list[Any] | None = None
        left = ITEMS_BYTES
        budget = wire.Budget()
        while True:
            frame = self._frame()
            reply = self._checked(self._unpacked(frame, budget), dict)
            if "ask" in reply:
                self._send(self._feed(reply["ask"]).take(self._checked(reply.get("count"), int)))
            elif "put" in reply:
                self._keep(self._feed(reply["put"]), self._checked(reply.get("data"), bytes))
            elif "items" in reply:
                left -= len(frame)
                if left < 0:
                    raise self._misbehaved(f"more than {ITEMS_BYTES // MEGABYTE} MB of items")
                items = (items or []) + self._checked(reply["items"], list)
            else:
                return self._outcome_of(reply, items)

    def _feed(self, device: object) -> Feed:
        if type(device) is not int or device not in self._devices:
            raise self._misbehaved("it asks for a device that it was not given")
        return self._devices[device]

    def _keep(self, feed: Feed, data: bytes) -> None:
        try:
            feed.give(data)
        except TooMuch as much:
            raise self._misbehaved(str(much)) from None

    def _written(self) -> bytes | None:
        sinks = [feed for feed in self._devices.values() if feed.is_sink]
        return b"".join(sinks[0].received) if sinks else None

    def _send(self, message: Any) -> None:
        """Write a frame; a process that does not read is watched like one that does not answer."""
        left = memoryview(wire.frame(message))
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
        while True:
            self._look()
            try:
                frame = self._frames.get(timeout=LOOK_SECONDS)
            except queue.Empty:
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
        except Died:
            self.close()
            raise

    def _checked(self, value: Any, kind: type) -> Any:
        """A part of a reply, which is a claim, has the type that the protocol gives it."""
        if type(value) is not kind:
            raise self._misbehaved(f"{wire.type_name(type(value))} instead of {wire.type_name(kind)}")
        return value

    def _outcome_of(self, reply: dict[str, Any], items: list[Any] | None) -> Outcome:
        error = reply.get("error")
        if error is not None:
            error = tuple(self._text(name) for name in self._checked(error, list)[:MOST_CLASSES])
            if not error:
                raise self._misbehaved("an error without a class")
        texts = {key: self._text(reply.get(key, "")) for key in ("message", "where", "stranger", "output")}
        value = reply.get("value") if items is None else items
        changed = reply.get("changed") is True
        return Outcome(value=value, written=self._written(), error=error, changed=changed, **texts)

    def _text(self, value: Any) -> str:
        text: str = self._checked(value, str)[:500]
        return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be printed

    def _misbehaved(self, message: str) -> Died:
        self.close()
        return Died("crashed", f"Its process sent something that is no answer: {message}.")

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

    def _read_frames(self) -> None:
        """Run in a thread: a read may block, a deadline may not."""
        frame: bytes | None = b""
        while frame is not None and not self._closed:
            try:
                frame = wire.read_frame(self._process.stdout, REPLY_BYTES)  # type: ignore[arg-type]
            except (wire.WireError, OSError, ValueError):
                frame = None
            while not self._closed:
                with contextlib.suppress(queue.Full):
                    self._frames.put(frame, timeout=LOOK_SECONDS)
                    break


def _launch(
    level: Level, imports: Sequence[str], hash_seed: int, preload: Sequence[str]
) -> subprocess.Popen[bytes] | Forked:
    """Start the process: a fork of the warm process that has locked itself in, or a bare interpreter."""
    if level is not Level.NONE:
        from autograde.sandbox.warm_process import SandboxError, fork

        warm = tuple(name for name in ("numpy", *imports) if name in preload)
        try:
            return fork(level, tuple(imports), warm, hash_seed)
        except SandboxError as problem:
            raise Died("crashed", f"The sandbox does not hold: {problem}.") from None
    return _bare_interpreter(hash_seed)


def _bare_interpreter(hash_seed: int) -> subprocess.Popen[bytes]:
    """Empty environment, no inherited descriptors, its own session; no sandbox."""
    environment = {"PYTHONHASHSEED": str(hash_seed)}
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    course = str(ROOT)
    code = f"import sys; sys.path.insert(0, {course!r}); from autograde.worker import main; main({course!r})"
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=os.path.abspath(os.sep),
        start_new_session=True,
    )


def _signal_name(number: int) -> str:
    """A signal as people call it; those of real time have numbers only."""
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


def _kill(process: subprocess.Popen[bytes] | Forked) -> None:
    """End the process, and the session of one that has no sandbox."""
    if isinstance(process, subprocess.Popen) and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _request(arguments: Arguments) -> list[Any]:
    """A call as plain data: devices become None, and their places and kinds go beside."""
    kinds = {i: type(a).__name__ for i, a in enumerate(arguments) if isinstance(a, DEVICES)}
    return [[None if i in kinds else a for i, a in enumerate(arguments)], kinds]
