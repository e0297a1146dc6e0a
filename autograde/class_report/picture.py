"""The picture of a class: the share that passes each check, and the most common fault of each exercise."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from autograde.class_report.statistics import CheckStatistics, CommonFault
from workbench.style import BLUE, FAINT, INK, SMALL_POINTS, VERMILLION, Picture, picture

_ROW_INCHES = 0.28
_LETTERS = 66  # of small text that fit beside each other
_CHECK_LETTERS = 52


def class_picture(
    assignment: str, statistics: Sequence[CheckStatistics], faults: Sequence[CommonFault]
) -> Picture:
    """Draw a bar for each check that has points, from no submission to all of them; no student is in it."""
    shown = [check for check in statistics if check.points]
    lines = list(_lines(shown, {fault.exercise: fault for fault in faults}))
    count = max((check.submissions for check in shown), default=0)
    with picture(
        f"{assignment}: who passes which check",
        x="share of submissions that pass (%)",
        y=None,
        alt=_alt(shown, faults),
        caption=f"{count} submission{'s' if count != 1 else ''}. In red: the most common fault of an exercise, "
        "and how many have it.",
        height_inches=1.25 + _ROW_INCHES * len(lines),
    ) as drawn:
        drawn.axes.set(xlim=(0, 100), ylim=(len(lines) - 0.4, -0.6), yticks=[])
        drawn.axes.grid(visible=False, axis="y")
        drawn.axes.spines["left"].set_visible(False)
        for place, (kind, text, share) in enumerate(lines):
            _draw(drawn, place, kind, text, share)
    return drawn


def _lines(
    statistics: Sequence[CheckStatistics], faults: dict[str, CommonFault]
) -> list[tuple[str, str, float]]:
    """What stands in each row: an exercise, a check with its share, or a line of a fault."""
    lines = []
    for exercise, checks in groupby(statistics, key=lambda check: check.exercise):
        lines.append(("exercise", exercise, 0.0))
        lines += [("check", check.check, check.share) for check in checks]
        if fault := faults.get(exercise):
            told = textwrap.wrap(
                f"{_have(fault.count)}: {fault.fault}", _LETTERS, max_lines=3, placeholder=" ..."
            )
            lines += [("fault", text, 0.0) for text in told]
    return lines


def _draw(drawn: Picture, place: int, kind: str, text: str, share: float) -> None:
    """One row. The name of a check lies on a pale bar, so that it is read at any length of the bar."""
    axes = drawn.axes
    style: dict[str, Any] = {"va": "center", "fontsize": SMALL_POINTS, "clip_on": False, "zorder": 4}
    if kind == "exercise":
        axes.text(0, place, text, fontweight="bold", color=INK, **style)
    elif kind == "fault":
        axes.text(2, place, text, color=VERMILLION, **{**style, "fontsize": SMALL_POINTS - 1})
    else:
        axes.barh(place, 100, height=0.82, color=FAINT, alpha=0.35, zorder=2)
        axes.barh(place, 100 * share, height=0.82, color=BLUE, alpha=0.4, zorder=3)
        short = textwrap.shorten(text, _CHECK_LETTERS, placeholder=" ...")
        axes.text(2, place, short, color=INK, **style)
        axes.annotate(
            f"{100 * share:.0f} %", (100, place), (4, 0), textcoords="offset points", annotation_clip=False,
            va="center", fontsize=SMALL_POINTS, color=INK,
        )  # fmt: skip


def _have(count: int) -> str:
    return "1 has" if count == 1 else f"{count} have"


def _alt(statistics: Sequence[CheckStatistics], faults: Sequence[CommonFault]) -> str:
    """The hardest check and the most common fault, in words."""
    if not statistics:
        return "No check has points, so there is no bar."
    hardest = min(statistics, key=lambda check: check.share)
    told = (
        f"A bar a check. The fewest pass {hardest.check!r} of {hardest.exercise}: {hardest.passed} of "
        f"{hardest.submissions}."
    )
    if faults:
        common = max(faults, key=lambda fault: fault.count)
        told += f" The most common fault, {_have(common.count)} it in {common.exercise}: {common.fault}"
    return told
