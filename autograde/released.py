"""The released notebook of an assignment: its cells, and its exercises with their points. It is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.paths import EXERCISES, CourseError, assignment_names

HELPERS = "helpers"
SETUP = "setup"
TEST_PREFIX = "test_"


@dataclass(frozen=True)
class ReleasedCell:
    """One cell; kind is setup, helpers, given, solution, test or text (grade_id is then empty)."""

    kind: str
    grade_id: str
    source: str


@dataclass(frozen=True)
class ReleasedExercise:
    """One exercise as the trainee sees it announced."""

    name: str
    points: float
    minutes: int
    difficulty: int  # 1 to 5
    needs: Sequence[str] = ()
    stretch: bool = False


@dataclass(frozen=True)
class Released:
    """An assignment as it is handed out; title is its first heading."""

    name: str
    title: str
    cells: Sequence[ReleasedCell]
    exercises: Sequence[ReleasedExercise]

    def sources(self, *kinds: str) -> dict[str, str]:
        """Return the sources of all cells of these kinds by grade_id, in notebook order."""
        return {cell.grade_id: cell.source for cell in self.cells if cell.kind in kinds}


def released(name: str) -> Released:
    """Return a released assignment; raises CourseError when it is unknown or its notebook is damaged."""
    notebook = released_notebook(name)
    try:
        cells = [_cell(cell) for cell in notebook["cells"]]
        exercises = _exercises(notebook["cells"])
    except (KeyError, TypeError, AttributeError):
        raise CourseError(f"{released_path(name)} is damaged; take it from the course again.") from None
    title = next((cell.source for cell in cells if cell.kind == "text"), name).splitlines()[0].lstrip("# ")
    return Released(name, title, cells, exercises)


def released_notebook(name: str) -> dict[str, Any]:
    """Return a released notebook as parsed JSON; raises CourseError when it is unknown or no JSON."""
    path = released_path(name)
    try:
        notebook: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        known = ", ".join(assignment_names()) or "none yet, `course.py build` makes them"
        raise CourseError(f"There is no assignment {name}; there are {known}.") from None
    except ValueError:
        raise CourseError(f"{path} is damaged; take it from the course again.") from None
    return notebook


def released_path(name: str) -> Path:
    """Return where the released notebook of an assignment lies."""
    return EXERCISES / name / f"{name}.ipynb"


def identify(grade_ids: Iterable[str]) -> str:
    """Return the assignment whose exercises a notebook has cells for; raises CourseError when it has none."""
    ids = set(grade_ids)
    shared = {name: len(ids & {e.name for e in released(name).exercises}) for name in assignment_names()}
    best = max(shared, key=lambda name: shared[name], default="")
    if not best or not shared[best]:
        raise CourseError(
            "this is no notebook of the course: none of its cells is an exercise. "
            "`course.py reset CHAPTER` lays a fresh one."
        )
    return best


def grade_id_of(cell: dict[str, Any]) -> str:
    """Return the grade_id of a trusted notebook's cell, or "" for a text."""
    name: str = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name


def _cell(cell: dict[str, Any]) -> ReleasedCell:
    grade_id = grade_id_of(cell)
    return ReleasedCell(_kind(cell, grade_id), grade_id, "".join(cell["source"]))


def _kind(cell: dict[str, Any], grade_id: str) -> str:
    if not grade_id:
        return "text"
    if grade_id in (SETUP, HELPERS):
        return grade_id
    settings = cell["metadata"]["nbgrader"]
    return "solution" if settings["solution"] else "test" if settings["grade"] else "given"


def _exercises(cells: Sequence[dict[str, Any]]) -> list[ReleasedExercise]:
    named = {grade_id_of(cell): cell for cell in cells}
    return [
        ReleasedExercise(
            grade_id,
            float(named[TEST_PREFIX + grade_id]["metadata"]["nbgrader"]["points"]),
            **cell["metadata"]["course"],
        )
        for grade_id, cell in named.items()
        if "course" in cell["metadata"]
    ]
