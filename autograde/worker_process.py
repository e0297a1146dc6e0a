"""The grader's side of a submission's process: start it, call into it, watch it, end it.

Whatever starts the process (see launch), this side talks to two pipes and a pid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograde import costs, wire
from autograde.check import DEVICES, MEGABYTE, Arguments, Outcome
from autograde.compare import printable
from autograde.connection import REPLY_BYTES, Connection
from autograde.feeds import Feed, opened, served
from autograde.launch import launch
from autograde.limits import START_SECONDS, Allowance, Died, Limits
from autograde.paths import ROOT
from autograde.requests import Batch, call_data, count_of_steps, request
from autograde.sandbox.levels import Level, best_level
from workbench.devices import Device, TooMuch, total_counts
from workbench.held import hold_together

ADDRESS_SPACE_BYTES = 2048 * MEGABYTE
LIFETIME_CPU_SECONDS = 300
ITEMS_BYTES = 4 * REPLY_BYTES  # of all frames of one call
MOST_CLASSES = 100  # of an error, its bases included


class WorkerProcess(Connection):
    """A fresh process for one submission's code. Use it as a context manager.

    imports: packages allowed beside the standard library and numpy; preload: modules imported before the
    code, so that two processes compared for memory hold the same libraries; level: of the sandbox, the best
    that there is when None; allowance: of the submission, its own when None.
    """

    def __init__(
        self,
        imports: Sequence[str],
        hash_seed: int = 1,
        preload: Sequence[str] = (),
        level: Level | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        process = launch(level or best_level(), imports, hash_seed, preload)
        super().__init__(process, allowance or Allowance())
        self._devices: dict[int, Feed | Device] = {}
        setup = {
            "course": str(ROOT),
            "imports": list(imports),
            "preload": list(preload),
            "memory_bytes": ADDRESS_SPACE_BYTES,
            "cpu_seconds": LIFETIME_CPU_SECONDS,
        }
        with self._spending(START_SECONDS):
            self._send(setup)
            self._receive()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run_cells(self, cells: Sequence[tuple[str, str]], cpu_seconds: float) -> Iterator[Outcome]:
        """Execute cells (name, source); yield an outcome each, with an error where the cell raises one.

        Raises Died as call does, with the limits for each cell.
        """
        with self._spending(cpu_seconds):
            self._send({"do": "run_cells", "cells": [list(cell) for cell in cells]})
            for _ in cells:
                yield self._outcome_of(self._checked(self._receive(), dict))
                self._limits = Limits(self.pid, cpu_seconds)

    def run_cell(self, name: str, source: str, cpu_seconds: float) -> Outcome:
        """Execute one cell."""
        (outcome,) = self.run_cells([(name, source)], cpu_seconds)
        return outcome

    def call(
        self, name: str, calls: Sequence[Arguments], drains: bool, cpu_seconds: float
    ) -> Iterator[Outcome]:
        """Call a function once for each tuple of arguments, in one request; yield an outcome each.

        Raises Died when the process is gone, used up cpu_seconds on one call, or its memory.
        """
        for outcome in self.replay(
            Batch(calls, request(name, calls, drains), [()] * len(calls)), cpu_seconds
        ):
            assert outcome is not None
            yield outcome

    def replay(self, batch: Batch, cpu_seconds: float) -> Iterator[Outcome | None]:
        """Make the calls of a batch; yield None for a reply that is the foretold one, the outcome of any other.

        Raises Died as call does.
        """
        with self._spending(cpu_seconds):
            self._write(batch.request)
            for arguments, replies in zip(batch.calls, batch.replies, strict=True):
                yield None if self._is_foretold(replies) else self._outcome(arguments)
                self._limits = Limits(self.pid, cpu_seconds)

    def _is_foretold(self, replies: Sequence[bytes]) -> bool:
        """Whether the next frames are these; if not, they are still the next."""
        frames = []
        for reply in replies:
            frames.append(self._frame())
            if frames[-1] != reply:
                break
        else:
            return bool(replies)
        self._unread.extend(frames)
        return False

    def hold(self, calls: Sequence[Arguments]) -> None:
        """Hand over the arguments of calls that run_held makes later."""
        with self._spending(START_SECONDS):
            self._send({"do": "hold", "calls": list(map(call_data, calls))})
            self._receive()

    def run_held(
        self, name: str, index: int, arguments: Arguments, drains: bool, cpu_seconds: float
    ) -> tuple[float, Outcome]:
        """Make one held call; return its processor time in seconds, the sending of its value included."""
        before = self.cpu_seconds()
        with self._spending(cpu_seconds):
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

    def _outcome(self, arguments: Arguments) -> Outcome:
        """Serve the devices of one call until its reply comes."""
        self._devices = {i: opened(a) for i, a in enumerate(arguments) if isinstance(a, DEVICES)}
        hold_together(self._devices.values())
        items: list[Any] | None = None
        steps: list[Outcome] = []
        left = ITEMS_BYTES
        budget = wire.Budget()
        while True:
            frame = self._frame()
            reply = self._checked(self._unpacked(frame, budget), dict)
            if "ask" in reply:
                self._send(self._feed(reply["ask"]).take(self._checked(reply.get("count"), int)))
            elif "call" in reply:
                self._send(self._served(reply))
            elif "put" in reply:
                self._keep(self._feed(reply["put"]), self._checked(reply.get("data"), bytes))
            elif "items" in reply:
                left = self._left(left, frame)
                items = (items or []) + self._checked(reply["items"], list)
            elif "step" in reply and len(steps) < count_of_steps(arguments):
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
        if outcome.error is not None or not count_of_steps(arguments):
            return outcome
        if len(steps) < count_of_steps(arguments):
            raise self._misbehaved("a step is missing")
        return replace(outcome, value=None, steps=tuple(steps))

    def _feed(self, place: object) -> Feed:
        device = self._device(place)
        if not isinstance(device, Feed):
            raise self._misbehaved("it asks a device for what that has not")
        return device

    def _device(self, place: object) -> Feed | Device:
        if type(place) is not int or place not in self._devices:
            raise self._misbehaved("it asks for a device that it was not given")
        return self._devices[place]

    def _keep(self, feed: Feed, data: bytes) -> None:
        try:
            feed.give(data)
        except TooMuch as much:
            raise self._over(Died(much.reason, str(much))) from None

    def _served(self, reply: dict[str, Any]) -> list[Any]:
        """The answer to one call of a device."""
        device, name = self._device(reply["call"]), self._checked(reply.get("name"), str)
        if isinstance(device, Feed) or name not in (*device.methods, *device.attributes):
            raise self._misbehaved("it asks a device for what that has not")
        arguments, named = (
            self._checked(reply.get("arguments"), list),
            self._checked(reply.get("named"), dict),
        )
        if not set(map(type, named)) <= {str}:
            raise self._misbehaved("a name that is no text")
        try:
            return served(device, name, arguments, named)
        except TooMuch as much:
            raise self._over(Died(much.reason, str(much))) from None

    def _written(self) -> Any:
        made = [device.outcome for device in self._devices.values() if device.outcome is not None]
        return made[0] if made else None

    def _counts(self) -> dict[str, int]:
        return total_counts(device for device in self._devices.values() if isinstance(device, Device))

    def _checked(self, value: Any, kind: type) -> Any:
        """A part of a reply, which is a claim, has the type that the protocol gives it."""
        if type(value) is not kind:
            raise self._misbehaved(f"{wire.type_name(type(value))} instead of {wire.type_name(kind)}")
        return value

    def _outcome_of(self, reply: dict[str, Any], items: list[Any] | None = None) -> Outcome:
        error = reply.get("error")
        if error is not None:
            error = tuple(map(self._text, self._checked(error, list)[:MOST_CLASSES]))
            if not error:
                raise self._misbehaved("an error without a class")
        return Outcome(
            value=reply.get("value") if items is None else items,
            written=self._written(),
            counts=self._counts(),
            error=error,
            message=self._text(reply.get("message", "")),
            where=self._text(reply.get("where", "")),
            stranger=self._text(reply.get("stranger", "")),
            changed=reply.get("changed") is True,
            output="\n".join(map(self._text, self._checked(reply.get("output", ""), str)[:500].split("\n"))),
        )

    def _text(self, value: Any) -> str:
        return printable(self._checked(value, str)[:500])
