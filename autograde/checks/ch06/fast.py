"""breaks_padding_decoder and vb_decode_fast."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from autograde.check import Breaks, Cause, Check, Exercise
from autograde.checks import common
from autograde.checks.ch06 import values
from autograde.checks.ch06.decode import decodes, skips_zero_bytes
from autograde.forms import Form
from solutions.ch06_vb_code import padding_decode, vb_decode, vb_encode


def wraps(data: bytes) -> np.ndarray:
    return np.array([number % 2**64 for number in vb_decode(data)], dtype=np.uint64)


def fast_without_end(data: bytes) -> np.ndarray:
    return np.array([number % 2**64 for number in decodes(data)], dtype=np.uint64)


def fast_skips_zero_bytes(data: bytes) -> np.ndarray:
    return np.array(skips_zero_bytes(data), dtype=np.uint64)


def read_by_vb_decode(value: object) -> bool:
    """Is it complete code?"""
    return isinstance(value, bytes) and (not value or value[-1] >= 128)


BREAKS_PADDING_DECODER = Exercise(
    "breaks_padding_decoder",
    checks=[
        Breaks(
            "the two decoders disagree",
            2,
            like=b"",
            right="vb_decode",
            broken="padding_decode",
            takes=Form("1 to 64 bytes", least=1, most=64),
        )
    ],
    causes=[
        Cause(
            "It raises an error instead of returning bytes.",
            ["Does the cell run?", "Return the bytes: return b'...' or return vb_encode([...])."],
            when=lambda _arguments, got, _expected: got.error is not None,
        ),
        Cause(
            "The answer is no bytes object.",
            ["What do both decoders take?", "Return vb_encode([...]) of a number, or a literal b'...'."],
            when=lambda _arguments, got, _expected: not isinstance(got.value, bytes),
        ),
        Cause(
            "The answer is longer than 64 bytes.",
            ["How few bytes can a number with a zero group have?", "One number is enough."],
            when=lambda _arguments, got, _expected: len(got.value) > 64,
        ),
        Cause(
            "The bytes are cut off in the middle of a number: vb_decode refuses them.",
            ["Does the last byte have its high bit set?", "Let vb_encode make the bytes."],
            when=lambda _arguments, got, _expected: not read_by_vb_decode(got.value),
        ),
        Cause(
            "Both decoders read the same numbers from these bytes.",
            [
                "When is a zero byte no padding?",
                "Which number has a group of seven zero bits between two other groups? Let vb_encode write it.",
            ],
            when=lambda _arguments, got, _expected: vb_decode(got.value) == padding_decode(got.value),
        ),
    ],
)

BELOW = st.one_of(st.integers(0, 300), st.integers(0, 2**64 - 1), st.sampled_from([2**63, 2**64 - 1]))
AROUND = st.one_of(st.integers(0, 300), st.integers(2**64 - 3, 2**64 + 3), st.integers(0, 2**80))

VB_DECODE_FAST = Exercise(
    "vb_decode_fast",
    imports=("numba", "llvmlite"),
    cpu_seconds=30,
    examples=common.one_each([bytes.fromhex("85 01 82 02 ac"), b"", b"\x85\x01", vb_encode([2**64])]),
    checks=[
        Check(
            "numbers below 2**64",
            points=1,
            edges=common.one_each(
                [
                    *map(vb_encode, ([1], [0], [127, 0], [130], [128, 5], [300, 16384, 7], [2**32], [2**63])),
                    *map(vb_encode, ([2**64 - 1, 1], values.MANY)),
                    b"",
                    b"\x00\x85",
                    b"\x00" * 50 + b"\x81\x82",
                ]
            ),
            strategy=st.tuples(st.lists(BELOW).map(vb_encode)),
        ),
        Check(
            "what is cut off or too large is refused",
            points=1,
            edges=common.one_each(
                [
                    b"\x85\x01",
                    b"\x00",
                    b"\x85\x00",
                    b"\x85\x7f",
                    *map(vb_encode, ([2**64], [2**64 + 5, 1], [1, 2**70], [2**128], [2**64 - 1], [5])),
                ]
            ),
            strategy=st.tuples(
                st.tuples(st.lists(AROUND).map(vb_encode), st.sampled_from([b"", b"", b"\x01", b"\x00"])).map(
                    b"".join
                )
            ),
        ),
    ],
    causes=[
        Cause(
            "The array is of another dtype; uint64 is asked for.",
            ["What does vb_decode_fast(b'').dtype say?", "Make the output with dtype=np.uint64."],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, np.ndarray)
                and isinstance(expected.value, np.ndarray)
                and got.value.dtype != expected.value.dtype
            ),
        ),
        Cause(
            "The array has places that hold no number: it has one for each byte.",
            ["How many numbers are there?", "Cut the output at the count of numbers."],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, np.ndarray)
                and isinstance(expected.value, np.ndarray)
                and got.value.shape > expected.value.shape
            ),
        ),
        Cause(
            "A zero byte is skipped; in the middle of a number it is a group of seven zero bits.",
            [
                "What does a group of seven zero bits look like as a byte?",
                "Shift for each byte, zero or not.",
            ],
            like=fast_skips_zero_bytes,
        ),
        Cause(
            "A number of 2**64 or more loses its high bits silently.",
            ["What does a shift do with bits that leave the 64?", "Look at value >> 57 before each shift."],
            like=wraps,
        ),
        Cause(
            "Code that is cut off in the middle of a number passes.",
            ["How does a whole number end?", "When the last byte has no high bit, raise ValueError."],
            like=fast_without_end,
        ),
        Cause(
            "Bad code passes.",
            ["Is it cut off, or too large for 64 bits?", "Raise ValueError in both cases."],
            when=common.accepted,
        ),
        Cause(
            "Numbers below 2**64, or needless zero groups, are refused.",
            [
                "How many bytes can a number that fits have?",
                "Judge by the bits that are lost, not by the bytes.",
            ],
            when=common.refused,
        ),
        Cause(
            "No bytes make it fail; they hold no numbers.",
            ["What is the last byte of b''?", "Look at data[-1] only when there is data."],
            when=lambda arguments, got, _expected: got.error is not None and arguments == (b"",),
        ),
    ],
)
