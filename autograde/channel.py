"""The student's side of the two pipes: requests, replies, and the devices whose data come from the grader."""

from __future__ import annotations

import builtins
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from autograde import wire

CHUNK_ITEMS = 256
CHUNK_BYTES = 1 << 16
SHOWN_BYTES = 24


class Channel:
    """The two pipes to the grader."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies

    def receive(self) -> Any:
        """The next request; None when the grader is gone."""
        body = wire.read_frame(self._requests)
        return None if body is None else wire.unpack(body)

    def send(self, message: dict[str, Any]) -> None:
        """Reply; a value that may not cross is replaced by the name of its type, and a bytearray by its text."""
        try:
            wire.write_frame(self._replies, message)
        except wire.NotPlainData as error:
            value = message.pop("value", None)
            text = _bytearray_text(value) if type(value) is bytearray else ""
            wire.write_frame(self._replies, {**message, "stranger": str(error), "message": text})

    def ask(self, **question: Any) -> Any:
        """Ask the grader for a device's data and wait."""
        self.send(question)
        return self.receive()

    def call(self, device: int, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a device, which the grader keeps; raise the error that it answers with."""
        question = {"call": device, "name": name, "arguments": list(arguments), "named": named}
        try:
            wire.write_frame(self._replies, question)
        except wire.NotPlainData as error:
            raise TypeError(f"a device takes plain data, not a {error}") from None
        kind, value = self.receive()
        if kind == "value":
            return value
        raise getattr(builtins, kind)(value)


def _bytearray_text(data: bytearray) -> str:
    """The bytes in hexadecimal, as reports write them; the rest of a long one is left out."""
    more = f" ... ({len(data):,} bytes)" if len(data) > SHOWN_BYTES else ""
    return f"bytearray.fromhex('{data[:SHOWN_BYTES].hex(' ')}'){more}"


class FedBytes(io.RawIOBase):
    """A readable stream whose bytes come from the grader; ahead: all of them, where they came with the call."""

    def __init__(self, channel: Channel, device: int, ahead: bytes | None) -> None:
        self._channel = channel
        self._device = device
        self._ahead = None if ahead is None else io.BytesIO(ahead)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._ahead is not None:
            return self._ahead.readinto(buffer)
        data = self._channel.ask(ask=self._device, count=min(len(buffer), CHUNK_BYTES))
        buffer[: len(data)] = data
        return len(data)


class SentBytes(io.RawIOBase):
    """A writable stream whose bytes go to the grader."""

    def __init__(self, channel: Channel, device: int) -> None:
        self._channel = channel
        self._device = device

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        for start in range(0, len(view), CHUNK_BYTES):
            self._channel.send({"put": self._device, "data": bytes(view[start : start + CHUNK_BYTES])})
        return len(view)


def fed_lines(channel: Channel, device: int, ahead: list[bytes] | None) -> Iterator[bytes]:
    """Yield the lines that the grader hands over, a chunk a question; ahead: all, where they came with the call."""
    if ahead is not None:
        yield from ahead
        return
    while chunk := channel.ask(ask=device, count=CHUNK_ITEMS):
        yield from chunk


def chunked(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the items of an iterator in lists of about a chunk; the last one may be empty."""
    items: list[Any] = []
    size = 0
    for item in values:
        items.append(item)
        size += len(item) if isinstance(item, bytes) else 64
        if size >= CHUNK_BYTES:
            yield items
            items, size = [], 0
    yield items


def device(channel: Channel, place: int, kind: str, methods: list[str], attributes: list[str]) -> Any:
    """Return an object that has a device's methods and attributes and passes each use of them on."""
    members: dict[str, Any] = {name: _method(channel, place, name) for name in methods}
    members |= {name: property(_method(channel, place, name)) for name in attributes}
    return type(kind, (), members)()


def _method(channel: Channel, place: int, name: str) -> Callable[..., Any]:
    def method(_self: Any, *arguments: Any, **named: Any) -> Any:
        return channel.call(place, name, arguments, named)

    method.__name__ = name
    return method


def devices_in(arguments: list[Any], kinds: dict[int, Any], channel: Channel) -> list[Any]:
    """Put a live stream or iterator at each place that the grader marked, and return those streams."""
    streams: list[Any] = []
    for place, kind in kinds.items():
        if isinstance(kind, list):
            arguments[place] = device(channel, place, *kind)
        elif kind == "Lines":
            arguments[place] = fed_lines(channel, place, arguments[place])
        elif kind == "Source":
            arguments[place] = io.BufferedReader(FedBytes(channel, place, arguments[place]), CHUNK_BYTES)
        elif kind == "Sink":
            arguments[place] = io.BufferedWriter(SentBytes(channel, place), CHUNK_BYTES)
            streams.append(arguments[place])
    return streams
