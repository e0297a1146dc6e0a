"""Ladders: how fast the same task runs, from plain Python up to the physical limit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.quantity import number

if TYPE_CHECKING:
    from matplotlib.text import Annotation

    from workbench.style import Picture


@dataclass(frozen=True)
class Rung:
    """One way to do the task.

    rate is the median, low and high are its quartiles where they are known. A rate of None is drawn as `absent`,
    the reason why there is none. yours marks the trainee's own.
    """

    name: str
    rate: float | None
    low: float | None = None
    high: float | None = None
    yours: bool = False
    absent: str = "not installed"

    def told(self, unit: str) -> str:
        """Return the rung as words.

        >>> Rung("PyFastPFor", None).told("million ints/s"), Rung("VB", 14, yours=True).told("million ints/s")
        ('PyFastPFor: not installed', 'VB (yours): 14 million ints/s')
        """
        name = f"{self.name} (yours)" if self.yours else self.name
        return f"{name}: {self.absent if self.rate is None else f'{number(self.rate)} {unit}'}"


def ladder(
    title: str,
    rungs: Sequence[Rung],
    *,
    unit: str,
    output_form: str,
    limit: Rung | None = None,
    more_is_better: bool = True,
) -> Picture:
    """Draw a bar a rung, the first at the top, on a logarithmic scale; the limit as a dashed line.

    unit is that of the rates, "million ints/s". output_form says what each rung returns, "uint32 array": rungs
    compare only when it is the same for all.
    Raises ValueError when no rung has a rate, or one is not above 0.
    """
    from workbench.style import picture

    told = "; ".join(rung.told(unit) for rung in rungs)
    alt = f"{told}.{f' Limit: {limit.told(unit)}.' if limit else ''} Output form: {output_form}."
    better = "more is better" if more_is_better else "less is better"
    low, high = _range([*rungs, *([limit] if limit else [])])
    with picture(
        title,
        x=f"{better}, log scale ({unit})",
        y=None,
        alt=alt,
        caption=_caption(rungs, output_form, limit),
        height_inches=1.9 + 0.42 * len(rungs),
    ) as drawn:
        drawn.axes.set(xscale="log", xlim=(low, high), ylim=(len(rungs) - 0.4, -0.6))
        drawn.axes.grid(visible=False, axis="y")
        _draw_names(drawn, rungs)
        labels = [_draw_rung(drawn, place, rung, low) for place, rung in enumerate(rungs)]
        if limit:
            _draw_limit(drawn, limit)
            _clear(drawn, limit, zip(rungs, labels, strict=True))
    return drawn


def _caption(rungs: Sequence[Rung], output_form: str, limit: Rung | None) -> str:
    """What every rung returns, and what the marks mean.

    >>> _caption([Rung("plain", 5, 4, 6)], "list", Rung("a copy", 9))
    'Every rung returns: list. Black marks: half of the runs lie between them. Dashed line, the limit: a copy.'
    """
    spread = any(rung.low is not None for rung in rungs)
    marks = " Black marks: half of the runs lie between them." if spread else ""
    return f"Every rung returns: {output_form}.{marks}{f' Dashed line, the limit: {limit.name}.' if limit else ''}"


def _range(rungs: Sequence[Rung]) -> tuple[float, float]:
    """Ends of the scale: room for the shortest bar, and for the number behind the longest."""
    rates = [rung.rate for rung in rungs if rung.rate is not None]
    if not rates or min(rates) <= 0:
        raise ValueError("A ladder needs rates above 0.")
    low = min(rates) / 2
    return low, max(rates) * max(2.0, (max(rates) / low) ** 0.3)


def _draw_names(drawn: Picture, rungs: Sequence[Rung]) -> None:
    """Names of the rungs; the trainee's own stands out in weight, too."""
    names = [textwrap.fill(f"{rung.name} (yours)" if rung.yours else rung.name, 20) for rung in rungs]
    drawn.axes.set_yticks(range(len(rungs)), names)
    for label, rung in zip(drawn.axes.get_yticklabels(), rungs, strict=True):
        label.set_fontweight("bold" if rung.yours else "normal")
    drawn.axes.tick_params(axis="y", length=0)


def _draw_rung(drawn: Picture, place: int, rung: Rung, start: float) -> Annotation | None:
    """A bar with its number, which is returned, and a whisker from quartile to quartile; or why there is none."""
    from workbench import style

    axes = drawn.axes
    if rung.rate is None:
        axes.text(start * 1.05, place, rung.absent, va="center", style="italic", fontsize=style.SMALL_POINTS)
        return None
    colour = style.YOURS if rung.yours else style.BLUE
    axes.barh(place, rung.rate - start, left=start, height=0.66, color=colour, zorder=2)
    end = rung.rate
    if rung.low is not None and rung.high is not None:
        axes.plot([rung.low, rung.high], [place, place], color=style.INK, linewidth=1.6, marker="|", zorder=3,
                  linestyle="-")  # fmt: skip
        end = max(end, rung.high)
    return axes.annotate(
        number(rung.rate), (end, place), (5, 0), textcoords="offset points", va="center",
        fontsize=style.SMALL_POINTS, fontweight="bold" if rung.yours else "normal", zorder=4,
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _draw_limit(drawn: Picture, limit: Rung) -> None:
    """A dashed line over all bars, named above them."""
    from workbench import style

    if limit.rate is None:
        raise ValueError("The limit of a ladder needs a rate.")
    drawn.axes.axvline(limit.rate, color=style.LIMIT, linestyle="--", linewidth=1.8, zorder=3)
    side = _side(limit.rate, *drawn.axes.get_xlim())
    drawn.axes.annotate(
        f"limit {number(limit.rate)}", (limit.rate, 1), (0, 4), ha=side,
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=style.SMALL_POINTS,
    )  # fmt: skip


def _clear(drawn: Picture, limit: Rung, labelled: Iterable[tuple[Rung, Annotation | None]]) -> None:
    """Move a number that would lie on the line of the limit into the end of its bar."""
    drawn.figure.draw_without_rendering()
    line = drawn.axes.transData.transform((limit.rate or 0, 0))[0]
    gap = 0.08 * drawn.figure.dpi  # inches
    for rung, label in labelled:
        box = label.get_window_extent() if label else None
        if label and box and box.x0 - gap <= line <= box.x1 + gap:
            label.xy = (min(rung.low or rung.rate or 0, rung.rate or 0), label.xy[1])
            label.set(position=(-5, 0), ha="right", color="white", bbox=None)


def _side(rate: float, low: float, high: float) -> Literal["left", "right"]:
    """Which end of its name stands at the line, so that the name stays in the picture.

    >>> _side(20, 1, 1000), _side(200, 1, 1000)
    ('left', 'right')
    """
    return "left" if rate * rate < low * high else "right"
