"""The only form in which data passes between the grader and a submission's process.

A frame is four bytes of length (big-endian) and one msgpack value. Types are exact: a list subclass, a
numpy integer or a bytearray is refused, never turned into something that looks like it. This module is
loaded on both sides, so it imports nothing of the grader.
"""

from __future__ import annotations

import re
import struct
import sys
from typing import IO, Any, BinaryIO

import msgpack

MAX_FRAME_BYTES = 16 << 20  # an empty list is one byte on the wire and 56 in memory
MAX_DEPTH = 60
MAX_PARTS = (
    1_000_000  # containers and what is in them: a text of two letters has 3 bytes on the wire, 59 in memory
)
MAX_ODD_KEYS = 256  # keys and members whose hashes anybody can make equal: a dict compares them all
_HEADER = struct.Struct(">I")
HEADER_BYTES = _HEADER.size
_TUPLE, _SET, _FROZENSET, _BIG_INTEGER, _ARRAY = range(1, 6)
_DTYPE = re.compile("[<>|=]?[biuf][0-9]{1,2}")
_SCALARS = frozenset({type(None), bool, int, float, str, bytes})


class WireError(Exception):
    """Bytes that are no value, a value that is too large, or an end in the middle of a frame."""


class NotPlainData(TypeError):
    """A value that may not cross; its text is the name of the offending type."""


def pack(value: Any) -> bytes:
    """Return the bytes of a value made of None, bool, int, float, str, bytes, list, tuple, dict, set, arrays.

    Raises NotPlainData for any other type, subclasses included, and for nesting deeper than MAX_DEPTH.
    Time is linear in the size of the value.

    >>> unpack(pack([1, "한글", (2**70, b"x"), {"a": None}]))
    [1, '한글', (1180591620717411303424, b'x'), {'a': None}]
    >>> pack([bytearray(b"x")])
    Traceback (most recent call last):
    autograde.wire.NotPlainData: bytearray
    """
    refuse_strangers(value)
    return _pack(value)


class Budget:
    """What may still be unpacked: parts of values, over any number of frames, and odd keys."""

    def __init__(self) -> None:
        self._parts = MAX_PARTS
        self._odd_keys = MAX_ODD_KEYS

    def take(self, parts: int) -> None:
        """Count a container and its parts; raises WireError."""
        self._parts -= 1 + parts
        if self._parts < 0:
            raise WireError(f"more than {MAX_PARTS:,} parts")

    def take_keys(self, keys: list[Any]) -> None:
        """Count keys or members; raises WireError when too many are tuples, sets or huge numbers."""
        self.take(len(keys))
        if not set(map(type, keys)) <= {str, bytes}:
            self._odd_keys -= sum(map(_is_odd, keys))
        if self._odd_keys < 0:
            raise WireError(f"more than {MAX_ODD_KEYS} keys or members that are tuples, sets or huge numbers")


def _is_odd(key: Any) -> bool:
    return key.bit_length() > 64 if type(key) is int else type(key) not in _SCALARS


def unpack(data: bytes, budget: Budget | None = None) -> Any:
    """Return the value of the bytes that pack made; raises WireError for any others.

    budget: shared by the frames that belong together; without it, these bytes have one of their own.
    """
    value = _unpack(data, budget or Budget(), 0)
    try:
        refuse_strangers(value)
    except NotPlainData as stranger:
        raise WireError(f"not a value: {stranger}") from None
    return value


def _unpack(data: bytes, budget: Budget, depth: int) -> Any:
    if depth > MAX_DEPTH:  # each level takes 40 KB of the stack
        raise WireError("a value nested too deeply")

    def listed(parts: list[Any]) -> list[Any]:
        budget.take(len(parts))
        return parts

    def paired(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
        budget.take_keys([key for key, _ in pairs])
        return dict(pairs)

    def extended(code: int, body: bytes) -> Any:
        budget.take(0)
        return _from_extension(code, body, budget, depth + 1)

    try:
        return msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=False,
            max_array_len=MAX_PARTS,
            max_map_len=MAX_PARTS,
            list_hook=listed,
            object_pairs_hook=paired,
            ext_hook=extended,
            unicode_errors="surrogatepass",
        )
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError, struct.error) as error:
        raise WireError(f"not a value: {error or type(error).__name__}") from None
    except msgpack.UnpackException as error:
        raise WireError(f"not a value: {error or type(error).__name__}") from None


