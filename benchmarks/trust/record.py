"""What every figure is kept with: when, on what machine, of which files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from autograde.paths import ROOT, assignment_names
from benchmarks.measure import machine

RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("hypothesis", "msgpack", "numba", "numpy")
_JUDGING = (
    "causes channel check compare connection corpus costs faults feeds frames grading growth judging launch limits "
    "look one_core perform plan reference requests runner wire worker worker_process"
)
GRADER = (
    *(f"autograde/{name}.py" for name in _JUDGING.split()),
    "autograde/sandbox/*.py",
    "workbench/devices.py",
    "workbench/held.py",
)


_TEXT = re.compile(r"^#(?! %%).*\n", re.MULTILINE)  # lines of Markdown and comments, not the heads of cells


def record(sources: str) -> dict[str, Any]:
    """Return the head of a result: date, machine, versions, and the hash of its sources."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {package: metadata.version(package) for package in PACKAGES},
        "sources": sources,
    }


def sources_hash(patterns: Iterable[str], more: str = "") -> str:
    """Return the hash of all files that these patterns name, by path from the course folder, and of more.

    Of the assignments' sources only the code counts: another word in an exercise's text changes no verdict.
    """
    found = {path.relative_to(ROOT).as_posix(): path for pattern in patterns for path in ROOT.glob(pattern)}
    texts = [_judged_text(name, found[name].read_text(encoding="utf-8")) for name in sorted(found)]
    return hashlib.sha256("\0".join([*texts, more]).encode("utf-8")).hexdigest()


def _judged_text(name: str, text: str) -> str:
    return _TEXT.sub("", text) if name.startswith("solutions/") else text


def assignment_sources(name: str) -> tuple[str, ...]:
    """Return the patterns of what a verdict on an assignment follows from: grader, checks, references, answers."""
    package = name.partition("_")[0]  # of checks that are more than one module
    checks = (f"autograde/checks/{module}.py" for module in (name, f"{package}/**/*", "common"))
    return (*GRADER, *checks, f"solutions/{name}.py", f"tests/answers/{name}/*.py")


def by_assignment(
    topic: str,
    sources_of: Callable[[str], str],
    measured: Callable[[str], dict[str, Any]],
    names: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return a topic's result with a part for each assignment.

    sources_of: returns the hash of what a part follows from; measured: measures an assignment. Without names, a part
    of the kept result whose sources are the same is taken over, and said to be.
    """
    before = {} if names else _kept_parts(topic)
    parts = []
    for name in names or assignment_names():
        part = before.get(name)
        if part is None or part["sources"] != sources_of(name):
            part = {"assignment": name, **record(sources_of(name)), **measured(name)}
        else:
            print(f"{name}: nothing has changed since {part['date'][:10]}, so its figures stand.")
        parts.append(part)
    return {"topic": topic, "assignments": parts}


def kept(topic: str) -> Any:
    """Return the reference result of a topic."""
    return json.loads((RESULTS / f"{topic}.json").read_text(encoding="utf-8"))


def _kept_parts(topic: str) -> dict[str, Any]:
    """The parts of the reference result by assignment; none where there is no result yet."""
    try:
        return {part["assignment"]: part for part in kept(topic).get("assignments", ())}
    except FileNotFoundError:
        return {}
