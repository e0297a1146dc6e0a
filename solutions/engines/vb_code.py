"""VB code over arrays at the speed of memory: encode, decode, decode and add up, blocks of 128.

The book's code: a number is cut into 7-bit groups, the highest first, and the high bit stands on the last byte.
Numbers are uint32 arrays, code is a uint8 array (or bytes where code is read); a number above 2**32 - 1
is a ValueError, both ways. vb_plain.py is the reference in plain Python, vb_numpy.py the rung between.

Importing this module is light: the first call imports Numba, and compiles its loop unless an earlier process
left it in NUMBA_CACHE_DIR. The functions may run in several threads at once.
"""

from __future__ import annotations

import functools
import types
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIMIT = 2**32 - 1  # the largest number and the largest id
BLOCK = 128  # ids in a block
UINT8, UINT32 = np.dtype(np.uint8), np.dtype(np.uint32)
NONE = np.uint32(0)  # the id before the first

Numbers = NDArray[np.uint32]
Code = NDArray[np.uint8]
Buffer = bytes | bytearray | memoryview | Code


def encode(numbers: ArrayLike) -> Code:
    """Return the VB code of numbers.

    Parameters: numbers, shape (n,), integers from 0 to 2**32 - 1 in any integer dtype (uint32 is not copied).
    Returns: shape (bytes,), uint8, one to five bytes a number.
    Raises: ValueError for other shapes, other dtypes, numbers below 0 or above 2**32 - 1.
    Running time: linear, about 1 ns a number.

    >>> encode([5, 130, 300]).tobytes().hex(" ")
    '85 01 82 02 ac'
    """
    checked = _numbers(numbers)
    code = np.empty(int(_kernels().code_size(checked)), dtype=np.uint8)
    _kernels().encode(checked, code)
    return code


def encode_into(numbers: ArrayLike, code: Code) -> int:
    """Write the VB code of numbers into an array that is there already; return the number of bytes.

    Parameters: numbers as in encode; code, uint8, writable: 5 bytes a number are always enough.
    Returns: how many bytes at the start of code are the code; the ones behind them stay as they are.
    Raises: ValueError as encode does, and when code is too small (nothing is written then).
    Running time: linear, about 1 ns a number.
    """
    checked, room = _numbers(numbers), _output(code, UINT8)
    if room.size < 5 * checked.size and room.size < (size := int(_kernels().code_size(checked))):
        raise ValueError(f"the code takes {size} bytes, the output has room for {room.size}")
    return int(_kernels().encode(checked, room))


def decode(code: Buffer) -> Numbers:
    """Return the numbers that VB code holds.

    Parameters: code, bytes or shape (bytes,) of uint8; leading zero groups are allowed (00 85 is 5).
    Returns: shape (n,), uint32.
    Raises: ValueError when the last number has no last byte, or a number is above 2**32 - 1.
    Running time: linear, about 0.8 ns a byte, whatever the numbers are.

    >>> decode(bytes.fromhex("85 01 82 02 ac"))
    array([  5, 130, 300], dtype=uint32)
    """
    checked = _code(code)
    numbers = np.empty(int(_kernels().count_numbers(checked)), dtype=np.uint32)
    _count(*_kernels().decode(checked, numbers))
    return numbers


def decode_into(code: Buffer, numbers: Numbers) -> int:
    """Decode into an array that is there already; return how many numbers there were.

    Parameters: code as in decode; numbers, uint32, writable, with room for all numbers.
    Returns: the count. What stood in numbers behind them may be overwritten.
    Raises: ValueError as decode does, and when numbers is too small; numbers may then hold anything.
    Running time: linear, about 0.8 ns a byte.
    """
    return _count(*_kernels().decode(_code(code), _output(numbers, UINT32)))


def decode_branchy_into(code: Buffer, numbers: Numbers) -> int:
    """Do what decode_into does, with a branch for each byte: the rung below, to show what a wrong guess costs.

    Running time: linear; 0.5 ns a byte where the processor guesses right, 1.7 where it cannot.
    """
    return _count(*_kernels().decode_branchy(_code(code), _output(numbers, UINT32)))


def decode_ids(gaps_code: Buffer) -> Numbers:
    """Return the ids whose gaps the VB code holds: decode and prefix sum in one pass.

    Parameters: gaps_code as in decode; the first gap is the first id.
    Returns: shape (n,), uint32, ascending.
    Raises: ValueError as decode does, and when an id is above 2**32 - 1.
    Running time: linear, about 1 ns a byte.

    >>> decode_ids(encode([3, 2, 15, 1]))
    array([ 3,  5, 20, 21], dtype=uint32)
    """
    checked = _code(gaps_code)
    ids = np.empty(int(_kernels().count_numbers(checked)), dtype=np.uint32)
    _count(*_kernels().decode_ids(checked, ids, NONE))
    return ids


def decode_ids_into(gaps_code: Buffer, ids: Numbers) -> int:
    """Decode gaps and add them up into an array that is there already; return how many ids there were.

    Parameters, errors and running time: as in decode_into and decode_ids.
    """
    return _count(*_kernels().decode_ids(_code(gaps_code), _output(ids, UINT32), NONE))


