"""gaps and ungaps."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from autograde.check import Cause, Check, Exercise, Growth
from autograde.checks import common
from autograde.checks.ch06 import values
from solutions.ch06_vb_code import gaps, ungaps


def forgets_first_id(ids: list[int]) -> list[int]:
    return gaps(ids)[1:]


def compares_neighbours_only(ids: list[int]) -> list[int]:
    if any(after < before for before, after in itertools.pairwise(ids)):
        raise ValueError
    return [after - before for before, after in itertools.pairwise([0, *ids])]


def differences(ids: list[int]) -> list[int]:
    return [after - before for before, after in itertools.pairwise([0, *ids])]


def sorts_ids(ids: list[int]) -> list[int]:
    return gaps(sorted(ids))


def refuses_equal_ids(ids: list[int]) -> list[int]:
    if 0 in gaps(ids)[1:]:
        raise ValueError
    return gaps(ids)


def refuses_gap_zero(ids: list[int]) -> list[int]:
    if 0 in gaps(ids):
        raise ValueError
    return gaps(ids)


def drops_equal_ids(ids: list[int]) -> list[int]:
    return gaps(list(dict.fromkeys(ids)))


def counts_between(ids: list[int]) -> list[int]:
    return gaps(ids)[:1] + [gap - 1 for gap in gaps(ids)[1:]]


def distances_from_first(ids: list[int]) -> list[int]:
    gaps(ids)
    return [number - ids[0] if i else number for i, number in enumerate(ids)]


GAPS = Exercise(
    "gaps",
    examples=common.one_each([[3, 5, 20, 21, 23, 76, 77, 78], [], [0], [4, 4], [5, 3], [-1]]),
    checks=[
        Check(
            "ascending ids",
            points=1.5,
            edges=common.one_each(
                [[3, 5], [10, 11, 30], [0, 5], [7], [0], [], [1, 2**32, 2**64, 2**70], values.FAR]
            ),
            strategy=st.tuples(st.lists(values.numbers, unique=True).map(sorted)),
        ),
        Check(
            "equal ids",
            points=0.5,
            edges=common.one_each([[4, 4], [0, 0, 3], [5, 5, 5, 9, 9], [2**64, 2**64]]),
            strategy=st.tuples(values.small_ids),
            count=30,
        ),
        Check(
            "decreasing and negative ids are refused",
            points=1,
            edges=common.one_each([[5, 3], [3, 5, 4], [-1], [-3, 5], [-5, -3], [0, 1], [*range(500), 498]]),
            strategy=st.tuples(st.lists(st.integers(-1, 9), max_size=3)),
        ),
    ],
    causes=[
        Cause(
            "The first id is lost: n ids have n gaps.",
            [
                "Could ungaps find the first id again?",
                "Put a 0 in front of the ids, then subtract neighbours.",
            ],
            like=forgets_first_id,
        ),
        Cause(
            "The gaps are measured from the first id, not from the id before.",
            ["Which two ids does the third gap lie between?", "Subtract neighbours: zip(ids, ids[1:])."],
            like=distances_from_first,
        ),
        Cause(
            "The gaps are one too small: it counts the ids between two ids.",
            ["What is the gap from 5 to 6?", "A gap is a plain difference; take the - 1 away."],
            like=counts_between,
        ),
        Cause(
            "Equal ids are dropped; each has to come back.",
            ["How many gaps do two ids have?", "Equal neighbours have the gap 0, a gap like any other."],
            like=drops_equal_ids,
        ),
        Cause(
            "Equal ids are refused; their gap is 0.",
            ["Does [4, 4] decrease?", "Compare with <, not with <=."],
            like=refuses_equal_ids,
        ),
        Cause(
            "A gap of 0 is refused, and with it the first id 0.",
            ["Is 0 an id?", "Compare with < 0, not with <= 0."],
            like=refuses_gap_zero,
        ),
        Cause(
            "It sorts the ids silently; a list out of order has to be refused.",
            ["Who finds out that the list was wrong?", "Take the sort away and look for a gap below 0."],
            like=sorts_ids,
        ),
        Cause(
            "A negative first id passes: only neighbours are compared.",
            [
                "What is the first id compared with?",
                "Each id is compared with the one before, the first with 0.",
            ],
            like=compares_neighbours_only,
        ),
        Cause(
            "A list that decreases, or starts below 0, passes.",
            ["Which gaps can a sorted list not have?", "Raise ValueError as soon as one gap is below 0."],
            when=common.accepted,
        ),
        Cause(
            "An empty list, or one of a single id, makes it fail.",
            [
                "Which ids does the code expect to be there?",
                "Put a 0 in front: then there is always a first.",
            ],
            when=common.raised("IndexError", "StopIteration"),
        ),
    ],
)


def starts_with_zero(steps: list[int]) -> list[int]:
    return [0, *ungaps(steps)]


def forgets_first_gap(steps: list[int]) -> list[int]:
    return list(itertools.accumulate(steps[1:]))


def adds_neighbours(steps: list[int]) -> list[int]:
    ungaps(steps)
    return steps[:1] + [before + after for before, after in itertools.pairwise(steps)]


def sums(steps: list[int]) -> list[int]:
    return list(itertools.accumulate(steps))


def refuses_negative_ids(steps: list[int]) -> list[int]:
    if min(sums(steps), default=0) < 0:
        raise ValueError
    return sums(steps)


def refuses_zero_gaps(steps: list[int]) -> list[int]:
    if 0 in steps:
        raise ValueError
    return ungaps(steps)


def drops_zero_gaps(steps: list[int]) -> list[int]:
    return ungaps([step for step in steps if step])


UNGAPS = Exercise(
    "ungaps",
    examples=common.one_each([[3, 2, 15, 1, 2, 53, 1, 1], [], [3, 0], [-1]]),
    checks=[
        Check(
            "running sums",
            points=1,
            edges=common.one_each(
                [[3, 2, 15], [5, 1, 1], [4, 0, 0, 1], [0, 4], [7], [], [2**64, 1, 2**64], values.MANY]
            ),
            strategy=st.tuples(st.lists(values.numbers)),
        ),
        Check(
            "negative gaps are refused",
            points=0.5,
            edges=common.one_each([[-1], [5, -3], [5, -5, 1], [1, 2, -4], [2, 0, 3]]),
            strategy=st.tuples(st.lists(st.integers(-1, 3), max_size=3)),
            count=40,
        ),
        Growth(
            "time grows in step with the number of gaps",
            points=0.5,
            make=lambda n: ([i % 300 for i in range(n)],),
            sizes=(400, 800, 1600, 3200, 6400),
            hints=[
                "How many additions does the last id take?",
                "Keep one running sum: each id is the id before it plus one gap.",
            ],
        ),
    ],
    causes=[
        Cause(
            "There is one id too many: the sum starts with a 0 that is no id.",
            ["How many ids do three gaps stand for?", "Append the sum after adding a gap, not before."],
            like=starts_with_zero,
        ),
        Cause(
            "The first gap is left out; it is the first id itself.",
            [
                "What does the first gap stand for?",
                "Start the sum at 0 and add each gap, the first included.",
            ],
            like=forgets_first_gap,
        ),
        Cause(
            "It adds two neighbouring gaps; an id is the sum of all gaps up to it.",
            ["What was the id before, if not the gap before?", "Add each gap to the last id that you found."],
            like=adds_neighbours,
        ),
        Cause(
            "Gaps of 0 are dropped; each repeats an id.",
            ["How many ids do the gaps 4, 0 stand for?", "Treat 0 like any other gap."],
            like=drops_zero_gaps,
        ),
        Cause(
            "A gap of 0 is refused; it repeats an id.",
            ["Is 0 negative?", "Compare with < 0."],
            like=refuses_zero_gaps,
        ),
        Cause(
            "It looks at the ids for a negative number; a negative gap can hide behind a large id.",
            ["Is 5, 2 ascending?", "Look at each gap before you add it."],
            like=refuses_negative_ids,
        ),
        Cause(
            "A negative gap passes.",
            ["What would a negative gap do to the order of the ids?", "Raise ValueError for a gap below 0."],
            when=common.accepted,
        ),
    ],
)
