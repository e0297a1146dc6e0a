"""`course.py grade`: what it says and what it returns, on good notebooks and on bad ones."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from autograde import grading, released
from autograde.fill import cells_from, filled_notebook
from autograde.paths import SOLUTIONS, CourseError
from autograde.report import UNSOLVED, AssignmentReport, ExerciseReport
from autograde.submission import with_cells
from autograde.verbs import grade

NAME = "ch06_vb_code"
GAPS = (
    "def gaps(ids):\n    if any(b < a for a, b in zip([0, *ids], ids)):\n        raise ValueError('no')\n"
    "    return [b - a for a, b in zip([0, *ids], ids)]\n"
)


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "보고서"
    monkeypatch.setattr(grade, "REPORTS", folder)
    return folder


@pytest.fixture
def notebook(tmp_path: Path) -> dict[str, Any]:
    """A notebook in which only gaps is solved."""
    answers = tmp_path / "answers.py"
    answers.write_text(GAPS, encoding="utf-8")
    found: dict[str, Any] = json.loads(filled_notebook(NAME, answers))
    return found


def run(*targets: object, to: str = "") -> int:
    return grade.run(argparse.Namespace(targets=[str(t) for t in targets], json=to))


def write(folder: Path, notebook: object) -> Path:
    path = folder / "한글 name.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    return found


def test_json_html_and_a_line_an_exercise(
    notebook: dict[str, Any], tmp_path: Path, reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, to = write(tmp_path, notebook), tmp_path / "결과.json"
    assert run(path, to=str(to)) == 0
    (entry,) = json.loads(to.read_text(encoding="utf-8"))
    scores = {e["name"]: e["score"] for e in entry["exercises"]}
    assert scores.pop("gaps") == 3 and set(scores.values()) == {0} and len(scores) == 8
    assert (entry["assignment"], entry["score"], entry["max"], entry["notebook"]) == (NAME, 3, 30, str(path))
    out = capsys.readouterr().out
    assert "✓ gaps" in out and "✗ ungaps" in out and "\033" not in out
    assert "vb_encode: 0 of 4 points" in (reports / "report.html").read_text(encoding="utf-8")


def test_one_exercise_alone_is_told_what_it_builds_on() -> None:
    names = [exercise.name for exercise in released.released(NAME).exercises]
    cells = cells_from((SOLUTIONS / f"{NAME}.py").read_text(encoding="utf-8"), names)
    cells["intersect_vb"] = "def intersect_vb(a, b):\n    return ungaps(vb_decode(a))"

    def message(**others: str) -> str:
        (report,) = grading.grade(NAME, with_cells({**cells, **others}), only="intersect_vb").exercises
        return report.message

    assert "It calls" not in message(), "what it calls is right"
    assert "It calls your ungaps, which fails its own checks: mend that first." in message(
        ungaps="def ungaps(gaps):\n    return gaps"
    )
    assert "It calls your vb_decode, which is not solved yet: solve that first." in message(
        vb_decode="def vb_decode(data):\n    raise NotImplementedError()"
    )
    del cells["ungaps"]
    assert "It calls your ungaps, whose cell is missing or has not run: start there." in message()


def test_json_to_standard_output_is_nothing_but_json(
    notebook: dict[str, Any], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(write(tmp_path, notebook), to="-") == 0
    assert json.loads(capsysbinary.readouterr().out)[0]["score"] == 3


def test_the_released_notebook_earns_nothing_and_each_exercise_says_so(tmp_path: Path) -> None:
    to = tmp_path / "zero.json"
    assert run(released.released_path(NAME), to=str(to)) == 0
    (entry,) = json.loads(to.read_bytes())
    assert entry["score"] == 0 and {e["status"] for e in entry["exercises"]} == {"failed"}
    assert {e["message"] for e in entry["exercises"]} == {"Not solved yet."}


def test_the_references_get_full_marks(tmp_path: Path) -> None:
    path, to = tmp_path / "full.ipynb", tmp_path / "full.json"
    path.write_bytes(filled_notebook(NAME, SOLUTIONS / f"{NAME}.py"))
    assert run(path, to=str(to)) == 0
    (entry,) = json.loads(to.read_bytes())
    assert entry["score"] == entry["max"] and {e["status"] for e in entry["exercises"]} == {"passed"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b'{"cells": [', "cut off"),
        (b"\x89PNG\r\n", "this is no notebook"),
        (b'{"worksheets": [], "nbformat": 3}', "format 3"),
        (b"[1, 2]", "no list of cells"),
        (b'{"cells": []}', "no notebook of the course"),
        (b"[" * 100_000, "this is no notebook"),
    ],
)
def test_what_is_no_notebook_gets_a_sentence_and_the_others_are_graded(
    data: bytes, words: str, notebook: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "a bad.ipynb"
    bad.write_bytes(data)
    good = write(tmp_path, notebook)
    assert run(bad, good) == 1
    shown = capsys.readouterr()
    assert "a bad.ipynb: " in shown.err and words in shown.err and "✓ gaps" in shown.out


def graded(notebook: dict[str, Any], folder: Path) -> tuple[int, dict[str, Any]]:
    to = folder / "out.json"
    code = run(write(folder, notebook), to=str(to))
    (entry,) = json.loads(to.read_bytes())
    return code, {**entry, "by_name": {e["name"]: e for e in entry["exercises"]}}


def test_a_missing_cell_is_said_and_the_others_are_graded(notebook: dict[str, Any], tmp_path: Path) -> None:
    notebook["cells"].remove(cell(notebook, "ungaps"))
    code, entry = graded(notebook, tmp_path)
    assert entry["by_name"]["ungaps"]["status"] == "missing" and entry["by_name"]["gaps"]["score"] == 3
    assert code == 1 and any("ungaps" in problem for problem in entry["problems"])


def test_two_different_cells_of_one_name_are_not_graded(notebook: dict[str, Any], tmp_path: Path) -> None:
    twin = json.loads(json.dumps(cell(notebook, "gaps")))
    twin["source"] = ["x = 1"]
    notebook["cells"].append(twin)
    code, entry = graded(notebook, tmp_path)
    assert code == 1 and entry["by_name"]["gaps"]["score"] == 0
    assert any("gaps" in problem for problem in entry["problems"])


def test_a_retagged_cell_is_said(notebook: dict[str, Any], tmp_path: Path) -> None:
    cell(notebook, "gaps")["cell_type"] = "raw"
    code, entry = graded(notebook, tmp_path)
    assert code == 1 and entry["by_name"]["gaps"]["score"] == 0
    assert any("gaps" in problem for problem in entry["problems"])


def test_a_syntax_error_costs_its_own_exercise(notebook: dict[str, Any], tmp_path: Path) -> None:
    cell(notebook, "ungaps")["source"] = ["def ungaps(gaps:\n", "    return gaps"]
    code, entry = graded(notebook, tmp_path)
    assert code == 0 and entry["by_name"]["gaps"]["score"] == 3
    assert "line 1" in entry["by_name"]["ungaps"]["message"]
    assert "SyntaxError" in entry["by_name"]["ungaps"]["got"]


def test_ten_megabytes_of_output_change_nothing(notebook: dict[str, Any], tmp_path: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}
    cell(notebook, "gaps")["outputs"] = [output]
    code, entry = graded(notebook, tmp_path)
    assert code == 0 and entry["score"] == 3


def test_code_elsewhere_is_said_and_not_taken(notebook: dict[str, Any], tmp_path: Path) -> None:
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": "def ungaps(g): return 1"})
    code, entry = graded(notebook, tmp_path)
    assert code == 0 and any("not taken" in note for note in entry["notes"])


@pytest.mark.parametrize(
    ("target", "words"),
    [("ch77", "There is no notebook, folder or chapter ch77"), ("nowhere/x.ipynb", "nowhere/x.ipynb")],
)
def test_an_unknown_target_gets_a_sentence(target: str, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        run(target)


def test_an_empty_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="There is no notebook in"):
        run(tmp_path)


def test_a_json_file_in_no_folder_is_refused(notebook: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="There is no folder"):
        run(write(tmp_path, notebook), to=str(tmp_path / "none" / "x.json"))


def test_a_full_disk_keeps_the_old_report(
    notebook: dict[str, Any], tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.mkdir()
    (reports / "report.html").write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        run(write(tmp_path, notebook))
    assert [p.name for p in reports.iterdir()] == ["report.html"]
    assert (reports / "report.html").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(("message", "is_told"), [(UNSOLVED, True), ("It returns None.", False)])
def test_an_open_exercise_may_not_be_saved_yet(message: str, is_told: bool) -> None:
    report = AssignmentReport("ch06_vb_code", [ExerciseReport("gaps", 0, 3, "failed", message)])
    assert ("save the notebook in JupyterLab first" in grade._save_first(report)) is is_told
