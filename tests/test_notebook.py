"""check() in a kernel: the verdict of `grade`, on the latest executed source of each cell."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograde import environment
from autograde.fill import filled_notebook
from autograde.notebook import Verdict, latest_sources
from autograde.paths import SOLUTIONS

NAME = "ch06_vb_code"
NAMES = ["helpers", "gaps", "ungaps"]


def test_a_verdict_is_a_number_with_a_report() -> None:
    verdict = Verdict(1.5, "<b>1.5</b>")
    assert (
        repr(verdict) == "1.5" and float(repr(verdict)) == verdict and verdict._repr_html_() == "<b>1.5</b>"
    )
    assert repr(Verdict(2.0, "")) == "2"


def test_the_latest_run_of_a_cell_counts_where_the_front_end_names_cells() -> None:
    executed = [
        ("gaps", "def gaps(): return 1"),
        ("scratch-1", "def gaps(): return 'scratch'"),
        ("gaps", "def gaps(): return 2"),
        ("helpers", "import zlib"),
        ("scratch-2", "def ungaps(): pass"),
        ("test_gaps", "check('gaps')"),
    ]
    assert latest_sources(executed, NAMES) == {"gaps": "def gaps(): return 2", "helpers": "import zlib"}


@pytest.mark.parametrize("cell_id", [None, "vscode-notebook-cell:1"])
def test_elsewhere_the_latest_cell_that_defines_the_name_counts(cell_id: str | None) -> None:
    executed = [
        (cell_id, "# Helpers: mine\nimport zlib"),
        (cell_id, "def gaps(): return 1"),
        (cell_id, "def gaps(): return 2"),
        (cell_id, "def ungaps(:"),
        (cell_id, "gaps()"),
    ]
    expected = {"gaps": "def gaps(): return 2", "helpers": "# Helpers: mine\nimport zlib"}
    assert latest_sources(executed, NAMES) == expected


def execute(notebook: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a notebook's cells in a kernel; the outputs of its test cells by exercise."""
    for name, value in environment.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COURSE_STATE", "memory")
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    NotebookClient(
        node, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in node.cells]
    return {mark["grade_id"][5:]: cell.outputs for cell, mark in marks if mark.get("grade")}


def test_check_gives_the_scores_in_a_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads(filled_notebook(NAME, SOLUTIONS / f"{NAME}.py"))
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    by_id["ungaps"]["source"] = ["def ungaps(gaps):\n", "    return [sum(gaps)]"]
    kept = {"setup", "helpers", "given_1", "gaps", "ungaps", "test_gaps", "test_ungaps"}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in kept]
    outputs = execute(notebook, tmp_path, monkeypatch)
    shown = {name: output[0]["data"] for name, output in outputs.items()}
    assert shown["gaps"]["text/plain"] == "3" and "passed" in shown["gaps"]["text/html"]
    assert shown["ungaps"]["text/plain"] == "0" and "called" in shown["ungaps"]["text/html"]
    assert not list(tmp_path.iterdir()), "a check leaves nothing in the trainee's folder"


def test_stock_validation_of_nbgrader_understands_the_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.validator import Validator

    for name, value in environment.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COURSE_STATE", "memory")
    notebook = json.loads(filled_notebook(NAME, SOLUTIONS / f"{NAME}.py"))
    kept = {"setup", "helpers", "given_1", "gaps", "ungaps", "test_gaps", "test_ungaps"}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in kept]
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert Validator().validate(str(path)) == {}
    for cell in notebook["cells"]:
        if cell["id"] == "gaps":
            cell["source"] = ["def gaps(ids):\n", "    return ids"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert len(Validator().validate(str(path))["failed"]) == 1
    assert os.listdir(tmp_path) == ["notebook.ipynb"]
