"""Time the rungs of a ladder in turns, compare them with their bars, and say on what machine that was.

Other work on the machine slows a rung down for a while. So the rungs take turns (workbench.clock): a slow phase
falls on all of them. A rung's figure is the median over the rounds, its spread the quartiles. A bar compares two
rungs within each round and takes the median of those ratios.
"""

from __future__ import annotations

import hashlib
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from datasets.progress import Progress
from workbench.clock import Timing, clock

ROUNDS = 15
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Rung:
    """One way to do the work.

    name: unique in the ladder; group: what it is compared with; ints: how many integers one run handles.
    run: does the work once and returns its result; None when the package is not there.
    wanted: the right result, compared once before the clock starts; None where there is none to compare.
    output: the form of the result, in words; package: where the rung comes from when it is a peer.
    """

    name: str
    group: str
    ints: int
    run: Callable[[], Any] | None
    wanted: Any = None
    output: str = "uint32 array, made before"
    package: str = ""


@dataclass(frozen=True)
class Bar:
    """A rung must reach at least so many times the speed of another one."""

    rung: str
    than: str
    factor: float


@dataclass(frozen=True)
class Ladder:
    """The rungs and bars of a topic; packages and sources say which code was measured, data on what.

    groups: a heading for each group of rungs; limit: the rung that the picture of the first group has as a line.
    """

    topic: str
    data: str
    groups: Mapping[str, str]
    rungs: Sequence[Rung]
    bars: Sequence[Bar]
    limit: str
    packages: Sequence[str]
    sources: Sequence[str]


def measure(ladder: Ladder, rounds: int = ROUNDS) -> dict[str, Any]:
    """Run a ladder; return its result as plain data for JSON.

    Raises RuntimeError when a rung's result is wrong: a wrong rung has no speed.
    Running time: rounds times the sum of all rungs; progress goes to standard error.
    """
    before = machine()
    runs = {rung.name: rung.run for rung in ladder.rungs if rung.run}
    for rung in ladder.rungs:
        _verify(rung)
    with Progress(f"bench {ladder.topic}", (rounds + 1) * len(runs)) as progress:
        timings = clock(runs, rounds, dict.fromkeys(runs, lambda: progress.add(1)))
    return {
        "topic": ladder.topic,
        "data": ladder.data,
        "groups": dict(ladder.groups),
        "limit": ladder.limit,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": before,
        "versions": {name: version(name) for name in ladder.packages},
        "sources": digest(ladder.sources),
        "rounds": rounds,
        "rungs": [_rung_result(rung, timings.get(rung.name)) for rung in ladder.rungs],
        "bars": [_bar_result(bar, timings) for bar in ladder.bars],
    }


def digest(sources: Iterable[str]) -> str:
    """Return the SHA-256 of source files (paths from the course folder), whatever their line ends."""
    texts = [(ROOT / source).read_text(encoding="utf-8") for source in sources]
    return hashlib.sha256("\0".join(texts).encode("utf-8")).hexdigest()


def version(package: str) -> str | None:
    """Return a package's version; None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, system, Python, and how busy others keep it (load)."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _verify(rung: Rung) -> None:
    """Run once: this compiles and warms, and shows whether the result is right."""
    if rung.run and not (rung.wanted is None or np.array_equal(rung.run(), rung.wanted)):
        raise RuntimeError(f"the rung {rung.name!r} gives a wrong result")


def _rung_result(rung: Rung, timing: Timing | None) -> dict[str, Any]:
    """A row: speeds in million integers a second, or None when it did not run."""
    row = {key: getattr(rung, key) for key in ("name", "group", "output", "ints", "package")}
    if timing is None:
        return row | {"median": None, "low": None, "high": None}
    low, median, high = _quarters([rung.ints / second / 1e6 for second in timing.seconds])
    return row | {"median": median, "low": low, "high": high}


def _bar_result(bar: Bar, timings: Mapping[str, Timing]) -> dict[str, Any]:
    """A bar: the ratio of speeds, and whether it is reached; None for both when a rung did not run."""
    row = asdict(bar)
    if bar.rung not in timings or bar.than not in timings:
        return row | {"ratio": None, "low": None, "high": None, "passed": None}
    pairs = zip(timings[bar.rung].seconds, timings[bar.than].seconds, strict=True)
    low, ratio, high = _quarters([other / own for own, other in pairs])
    return row | {"ratio": ratio, "low": low, "high": high, "passed": ratio >= bar.factor}


def _quarters(values: Sequence[float]) -> list[float]:
    """Lower quartile, median, upper quartile."""
    return statistics.quantiles(values, n=4, method="inclusive")


def _processor() -> str:
    """The processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
