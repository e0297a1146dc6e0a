"""Mutants that do what the reference does: no check can catch them, so each is written down with the reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

from autograde.paths import CourseError

PATH = Path(__file__).with_name("equivalent.toml")
Key = tuple[str, str, str]


def equivalents(path: Path = PATH) -> dict[Key, str]:
    """Return the reasons by mutant; raises CourseError for an entry without one, or one that stands twice."""
    found: dict[Key, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
        key = (entry["exercise"], entry["line"], entry["change"])
        if key in found or not entry["reason"].strip():
            raise CourseError(f"{path.name}: {key} stands twice or has no reason.")
        found[key] = entry["reason"]
    return found
