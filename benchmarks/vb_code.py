"""The ladder of VB code: from plain Python to the speed of memory.

Two kinds of data, 10 million gaps each at scale 1, 17 % of them above 127:
- coin: behind each byte of a number, a coin that falls 17 to 83 says whether another byte follows (up to the five
  bytes of 32 bits). Nothing predicts the flags: this is the hard case, and the one of the bars.
- list: the gaps of ids chosen at random, one in 72 (geometric): one list, whose ids stay within 32 bits. Hardly a
  number needs three bytes, which suits decoders that treat one- and two-byte numbers apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import vb_peers
from benchmarks.measure import Bar, Ladder, Rung
from solutions.engines import vb_code, vb_numpy, vb_plain

GAPS = 10_000_000
LARGEST_SCALE = 5  # beyond it the ids of the one list pass 32 bits
CONTINUES = 0.17  # share of numbers above 127
COPY = "copy the uint32 output"
WRITE = "write only: fill the output with one number"
PLAIN_SHARE = 20  # plain Python runs on a 20th of the data
CALLS = 800  # blocks of 128 in a run of the rungs that decode one block a call
GROUPS = {
    "decode": "Decode numbers of unpredictable length",
    "encode": "Encode numbers of unpredictable length",
    "list": "Decode one list of random ids, hardly a gap in three bytes",
    "block": "Decode that list, one call for each block of 128",
}
SOURCES = (
    *(f"solutions/engines/vb_{part}.py" for part in ("code", "kernels", "numpy", "plain")),
    *(f"benchmarks/{part}.py" for part in ("measure", "vb_code", "vb_peers")),
)

Numbers = NDArray[np.uint32]


def ladder(scale: float = 1) -> Ladder:
    """Return the ladder of VB code over 10 million gaps times scale."""
    if not 0 < scale <= LARGEST_SCALE:
        raise ValueError(f"the scale must be above 0 and at most {LARGEST_SCALE}, not {scale:g}")
    count = max(2 * vb_code.BLOCK, round(GAPS * scale))
    coin, gaps = coin_numbers(count), list_gaps(count)
    rungs = [*_decoders(coin), *_encoders(coin), *_list_decoders(gaps), *_block_decoders(gaps)]
    return Ladder(
        "vb_code",
        f"{count:,} gaps, {np.mean(coin > 127):.1%} of them above 127",
        GROUPS,
        rungs,
        [
            Bar("decode: Numba, branchless", "decode: PyFastPFor varint", 2),
            Bar("decode: Numba, branchless", "decode: PyFastPFor maskedvbyte", 1),
            Bar("decode: Numba, branchless", COPY, 1 / 3),
            Bar("encode: Numba", "encode: PyFastPFor varint", 1),
        ],
        WRITE,
        ["numpy", "numba", "llvmlite", *vb_peers.PACKAGES],
        SOURCES,
    )


def coin_numbers(count: int) -> Numbers:
    """Return the data called coin: lengths by tossing a coin, numbers uniform within their length.

    >>> coin_numbers(6).tolist()
    [34, 13583, 32, 6779, 82, 70]
    """
    rng = np.random.default_rng(1)
    lengths = np.minimum(rng.geometric(1 - CONTINUES, count), 5)
    lowest = np.where(lengths == 1, 0, 1 << 7 * (lengths - 1))
    return rng.integers(lowest, np.minimum(1 << 7 * lengths, 1 << 32)).astype(np.uint32)


def list_gaps(count: int) -> Numbers:
    """Return the data called list: the gaps of ids chosen at random.

    >>> list_gaps(6).tolist()
    [10, 16, 37, 51, 87, 97]
    """
    chance = 1 - CONTINUES ** (1 / 127)
    return np.random.default_rng(2).geometric(chance, count).astype(np.uint32)


def _decoders(numbers: Numbers) -> Iterator[Rung]:
    """The rungs that decode the hard data, and the two bounds of memory."""
    code, output = vb_code.encode(numbers), np.empty_like(numbers)
    few = numbers[: max(1, len(numbers) // PLAIN_SHARE)]
    few_code = vb_code.encode(few)
    yield _rung("decode: plain Python", lambda: vb_plain.decode(few_code), few, "uint32 array, new")
    yield _rung("decode: NumPy", lambda: vb_numpy.decode(code), numbers, "uint32 array, new")
    yield _rung("decode: Numba, branchy", _into(vb_code.decode_branchy_into, code, output), numbers)
    yield _rung("decode: Numba, branchless", _into(vb_code.decode_into, code, output), numbers)
    yield from vb_peers.decoders("decode", numbers)
    yield _rung(COPY, lambda: _copy(numbers, output), numbers, group="decode")
    yield _rung(WRITE, lambda: output.fill(7), None, ints=len(numbers), group="decode")


def _encoders(numbers: Numbers) -> Iterator[Rung]:
    """The rungs that encode the hard data."""
    wanted = vb_code.encode(numbers)
    output = np.empty(5 * len(numbers), dtype=np.uint8)
    few = numbers[: max(1, len(numbers) // PLAIN_SHARE)]
    new, made = "uint8 array, new", "uint8 array, made before"
    few_code = vb_code.encode(few)
    yield _rung("encode: plain Python", lambda: vb_plain.encode(few), few_code, new, len(few))
    yield _rung("encode: NumPy", lambda: vb_numpy.encode(numbers), wanted, new, len(numbers))
    yield _rung("encode: Numba", _into(vb_code.encode_into, numbers, output), wanted, made, len(numbers))
    yield from vb_peers.encoders(numbers)


def _list_decoders(gaps: Numbers) -> Iterator[Rung]:
    """Decoding one list: with and without the prefix sum, whole and by blocks."""
    code, output = vb_code.encode(gaps), np.empty_like(gaps)
    ids = np.cumsum(gaps, dtype=np.uint32)
    blocks = vb_code.encode_blocks(ids)

    def decode_then_sum() -> Numbers:
        vb_code.decode_into(code, output)
        return np.cumsum(output, dtype=np.uint32, out=output)

    def block_by_block() -> Numbers:
        for number in range(len(blocks.lasts)):
            start = vb_code.BLOCK * number
            vb_code.decode_block(blocks, number, output[start : start + vb_code.BLOCK])
        return output

    yield _rung("list: Numba, branchless", _into(vb_code.decode_into, code, output), gaps)
    yield _rung("list: Numba, then np.cumsum", decode_then_sum, ids)
    yield _rung("list: Numba, fused prefix sum", _into(vb_code.decode_ids_into, code, output), ids)
    yield _rung("list: Numba, fused, a call for each block of 128", block_by_block, ids)
    yield from vb_peers.decoders("list", gaps)


def _block_decoders(gaps: Numbers) -> Iterator[Rung]:
    """One call for each 128 numbers: what a query does, and what a call costs."""
    pieces = [gaps[start : start + vb_code.BLOCK] for start in range(0, len(gaps), vb_code.BLOCK)][:CALLS]
    codes = [vb_code.encode(piece) for piece in pieces]
    output = np.empty(vb_code.BLOCK, dtype=np.uint32)
    new = "uint32 array, new"
    yield _calls("block: plain Python", vb_plain.decode, codes, pieces, new)
    yield _calls("block: NumPy", vb_numpy.decode, codes, pieces, new)
    yield _calls("block: Numba, branchless", lambda code: _decoded(code, output), codes, pieces)
    yield from vb_peers.block_decoders(pieces)


def _rung(
    name: str,
    run: Callable[[], Any],
    wanted: Any,
    output: str = "uint32 array, made before",
    ints: int | None = None,
    group: str = "",
) -> Rung:
    """A rung; its group stands before the colon of its name, its count is that of the wanted array."""
    return Rung(name, group or name.split(":")[0], ints or len(wanted), run, wanted, output)


def _calls(
    name: str,
    decode: Callable[[Any], Numbers],
    codes: Any,
    pieces: Any,
    output: str = "uint32 array, made before",
) -> Rung:
    """A rung that decodes one block a call; it returns the last block."""

    def run() -> Numbers:
        for code in codes:
            last = decode(code)
        return last

    return Rung(name, "block", sum(map(len, pieces)), run, pieces[-1], output)


def _into(function: Callable[[Any, Any], int], source: Any, output: Any) -> Callable[[], Any]:
    """A run that fills the output, and returns the part that was filled."""
    return lambda: output[: function(source, output)]


def _decoded(code: Any, output: Numbers) -> Numbers:
    return output[: vb_code.decode_into(code, output)]


def _copy(numbers: Numbers, output: Numbers) -> Numbers:
    np.copyto(output, numbers)
    return output
