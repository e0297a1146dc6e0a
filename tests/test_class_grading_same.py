"""An unchanged submission that is graded again gets the same score to the point: right and wrong answers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sample_course
from sample_course import run_verb

from autograde.class_grading.results import all_results
from autograde.paths import ROOT
from benchmarks.trust.answers import Answer, all_answers, cells_with

NAME = "ch06_vb_code"
ANSWERS = all_answers(NAME)
ONE_IN = 12  # answers


def _course(folder: Path) -> Path:
    """This course, as far as one assignment needs it, in a folder of its own."""
    litter = shutil.ignore_patterns("__pycache__")
    for package in ("autograde", "datasets", "workbench", "solutions"):
        shutil.copytree(ROOT / package, folder / package, ignore=litter)
    shutil.copytree(ROOT / "exercises" / NAME, folder / "exercises" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def _hand_in(course: Path, student: str, answer: Answer) -> None:
    """Hand in the answer; all other cells hold the references."""
    notebook = json.loads((course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    sample_course.put_cells(notebook, cells_with(NAME, answer.source))
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _points(report: dict[str, Any]) -> dict[tuple[str, str], tuple[float, str]]:
    """Score and status of each check."""
    return {
        (exercise["name"], check["name"]): (check["score"], check["status"])
        for exercise in report["exercises"]
        for check in exercise["checks"]
    }


@pytest.mark.long
def test_two_gradings_of_a_class_agree_in_every_check(tmp_path: Path) -> None:
    course = _course(tmp_path / "course")
    chosen = {f"{n:03}": answer for n, answer in enumerate(ANSWERS) if n % ONE_IN == 0}
    assert {answer.is_right for answer in chosen.values()} == {True, False}
    for student, answer in chosen.items():
        _hand_in(course, student, answer)
    for _ in range(2):
        done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
        assert done.returncode == 0, done.stderr
    results = all_results(NAME, course / "gradebook.db")
    first, second = (
        {r.student: r for r in results if r.run == run} for run in dict.fromkeys(r.run for r in results)
    )
    assert first.keys() == second.keys() == chosen.keys()
    for student, answer in chosen.items():
        assert first[student].score == second[student].score, answer.title
        assert _points(first[student].report) == _points(second[student].report), answer.title
        assert (first[student].score == first[student].max) == answer.is_right, answer.title
