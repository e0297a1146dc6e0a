"""How costs grow with size: the exponent k of c * n ** k, fitted and drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.style import Picture


@dataclass(frozen=True)
class Growth:
    """Costs that grow like constant * size ** exponent.

    >>> fitted_growth([10, 100, 1000], [20, 200, 2000])
    Growth(sizes=(10, 100, 1000), costs=(20, 200, 2000), exponent=1.0, constant=2.0)
    """

    sizes: tuple[float, ...]
    costs: tuple[float, ...]
    exponent: float
    constant: float

    def cost_at(self, size: float) -> float:
        """Return the cost that the fit gives for a size.

        >>> fitted_growth([1, 2, 4], [3, 12, 48]).cost_at(10)
        300.0
        """
        return self.constant * size**self.exponent

    @property
    def worst_factor(self) -> float:
        """How far the worst point lies from the fit: 1 means on it, 2 means twice or half of it."""
        return max(
            math.exp(abs(math.log(cost / self.cost_at(size))))
            for size, cost in zip(self.sizes, self.costs, strict=True)
        )


def fitted_growth(sizes: Sequence[float], costs: Sequence[float]) -> Growth:
    """Fit constant and exponent by least squares on the logarithms, so that each point counts by its factor.

    Costs of any unit; the constant has it. O(number of sizes). Raises ValueError unless there are as many costs
    as sizes, at least two different sizes, and all are above 0.
    """
    if len(sizes) != len(costs):
        raise ValueError(f"There are {len(sizes)} sizes, but {len(costs)} costs.")
    if len(set(sizes)) < 2:
        raise ValueError("A growth needs at least two different sizes.")
    if min(*sizes, *costs) <= 0:
        raise ValueError("Sizes and costs must be above 0.")
    exponent, offset = linear_regression([math.log(n) for n in sizes], [math.log(cost) for cost in costs])
    return Growth(tuple(sizes), tuple(costs), round(exponent, 12), float(f"{math.exp(offset):.12g}"))


def growth_picture(
    title: str, growths: Mapping[str, Growth], *, x: str, y: str, caption: str = ""
) -> Picture:
    """Draw measured points and fitted lines on two logarithmic axes; the legend tells the exponents.

    x and y name the axes with units, "text (characters)", "time (s)".
    """
    from workbench.style import picture

    told = [f"{name}: n^{growth.exponent:.2f}" for name, growth in growths.items()]
    alt = f"{y} against {x}, both logarithmic. Fitted growth: {'; '.join(told)}."
    with picture(title, x=x, y=y, alt=alt, caption=caption) as drawn:
        drawn.axes.set(xscale="log", yscale="log")
        for name, growth in growths.items():
            _draw(drawn, name, growth)
    return drawn


def _draw(drawn: Picture, name: str, growth: Growth) -> None:
    """Points as measured, a line as fitted, in one colour."""
    ends = [min(growth.sizes), max(growth.sizes)]
    label = f"{name}: $n^{{{growth.exponent:.2f}}}$"
    [line] = drawn.axes.plot(ends, [growth.cost_at(size) for size in ends], label=label)
    drawn.axes.plot(
        growth.sizes, growth.costs, color=line.get_color(), marker=line.get_marker(), linestyle="none"
    )
    line.set_markevery([])
