"""check("vb_encode") in a notebook: the cell's latest executed source, graded in a fresh process."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograde import environment, progress
from autograde.paths import ROOT, CourseError, assignment_names
from autograde.released import released

HELPERS = "helpers"
Executed = tuple[str | None, str]  # cell id (None where the front end gives none), source


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
        self.executed: list[Executed] = [(None, source) for source in shell.history_manager.input_hist_raw]
        shell.events.register("pre_run_cell", self._remember)

    def _remember(self, info: Any) -> None:
        self.executed.append((info.cell_id, info.raw_cell))


_recorders: dict[int, Recorder] = {}


def checks_for(assignment: str) -> Callable[[str], Verdict]:
    """Return the function that checks one exercise of an assignment by its name.

    In the trainee's own notebook the verdicts are remembered; a kernel starts in its notebook's folder.
    Raises CourseError for an unknown assignment, or outside a notebook.
    """
    if assignment not in assignment_names():
        raise CourseError(f"There is no assignment {assignment}; there are {', '.join(assignment_names())}.")
    recorder = _recorder()
    names = [exercise.name for exercise in released(assignment).exercises]
    own = progress.is_own(Path.cwd() / f"{assignment}.ipynb")

    def check(name: str) -> Verdict:
        """Grade one exercise: it runs the latest executed source of its cell, not what the kernel remembers."""
        if name not in names:
            raise CourseError(f"There is no exercise {name} here; there are {', '.join(names)}.")
        cells = latest_sources(recorder.executed, [HELPERS, *names])
        if name not in cells:
            raise CourseError(f"Run the cell of {name} first, then check it.")
        answer = _graded({"assignment": assignment, "only": name, "cells": cells, "own": own})
        return Verdict(answer["score"], answer["html"])

    return check


def latest_sources(executed: Sequence[Executed], names: Sequence[str]) -> dict[str, str]:
    """Return the latest executed source of each solution cell that has run.

    The front end names the cell where it can (JupyterLab does). Where it cannot, the cell is the latest one
    that defines the name; helpers are then the latest cell that starts with a comment on helpers.
    """
    named = {cell for cell, _ in executed if cell is not None}
    if named & {*names, *(f"test_{name}" for name in names)}:
        return {cell: source for cell, source in executed if cell is not None and cell in names}
    return {name: source for _, source in executed for name in names if _stands_for(source, name)}


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
        raise CourseError(done.stderr.decode("utf-8", "replace").strip() or "The check did not run.")
    return json.loads(done.stdout)