@dataclass(frozen=True)
class Blocks:
    """Ascending ids as VB code that can be entered every 128 ids.

    code: uint8, the VB code of all gaps; the blocks add nothing to it, they are only a directory beside it.
    starts: int64, shape (blocks + 1,), where each block's bytes start, and where the last one ends.
    lasts: uint32, shape (blocks,), the last id of each block: what the next one adds to, and what a
    reader that looks for an id compares with, to skip a block unread.
    """

    code: Code
    starts: NDArray[np.int64]
    lasts: Numbers

    def __post_init__(self) -> None:
        """Make the arrays those that the loops read; ValueError when they do not fit together."""
        starts = np.require(self.starts, np.int64, ["C", "A"]).view()
        whole = len(starts) == len(self.lasts) + 1 and starts[0] == 0 and starts[-1] == len(self.code)
        if not whole or (np.diff(starts) < 0).any():
            raise ValueError(f"the starts do not cut {len(self.code)} bytes into {len(self.lasts)} blocks")
        object.__setattr__(self, "code", _code(self.code))
        object.__setattr__(self, "starts", _read_only(starts))
        object.__setattr__(self, "lasts", _numbers(self.lasts))


def encode_blocks(ids: ArrayLike) -> Blocks:
    """Return ascending ids as blocks of 128; the last block may be shorter.

    Parameters: ids, shape (n,), integers from 0 to 2**32 - 1, ascending; equal neighbours are allowed.
    Returns: the blocks; no blocks for no ids.
    Raises: ValueError for ids that decrease, and as encode does.
    Running time: linear, about 5 ns an id.

    >>> blocks = encode_blocks(range(1000, 1300))
    >>> len(blocks.code), blocks.starts.tolist(), blocks.lasts.tolist()
    (301, [0, 129, 257, 301], [1127, 1255, 1299])
    """
    checked = _numbers(ids)
    if (checked[1:] < checked[:-1]).any():
        raise ValueError("ids must ascend")
    code = encode(np.diff(checked, prepend=np.uint32(0)))
    ends = np.flatnonzero(code > 127)[BLOCK - 1 :: BLOCK] + 1
    partly = [len(code)] if len(checked) % BLOCK else []
    starts = np.concatenate([[0], ends, partly]).astype(np.int64)
    lasts = np.append(checked[BLOCK - 1 :: BLOCK], checked[-1:] if partly else checked[:0])
    return Blocks(code, starts, lasts)


def decode_block(blocks: Blocks, number: int, ids: Numbers) -> int:
    """Decode one block; return how many ids it has.

    Parameters: number, from 0; ids, uint32, writable, with room for 128: the ids stand at its start.
    Raises: IndexError when there is no such block, ValueError when ids is too small or the code is damaged.
    Running time: about 0.5 us, most of it the call.

    >>> ids = np.empty(BLOCK, dtype=np.uint32)
    >>> decode_block(encode_blocks(range(1000, 1300)), 2, ids), int(ids[0])
    (44, 1256)
    """
    if not 0 <= number < len(blocks.lasts):
        raise IndexError(f"block {number} of {len(blocks.lasts)}")
    room = _output(ids, UINT32)
    return _count(*_kernels().decode_block(blocks.code, blocks.starts, blocks.lasts, number, room))


@functools.cache
def _kernels() -> types.ModuleType:
    """The compiled loops, imported when they are first needed."""
    from solutions.engines import vb_kernels

    return vb_kernels


def _count(count: int, ending: int) -> int:
    """Return the count of a decoding loop, or say what stopped it."""
    if ending:
        raise ValueError(
            {
                _kernels().TRUNCATED: "truncated code: its last number has no last byte",
                _kernels().TOO_LARGE: f"a number or an id of the code is above {LIMIT}",
                _kernels().NO_ROOM: f"the output has room for {count} numbers, the code holds more",
            }[ending]
        )
    return count


def _code(code: Buffer) -> Code:
    """VB code as the loops read it: contiguous, read-only (always one type, so that each compiles once)."""
    array = code if isinstance(code, np.ndarray) else np.frombuffer(code, dtype=UINT8)
    if array.dtype != UINT8 or array.ndim != 1:
        raise ValueError(f"code must be bytes or a row of uint8, not {array.dtype} of shape {array.shape}")
    return _read_only(np.ascontiguousarray(array).view())


def _numbers(numbers: ArrayLike) -> Numbers:
    """Numbers as the loops read them: uint32, contiguous, aligned, read-only."""
    array = np.asarray(numbers)
    if array.size == 0 and array.ndim == 1:
        array = array.astype(UINT32)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise ValueError(f"numbers must be a row of integers, not {array.dtype} of shape {array.shape}")
    if array.dtype != UINT32 and (array.min() < 0 or array.max() > LIMIT):
        raise ValueError(f"numbers must be from 0 to {LIMIT}")
    return _read_only(np.require(array, UINT32, ["C", "A"]).view())


def _read_only(array: NDArray) -> NDArray:
    """The same array, which nothing may write through."""
    array.flags.writeable = False
    return array


def _output(array: NDArray, dtype: np.dtype) -> NDArray:
    """The array if a loop may write into it."""
    flags = array.flags
    if array.dtype != dtype or array.ndim != 1 or not (flags.carray and flags.writeable):
        raise ValueError(f"the output must be a contiguous, writable row of {dtype}")
    return array
