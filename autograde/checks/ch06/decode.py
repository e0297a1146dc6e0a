"""vb_decode."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from autograde.check import Cause, Check, Exercise, Growth
from autograde.checks import common
from autograde.checks.ch06 import values
from solutions.ch06_vb_code import vb_decode, vb_encode


def decodes(data: bytes) -> list[int]:
    """Without looking for an end that is missing."""
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


def decodes_rest(data: bytes) -> list[int]:
    """What is left at the end becomes a number."""
    return decodes(data) if not data or data[-1] >= 128 else decodes(data[:-1] + bytes([data[-1] | 128]))


def looks_at_rest(data: bytes) -> list[int]:
    """A rest of zero groups is not seen."""
    rest = data[len(data) - next((i for i, b in enumerate(reversed(data)) if b >= 128), len(data)) :]
    if any(rest):
        raise ValueError
    return decodes(data)


def clears_flag_for_end(data: bytes) -> list[int]:
    """A byte without the high bit ends the number."""
    return decodes(bytes(byte ^ 128 for byte in data))


def refuses_marked_end(data: bytes) -> list[int]:
    if data and data[-1] >= 128:
        raise ValueError
    return clears_flag_for_end(data)


def reads_low_group_first(data: bytes) -> list[int]:
    vb_decode(data)
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte & 128:
            numbers.append(value)
            value = shift = 0
    return numbers


def skips_zero_bytes(data: bytes) -> list[int]:
    vb_decode(data)
    return decodes(data.replace(b"\x00", b""))


def drops_number_zero(data: bytes) -> list[int]:
    return [number for number in vb_decode(data) if number]


def never_starts_again(data: bytes) -> list[int]:
    vb_decode(data)
    values = itertools.accumulate(data, lambda value, byte: value << 7 | byte & 127, initial=0)
    return [value for value, byte in zip(itertools.islice(values, 1, None), data, strict=True) if byte & 128]


def keeps_flag(data: bytes) -> list[int]:
    vb_decode(data)
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


VB_DECODE = Exercise(
    "vb_decode",
    examples=common.one_each(map(bytes.fromhex, ["85", "85 01 82 02 ac", "00 85", "", "85 01", "85 00"])),
    checks=[
        Check(
            "whole code",
            points=1.5,
            edges=common.one_each(
                [
                    *map(vb_encode, ([1], [0], [127], [5, 6], [130], [128], [0, 130, 0], [300, 5, 16383])),
                    *map(vb_encode, ([16384], [2**21], [2**32], [2**64, 1], [2**70, 0, 10**40], values.MANY)),
                    b"",
                ]
            ),
            strategy=st.tuples(st.lists(values.numbers).map(vb_encode)),
        ),
        Check(
            "needless zero groups",
            points=0.5,
            edges=common.one_each(
                [b"\x00\x86", b"\x00\x00\x80", b"\x85\x00\x01\x82", b"\x00" * 20 + b"\x81\x82"]
            ),
            strategy=st.tuples(
                st.lists(st.sampled_from([0, 0, 1, 127, 128, 129, 255])).map(lambda b: bytes([*b, 0x85]))
            ),
            count=40,
        ),
        Check(
            "code that is cut off is refused",
            points=1,
            edges=common.one_each(
                [
                    b"\x01",
                    b"\x85\x01",
                    b"\x00",
                    b"\x85\x00",
                    b"\x85\x00\x00",
                    b"\x01\x82\x7f\x7f",
                    b"\x01\x82",
                ]
            ),
            strategy=st.tuples(st.lists(st.sampled_from([0, 1, 127, 128, 130]), max_size=5).map(bytes)),
        ),
        Growth(
            "time grows in step with the number of bytes",
            points=1,
            make=lambda n: (vb_encode([2**62 + 1] * (n // 9)),),
            sizes=(4000, 8000, 16000, 32000, 64000),
            hints=[
                "What is copied when a byte is taken off the front?",
                "Walk over the bytes with a for loop, and leave data as it is.",
            ],
        ),
    ],
    causes=[
        Cause(
            "The number 0 is dropped.",
            ["What does the one byte 80 stand for?", "Decide by the high bit, not by the value."],
            like=drops_number_zero,
        ),
        Cause(
            "Bytes cut off in the middle of a number are made into a number.",
            ["How does a whole number end?", "When the last byte has no high bit, raise ValueError."],
            like=decodes_rest,
        ),
        Cause(
            "A cut-off number that is 0 so far is not noticed.",
            ["What is the value after the byte 00?", "Look at the last byte's high bit, not at the value."],
            like=looks_at_rest,
        ),
        Cause(
            "Code that is cut off in the middle of a number passes.",
            ["How does a whole number end?", "When the last byte has no high bit, raise ValueError."],
            when=common.accepted,
        ),
        Cause(
            "Needless zero groups are refused; they add nothing and are read.",
            ["What is 0 * 128 + 5?", "Refuse only code that ends without the high bit."],
            when=lambda arguments, got, expected: (
                got.error is not None and expected.error is None and b"\x00" in arguments[0]
            ),
        ),
        Cause(
            "It takes a byte without the high bit for the last one; the high bit marks the last byte.",
            ["In 01 82, which byte ends the number?", "End a number at byte >= 128."],
            like=clears_flag_for_end,
        ),
        Cause(
            "It takes a byte without the high bit for the last one; the high bit marks the last byte.",
            ["In 01 82, which byte ends the number?", "End a number at byte >= 128."],
            like=refuses_marked_end,
        ),
        Cause(
            "It takes the first group for the least significant one; it is the most significant.",
            ["What is 01 82 by hand?", "For each byte: value = value * 128 + its low seven bits."],
            like=reads_low_group_first,
        ),
        Cause(
            "The flag bit is added to the number; only the low seven bits count.",
            ["What is 0x85 without its high bit?", "Use byte & 127."],
            like=keeps_flag,
        ),
        Cause(
            "The value does not start at 0 again after a number.",
            ["What is in value when the second number begins?", "Set value to 0 after each finished number."],
            like=never_starts_again,
        ),
        Cause(
            "A zero byte is skipped; in the middle of a number it is a group of seven zero bits.",
            [
                "What does a group of seven zero bits look like as a byte?",
                "Shift for each byte, zero or not.",
            ],
            like=skips_zero_bytes,
        ),
        Cause(
            "No bytes make it fail; they hold no numbers.",
            ["What is the last byte of b''?", "Look at data[-1] only when there is data."],
            when=lambda arguments, got, _expected: got.error is not None and arguments == (b"",),
        ),
    ],
)
