"""vb_encode."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from autograde.check import Cause, Check, Exercise
from autograde.checks import common
from autograde.checks.ch06 import values
from solutions.ch06_vb_code import vb_encode


def groups(number: int, limit: int = 128) -> list[int]:
    """Groups of 7 bits, the most significant first; a number below the limit is taken for one group."""
    found = [number & 127]
    while number >= limit:
        number >>= 7
        found.insert(0, number & 127)
    return found


def marked(parts: list[int]) -> bytes:
    """The high bit on the last byte."""
    return bytes([*parts[:-1], *(part | 128 for part in parts[-1:])])


def encoder(one: Callable[[int], bytes], refuses: bool = True) -> Callable[[list[int]], bytes]:
    """An encoder that writes each number in its own way, and refuses negative ones."""

    def encode(numbers: list[int]) -> bytes:
        if refuses:
            vb_encode(numbers)
        return b"".join(map(one, numbers))

    return encode


marks_all_but_last = encoder(lambda n: bytes([*(g | 128 for g in groups(n)[:-1]), groups(n)[-1]]))
marks_all = encoder(lambda n: bytes(g | 128 for g in groups(n)))
marks_none = encoder(lambda n: bytes(groups(n)))
low_group_first = encoder(lambda n: marked(groups(n)[::-1]))
low_group_first_marks_low = encoder(lambda n: bytes([groups(n)[-1] | 128, *groups(n)[-2::-1]]))
drops_zero = encoder(lambda n: marked(groups(n)) if n else b"")
drops_zero_groups = encoder(lambda n: marked([g for g in groups(n)[:-1] if g] + groups(n)[-1:]))
off_by_one = encoder(lambda n: marked(groups(n, limit=129)))
pads = encoder(lambda n: b"\x00" + marked(groups(n)))
fixed_width = encoder(lambda n: (n % 2**32).to_bytes(4, "big"))
eight_bits = encoder(lambda n: n.to_bytes(max(1, -(-n.bit_length() // 8)), "big"))
cut_at_32_bits = encoder(lambda n: marked(groups(n % 2**32)))
cut_at_64_bits = encoder(lambda n: marked(groups(n % 2**64)))
takes_negative = encoder(lambda n: marked(groups(n)), refuses=False)
takes_absolute = encoder(lambda n: marked(groups(abs(n))), refuses=False)


VB_ENCODE = Exercise(
    "vb_encode",
    examples=common.one_each([[130, 300], [5], [1_000_000], [0], [-1]]),
    checks=[
        Check(
            "numbers below 128 take one byte",
            points=1,
            edges=common.one_each([[1], [0], [127], [1, 2, 3], [0, 0], [3, 0, 5], []]),
            strategy=st.tuples(st.lists(st.integers(0, 127))),
            count=30,
        ),
        Check(
            "larger numbers take a byte for each seven bits",
            points=1.5,
            edges=common.one_each([[130], [128], [129], [255], [256], [300], [16383], [5, 130, 5], [16385]]),
            strategy=st.tuples(st.lists(st.integers(1, 2**32))),
        ),
        Check(
            "groups of zeros, large numbers, long lists",
            points=0.5,
            edges=common.one_each(
                [[16384], [2**21], [2**28], [2**32], [2**63], *([n] for n in values.WIDE), values.MANY]
            ),
            strategy=st.tuples(st.lists(values.numbers)),
        ),
        Check(
            "negative numbers are refused",
            points=1,
            edges=common.one_each(
                [[-1], [5, -1], [-128], [-300, 4], [-(2**70)], [1, 128], [*range(300), -1]]
            ),
            strategy=st.tuples(st.lists(st.sampled_from([-300, -1, 0, 1, 127, 128, 300]), max_size=3)),
            count=40,
        ),
    ],
    causes=[
        Cause(
            "Zero gives no bytes; it needs one, 10000000.",
            ["How often does the loop run for 0?", "Make one group first, then go on while bits are left."],
            like=drops_zero,
        ),
        Cause(
            "128 is put into one byte; seven bits end at 127.",
            ["What is the largest number of seven bits?", "Go on while the number is above 127."],
            like=off_by_one,
        ),
        Cause(
            "The flag bit is on the wrong byte: the high bit marks the last byte of a number, not one before it.",
            ["Which byte of 130 has the high bit set?", "Add 128 to the last byte only."],
            like=marks_all_but_last,
        ),
        Cause(
            "The high bit is on every byte, so no reader knows where a number ends.",
            ["How many bytes of 130 have the high bit set?", "Add 128 to the last byte only."],
            like=marks_all,
        ),
        Cause(
            "No byte has the high bit set, so no reader knows where a number ends.",
            ["What tells the reader where 5 ends?", "Add 128 to the last byte of each number."],
            like=marks_none,
        ),
        Cause(
            "The least significant group comes first; the most significant one should.",
            [
                "Which group of 130 is 1, and where does it stand?",
                "Reverse the groups, then mark the last byte.",
            ],
            like=low_group_first,
        ),
        Cause(
            "The bytes of a number stand in reverse order, its marked byte first.",
            ["Which byte of 130 comes first?", "Reverse the bytes of each number before you append them."],
            like=low_group_first_marks_low,
        ),
        Cause(
            "A group of seven zero bits is dropped; in the middle of a number it is needed.",
            [
                "What tells 16384 from 128 when zero groups are left out?",
                "Stop at no bits left, not at a 0 group.",
            ],
            like=drops_zero_groups,
        ),
        Cause(
            "It writes a needless zero group in front of a number.",
            ["How few bytes can 5 take?", "Stop as soon as the rest of the number is 0."],
            like=pads,
        ),
        Cause(
            "It writes four bytes a number; VB code takes as few as the number needs.",
            ["How many bits has 5?", "Cut the number into groups of seven bits."],
            like=fixed_width,
        ),
        Cause(
            "It uses all eight bits of a byte; seven carry the number, the high one marks the end.",
            ["Where would the end be marked?", "Take number & 127 and number >> 7."],
            like=eight_bits,
        ),
        Cause(
            "Large numbers lose their high bits: it stops at 64 bits.",
            ["What limits a number's size here?", "Go on while anything is left of the number."],
            like=cut_at_64_bits,
        ),
        Cause(
            "Large numbers lose their high bits: it stops at 32 bits.",
            ["What limits a number's size here?", "Go on while anything is left of the number."],
            like=cut_at_32_bits,
        ),
        Cause(
            "A negative number loses its sign silently.",
            ["What would the reader get back?", "Raise ValueError for a number below 0."],
            like=takes_absolute,
        ),
        Cause(
            "A negative number passes; the code has no sign.",
            ["What would the reader get back?", "Raise ValueError for a number below 0."],
            when=common.accepted,
        ),
        Cause(
            "It returns a list of numbers; the result is bytes.",
            ["What can be written to a file?", "bytes(...) makes bytes of a list of numbers from 0 to 255."],
            when=lambda _arguments, got, _expected: isinstance(got.value, list),
        ),
    ],
)
