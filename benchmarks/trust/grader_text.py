"""The result of `course.py bench grader` as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.trust.grader_own import PARTS


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield a result as lines of text."""
    machine, counts = result["machine"], result["class"]
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"
    if (machine["load"] or 0) > 1:
        yield f"Others are at work (load {machine['load']}): trust the ratios, of one run, not the seconds."
    yield "The class: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()) + "."
    yield result["form"]
    yield ""
    yield f"{'seconds a submission':<38}{'hang-free':>10}{'start':>8}{'with hangs':>12}{'times':>8}  on"
    first = result["tools"][0]["seconds"]
    for tool in result["tools"]:
        yield _tool_line(tool, first)
    yield from (tool["note"] for tool in result["tools"] if tool["note"])
    yield ""
    yield f"{'milliseconds a submission, medians':<38}{'all':>8}" + "".join(f"{part:>13}" for part in PARTS)
    for row in result["parts"]:
        yield _part_line(row)
    memory = result["memory"]
    yield f"Memory over {memory['submissions']:,} submissions: {memory['slope'] / 2**20:+.1f} MB a thousand."
    yield from map(_bar_line, result["bars"])


def _tool_line(tool: Mapping[str, Any], first: float) -> str:
    if tool["seconds"] is None:
        return f"{tool['name']:<38}not installed"
    hangs = "never ends" if tool["with_hangs"] is None else f"{tool['with_hangs']:.2f}"
    times = f"{first / tool['seconds']:.1f}x"
    return (
        f"{tool['name']:<38}{tool['seconds']:>10.3f}{tool['start']:>8.1f}{hangs:>12}{times:>8}  "
        f"{tool['notebooks']} notebooks"
    )


def _part_line(row: Mapping[str, Any]) -> str:
    parts = "".join(f"{1000 * row['parts'][part]:>13.0f}" for part in PARTS)
    name = f"{row['group']} ({row['count']})"
    return f"{name:<38}{1000 * row['parts']['all']:>8.0f}{parts}"


def _bar_line(bar: Mapping[str, Any]) -> str:
    return f"{'pass' if bar['passed'] else 'MISSED':<8}{bar['name']}: {bar['value']:,.1f} (bar {bar['limit']:,.0f})"
