"""What a trainee has shown so far: the verdicts on the exercises of work/, for hints, watch and the start page.

Kept as the state file "progress", so it survives killed processes, two at once, and upgrades.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.paths import WORK, assignment_names
from autograde.released import HELPERS
from autograde.report import UNSOLVED, AssignmentReport, ExerciseReport
from workbench import state

FILE = "progress"
OPEN = "open"  # the status of an exercise that is as it was released
FORM = "form"  # of an answer in the right form: what it is worth is decided at grading
_TYPES: dict[str, Any] = {
    "score": (int, float),
    "max": (int, float),
    "status": str,
    "tries": int,
    "pending": int,
    "answer": str,
}


@dataclass(frozen=True)
class Standing:
    """Where an exercise stands: its best score, the latest status, how many different answers failed.

    pending: private checks that the latest verdict left to grading (in a student bundle).
    """

    score: float = 0.0
    status: str = OPEN
    tries: int = 0
    pending: int = 0

    @property
    def solved(self) -> bool:
        """Whether the latest answer passed all the checks that are here."""
        return self.status == "passed"

    @property
    def form_right(self) -> bool:
        """Whether the latest answer has the right form, and no more is known of it here."""
        return self.status == FORM


def is_own(notebook: Path) -> bool:
    """Return whether this is the trainee's own notebook of an assignment: work/NAME/NAME.ipynb."""
    path = notebook.resolve()
    return path.parent.parent == WORK.resolve() and path.stem == path.parent.name in assignment_names()


def standings(assignment: str) -> dict[str, Standing]:
    """Return where the exercises of an assignment stand; one without a verdict is left out.

    Raises StateError when the state cannot be read.
    """
    entries = _entries(state.read(FILE, _is_sound), assignment)
    fields = ("score", "status", "tries", "pending")
    return {name: Standing(*(entry[field] for field in fields)) for name, entry in entries.items()}


def tries_with(assignment: str, cells: Mapping[str, str]) -> dict[str, int]:
    """Return the failed tries of each exercise, counting these cells as one more where they are new.

    cells: the sources of solution cells by grade_id, helpers included. Raises StateError.
    """
    entries = _entries(state.read(FILE, _is_sound), assignment)
    return {
        name: entry["tries"] + (entry["answer"] != _digest(name, cells)) for name, entry in entries.items()
    }


def record(report: AssignmentReport, cells: Mapping[str, str]) -> None:
    """Keep the verdicts of a report on these cells; the best score stands. Raises StateError."""

    def change(content: dict[str, Any]) -> None:
        entries = content.setdefault("assignments", {}).setdefault(report.assignment, {})
        for exercise in report.exercises:
            if exercise.status != "missing":
                entry = entries.setdefault(exercise.name, {})
                entry.update(_entry(entry, exercise, _digest(exercise.name, cells)))

    state.update(FILE, _is_sound, change)


def start_again(assignment: str) -> None:
    """Call all exercises of an assignment open again, after a reset; scores stand. Raises StateError."""

    def change(content: dict[str, Any]) -> None:
        content.setdefault("resets", {})[assignment] = time.time()
        for entry in _entries(content, assignment).values():
            entry.update(status=OPEN, tries=0, answer="")

    state.update(FILE, _is_sound, change)


def reset_at(assignment: str) -> float:
    """Return when an assignment was last reset, in seconds as of time.time(); 0 when never. Raises StateError."""
    moment: float = state.read(FILE, _is_sound).get("resets", {}).get(assignment, 0)
    return moment


def _entry(old: Mapping[str, Any], exercise: ExerciseReport, answer: str) -> dict[str, Any]:
    """The new fields of an entry; a try is an answer that fails and is not the one that failed last."""
    status = _status(exercise)
    is_try = status not in (OPEN, FORM, "passed") and answer != old.get("answer")
    # A score of examples only yields to the first one of all checks.
    best = 0 if old.get("pending", 0) > exercise.pending else old.get("score", 0)
    return {
        "score": max(best, exercise.score),
        "max": exercise.max,
        "status": status,
        "tries": old.get("tries", 0) + is_try,
        "pending": exercise.pending,
        "answer": answer,
    }


def _status(exercise: ExerciseReport) -> str:
    """What is kept of a report's status."""
    if UNSOLVED in exercise.message:
        return OPEN
    return FORM if exercise.form_right else exercise.status


def _digest(name: str, cells: Mapping[str, str]) -> str:
    """What tells two answers to an exercise apart: its cell and the helpers."""
    parts = json.dumps([cells.get(HELPERS, "").strip(), cells.get(name, "").strip()])
    return hashlib.sha256(parts.encode("ascii")).hexdigest()[:16]


def _entries(content: Mapping[str, Any], assignment: str) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = content.get("assignments", {}).get(assignment, {})
    return entries


def _is_sound(content: dict[str, Any]) -> bool:
    """Whether every entry has the fields that this module writes, in their types."""
    assignments, resets = content.get("assignments", {}), content.get("resets", {})
    if not (isinstance(assignments, dict) and isinstance(resets, dict)):
        return False
    return all(isinstance(moment, (int, float)) for moment in resets.values()) and all(
        isinstance(entries, dict) and all(map(_is_entry, entries.values()))
        for entries in assignments.values()
    )


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(field), kind) for field, kind in _TYPES.items()
    )
