"""Building assignments: from solutions/NAME.py to the released notebook, by nbgrader's own generate_assignment."""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbgrader.apps import NbGraderAPI

from autograde.examples import examples_bytes
from autograde.files import write_atomically
from autograde.nbgrader_settings import failure, quiet_log, settings
from autograde.paths import BUILD_SOURCE, EXERCISES, SOLUTIONS, CourseError, has_checks
from autograde.plan import Plan, full_plan
from autograde.released import TEST_PREFIX
from autograde.source import Notebook, notebook_bytes, source_notebook

Built = dict[Path, bytes]


def source_names() -> list[str]:
    """Return the names of all assignments that have a source, in chapter order."""
    return sorted(path.stem for path in SOLUTIONS.glob("*.py") if not path.stem.startswith("_"))


def built(names: Sequence[str]) -> Built:
    """Return the bytes of all files that belong to these assignments, by path; nothing is written.

    Raises CourseError for an author's mistake. Running time: about 0.3 s an assignment.
    """
    files: Built = {}
    for name in names:
        source = source_notebook(SOLUTIONS / f"{name}.py")
        files[BUILD_SOURCE / name / f"{name}.ipynb"] = notebook_bytes(source)
        files[EXERCISES / name / f"{name}.ipynb"] = _released_bytes(name, source)
        files[EXERCISES / name / "examples.json"] = _examples(name, source)
    return files


def write(files: Built) -> list[Path]:
    """Write the files that differ from what is there, each atomically; return their paths."""
    changed = differing(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, files[path])
    return changed


def differing(files: Built) -> list[Path]:
    """Return the paths whose files are missing or have other bytes."""
    return [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]


def without_source(names: Sequence[str]) -> Iterator[Path]:
    """Yield folders in exercises/ that no source makes."""
    return (folder for folder in sorted(EXERCISES.glob("*/")) if folder.name not in names)


def _released_bytes(name: str, source: Notebook) -> bytes:
    """The released notebook; nbgrader works in a temporary folder, without a gradebook."""
    with tempfile.TemporaryDirectory(prefix="course-build-") as temporary:
        folder = Path(temporary).resolve()
        config = settings(folder, folder / "gradebook.db")
        config.GenerateAssignment.no_database = True
        config.GenerateAssignment.preprocessors.remove("nbgrader.preprocessors.SaveCells")
        source_file = folder / "build" / "source" / name / f"{name}.ipynb"
        source_file.parent.mkdir(parents=True)
        source_file.write_bytes(notebook_bytes(source))
        problem = failure(NbGraderAPI(config=config, log=quiet_log()).generate_assignment(name))
        if problem:
            raise CourseError(f"solutions/{name}.py: nbgrader cannot release it: {problem}")
        return (folder / "exercises" / name / f"{name}.ipynb").read_bytes()


def _examples(name: str, source: Notebook) -> bytes:
    if not has_checks(name):
        raise CourseError(f"solutions/{name}.py: autograde/checks/{name}.py is missing.")
    if not hasattr(importlib.import_module(f"autograde.checks.{name}"), "EXERCISES"):
        raise CourseError(f"autograde/checks/{name}.py has no list EXERCISES.")
    plan = full_plan(name)
    _require_same_exercises(name, plan, source)
    return examples_bytes(plan)


def _require_same_exercises(name: str, plan: Plan, source: Notebook) -> None:
    """Raise CourseError unless the checks have the source's exercises with the source's points."""
    tests = [cell["metadata"]["nbgrader"] for cell in source["cells"] if "nbgrader" in cell["metadata"]]
    headers = {mark["grade_id"].removeprefix(TEST_PREFIX): mark["points"] for mark in tests if mark["grade"]}
    checks = {exercise.name: exercise.points for exercise in plan.exercises.values()}
    for exercise in headers.keys() | checks.keys():
        of_header, of_checks = headers.get(exercise), checks.get(exercise)
        if of_checks is None:
            raise CourseError(f"{exercise} is in solutions/{name}.py, but not in {_list_of(name)}.")
        if of_header is None:
            raise CourseError(f"{exercise} is in {_list_of(name)}, but has no cell in solutions/{name}.py.")
        if not math.isclose(of_header, of_checks):
            raise CourseError(
                f"{exercise} has {of_header:g} points in solutions/{name}.py and {of_checks:g} in "
                f"autograde/checks/{name}.py, where the points of its checks are added up."
            )


def _list_of(name: str) -> str:
    return f"the list EXERCISES of autograde/checks/{name}.py"
