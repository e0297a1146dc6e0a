"""What every figure is kept with: when, on what machine, of which files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from autograde.paths import ROOT
from benchmarks.measure import digest, machine

RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("hypothesis", "msgpack", "numba", "numpy")
_JUDGING = (
    "causes channel check compare connection corpus costs feeds grading growth judging launch limits perform plan "
    "runner wire worker worker_process"
)
GRADER = (*(f"autograde/{name}.py" for name in _JUDGING.split()), "autograde/sandbox/*.py")


def record(topic: str, sources: Iterable[str]) -> dict[str, Any]:
    """Return the head of a result: topic, date, machine, versions, and the hash of the sources."""
    return {
        "topic": topic,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {package: metadata.version(package) for package in PACKAGES},
        "sources": sources_hash(sources),
    }


def sources_hash(patterns: Iterable[str]) -> str:
    """Return the hash of all files that these patterns name, by path from the course folder."""
    found = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)}
    return digest(sorted(found))


def kept(topic: str) -> Any:
    """Return the reference result of a topic."""
    return json.loads((RESULTS / f"{topic}.json").read_text(encoding="utf-8"))
