"""Hostile notebooks: nothing in them is solved, and all around the solution cells is changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attack_files import ASSIGNMENT

from autograde.released import released_path

Notebook = dict[str, Any]
LAYER = "submission: only the text of solution cells is taken, by grade_id"


@dataclass(frozen=True)
class HostileNotebook:
    """A change of the released notebook; fields as for attack_files.Attack."""

    name: str
    title: str
    wants: str
    change: Callable[[Notebook], object]
    layer: str = LAYER
    pays: float = 0
    says: str = ""
    alone: bool = False
    long: bool = False

    def data(self) -> bytes:
        """Return the bytes that are handed in."""
        notebook = json.loads(released_path(ASSIGNMENT).read_bytes())
        changed = self.change(notebook)
        return changed if isinstance(changed, bytes) else json.dumps(notebook).encode()


def _cells(notebook: Notebook, *prefixes: str) -> list[Notebook]:
    """The cells whose grade_id starts with one of the prefixes."""
    marked = [(cell, cell["metadata"].get("nbgrader", {}).get("grade_id", "")) for cell in notebook["cells"]]
    return [cell for cell, name in marked if name.startswith(prefixes)]


def _tests(notebook: Notebook) -> list[Notebook]:
    return _cells(notebook, "test_")


def _for_all(**metadata: Any) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            cell["metadata"].update(metadata)

    return change


def _marks(**mark: Any) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"].update(mark)

    return change


def _tests_that_pass(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        output = {"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}}
        cell.update(source="3.0", outputs=[{**output, "execution_count": 1}], execution_count=1)


def _without_tests(notebook: Notebook) -> None:
    tests = _tests(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in tests]


def _tests_twice(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(_tests(notebook))


def _retagged(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"] = {"grade_id": "helpers", "solution": True, "grade": False}


def _other_letters(notebook: Notebook) -> None:
    (cell,) = _cells(notebook, "gaps")
    look_alike = copy.deepcopy(cell)
    look_alike["metadata"]["nbgrader"]["grade_id"] = "g\u0430ps"
    look_alike["source"] = "def gaps(ids):\n    return [b - a for a, b in zip([0, *ids], ids)]"
    notebook["cells"].append(look_alike)


def _two_answers(notebook: Notebook) -> None:
    (cell,) = _cells(notebook, "gaps")
    notebook["cells"].append({**cell, "source": "def gaps(ids):\n    return [ids]"})


def _code_elsewhere(notebook: Notebook) -> None:
    source = "%%javascript\nalert(1)\n" + "import os; os._exit(0)"
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    notebook["cells"].insert(0, cell)
    for setup in _cells(notebook, "setup"):
        setup["source"] = "check = lambda name: 100"


def _bomb_in_an_attachment(notebook: Notebook) -> None:
    notebook["cells"][0]["attachments"] = {"a.png": {"image/png": "A" * (50 << 20)}}


def _markup_everywhere(notebook: Notebook) -> None:
    evil = "<script>alert(1)</script>"
    notebook["metadata"].update(title=evil, kernelspec={"name": evil, "display_name": evil, "argv": ["sh"]})
    for cell in notebook["cells"]:
        cell["metadata"]["name"] = cell["id"] = evil
    notebook["cells"].append(
        {"cell_type": evil, "metadata": {"nbgrader": {"grade_id": evil}}, "source": evil}
    )


def _report_of_its_own(notebook: Notebook) -> None:
    notebook["metadata"]["course"] = {
        "unreadable": "",
        "missing": [],
        "notes": [],
        "problems": [],
        "score": 99,
    }


NOTEBOOKS = [
    HostileNotebook(
        "notebooks/skipped_tests",
        "The tag skip-execution on all cells",
        "tests that do not run",
        _for_all(tags=["skip-execution", "raises-exception"]),
    ),
    HostileNotebook(
        "notebooks/many_points",
        "A hundred points for each test",
        "more points than there are",
        _marks(points=100),
    ),
    HostileNotebook(
        "notebooks/negative_points", "Negative points", "points that count as full", _marks(points=-1)
    ),
    HostileNotebook(
        "notebooks/no_number_of_points",
        "NaN points",
        "points that count as full",
        _marks(points=float("nan")),
    ),
    HostileNotebook(
        "notebooks/locked_solutions",
        "All marks of nbgrader turned round",
        "cells that are graded as something else",
        _marks(solution=False, grade=True, locked=False, task=True, schema_version=-1),
    ),
    HostileNotebook(
        "notebooks/tests_that_pass", "Test cells that say 100", "points from outputs", _tests_that_pass
    ),
    HostileNotebook(
        "notebooks/no_tests", "Without test cells", "an assignment that is never graded", _without_tests
    ),
    HostileNotebook("notebooks/tests_twice", "Each test cell twice", "a batch that stops", _tests_twice),
    HostileNotebook("notebooks/retagged", "Test cells as helpers", "tests that do not run", _retagged),
    HostileNotebook(
        "notebooks/other_letters",
        "A right answer under a name that looks the same",
        "points for a cell that nobody looks at",
        _other_letters,
    ),
    HostileNotebook(
        "notebooks/two_answers", "One exercise in two cells", "the better of two answers", _two_answers
    ),
    HostileNotebook(
        "notebooks/code_elsewhere",
        "Code in other cells, and check replaced",
        "code that runs first",
        _code_elsewhere,
    ),
    HostileNotebook(
        "notebooks/attachment_bomb",
        "An attachment of fifty megabytes",
        "the grader's memory",
        _bomb_in_an_attachment,
    ),
    HostileNotebook(
        "notebooks/markup",
        "Markup in titles, names, types and kernels",
        "a script that runs in the instructor's page",
        _markup_everywhere,
    ),
    HostileNotebook(
        "notebooks/own_report",
        "The grader's own notes in the metadata",
        "points from metadata",
        _report_of_its_own,
    ),
    HostileNotebook(
        "notebooks/zip_bomb",
        "A zip bomb by the name of a notebook",
        "the grader's memory",
        lambda _: b"PK\x03\x04" + bytes(1 << 20),
        layer="submission: bytes that are no JSON are refused",
    ),
    HostileNotebook(
        "notebooks/nested",
        "A hundred thousand lists in each other",
        "a grader whose stack overflows",
        lambda _: b'{"cells": ' + b"[" * 100_000,
        layer="submission: what is no notebook is refused",
    ),
]
