"""The grader's side of a submission's process: start it, call into it, watch it, end it.

The seam for isolation is `_launch`: whatever starts the process, the rest talks to two pipes and a pid.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograde import costs, wire
from autograde.check import DEVICES, MEGABYTE, Arguments, Lines, Outcome, Sink, Source
from autograde.compare import printable
from autograde.limits import LOOK_SECONDS, Limits
from autograde.paths import ROOT

ADDRESS_SPACE_BYTES = 4096 * MEGABYTE
LIFETIME_CPU_SECONDS = 300
START_SECONDS = 60.0


class Died(Exception):
    """The process was ended or ended itself; reason is timeout, memory or crashed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class WorkerProcess:
    """A fresh process for one submission's code. Use it as a context manager.

    imports: packages allowed beside the standard library and numpy; preload: modules imported before the
    code, so that two processes compared for memory hold the same libraries.
    """

    def __init__(self, imports: Sequence[str], hash_seed: int = 1, preload: Sequence[str] = ()) -> None:
        self._process = _launch(hash_seed)
        self._frames: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
        self._closed = False
        self._reader = threading.Thread(target=self._read_frames, daemon=True)
        self._reader.start()
        self._devices: dict[int, _Feed] = {}
        setup = {
            "course": str(ROOT),
            "imports": list(imports),
            "preload": list(preload),
            "memory_bytes": ADDRESS_SPACE_BYTES,
            "cpu_seconds": LIFETIME_CPU_SECONDS,
        }
        self._send(setup)
        self._receive(Limits(START_SECONDS))

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Process id, for costs read from outside."""
        return self._process.pid

    def run_cell(self, name: str, source: str, cpu_seconds: float) -> Outcome:
        """Execute a cell; the outcome has an error where the cell raises one."""
        self._send({"do": "run_cell", "name": name, "source": source})
        return _outcome_of(_checked(self._receive(Limits(cpu_seconds)), dict), None, None)

    def call(
        self, name: str, calls: Sequence[Arguments], drains: bool, cpu_seconds: float
    ) -> Iterator[Outcome]:
        """Call a function once for each tuple of arguments, in one request; yield an outcome each.

        Raises Died when the process is gone, used up cpu_seconds on one call, or its memory.
        """
        requests = [_request(arguments) for arguments in calls]
        self._send({"do": "batch", "name": name, "calls": requests, "drains": drains})
        for arguments in calls:
            yield self._outcome(arguments, cpu_seconds)

    def hold(self, calls: Sequence[Arguments]) -> None:
        """Hand over the arguments of calls that run_held makes later."""
        self._send({"do": "hold", "calls": [_request(arguments) for arguments in calls]})
        self._receive(Limits(START_SECONDS))

    def run_held(
        self, name: str, index: int, arguments: Arguments, drains: bool, cpu_seconds: float
    ) -> tuple[float, Outcome]:
        """Make one held call; return its processor time in seconds, the sending of its value included."""
        costs.wait_until_asleep(self.pid)
        before = costs.cpu_seconds(self.pid)
        self._send({"do": "run_held", "name": name, "index": index, "drains": drains})
        outcome = self._outcome(arguments, cpu_seconds)
        costs.wait_until_asleep(self.pid)
        return costs.cpu_seconds(self.pid) - before, outcome

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

    def _outcome(self, arguments: Arguments, cpu_seconds: float) -> Outcome:
        """Serve the devices of one call until its reply comes; its limits hold for all that it sends."""
        limits = Limits(cpu_seconds)
        self._devices = {i: _Feed(a) for i, a in enumerate(arguments) if isinstance(a, DEVICES)}
        items: list[Any] | None = None
        while True:
            reply = _checked(self._receive(limits), dict)
            if "ask" in reply:
                self._send(self._feed(reply["ask"]).take(_checked(reply.get("count"), int)))
            elif "put" in reply:
                self._feed(reply["put"]).give(_checked(reply.get("data"), bytes))
            elif "items" in reply:
                items = (items or []) + _checked(reply["items"], list)
            else:
                return _outcome_of(reply, items, self._written())

    def _feed(self, device: object) -> _Feed:
        if type(device) is not int or device not in self._devices:
            raise self._misbehaved("it asks for a device that it was not given")
        return self._devices[device]

    def _written(self) -> bytes | None:
        sinks = [feed for feed in self._devices.values() if feed.is_sink]
        return b"".join(sinks[0].received) if sinks else None

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        try:
            wire.write_frame(self._process.stdin, message)  # type: ignore[arg-type]
        except OSError:
            raise self._ended() from None

    def _receive(self, limits: Limits) -> Any:
        """The next message, while a watch is kept on processor time, waiting time, memory and what is sent."""
        while True:
            if limits.look_is_due():
                self._watch(limits)
            try:
                frame = self._frames.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if frame is None:
                raise self._ended()
            limits.received += len(frame)
            try:
                return wire.unpack(frame)
            except wire.WireError as error:
                raise self._misbehaved(str(error)) from None

    def _watch(self, limits: Limits) -> None:
        """End the process when it is over a limit."""
        try:
            excess = limits.excess(costs.cpu_seconds(self.pid), costs.resident_bytes(self.pid))
        except ProcessLookupError:
            return
        if excess is not None:
            raise self._over(*excess)

    def _over(self, reason: str, message: str) -> Died:
        self.close()
        return Died(reason, message)

    def _misbehaved(self, message: str) -> Died:
        return self._over("crashed", f"Its process sent something that is no answer: {message}.")

    def _ended(self) -> Died:
        """The process closed its pipe by itself: say how."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return self._misbehaved("it closed its pipe")
        self.close()
        if code < 0 and -code == getattr(signal, "SIGXCPU", None):
            return Died("timeout", "It used up the processor time of a whole grading.")
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return Died("crashed", f"Its process ended by itself ({how}) instead of returning.")

    def _read_frames(self) -> None:
        """Run in a thread: a read may block, a deadline may not."""
        frame: bytes | None = b""
        while frame is not None and not self._closed:
            try:
                frame = wire.read_frame(self._process.stdout)  # type: ignore[arg-type]
            except (wire.WireError, OSError, ValueError):
                frame = None
            while not self._closed:
                with contextlib.suppress(queue.Full):
                    self._frames.put(frame, timeout=LOOK_SECONDS)
                    break


