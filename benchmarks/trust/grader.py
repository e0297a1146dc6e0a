"""How fast is a class graded? nbgrader and otter as they come, and this course's own grader, in one run."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import version
from benchmarks.trust import grader_own as own
from benchmarks.trust import grader_stock as stock
from benchmarks.trust.grader_class import NAME, HandedIn, a_class, sample
from benchmarks.trust.grader_text import lines as lines
from benchmarks.trust.pool import Counted
from benchmarks.trust.record import assignment_sources, record, sources_hash

TIMES_NBGRADER = 10.0
MOST_BYTES_PER_THOUSAND = 16 << 20  # resident; what a grader gains over 1,000 submissions
SUBMISSIONS = 1000  # of which the memory is watched
STOCK_SAMPLE = 40
OTTER_SAMPLE = 10
PACKAGES = ("nbgrader", "nbclient", "otter-grader", "ipykernel")
SOURCES = (
    *assignment_sources(NAME),
    "autograde/class_grading/*.py",
    "autograde/fill.py",
    "autograde/submission.py",
    "benchmarks/trust/grader*.py",
)
Note = Callable[[str], None]


def measure(scale: float = 1.0) -> dict[str, Any]:
    """Grade a class with each tool, one after the other; return plain data for JSON.

    scale: of the class and of what is measured on it. Running time at 1: some ten minutes, most of them nbgrader's.
    """
    everyone = a_class(scale)
    quick = [each for each in everyone if each.kind != "hangs"]
    hanging = [each for each in everyone if each.kind == "hangs"]
    for_otter = _for_otter(quick, scale)
    memory_count = max(40, round(SUBMISSIONS * scale))
    total = 1 + 3 + len(for_otter) + 6 + len(quick) + memory_count
    progress = Counted("bench grader", total)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as place, progress:

        def note(text: str) -> None:
            progress.latest = text
            progress.add(1)

        folder = Path(place)
        checks = folder / "checks.pickle"
        stock.write_checks(checks)
        note("the checks are written")
        tools = [
            _nbgrader(folder / "nbgrader", checks, quick, hanging, scale, note),
            _otter(folder / "otter", checks, for_otter, note),
            *_own(folder / "course", quick, everyone, note),
        ]
        found = own.graded(quick, lambda: note("one grader, its time split"))
        samples = own.memory_over(_for_memory(quick), memory_count, lambda: note("memory"))
    memory = {"submissions": memory_count, "samples": samples, "slope": slope_per_thousand(samples)}
    result = {
        "topic": "grader",
        "scale": scale,
        **record(sources_hash(SOURCES)),
        "class": {
            kind: sum(each.kind == kind for each in everyone) for kind in ("right", "wrong", "stub", "hangs")
        },
        "form": stock.FORM,
        "tools": tools,
        "parts": split(found.rows),
        "scores": _scores(found.rows),
        "memory": memory,
    }
    result["versions"] |= {package: version(package) for package in PACKAGES}
    return {**result, "bars": bars(result)}


def passed(result: Mapping[str, Any]) -> bool:
    """Is every bar reached that was run?"""
    return not any(bar["passed"] is False for bar in result["bars"])


def bars(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Judge the figures of a result."""
    by_name = {tool["name"]: tool for tool in result["tools"]}
    stock_seconds = by_name["nbgrader autograde"]["seconds"]
    own_seconds = min(tool["seconds"] for tool in result["tools"] if tool["processes"] and tool["is_own"])
    ratio = stock_seconds / own_seconds
    gained = result["memory"]["slope"]
    wrong = [row for row in result["scores"] if not row["as_meant"]]
    return [
        _bar(
            "times nbgrader's speed, a submission, hang-free", ratio, TIMES_NBGRADER, ratio >= TIMES_NBGRADER
        ),
        _bar(
            "bytes gained over 1,000 submissions",
            gained,
            MOST_BYTES_PER_THOUSAND,
            gained <= MOST_BYTES_PER_THOUSAND,
        ),
        _bar("kinds of notebooks with other scores than meant", len(wrong), 0, not wrong),
    ]