def refuse_strangers(value: Any, depth: int = 0) -> None:
    """Raise NotPlainData when a value holds anything that pack cannot carry exactly."""
    kind = type(value)
    if kind in _SCALARS:
        return
    if depth > MAX_DEPTH:
        raise NotPlainData("value nested too deeply")
    if kind in (list, tuple, set, frozenset):
        parts = value
    elif kind is dict:
        parts = [*value.keys(), *value.values()]
    elif _is_array(value):
        return
    else:
        raise NotPlainData(type_name(kind))
    if not set(map(type, parts)) <= _SCALARS:
        for part in parts:
            refuse_strangers(part, depth + 1)


def type_name(kind: type) -> str:
    """Return a type's name as a reader expects it: builtins without their module.

    >>> type_name(bytearray), type_name(struct.Struct)
    ('bytearray', '_struct.Struct')
    """
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def frame(value: Any) -> bytes:
    """Return the bytes of one frame; raises NotPlainData."""
    body = pack(value)
    if len(body) > MAX_FRAME_BYTES:
        raise NotPlainData(f"value of {len(body):,} bytes")
    return _HEADER.pack(len(body)) + body


def write_frame(stream: BinaryIO, value: Any) -> None:
    """Write one value and flush; raises NotPlainData before anything is written, OSError on a closed pipe."""
    stream.write(frame(value))
    stream.flush()


def read_frame(stream: IO[bytes], limit: int = MAX_FRAME_BYTES) -> bytes | None:
    """Read the bytes of one frame; None at the end of the stream, WireError for a cut one or one above limit."""
    header = stream.read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise WireError("the stream ends inside a frame")
    length = frame_length(header, limit)
    body = stream.read(length)
    if len(body) < length:
        raise WireError("the stream ends inside a frame")
    return body


def frame_length(header: bytes | bytearray, limit: int) -> int:
    """Return how many bytes follow a frame's header; raises WireError above the limit."""
    (length,) = _HEADER.unpack(header)
    if length > limit:
        raise WireError(f"a frame of {length:,} bytes")
    return int(length)


def _pack(value: Any) -> bytes:
    return msgpack.packb(value, strict_types=True, default=_to_extension, unicode_errors="surrogatepass")


def _to_extension(value: Any) -> msgpack.ExtType:
    kind = type(value)
    if kind is tuple:
        return msgpack.ExtType(_TUPLE, _pack(list(value)))
    if kind in (set, frozenset):
        members = sorted(_pack(member) for member in value)
        return msgpack.ExtType(_SET if kind is set else _FROZENSET, _pack(members))
    if kind is int:
        return msgpack.ExtType(_BIG_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    if _is_array(value):
        return msgpack.ExtType(_ARRAY, _pack([value.dtype.str, list(value.shape), value.tobytes()]))
    raise NotPlainData(type_name(kind))


def _from_extension(code: int, data: bytes, budget: Budget, depth: int) -> Any:
    if code == _TUPLE:
        return tuple(_unpack(data, budget, depth))
    if code in (_SET, _FROZENSET):
        members = [_unpack(member, budget, depth) for member in _unpack(data, budget, depth)]
        budget.take_keys(members)
        return set(members) if code == _SET else frozenset(members)
    if code == _BIG_INTEGER:
        return int.from_bytes(data, "big", signed=True)
    if code == _ARRAY:
        return _array(*_unpack(data, budget, depth))
    raise WireError(f"unknown extension {code}")


def _is_array(value: Any) -> bool:
    """Is it exactly a numpy array of numbers? numpy is not imported for the question."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray and value.dtype.kind in "biuf"


def _array(dtype: str, shape: list[int], data: bytes) -> Any:
    import numpy

    if not _DTYPE.fullmatch(dtype):
        raise WireError("an array of no numbers")
    return numpy.frombuffer(data, dtype).reshape(shape).copy()