class _Feed:
    """One device of one call, on the grader's side."""

    def __init__(self, device: Lines | Source | Sink) -> None:
        self.is_sink = isinstance(device, Sink)
        self.received: list[bytes] = []
        self._data: Any = b""
        if isinstance(device, Lines):
            self._data = device.items
        elif isinstance(device, Source):
            self._data = device.data
        self._position = 0

    def take(self, count: int) -> Any:
        """The next items or bytes: at most count of them, and at most a frame's worth."""
        start, self._position = self._position, self._position + max(0, count)
        part = self._data[start : self._position]
        if isinstance(part, bytes):
            return part
        return self._within_a_frame(list(part), start)

    def give(self, data: bytes) -> None:
        """Keep what was written."""
        self.received.append(data)

    def _within_a_frame(self, lines: list[bytes], start: int) -> list[bytes]:
        size = 0
        for i, line in enumerate(lines):
            size += len(line)
            if size > MEGABYTE and i > 0:
                self._position = start + i
                return lines[:i]
        return lines


def _launch(hash_seed: int) -> subprocess.Popen[bytes]:
    """Start a bare interpreter on worker.py: empty environment, no inherited descriptors, its own session."""
    environment = {"PYTHONHASHSEED": str(hash_seed)}
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    worker = Path(__file__).with_name("worker.py")
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", str(worker)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=os.path.abspath(os.sep),
        start_new_session=True,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and its session."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _request(arguments: Arguments) -> list[Any]:
    """A call as plain data: devices become None, and their places and kinds go beside."""
    kinds = {i: type(a).__name__ for i, a in enumerate(arguments) if isinstance(a, DEVICES)}
    return [[None if i in kinds else a for i, a in enumerate(arguments)], kinds]


def _checked(value: Any, kind: type) -> Any:
    """A part of a reply, which is a claim, has the type that the protocol gives it."""
    if type(value) is not kind:
        raise Died("crashed", "Its process sent something that is no answer.")
    return value


def _outcome_of(reply: dict[str, Any], items: list[Any] | None, written: bytes | None) -> Outcome:
    error = reply.get("error")
    if error is not None and not _checked(error, list):
        raise Died("crashed", "Its process sent something that is no answer.")
    texts = {key: _text(reply.get(key, "")) for key in ("message", "where", "stranger")}
    return Outcome(
        value=reply.get("value") if items is None else items,
        written=written,
        error=None if error is None else tuple(_text(name) for name in error),
        changed=reply.get("changed") is True,
        output="\n".join(map(printable, _checked(reply.get("output", ""), str)[:500].split("\n"))),
        **texts,
    )


def _text(value: Any) -> str:
    return printable(_checked(value, str)[:500])
