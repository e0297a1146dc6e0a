"""intersect_vb."""

from __future__ import annotations

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Growth
from autograde.checks import common
from autograde.checks.ch06 import values
from autograde.checks.ch06.decode import decodes
from autograde.checks.ch06.gap_lists import sums
from solutions.ch06_vb_code import gaps, ungaps, vb_decode, vb_encode


def both(a: bytes, b: bytes) -> tuple[list[int], list[int]]:
    return ungaps(vb_decode(a)), ungaps(vb_decode(b))


def intersects_gaps(a: bytes, b: bytes) -> list[int]:
    return sorted({*vb_decode(a)} & {*vb_decode(b)})


def intersects_sets(a: bytes, b: bytes) -> list[int]:
    one, other = both(a, b)
    return list(set(one) & set(other))


def unites(a: bytes, b: bytes) -> list[int]:
    one, other = both(a, b)
    return sorted({*one, *other})


def drops_id_zero(a: bytes, b: bytes) -> list[int]:
    one, other = both(a, b)
    return sorted(number for number in set(one) & set(other) if number)


def reads_what_is_there(a: bytes, b: bytes) -> list[int]:
    return sorted({*sums(decodes(a))} & {*sums(decodes(b))})


def pair(one: list[int], other: list[int]) -> Arguments:
    """A call with two lists, compressed."""
    return vb_encode(gaps(one)), vb_encode(gaps(other))


def shared(common_ids: list[int], one: list[int], other: list[int]) -> Arguments:
    """A call with two lists that have ids in common."""
    return pair(sorted(common_ids + one), sorted(common_ids + other))


INTERSECT_VB = Exercise(
    "intersect_vb",
    examples=[
        pair([3, 5, 20], [5, 20, 23]),
        pair([4, 4, 7], [4, 4, 9]),
        pair([], [1, 2]),
        (bytes.fromhex("85 01"), bytes.fromhex("85")),
    ],
    checks=[
        Check(
            "common ids, ascending",
            points=1,
            edges=[
                pair([1, 2, 3, 9], [2, 3, 4]),
                pair([1, 8, 33, 64], [1, 8, 33, 64]),
                pair([0, 5], [0, 9]),
                pair([1, 3, 5], [2, 4, 6]),
                pair([300, 2**21, 2**40, 2**64, 2**70], [2**21, 2**64, 2**70, 2**71]),
                pair([1, 2, 3, 1000], [1000]),
                pair([7], [1, 2, 3, 4, 5, 6, 7, 8]),
                pair([*range(0, 6000, 2)], [*range(0, 6000, 3)]),
            ],
            strategy=st.builds(shared, values.ids, values.ids, values.ids),
        ),
        Check(
            "ids that stand twice, lists without ids",
            points=0.5,
            edges=[
                pair([4, 4, 7], [4, 7]),
                pair([4, 7], [4, 4, 7, 7]),
                pair([0, 0, 5, 5], [0, 0, 5, 5, 5]),
                pair([], [1, 2]),
                pair([1, 2], []),
                pair([], []),
            ],
            strategy=st.builds(shared, values.small_ids, values.small_ids, values.small_ids),
            count=40,
        ),
        Check(
            "code that is cut off is refused",
            points=0.5,
            edges=[
                (b"\x85\x01", b"\x85"),
                (b"\x85", b"\x85\x01"),
                (b"\x81", b"\x85\x82\x00"),
                (b"", b"\x00"),
                (b"\x01", b""),
                (b"\x81\x82", b"\x83"),
            ],
            strategy=st.tuples(
                *[st.lists(st.sampled_from([0, 1, 127, 129, 130]), max_size=4).map(bytes)] * 2
            ),
            count=40,
        ),
        Growth(
            "time grows in step with the length of the lists",
            points=1,
            make=lambda n: pair([*range(0, 2 * n, 2)], [*range(0, 3 * n, 3)]),
            sizes=(400, 800, 1600, 3200, 6400),
            hints=[
                "How many steps does one `x in other` take when other is a list?",
                "Walk over both lists at once: drop the smaller head, keep equal ones.",
            ],
        ),
    ],
    causes=[
        Cause(
            "It intersects the gaps; ids have to be made of them first.",
            ["Do equal gaps mean equal ids?", "Take ungaps(vb_decode(a)) and ungaps(vb_decode(b))."],
            like=intersects_gaps,
        ),
        Cause(
            "An id that stands twice comes twice; each common id comes once.",
            ["How often is 4 in the answer for 4, 4 and 4?", "Skip an id that equals the last one you kept."],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, list)
                and got.value != expected.value
                and list(dict.fromkeys(got.value)) == expected.value
            ),
        ),
        Cause(
            "The ids are not ascending: a set has no order.",
            [
                "In which order does a set give its members?",
                "Sort what comes out of the set, or merge the lists.",
            ],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, list)
                and got.value != expected.value
                and sorted(got.value) == expected.value
            ),
        ),
        Cause(
            "It gives the ids of either list; only those of both are asked for.",
            ["Does this id stand in both lists?", "Keep an id only when both heads are equal."],
            like=unites,
        ),
        Cause(
            "The id 0 is lost.",
            ["Is 0 an id?", "Compare with None or by position, not by the truth of the id."],
            like=drops_id_zero,
        ),
        Cause(
            "Code that is cut off passes, as the answer is known before its end is reached.",
            ["Who looks at the last byte of the longer list?", "Decode both lists to their end first."],
            when=common.accepted,
        ),
        Cause(
            "It stops too early: common ids at the end are missing.",
            ["When can no common id follow any more?", "Go on while both lists have a head."],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, list)
                and isinstance(expected.value, list)
                and got.value == expected.value[: len(got.value)]
            ),
        ),
        Cause(
            "A list without ids makes it fail.",
            ["Which heads does the code expect to be there?", "Go on only while both lists have a head."],
            when=common.raised("IndexError", "StopIteration"),
        ),
    ],
)
