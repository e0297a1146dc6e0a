"""fit_growth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Near
from autograde.checks import common
from solutions.ch02_memory_and_disk import fit_growth

Points = tuple[Sequence[float], Sequence[float]]


def table(sizes: Sequence[int], growth: float, factor: float = 1.0) -> Arguments:
    """A call with costs that follow factor * size**growth."""
    return [*sizes], [factor * float(size) ** growth for size in sizes]


def line(xs: Sequence[float], ys: Sequence[float]) -> float:
    """The slope of a line through points by least squares."""
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    rises = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return rises / sum((x - x_mean) ** 2 for x in xs)


def fitted(x: Callable[[float], float], y: Callable[[float], float]) -> Callable[..., float]:
    """A fit of a line through points that were changed in some way; good input only."""

    def fit(sizes: list[int], costs: list[float]) -> float:
        fit_growth(sizes, costs)
        return line([*map(x, sizes)], [*map(y, costs)])

    return fit


def factor_is_one(sizes: list[int], costs: list[float]) -> float:
    fit_growth(sizes, costs)
    xs, ys = [*map(math.log, sizes)], [*map(math.log, costs)]
    return sum(x * y for x, y in zip(xs, ys, strict=True)) / sum(x * x for x in xs)


def expects_doublings(sizes: list[int], costs: list[float]) -> float:
    fit_growth(sizes, costs)
    return math.log2(costs[-1] / costs[0]) / (len(costs) - 1)


def first_two(sizes: list[int], costs: list[float]) -> float:
    fit_growth(sizes, costs)
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0])


def ratio(sizes: list[int], costs: list[float]) -> float:
    """How many times the costs grow for each time that the size grows."""
    fit_growth(sizes, costs)
    return (costs[-1] / costs[0]) / (sizes[-1] / sizes[0])


def gives_factor(sizes: list[int], costs: list[float]) -> float:
    growth = fit_growth(sizes, costs)
    return costs[0] / sizes[0] ** growth


def rounds(sizes: list[int], costs: list[float]) -> float:
    return float(round(fit_growth(sizes, costs)))


straight = fitted(float, float)
costs_only = fitted(float, math.log)
sizes_only = fitted(math.log, float)
two_bases = fitted(math.log, math.log10)
upside_down = fitted(math.log, lambda cost: -math.log(cost))

WHOLE = st.sampled_from([0.0, 1.0, 2.0, 3.0])
ANY = st.floats(-1, 3).map(lambda k: round(k, 2))
FACTORS = st.sampled_from([1.0, 0.001, 250.0, 3e-9, 7e12])
SIZES = st.lists(st.integers(1, 1_000_000), min_size=2, max_size=8, unique=True)
FEW = st.lists(st.integers(1, 3), max_size=3)

FIT_GROWTH = Exercise(
    "fit_growth",
    examples=[
        ([10, 20, 40], [3.0, 12.0, 48.0]),
        ([1, 10, 100], [5.0, 5.0, 5.0]),
        ([10, 20], [3.0]),
        ([10, 10], [3.0, 3.0]),
        ([20, 40], [40.0, 20.0]),
        ([1, 16, 256], [5.0, 40.0, 320.0]),
        ([10, 10, 30], [3.0, 3.0, 27.0]),
        ([10, 30, 30], [3.0, 27.0, 27.0]),
        ([30, 10, 30], [27.0, 3.0, 27.0]),
    ],
    checks=[
        Check(
            "sizes that double",
            points=1,
            edges=[
                table([1, 2, 4, 8], 1),
                table([10, 20, 40, 80], 2, 3.0),
                table([1000, 2000, 4000], 0, 0.25),
                table([4, 8, 16, 32], 0.5, 100.0),
                table([8, 16], 3, 1e-9),
                table([2**i for i in range(31)], 1.5, 1e-6),
            ],
            strategy=st.builds(
                lambda first, count, growth, factor: table(
                    [first << i for i in range(count)], growth, factor
                ),
                st.integers(1, 1000),
                st.integers(2, 8),
                WHOLE,
                FACTORS,
            ),
            count=30,
        ),
        Check(
            "any sizes, any growth, any factor",
            points=1.5,
            edges=[
                table([10, 11, 12], 2),
                table([1, 10, 100, 1000], 1, 1e-12),
                table([5, 500], 1.37, 1e12),
                table([1000, 10, 100], 2, 2.0),
                table([3, 3, 7, 7, 20], 1, 4.0),
                table([7, 7, 70, 700], 2, 3.0),
                table([40, 10, 40], 1.5),
                table([40, 10, 10], 1.5),
                table([1, 1_000_000_000], -0.5, 9.0),
                table([100, 1, 50, 3], -1, 1000.0),
                table([10**9, 10**9 + 10**6, 2 * 10**9], 3),
                table([*range(1, 2000)], 0.75, 0.125),
            ],
            strategy=st.builds(table, SIZES, ANY, FACTORS),
        ),
        Check(
            "tables that fix no growth are refused",
            points=0.5,
            edges=[
                ([], []),
                ([1], [2.0]),
                ([10, 10], [3.0, 3.0]),
                ([5, 5, 5], [1.0, 2.0, 3.0]),
                ([1, 2], [1.0]),
                ([1], [1.0, 2.0]),
                ([1, 2, 4], [1.0, 2.0, 4.0, 8.0]),
                ([], [1.0, 2.0]),
                ([1, 2], [1.0, 2.0]),
                ([1, 2], [4.0, 1.0]),
                ([9, 3, 9], [9.0, 3.0, 9.0]),
            ],
            strategy=st.tuples(FEW, FEW.map(lambda costs: [float(cost) for cost in costs])).filter(
                lambda call: call[0] == call[1] or len(call[0]) != len(call[1]) or len({*call[0]}) < 2
            ),
            count=40,
        ),
    ],
    asks=Near(0.05),
    causes=[
        Cause(
            "It gives the factor c; the growth k is asked for.",
            [
                "Which of the two does a faster machine change?",
                "Return the slope, not where the line starts.",
            ],
            like=gives_factor,
        ),
        Cause(
            "It expects that each size is twice the one before.",
            ["How far apart are these sizes?", "Divide the rise of log(cost) by the rise of log(size)."],
            like=expects_doublings,
        ),
        Cause(
            "It takes c for 1, so a slower machine seems to have another growth.",
            ["Where does your line pass at log(n) = 0?", "Take the mean off both logarithms first."],
            like=factor_is_one,
        ),
        Cause(
            "It fits a line to the numbers themselves; the logarithms lie on a line.",
            ["Do n and n**2 lie on a straight line?", "Take log of the sizes and of the costs."],
            like=straight,
        ),
        Cause(
            "It takes the logarithm of the costs only.",
            ["What is the logarithm of c * n**k?", "Take log of the sizes, too."],
            like=costs_only,
        ),
        Cause(
            "It takes the logarithm of the sizes only.",
            ["What is the logarithm of c * n**k?", "Take log of the costs, too."],
            like=sizes_only,
        ),
        Cause(
            "It takes logarithms to two bases, one for the sizes and another for the costs.",
            ["What is log10(100) / log(100)?", "Take the same function for both."],
            like=two_bases,
        ),
        Cause(
            "The sign is turned round: costs that rise have a growth above 0.",
            ["Which way does the line go here?", "Subtract the earlier from the later on both axes."],
            like=upside_down,
        ),
        Cause(
            "It compares ratios; the growth is the ratio of their logarithms.",
            ["Twice the size costs four times as much: which power is that?", "log(4) / log(2) is 2."],
            like=ratio,
        ),
        Cause(
            "It rounds to a whole number; a growth may be a fraction.",
            ["What is the growth of n**1.5?", "Return the slope as it is."],
            like=rounds,
        ),
        Cause(
            "It looks at the first two sizes, which may be equal.",
            ["What happens when a size comes twice?", "Take all points into account, by least squares."],
            when=lambda arguments, got, expected: (
                expected.error is None
                and got.error is not None
                and "ZeroDivisionError" in got.error
                and len({*arguments[0][:2]}) == 1
            ),
        ),
        Cause(
            "A table that fixes no growth passes.",
            [
                "How many different sizes are there, and how many costs?",
                "Raise ValueError for other lengths, and for fewer than two different sizes.",
            ],
            when=common.accepted,
        ),
        Cause(
            "A table that fixes no growth raises another error than ValueError.",
            ["Which division fails here?", "Look at len({*sizes}) before you divide."],
            when=lambda _arguments, got, expected: expected.error is not None and got.error is not None,
        ),
        Cause(
            "A good table is refused.",
            ["Are two different sizes there?", "Sizes may come in any order, and more than once."],
            when=common.refused,
        ),
    ],
)