def split(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the median seconds of each part of a grading, for each kind of notebook."""
    groups = {
        "right": lambda row: row["kind"] == "right" and not row["has_numba"],
        "right, one cell compiled by Numba": lambda row: row["kind"] == "right" and row["has_numba"],
        "wrong": lambda row: row["kind"] == "wrong",
        "stub": lambda row: row["kind"] == "stub",
    }
    found = []
    for name, wanted in groups.items():
        chosen = [row for row in rows if wanted(row)]
        if chosen:
            parts = {part: statistics.median(row[part] for row in chosen) for part in (*own.PARTS, "all")}
            found.append({"group": name, "count": len(chosen), "parts": parts})
    return found


def second_process(one: float, two: float, cores: int) -> str:
    """Say what the second process gains, and why, in words that follow from the measurement."""
    gain = one / two
    if cores < 2:
        why = "there is one core, so the two take turns"
    elif gain >= 1.6:
        why = "grader and submission take turns on one core, so one process leaves the other core idle"
    elif gain >= 1.15:
        why = (
            "the second core is used, but the two share what the cores share, or others work on this machine"
        )
    else:
        why = "the cores had no time to spare: others work on this machine, or the class is too small to tell"
    return f"A second process makes it {gain:.2f} times as fast: {why}."


def slope_per_thousand(samples: Sequence[tuple[int, int]]) -> float:
    """Return the bytes gained over 1,000 submissions, by least squares over the later half of the samples.

    >>> slope_per_thousand([(0, 500), (500, 900), (1000, 1000), (1500, 1100), (2000, 1200)])
    200.0
    """
    later = samples[len(samples) // 2 :]
    middle = statistics.fmean(count for count, _ in later), statistics.fmean(size for _, size in later)
    above = sum((count - middle[0]) * (size - middle[1]) for count, size in later)
    below = sum((count - middle[0]) ** 2 for count, _ in later)
    return 1000 * above / below if below else 0.0


def _nbgrader(
    folder: Path,
    checks: Path,
    quick: Sequence[HandedIn],
    hanging: Sequence[HandedIn],
    scale: float,
    note: Note,
) -> dict[str, Any]:
    """nbgrader on one notebook, on a sample, and on one that hangs: what one more costs is the difference."""
    some = sample(quick, max(2, round(STOCK_SAMPLE * scale)) + 1)
    stock.nbgrader_course(folder, checks)
    seconds = []
    for handed_in in (some[:1], some, hanging[:1]):
        stock.hand_in(folder, handed_in, checks)
        seconds.append(stock.autograde(folder))
        note("nbgrader autograde")
    one, all_of_them, hung = seconds
    each = (all_of_them - one) / (len(some) - 1)
    start = max(0.0, one - each)
    return _tool("nbgrader autograde", each, start, len(some), (each, hung - start), _shares(quick, hanging))


def _for_otter(quick: Sequence[HandedIn], scale: float) -> list[HandedIn]:
    """What otter is given: nothing where it is not installed, nothing with Numba, which its own packages lack."""
    plain = [each for each in quick if not each.has_numba]
    return sample(plain, max(1, round(OTTER_SAMPLE * scale))) if stock.OTTER.is_file() else []


def _otter(folder: Path, checks: Path, some: Sequence[HandedIn], note: Note) -> dict[str, Any]:
    """otter on a sample; it has no limit of its own, so a notebook that hangs is not given to it."""
    if not some:
        missing = _tool("otter run", None, None, 0, None, 0)
        return {**missing, "note": f"otter run: not installed. {stock.INSTALL_OTTER}"}
    stock.otter_assignment(folder, checks)
    seconds = []
    for handed_in in some:
        seconds.append(stock.otter_run(folder, handed_in))
        note("otter run")
    told = "otter run: each call starts anew; it never ends on a notebook that hangs."
    return {**_tool("otter run", statistics.fmean(seconds), 0.0, len(some), None, 0), "note": told}


def _own(
    folder: Path, quick: Sequence[HandedIn], everyone: Sequence[HandedIn], note: Note
) -> Iterator[dict[str, Any]]:
    own.lay_course(folder)
    seconds = {}
    for processes in (1, 2):
        taken = []
        for handed_in in (quick[:processes], quick, everyone):
            own.hand_in(folder, handed_in)
            taken.append(own.autograde(folder, processes))
            note(f"course.py autograde, {processes} of 2")
        few, all_quick, all_of_them = taken
        each = seconds[processes] = (all_quick - few) / (len(quick) - processes)
        start = max(0.0, few - each * processes)
        name = f"course.py autograde, {'one process' if processes == 1 else 'two processes'}"
        tool = _tool(name, each, start, len(quick), None, 0, processes)
        tool["with_hangs"] = (all_of_them - start) / len(everyone)
        if processes == 2:
            tool["note"] = second_process(seconds[1], seconds[2], len(os.sched_getaffinity(0)))
        yield tool


def _tool(
    name: str,
    seconds: float | None,
    start: float | None,
    count: int,
    costs: tuple[float, float] | None,
    share: float,
    processes: int = 0,
) -> dict[str, Any]:
    """A row; costs: of a notebook that ends and of one that hangs; share: of those that hang."""
    with_hangs = None if costs is None else costs[0] * (1 - share) + costs[1] * share
    row = {
        "name": name,
        "is_own": bool(processes),
        "processes": processes,
        "seconds": seconds,
        "start": start,
    }
    return {**row, "with_hangs": with_hangs, "notebooks": count, "note": ""}


def _shares(quick: Sequence[HandedIn], hanging: Sequence[HandedIn]) -> float:
    return len(hanging) / (len(quick) + len(hanging))


def _for_memory(quick: Sequence[HandedIn]) -> list[HandedIn]:
    """Mostly stubs, which are quick, and two of each other kind."""
    by_kind: dict[str, list[HandedIn]] = {}
    for each in quick:
        by_kind.setdefault(each.kind, []).append(each)
    plain = [each for each in by_kind["right"] if not each.has_numba] or by_kind["right"]
    return [*plain[:2], *by_kind["wrong"][:2], *(by_kind["stub"] * 40)[:36]]


def _scores(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Whether each kind of notebook has the score that it was made for."""
    meant: dict[str, Callable[[Mapping[str, Any]], bool]] = {
        "right": lambda row: row["score"] == row["max"],
        "wrong": lambda row: row["score"] < row["max"],
        "stub": lambda row: row["score"] == 0,
    }
    return [
        {"kind": kind, "as_meant": all(is_meant(row) for row in rows if row["kind"] == kind)}
        for kind, is_meant in meant.items()
    ]


def _bar(name: str, value: float, limit: float, is_reached: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "passed": is_reached}
