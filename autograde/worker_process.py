"""The grader's side of a submission's process: start it, call into it, watch it, end it.

Whatever starts the process (see launch), this side talks to two pipes and a pid.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograde import costs, wire
from autograde.check import DEVICES, MEGABYTE, Arguments, Outcome, Steps
from autograde.compare import printable
from autograde.feeds import Feed, TooMuch
from autograde.launch import kill, launch
from autograde.limits import LOOK_SECONDS, Died, Limits
from autograde.paths import ROOT
from autograde.sandbox.levels import Level, best_level

ADDRESS_SPACE_BYTES = 2048 * MEGABYTE
LIFETIME_CPU_SECONDS = 300
START_SECONDS = 60.0
REPLY_BYTES = 8 * MEGABYTE  # of one frame; in memory a value may be twenty times as large
ITEMS_BYTES = 4 * REPLY_BYTES  # of all frames of one call


class WorkerProcess:
    """A fresh process for one submission's code. Use it as a context manager.

    imports: packages allowed beside the standard library and numpy; preload: modules imported before the
    code, so that two processes compared for memory hold the same libraries; level: of the sandbox, the best
    that there is when None.
    """

    def __init__(
        self,
        imports: Sequence[str],
        hash_seed: int = 1,
        preload: Sequence[str] = (),
        level: Level | None = None,
    ) -> None:
        self._process = launch(level or best_level(), imports, hash_seed, preload)
        assert self._process.stdin is not None
        self._requests = self._process.stdin.fileno()
        if os.name == "posix":
            os.set_blocking(self._requests, False)
        self._frames: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
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

    def run_cell(self, name: str, source: str, cpu_seconds: float) -> Outcome:
        """Execute a cell; the outcome has an error where the cell raises one."""
        self._limits = Limits(self.pid, cpu_seconds)
        self._send({"do": "run_cell", "name": name, "source": source})
        return self._outcome_of(self._checked(self._receive(), dict))

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
        costs.wait_until_asleep(self.pid)
        before = costs.cpu_seconds(self.pid)
        self._limits = Limits(self.pid, cpu_seconds)
        self._send({"do": "run_held", "name": name, "index": index, "drains": drains})
        outcome = self._outcome(arguments)
        costs.wait_until_asleep(self.pid)
        return costs.cpu_seconds(self.pid) - before, outcome

    def close(self) -> None:
        """End the process and everything that it started in its session; safe to call twice."""
        self._closed = True
        if self._process.poll() is None:
            kill(self._process)
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
        steps: list[Outcome] = []
        left = ITEMS_BYTES
        while True:
            frame = self._frame()
            reply = self._checked(self._unpacked(frame), dict)
            if "ask" in reply:
                self._send(self._feed(reply["ask"]).take(self._checked(reply.get("count"), int)))
            elif "put" in reply:
                self._keep(self._feed(reply["put"]), self._checked(reply.get("data"), bytes))
            elif "items" in reply:
                left = self._left(left, frame)
                items = (items or []) + self._checked(reply["items"], list)
            elif "step" in reply and len(steps) < _count_of_steps(arguments):
                left = self._left(left, frame)
                steps.append(self._outcome_of(reply))
            else:
                return self._with_steps(self._outcome_of(reply, items), arguments, steps)

    def _left(self, left: int, frame: bytes) -> int:
        """What a call may still give."""
        if len(frame) > left:
            raise self._over(
                Died("memory", f"It gives more than {ITEMS_BYTES // MEGABYTE} MB and was stopped.")
            )
        return left - len(frame)

    def _with_steps(self, outcome: Outcome, arguments: Arguments, steps: list[Outcome]) -> Outcome:
        """The outcome of a class whose object was made: its steps, all of them."""
        if outcome.error is not None or not _count_of_steps(arguments):
            return outcome
        if len(steps) < _count_of_steps(arguments):
            raise self._misbehaved("a step is missing")
        return replace(outcome, value=None, steps=tuple(steps))

    def _feed(self, device: object) -> Feed:
        if type(device) is not int or device not in self._devices:
            raise self._misbehaved("it asks for a device that it was not given")
        return self._devices[device]

    def _keep(self, feed: Feed, data: bytes) -> None:
        try:
            feed.give(data)
        except TooMuch as much:
            raise self._over(Died("memory", str(much))) from None

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

    def _unpacked(self, frame: bytes) -> Any:
        try:
            return wire.unpack(frame)
        except wire.WireError as error:
            raise self._misbehaved(str(error)) from None

    def _look(self) -> None:
        """End the process when it is over a limit."""
        try:
            self._limits.look()
        except Died as death:
            raise self._over(death) from None

    def _checked(self, value: Any, kind: type) -> Any:
        """A part of a reply, which is a claim, has the type that the protocol gives it."""
        if type(value) is not kind:
            raise self._misbehaved(f"{wire.type_name(type(value))} instead of {wire.type_name(kind)}")
        return value

    def _outcome_of(self, reply: dict[str, Any], items: list[Any] | None = None) -> Outcome:
        error = reply.get("error")
        if error is not None and not self._checked(error, list):
            raise self._misbehaved("an error without a name")
        return Outcome(
            value=reply.get("value") if items is None else items,
            written=self._written(),
            error=None if error is None else tuple(map(self._text, error)),
            message=self._text(reply.get("message", "")),
            where=self._text(reply.get("where", "")),
            stranger=self._text(reply.get("stranger", "")),
            changed=reply.get("changed") is True,
            output="\n".join(map(self._text, self._checked(reply.get("output", ""), str)[:500].split("\n"))),
        )

    def _text(self, value: Any) -> str:
        return printable(self._checked(value, str)[:500])

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
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
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


def _request(arguments: Arguments) -> list[Any]:
    """A call as plain data: devices become None, and their places and kinds go beside."""
    kinds = {i: type(a).__name__ for i, a in enumerate(arguments) if isinstance(a, (*DEVICES, Steps))}
    return [[_plain(a) for a in arguments], kinds]


def _plain(argument: Any) -> Any:
    if isinstance(argument, Steps):
        return [[name, list(arguments)] for name, arguments in argument.calls]
    return None if isinstance(argument, DEVICES) else argument


def _count_of_steps(arguments: Arguments) -> int:
    return len(arguments[-1].calls) if arguments and isinstance(arguments[-1], Steps) else 0
