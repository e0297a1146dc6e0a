"""check("vb_encode") in a notebook: a cell as it was last run, graded in a fresh process.

A cell that was edited and not run is unknown to the kernel, so each report says which run it is about.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from autograde import environment, progress
from autograde.paths import ROOT, CourseError, assignment_names
from autograde.released import HELPERS, released
from autograde.report_html import notice_html
from autograde.submission import read_submission
from workbench.state import StateError


class Run(NamedTuple):
    """A cell that the kernel ran: its id (None where the front end gives none), source, number as in In [7].

    at: when, in seconds as of time.time().
    """

    cell: str | None
    source: str
    number: int
    at: float = 0.0


class Verdict(float):
    """The score of one exercise: a number for nbgrader, a report for the reader."""

    def __new__(cls, score: float, html: str) -> Verdict:
        """Make a number that shows itself as html."""
        verdict = super().__new__(cls, score)
        verdict._html = html
        return verdict

    _html: str

    def __repr__(self) -> str:
        return f"{float(self):g}"

    def _repr_html_(self) -> str:
        return self._html


class Recorder:
    """Remembers what the kernel has executed, and which cell it stood in."""

    def __init__(self, shell: Any) -> None:
        self._history = shell.history_manager.input_hist_raw  # a list; In [7] is its item 7
        begun = psutil.Process().create_time()  # what ran before there was a recorder ran after this
        self.executed = [Run(None, source, number, begun) for number, source in enumerate(self._history)]
        shell.events.register("pre_run_cell", self._remember)

    def _remember(self, info: Any) -> None:
        self.executed.append(Run(info.cell_id, info.raw_cell, len(self._history), time.time()))


_recorders: dict[int, Recorder] = {}


def checks_for(assignment: str) -> Callable[[str], Verdict]:
    """Return the function that checks one exercise of an assignment by its name.

    In the trainee's own notebook the verdicts are remembered; a kernel starts in its notebook's folder.
    Raises CourseError for an unknown assignment, or outside a notebook.
    """
    if assignment not in assignment_names():
        raise CourseError(f"There is no assignment {assignment}; there are {', '.join(assignment_names())}.")
    recorder = _recorder()
    exercises = {exercise.name: exercise for exercise in released(assignment).exercises}
    notebook = Path.cwd() / f"{assignment}.ipynb"
    own = progress.is_own(notebook)

    def graded(name: str) -> Verdict:
        if name not in exercises:
            raise CourseError(f"There is no exercise {name} here; there are {', '.join(exercises)}.")
        since = _reset_at(assignment) if own else 0.0
        runs = latest_runs([run for run in recorder.executed if run.at >= since], [HELPERS, *exercises])
        if name not in runs:
            before = name in latest_runs(recorder.executed, [name])
            raise CourseError(_run_again(assignment, name) if before else _run_first(name))
        cells = {cell: run.source for cell, run in runs.items()}
        shared = [HELPERS] if HELPERS in runs or _has_helpers(notebook, assignment) else []
        checked = checked_line(runs, [name, *shared, *exercises[name].needs])
        answer = _graded(
            {"assignment": assignment, "only": name, "cells": cells, "own": own, "checked": checked}
        )
        return Verdict(answer["score"], answer["html"])

    def check(name: str) -> Verdict:
        """Grade one exercise: its cell as it was last run, not what the kernel remembers."""
        try:
            return graded(name)
        except CourseError as problem:
            return Verdict(0, notice_html(str(problem)))

    return check


def _run_first(name: str) -> str:
    return f"Run the cell of {name} first, then check it."


def _run_again(assignment: str, name: str) -> str:
    return (
        f"{assignment} was reset after this kernel had run the cell of {name}: what it ran is of the old copy. "
        "Close the notebook, open it again, restart its kernel and run its cells."
    )


def _reset_at(assignment: str) -> float:
    """When an assignment was last reset; 0 where that cannot be read."""
    with suppress(StateError):
        return progress.reset_at(assignment)
    return 0.0


def _has_helpers(notebook: Path, assignment: str) -> bool:
    """Whether the notebook, as last saved, has helpers of the trainee's own; not when it cannot be read."""
    try:
        saved = read_submission(notebook.read_bytes(), assignment).cells
    except (OSError, CourseError):
        return False
    return HELPERS in saved and saved[HELPERS] != released(assignment).sources(HELPERS)[HELPERS]


def checked_line(runs: Mapping[str, Run], names: Sequence[str]) -> str:
    """Return which run of each cell was checked; a cell of `names` that has not run is named, too.

    >>> print(checked_line({"gaps": Run("gaps", "", 7), "helpers": Run("helpers", "", 2)}, ["gaps", "helpers"]))
    Checked as last run: gaps in In [7], helpers in In [2]. A cell that you change has to run again.
    """
    told = [
        f"{name} in In [{runs[name].number}]" if name in runs else f"{name} (has not run)" for name in names
    ]
    return f"Checked as last run: {', '.join(told)}. A cell that you change has to run again."


def latest_runs(executed: Sequence[Run], names: Sequence[str]) -> dict[str, Run]:
    """Return the latest run of each solution cell that has run.

    The front end names the cell where it can (JupyterLab does). Where it cannot, the cell is the latest one
    that defines the name; helpers are then the latest cell that starts with a comment on helpers.
    """
    named = {run.cell for run in executed if run.cell is not None}
    if named & {*names, *(f"test_{name}" for name in names)}:
        return {run.cell: run for run in executed if run.cell is not None and run.cell in names}
    return {name: run for run in executed for name in names if _stands_for(run.source, name)}


def defined_names(source: str) -> set[str]:
    """Return the names that a source binds at its top level; none when it does not parse.

    >>> sorted(defined_names("def f(): pass\\nclass C: pass\\nx = y = 1"))
    ['C', 'f', 'x', 'y']
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return names | {target.id for target in targets if isinstance(target, ast.Name)}


def _stands_for(source: str, name: str) -> bool:
    if name == HELPERS:
        return source.lstrip().lower().startswith("# helpers")
    return name in defined_names(source)


def _recorder() -> Recorder:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise CourseError("check works in a notebook; elsewhere use: python3 course.py grade NOTEBOOK")
    if id(shell) not in _recorders:
        _recorders[id(shell)] = Recorder(shell)
    return _recorders[id(shell)]


def _graded(request: dict[str, Any]) -> dict[str, Any]:
    """Grade in a process of its own, so that nothing in the kernel can take part."""
    done = subprocess.run(
        [sys.executable, "-m", "autograde.check_process"],
        input=json.dumps(request).encode("utf-8", "surrogatepass"),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment.variables()},
        check=False,
    )
    if done.returncode != 0:
        told = done.stderr.decode("utf-8", "replace").strip()
        # 2 is a sentence for the reader; any other code is a fault of the course, whose traceback is needed.
        raise (CourseError if done.returncode == 2 else RuntimeError)(told or "The check did not run.")
    return json.loads(done.stdout)
