"""Other people's integer codecs, each used in its fastest way. A package that is absent gives rungs without a run.

PyFastPFor (bindings of FastPFor, Lemire and others) decodes into an array made before. libstreamvbyte always makes
a new array; for 40 MB that costs more than decoding, as the system hands out zeroed pages. Pieces of 2^18
numbers stay within memory that is already there, and are copied into the one output: twice as fast here.
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Rung

STREAMVBYTE, FASTPFOR = PACKAGES = ("libstreamvbyte", "pyfastpfor")
DECODED_BY = ("varint", "maskedvbyte", "simdfastpfor128", "streamvbyte")
PIECE = 1 << 18
MADE, NEW = "uint32 array, made before", "uint32 array, new"

Numbers = NDArray[np.uint32]


def decoders(group: str, numbers: Numbers) -> Iterator[Rung]:
    """Yield the peers' rungs that decode all numbers."""
    fastpfor, streamvbyte = _package(FASTPFOR), _package(STREAMVBYTE)
    for codec in DECODED_BY:
        run = _fastpfor_decoder(fastpfor, codec, numbers) if fastpfor else None
        yield Rung(f"{group}: PyFastPFor {codec}", group, len(numbers), run, numbers, MADE, FASTPFOR)
    run = _streamvbyte_decoder(streamvbyte, numbers) if streamvbyte else None
    yield Rung(f"{group}: libstreamvbyte", group, len(numbers), run, numbers, MADE, STREAMVBYTE)


def encoders(numbers: Numbers) -> Iterator[Rung]:
    """Yield the peers' rungs that encode all numbers; decoding their own codes checks them."""
    fastpfor, streamvbyte = _package(FASTPFOR), _package(STREAMVBYTE)
    for codec in DECODED_BY:
        run = _fastpfor_encoder(fastpfor, codec, numbers) if fastpfor else None
        yield Rung(f"encode: PyFastPFor {codec}", "encode", len(numbers), run, None, MADE, FASTPFOR)
    run = (lambda: streamvbyte.encode(numbers)) if streamvbyte else None
    new = "uint8 array, new"
    yield Rung("encode: libstreamvbyte", "encode", len(numbers), run, None, new, STREAMVBYTE)


def block_decoders(pieces: Sequence[Numbers]) -> Iterator[Rung]:
    """Yield the peers' rungs that decode one piece a call."""
    fastpfor, streamvbyte = _package(FASTPFOR), _package(STREAMVBYTE)
    ints = sum(map(len, pieces))
    for codec in DECODED_BY[:2]:
        runs = [_fastpfor_decoder(fastpfor, codec, piece) for piece in pieces] if fastpfor else []
        yield Rung(f"block: PyFastPFor {codec}", "block", ints, _all(runs), pieces[-1], MADE, FASTPFOR)
    runs = [_streamvbyte_call(streamvbyte, piece) for piece in pieces] if streamvbyte else []
    yield Rung("block: libstreamvbyte", "block", ints, _all(runs), pieces[-1], NEW, STREAMVBYTE)


def _package(name: str) -> types.ModuleType | Any:
    """The package, or None when it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _all(runs: Sequence[Callable[[], Any]]) -> Callable[[], Any] | None:
    """A run that does all of them and returns the last result."""

    def run() -> Any:
        for part in runs:
            result = part()
        return result

    return run if runs else None


def _fastpfor_encoder(fastpfor: Any, name: str, numbers: Numbers) -> Callable[[], NDArray[np.uint32]]:
    codec = fastpfor.getCodec(name)
    output = np.empty(2 * len(numbers) + 1024, dtype=np.uint32)
    return lambda: output[: codec.encodeArray(numbers, len(numbers), output, len(output))]


def _fastpfor_decoder(fastpfor: Any, name: str, numbers: Numbers) -> Callable[[], Numbers]:
    codec = fastpfor.getCodec(name)
    code = _fastpfor_encoder(fastpfor, name, numbers)().copy()
    output = np.empty(len(numbers) + 1024, dtype=np.uint32)  # it writes whole blocks
    return lambda: output[: codec.decodeArray(code, len(code), output, len(output))]


def _streamvbyte_decoder(streamvbyte: Any, numbers: Numbers) -> Callable[[], Numbers]:
    starts = range(0, len(numbers), PIECE)
    codes = [streamvbyte.encode(numbers[start : start + PIECE]) for start in starts]
    output = np.empty_like(numbers)

    def run() -> Numbers:
        for start, code in zip(starts, codes, strict=True):
            stop = min(start + PIECE, len(output))
            output[start:stop] = streamvbyte.decode(code, stop - start)
        return output

    return run


def _streamvbyte_call(streamvbyte: Any, numbers: Numbers) -> Callable[[], Numbers]:
    code = streamvbyte.encode(numbers)
    return lambda: streamvbyte.decode(code, len(numbers))
