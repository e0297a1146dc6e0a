"""The picture of guesses: by how many orders of magnitude each was off."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from workbench import style
from workbench.quantity import number

if TYPE_CHECKING:
    from workbench.predictions import Guess
    from workbench.style import Picture

ROWS = 20  # of the picture; a chapter has a handful of guesses


def picture_of(made: list[Guess], missing: str) -> Picture:
    """Return the picture of guesses that were measured; missing: what lacks a guess or a measurement."""
    shown = made[-ROWS:]
    typical = median(abs(one.orders) for one in made)
    caption = (
        f"Half of your {len(made)} guesses were off by less than a factor of {number(10**typical)}. "
        "An order of magnitude is a factor of 10; the grey band is a factor of 2. "
        f"{missing}"
    ).strip()
    told = "; ".join(
        f"{one.name}: {number(one.predicted)} guessed, {number(one.measured)} measured" for one in shown
    )
    with style.picture(
        "How far your guesses were off",
        x="off by (orders of magnitude)",
        y=None,
        alt=f"{told}. {caption}",
        caption=caption,
        height_inches=1.9 + 0.46 * len(shown) + 0.2 * (len(missing) // 60),
    ) as drawn:
        _draw(drawn, shown)
    return drawn


def _draw(drawn: Picture, shown: list[Guess]) -> None:
    """A line from "right" to the guess, a row a guess; the scale is symmetric, at least one order to each side."""
    axes = drawn.axes
    reach = 1.25 * max(0.8, *(abs(one.orders) for one in shown))
    axes.set(xlim=(-reach, reach), ylim=(len(shown) - 0.5, -0.5))
    axes.axvspan(-math.log10(2), math.log10(2), color=style.FAINT, alpha=0.6, linewidth=0)
    axes.axvline(0, color=style.LIMIT, linewidth=1.5)
    for row, one in enumerate(shown):
        axes.plot([0, one.orders], [row, row], color=style.YOURS, linestyle="-", marker="", linewidth=3)
        axes.plot(one.orders, row, color=style.YOURS, marker="o", markersize=9)
    axes.set_yticks(range(len(shown)), [one.told() for one in shown])
    axes.grid(visible=False, axis="y")
    for words, place, side in (("too low", 0, "left"), ("too high", 1, "right")):
        axes.annotate(words, (place, 1), (0, 3), xycoords="axes fraction", ha=side,
                      textcoords="offset points", fontsize=style.SMALL_POINTS)  # fmt: skip
