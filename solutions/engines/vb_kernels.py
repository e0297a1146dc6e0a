"""The compiled loops of VB code. Importing this module imports Numba (0.4 s); a loop compiles at its first call.

The loops trust their arguments: solutions.engines.vb_code checks them. All counters are unsigned: Numba looks
at each signed index whether it is negative. A byte is taken as signed: one arithmetic shift makes 0 or -1 of its
flag, which is at once a step of the output, a mask and an amount to shift by.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.engines.compiled import compiled

S, U = np.int64, np.uint64
LIMIT = U(2**32 - 1)
DONE, TRUNCATED, TOO_LARGE, NO_ROOM = range(4)  # how a decoding loop ended; DONE is 0
LOW_63 = U(2**63 - 1)  # a shift by 63 leaves one bit of the number before on top


@compiled
def code_size(numbers: Any) -> Any:
    """Count the bytes that the numbers need."""
    size = U(numbers.size)
    for number in numbers:
        size += U(number > 127) + U(number >= 1 << 14) + U(number >= 1 << 21) + U(number >= 1 << 28)
    return size


@compiled
def encode(numbers: Any, code: Any) -> Any:
    """Write the code of all numbers; return its length.

    One or two bytes need no branch: the first of two is always written, and kept or overwritten.
    """
    place = U(0)
    for i in range(U(numbers.size)):
        number = U(numbers[i])
        if number < U(1 << 14):
            code[place] = number >> U(7)
            place += U(number > U(127))
        else:
            shift = U(14) + U(7) * U(number >= U(1 << 21)) + U(7) * U(number >= U(1 << 28))
            while shift > U(0):
                code[place] = number >> shift & U(127)
                place += U(1)
                shift -= U(7)
        code[place] = number & U(127) | U(128)
        place += U(1)
    return place


@compiled
def count_numbers(code: Any) -> Any:
    """Count the last bytes, those with the flag."""
    count = 0
    for byte in code:
        count += byte > 127
    return count


@compiled
def ending(code: Any, read: Any, seen: Any) -> Any:
    """Say how a loop ended that read so many bytes and saw these bits in its numbers."""
    if seen & LOW_63 > LIMIT:
        return TOO_LARGE
    if code.size and code[code.size - 1] < 128:
        return TRUNCATED
    return DONE if read == U(code.size) else NO_ROOM


@compiled
def decode_branchy(code: Any, numbers: Any) -> Any:
    """Decode as one would write it first: is this the last byte? The processor guesses, and guesses wrong.

    Returns the numbers written, and how it ended; the other decoders do, too.
    """
    count, i, number, seen = U(0), U(0), U(0), U(0)
    while i < U(code.size) and count < U(numbers.size):
        byte = U(code[i])
        number = number << U(7) | byte & U(127)
        seen |= number
        if byte > U(127):
            numbers[count] = number
            count += U(1)
            number = U(0)
        i += U(1)
    return count, ending(code, i, seen)


@compiled
def decode(code: Any, numbers: Any) -> Any:
    """Decode without a branch on the data: write what there is so far for each byte, step on by the flag.

    The outer loop takes as many bytes as there is room for numbers, so that the inner one needs no check.
    """
    count, i, number, seen, shift = U(0), U(0), U(0), U(0), U(7)
    while i < U(code.size) and count < U(numbers.size):
        stop = i + min(U(code.size) - i, U(numbers.size) - count)
        while i < stop:
            byte = S(np.int8(code[i]))
            last = byte >> S(7)  # -1 on the last byte, else 0
            number = number << shift | U(byte & S(127))
            numbers[count] = number
            seen |= number
            count -= U(last)
            shift = U(last | S(7))  # 63 behind a last byte: away with the number
            i += U(1)
    return count, ending(code, i, seen)


@compiled
def decode_ids(code: Any, ids: Any, before: Any) -> Any:
    """Decode gaps and add them up in one pass; the first one is added to before."""
    count, i, number, seen, shift = U(0), U(0), U(0), U(0), U(7)
    total = U(before)
    while i < U(code.size) and count < U(ids.size):
        stop = i + min(U(code.size) - i, U(ids.size) - count)
        while i < stop:
            byte = S(np.int8(code[i]))
            last = byte >> S(7)
            number = number << shift | U(byte & S(127))
            ids[count] = total + number
            total += number & U(last)
            seen |= number
            count -= U(last)
            shift = U(last | S(7))
            i += U(1)
    return count, ending(code, i, seen | total)


@compiled
def decode_block(code: Any, starts: Any, lasts: Any, block: Any, ids: Any) -> Any:
    """Decode one block; what it adds to is the last id of the block before."""
    before = lasts[block - 1] if block else np.uint32(0)
    return decode_ids(code[starts[block] : starts[block + 1]], ids, before)
