"""check() in a kernel: the verdict of `grade`, on the latest executed source of each cell."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbgrader.utils import determine_grade

from autograde import environment
from autograde.fill import filled_notebook
from autograde.notebook import Run, Verdict, checked_line, latest_runs
from autograde.paths import SOLUTIONS
from autograde.released import released_path

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
        Run("gaps", "def gaps(): return 1", 1),
        Run("scratch-1", "def gaps(): return 'scratch'", 2),
        Run("gaps", "def gaps(): return 2", 3),
        Run("helpers", "import zlib", 4),
        Run("scratch-2", "def ungaps(): pass", 5),
        Run("test_gaps", "check('gaps')", 6),
    ]
    assert latest_runs(executed, NAMES) == {"gaps": executed[2], "helpers": executed[3]}


@pytest.mark.parametrize("cell_id", [None, "vscode-notebook-cell:1"])
def test_elsewhere_the_latest_cell_that_defines_the_name_counts(cell_id: str | None) -> None:
    executed = [
        Run(cell_id, "# Helpers: mine\nimport zlib", 1),
        Run(cell_id, "def gaps(): return 1", 2),
        Run(cell_id, "def gaps(): return 2", 3),
        Run(cell_id, "def ungaps(:", 4),
        Run(cell_id, "gaps()", 5),
    ]
    assert latest_runs(executed, NAMES) == {"gaps": executed[2], "helpers": executed[0]}


def test_a_report_says_which_run_it_is_about_and_what_has_not_run() -> None:
    runs = {"ungaps": Run("ungaps", "", 7), "gaps": Run("gaps", "", 3)}
    line = checked_line(runs, ["ungaps", "helpers", "gaps"])
    assert line.startswith("Checked as last run: ungaps in In [7], helpers (has not run), gaps in In [3].")


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


def part_of_the_references(*more: str) -> dict[str, Any]:
    """A notebook filled with the references, cut down to the first two exercises, and more cells by their ids."""
    notebook: dict[str, Any] = json.loads(filled_notebook(NAME, SOLUTIONS / f"{NAME}.py"))
    kept = {"setup", "helpers", "given_1", "gaps", "ungaps", "test_gaps", "test_ungaps", *more}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in kept]
    return notebook


def test_check_gives_the_scores_in_a_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = part_of_the_references()
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    by_id["ungaps"]["source"] = ["def ungaps(gaps):\n", "    return [sum(gaps)]"]
    outputs = execute(notebook, tmp_path, monkeypatch)
    shown = {name: output[0]["data"] for name, output in outputs.items()}
    assert shown["gaps"]["text/plain"] == "3" and "passed" in shown["gaps"]["text/html"]
    assert "Checked as last run: gaps in In [4], helpers in In [2]." in shown["gaps"]["text/html"]
    assert shown["ungaps"]["text/plain"] == "0" and "called" in shown["ungaps"]["text/html"]
    assert not list(tmp_path.iterdir()), "a check leaves nothing in the trainee's folder"


def test_what_cannot_be_checked_is_a_sentence_worth_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = part_of_the_references("test_vb_encode")
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    by_id["test_gaps"]["source"] = 'check("gasp")'
    outputs = execute(notebook, tmp_path, monkeypatch)
    for name, sentence in (
        ("vb_encode", "Run the cell of vb_encode first"),
        ("gaps", "There is no exercise gasp here"),
    ):
        (output,) = outputs[name]
        assert output["data"]["text/plain"] == "0" and sentence in output["data"]["text/html"]
        mark = by_id[f"test_{name}"]["metadata"]["nbgrader"]
        cell = nbformat.from_dict(
            {"cell_type": "code", "metadata": {"nbgrader": mark}, "source": "", "outputs": [output]}
        )
        assert determine_grade(cell) == (0, mark["points"])


def test_what_ran_before_a_reset_is_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own notebooks have such a moment; the cells ask for it here, and reset between two checks."""
    notebook = part_of_the_references("test_vb_encode")
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["given_1"]["source"] = [
        "from autograde import notebook, progress\n",
        "progress.is_own = lambda _: True\n",
        "notebook._graded = lambda request: {'score': 7, 'html': request['checked']}\n",
        f"check = notebook.checks_for('{NAME}')\n",
        f"progress.start_again('{NAME}')",
    ]
    order = ["setup", "gaps", "given_1", "test_gaps", "test_vb_encode"]
    notebook["cells"] = [cells[name] for name in order]
    outputs = execute(notebook, tmp_path, monkeypatch)
    shown = {name: output[0]["data"] for name, output in outputs.items()}
    assert shown["gaps"]["text/plain"] == "0"
    assert "was reset after this kernel had run the cell of gaps" in shown["gaps"]["text/html"]
    assert "Run the cell of vb_encode first" in shown["vb_encode"]["text/html"]
    notebook["cells"] = [cells[name] for name in ["setup", "given_1", "gaps", "test_gaps"]]
    outputs = execute(notebook, tmp_path, monkeypatch)
    assert outputs["gaps"][0]["data"]["text/plain"] == "7", "what ran after it is checked"


@pytest.mark.long
def test_helpers_that_have_not_run_are_told_where_there_are_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = part_of_the_references()
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "helpers"]
    path = tmp_path / f"{NAME}.ipynb"
    path.write_bytes(filled_notebook(NAME, SOLUTIONS / f"{NAME}.py"))
    outputs = execute(notebook, tmp_path, monkeypatch)
    assert "gaps in In [3], helpers (has not run)." in outputs["gaps"][0]["data"]["text/html"]
    path.write_bytes(released_path(NAME).read_bytes())
    outputs = execute(notebook, tmp_path, monkeypatch)
    assert "gaps in In [3]. A cell" in outputs["gaps"][0]["data"]["text/html"]


def test_an_unknown_assignment_is_a_sentence_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = part_of_the_references()
    notebook["cells"] = notebook["cells"][:1]
    notebook["cells"][0]["source"] = 'from autograde.notebook import checks_for\nchecks_for("ch99")'
    with pytest.raises(CellExecutionError) as caught:
        execute(notebook, tmp_path, monkeypatch)
    assert "There is no assignment ch99" in caught.value.traceback
    assert "Traceback" not in caught.value.traceback and "notebook.py" not in caught.value.traceback


@pytest.mark.long
def test_stock_validation_of_nbgrader_understands_the_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.validator import Validator

    for name, value in environment.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COURSE_STATE", "memory")
    notebook = part_of_the_references()
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert Validator().validate(str(path)) == {}
    for cell in notebook["cells"]:
        if cell["id"] == "gaps":
            cell["source"] = ["def gaps(ids):\n", "    return ids"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert len(Validator().validate(str(path))["failed"]) == 1
    assert os.listdir(tmp_path) == ["notebook.ipynb"]
