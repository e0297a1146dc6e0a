"""How much memory a call holds while it runs, over time, measured with memory-profiler from another process.

memory-profiler's own way to watch a function forks the kernel, runs the function again when it was short, and on
an error kills all children of the kernel. So a small process of our own asks memory-profiler about this one.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.quantity import number

if TYPE_CHECKING:
    from workbench.style import Picture

_SAMPLER = Path(__file__).with_name("memory_sampler.py")
_MB_PER_MIB = 2**20 / 1e6


@dataclass(frozen=True)
class MemoryCurve:
    """The resident memory of this process during one call: seconds since its start, and MB (10**6 bytes).

    value is what the call returned. Where nothing could be measured, seconds and mb are empty, and reason says why.
    """

    name: str
    seconds: tuple[float, ...]
    mb: tuple[float, ...]
    value: Any = None
    reason: str = ""

    @property
    def peak_mb(self) -> float | None:
        """The most that the call added to what the process held before it; None where nothing was measured.

        >>> MemoryCurve("read all", (0.0, 0.1, 0.2), (100.0, 250.0, 120.0)).peak_mb
        150.0
        """
        return max(self.mb) - self.mb[0] if self.mb else None


def memory_curve(name: str, run: Callable[[], object], interval_seconds: float = 0.005) -> MemoryCurve:
    """Call run once; return its memory over time and its value.

    Memory that an earlier call freed is first given back to the system where it can be (Linux); otherwise the call
    may reuse it, and its curve is too low. A peak shorter than the interval can be missed.
    Raises whatever run raises.
    """
    gc.collect()
    _give_back_freed_memory()
    command = [sys.executable, "-P", str(_SAMPLER), str(os.getpid()), str(interval_seconds)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # an interrupt is meant for the call
    ) as sampler:
        assert sampler.stdin and sampler.stdout
        ready = sampler.stdout.readline()
        start = time.time()
        try:
            value = run()
        finally:
            stop = time.time()
            with suppress(OSError):
                sampler.stdin.close()
            answer = sampler.stdout.read()
    return _curve(name, value, start, stop, answer if ready else "")


def _curve(name: str, value: object, start: float, stop: float, answer: str) -> MemoryCurve:
    """The samples from the last one before the call to the last one in it."""
    try:
        told = json.loads(answer)
    except ValueError:
        return MemoryCurve(name, (), (), value, "the process that measures did not answer")
    samples = [(at, mib * _MB_PER_MIB) for mib, at in told["samples"]]
    before = [sample for sample in samples if sample[0] < start][-1:]
    during = [sample for sample in samples if start <= sample[0] <= stop]
    if not during:
        return MemoryCurve(name, (), (), value, told["problem"] or "the call was too short to be sampled")
    return MemoryCurve(
        name,
        tuple(max(0.0, at - start) for at, _ in before + during),
        tuple(mb for _, mb in before + during),
        value,
    )


def in_mb(mb: float) -> str:
    """Return an amount of memory for readers: MB, KB for less than 0.1 MB, and a bound for less than a page.

    >>> [in_mb(mb) for mb in (68.51, 0.15, 0.0041, 0.0, -0.2)]
    ['68.5 MB', '0.1 MB', '4 KB', 'less than a page', 'less than a page']
    """
    return f"{mb:.1f} MB" if mb >= 0.1 else f"{1000 * mb:.0f} KB" if mb >= 0.001 else "less than a page"


def memory_picture(
    title: str, curves: Sequence[MemoryCurve], caption: str = "", budget_mb: float | None = None
) -> Picture:
    """Draw curves above their own start, with their peaks; the caption says which could not be measured, and why.

    budget_mb is drawn as a dotted line.
    """
    from workbench.style import LIMIT, picture

    drawn_ones = [curve for curve in curves if curve.mb]
    told = [f"{curve.name}: peak {in_mb(curve.peak_mb or 0)}" for curve in drawn_ones]
    missing = [f"{curve.name}: not measured, {curve.reason}." for curve in curves if not curve.mb]
    with picture(
        title,
        x="time since the call (s)",
        y="added memory (MB)",
        alt=" ".join([f"{'; '.join(told)}.", *missing]),
        caption=" ".join([caption, *missing]).strip(),
    ) as drawn:
        for curve, label in zip(drawn_ones, told, strict=True):
            drawn.axes.plot(curve.seconds, [mb - curve.mb[0] for mb in curve.mb], label=label, marker="")
        if budget_mb is not None:
            drawn.axes.axhline(
                budget_mb, color=LIMIT, linestyle=(0, (1, 1)), label=f"budget: {number(budget_mb)} MB"
            )
        if drawn_ones:
            drawn.axes.set_ylim(bottom=min(0.0, *drawn.axes.dataLim.intervaly))
    return drawn


def _give_back_freed_memory() -> None:
    """Ask the C library to return free memory; only glibc has the call."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
