"""A class is graded into nbgrader's gradebook: what is kept of each grading, and what a late or changed one costs."""

import sqlite3
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sample_course
from nbgrader.api import Gradebook
from sample_course import NAME, hand_in, run_nbgrader, run_verb

from autograde.class_grading.results import all_results, latest_results
from autograde.nbgrader_settings import COURSE_ID


def _autograde(course: Path, **options: Any) -> Any:
    return run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None, **options)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with four submissions: right, half right, a stub, and none at all."""
    made = sample_course.built_course(tmp_path_factory.mktemp("graded") / "한글 class")
    hand_in(made, "ann", sample_course.ANSWERS)
    hand_in(made, "ben", sample_course.ANSWERS.replace("raise ValueError", "pass"))
    hand_in(made, "cho 'x'", "")
    (made / "submitted" / "dan" / NAME).mkdir(parents=True)
    return made


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    assert _autograde(course).returncode == 1
    return course


def _book(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE_ID)


def _rows(course: Path) -> list[Any]:
    return all_results(NAME, course / "gradebook.db")


def test_each_grading_is_kept_with_its_report(graded: Path) -> None:
    latest = latest_results(NAME, graded / "gradebook.db")
    assert {student: result.score for student, result in latest.items()} == {
        "ann": 3.5,
        "ben": 2.5,
        "cho 'x'": 0,
        "dan": 0,
    }
    assert {result.max for result in latest.values()} == {3.5}
    exercises = {exercise["name"]: exercise for exercise in latest["ben"].report["exercises"]}
    assert exercises["double"]["status"] == "failed"
    assert "negative" in [check["name"] for check in exercises["double"]["checks"]]
    assert latest["dan"].reasons == [f"There is no {NAME}.ipynb in what was handed in."]
    assert latest["dan"].submission_hash == ""
    assert len({result.submission_hash for result in latest.values()}) == 4
    assert len({result.run for result in latest.values()}) == 1


def test_the_stored_scores_are_those_of_the_gradebook(graded: Path) -> None:
    with _book(graded) as book:
        scores = {submission.student_id: submission.score for submission in book.assignment_submissions(NAME)}
    assert scores == {
        result.student: result.score for result in latest_results(NAME, graded / "gradebook.db").values()
    }


def test_no_gradebook_and_no_table_mean_no_results(tmp_path: Path) -> None:
    assert all_results(NAME, tmp_path / "gradebook.db") == []
    assert not (tmp_path / "gradebook.db").exists()
    sqlite3.connect(tmp_path / "gradebook.db").close()
    assert all_results(NAME, tmp_path / "gradebook.db") == []


def test_the_kept_notebooks_are_valid_and_hold_the_reports(graded: Path) -> None:
    for student in ("ann", "ben", "cho 'x'", "dan"):
        notebook = nbformat.read(graded / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
        nbformat.validate(notebook)
        tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        assert len(tests) == 2 and all("course-report" in cell.outputs[0].data["text/html"] for cell in tests)
    names = {path.name for path in (graded / "autograded" / "ann" / NAME).iterdir()}
    assert names == {f"{NAME}.ipynb"}


@pytest.mark.long
def test_nbgraders_command_keeps_the_same_result_and_the_same_notebook(graded: Path) -> None:
    path = graded / "autograded" / "ben" / NAME / f"{NAME}.ipynb"
    ours, kept = latest_results(NAME, graded / "gradebook.db")["ben"], nbformat.read(path, as_version=4)
    done = run_nbgrader(graded, "autograde", NAME, "--force", "--student=ben")
    assert done.returncode == 0, done.stderr
    row = _rows(graded)[-1]
    assert (row.student, row.run) == ("ben", None)
    assert (row.score, row.submission_hash, row.grader_hash) == (
        ours.score,
        ours.submission_hash,
        ours.grader_hash,
    )
    assert _without_times(row.report) == _without_times(ours.report)
    assert nbformat.read(path, as_version=4) == kept


def _without_times(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "exercises": [{**exercise, "seconds": 0} for exercise in report["exercises"]]}
