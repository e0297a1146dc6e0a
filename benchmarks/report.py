"""A measured ladder as lines of text and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from workbench import ladder

if TYPE_CHECKING:
    from workbench.style import Picture

UNIT = "million ints/s"
INSTALL = ".venv/bin/python -m pip install --require-hashes -r requirements-bench.txt"


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield a result as lines of text."""
    machine = result["machine"]
    yield f"{result['topic']}: {result['data']}, {result['rounds']} rounds, the rungs in turns"
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"
    if (machine["load"] or 0) > 1:
        yield f"Others are at work (load {machine['load']}): trust the bars, which compare in turns, not the speeds."
    for group, rungs in groupby(result["rungs"], key=lambda rung: rung["group"]):
        yield ""
        yield result["groups"][group]
        yield f"{UNIT + ': median, quartiles':<77}output"
        yield from map(_rung_line, rungs)
    yield ""
    yield from map(_bar_line, result["bars"])
    absent = {rung["package"] for rung in result["rungs"] if rung["median"] is None}
    if absent:
        yield f"Not installed: {', '.join(sorted(absent))}. With a C++ compiler: {INSTALL}"


def picture(result: dict[str, Any]) -> Picture:
    """Draw the rungs of the ladder's first group, with the ladder's limit as a line."""
    limit = result["limit"]
    rows = {rung["name"]: rung for rung in result["rungs"] if rung["group"] == result["rungs"][0]["group"]}
    rungs = [_drawn(rung) for name, rung in rows.items() if name != limit]
    title = f"{result['groups'][result['rungs'][0]['group']]}: {result['data']}"
    return ladder.ladder(title, rungs, unit=UNIT, output_form="uint32 array", limit=_drawn(rows[limit]))


def _drawn(rung: dict[str, Any]) -> ladder.Rung:
    """A row as the picture takes it; the group need not be told again."""
    return ladder.Rung(rung["name"].split(": ")[-1], rung["median"], rung["low"], rung["high"])


def _rung_line(rung: dict[str, Any]) -> str:
    if rung["median"] is None:
        return f"{rung['name']:<50} not installed"
    spread = f"{_speed(rung['low'])} to {_speed(rung['high'])}"
    return f"{rung['name']:<50} {_speed(rung['median']):>8}  {spread:>15}  {rung['output']}"


def _bar_line(bar: dict[str, Any]) -> str:
    asked = f"{bar['rung']} >= {bar['factor']:.3g} x {bar['than']}"
    if bar["passed"] is None:
        return f"not run      {asked}"
    verdict = "pass" if bar["passed"] else "falls short"
    return f"{verdict:<12} {asked}: {bar['ratio']:.2f} x ({bar['low']:.2f} to {bar['high']:.2f})"


def _speed(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"
