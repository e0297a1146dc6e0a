"""Calls as a submission's process takes them, and what a right answer replies: packed once, sent often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograde import wire
from autograde.channel import CHUNK_BYTES, chunked
from autograde.check import DEVICES, Arguments, Burst, Counted, Lines, Outcome, Sink, Source, Steps
from workbench.devices import KINDS

AHEAD_BYTES = CHUNK_BYTES  # of a device's data that go along with the call; more is asked for
_BATCH_CALLS = 256
_FIRST_CALLS = 8  # a wrong answer mostly fails on one of them, and is not asked more
_BATCH_BYTES = 1 << 20


@dataclass(frozen=True)
class Batch:
    """Calls of one function that go out in one request.

    request: its frame; replies: for each call the frames of a right answer that prints nothing, byte for byte; none
    where they cannot be foretold.
    """

    calls: Sequence[Arguments]
    request: bytes
    replies: Sequence[Sequence[bytes]]


def batches(name: str, calls: Sequence[Arguments], expected: Sequence[Outcome], drains: bool) -> list[Batch]:
    """Return the batches of calls with their right outcomes, in order."""
    return [
        Batch(
            calls[start:end],
            request(name, calls[start:end], drains),
            [foretold(*pair, drains) for pair in zip(calls[start:end], expected[start:end], strict=True)],
        )
        for start, end in _parts(calls)
    ]


def request(name: str, calls: Sequence[Arguments], drains: bool) -> bytes:
    """Return the frame that asks for calls of a function."""
    return wire.frame({"do": "batch", "name": name, "calls": list(map(call_data, calls)), "drains": drains})


def call_data(arguments: Arguments) -> list[Any]:
    """Return a call as plain data: the arguments, and the places and kinds of its devices and steps.

    In a device's place stand its data, where they are few, or None.
    """
    kinds = {i: _kind(a) for i, a in enumerate(arguments) if isinstance(a, (*DEVICES, Steps))}
    return [[_plain(a) for a in arguments], kinds]


def count_of_steps(arguments: Arguments) -> int:
    """Return how many steps a call is answered with; a burst comes back as one value."""
    last = arguments[-1] if arguments else None
    return len(last.calls) if isinstance(last, Steps) and not isinstance(last, Burst) else 0


def foretold(arguments: Arguments, expected: Outcome, drains: bool) -> list[bytes]:
    """Return the frames of a right reply that prints nothing; none when an answer may reply in other words."""
    outcomes = (expected, *expected.steps)
    if any(outcome.error for outcome in outcomes) or any(isinstance(a, Counted) for a in arguments):
        return []
    try:
        return [wire.pack(reply) for reply in _replies(arguments, expected, drains)]
    except wire.NotPlainData:
        return []


def _replies(arguments: Arguments, expected: Outcome, drains: bool) -> Iterator[dict[str, Any]]:
    """What the worker sends, in its order (see worker.Submission)."""
    for step in expected.steps:
        yield {"value": step.value, "step": True, "output": ""}
    if drains:
        yield from ({"items": items} for items in chunked(expected.value))
    sinks = (i for i, argument in enumerate(arguments) if isinstance(argument, Sink))
    if expected.written:
        yield {"put": next(sinks), "data": expected.written}
    yield {"value": None if drains or expected.steps else expected.value, "output": ""}


def _parts(calls: Sequence[Arguments]) -> Iterator[tuple[int, int]]:
    """Where each batch starts and ends."""
    start = size = 0
    for end, arguments in enumerate(calls):
        size += len(wire.pack(call_data(arguments)))
        most = _BATCH_CALLS if start else _FIRST_CALLS
        if end > start and (size > _BATCH_BYTES or end - start >= most):
            yield start, end
            start, size = end, 0
    if start < len(calls):
        yield start, len(calls)


def _kind(argument: Any) -> Any:
    if not isinstance(argument, Counted):
        return type(argument).__name__
    kind = KINDS[argument.kind]
    return [argument.kind, list(kind.methods), list(kind.attributes)]


def _plain(argument: Any) -> Any:
    if isinstance(argument, Steps):
        return [[name, list(arguments)] for name, arguments in argument.calls]
    if isinstance(argument, Lines):
        return list(argument.items) if sum(map(len, argument.items)) <= AHEAD_BYTES else None
    if isinstance(argument, Source):
        return argument.data if len(argument.data) <= AHEAD_BYTES else None
    return None if isinstance(argument, DEVICES) else argument
