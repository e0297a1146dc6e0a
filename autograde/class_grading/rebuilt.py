"""The notebook that nbgrader keeps of a submission: the released one, with the submission's solution cells.

Its metadata say what was found, under "course": unreadable (a sentence or ""), missing (grade_ids), notes, problems
and the hash of the file. Nothing else of a submission reaches it. It is plain JSON with each text in one piece:
grading processes start without nbformat, whose import takes longer than grading some submissions.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from autograde.class_grading.handed_in import Bytes
from autograde.paths import CourseError
from autograde.released import HELPERS, TEST_PREFIX, grade_id_of, released_notebook
from autograde.report import AssignmentReport
from autograde.report_html import exercise_html
from autograde.submission import Submission, read_submission

Notebook = dict[str, Any]


def rebuilt_notebook(name: str, handed_in: Bytes) -> Notebook:
    """Return the released notebook of an assignment with the solution cells of a file that was handed in."""
    notebook: Notebook = json.loads(_released(name))  # ten times faster than a deep copy
    submission, unreadable = _read(name, handed_in)
    missing = []
    for grade_id, cell in _solution_cells(notebook):
        if grade_id in submission.cells:
            cell["source"] = submission.cells[grade_id]
        else:
            missing.append(grade_id)
    notebook["metadata"]["course"] = {
        "unreadable": unreadable,
        "missing": missing,
        "notes": list(submission.notes),
        "problems": list(submission.problems),
        "hash": handed_in.hash,
    }
    return notebook


def submission_of(notebook: Notebook) -> Submission:
    """Return the cells that a rebuilt notebook has from a submission."""
    found = notebook["metadata"]["course"]
    cells = {grade_id: cell["source"] for grade_id, cell in _solution_cells(notebook)}
    taken = {grade_id: source for grade_id, source in cells.items() if grade_id not in found["missing"]}
    return Submission(taken, found["notes"], found["problems"])


def put_reports(notebook: Notebook, report: AssignmentReport) -> None:
    """Put each exercise's score and report under its test cell."""
    exercises = {TEST_PREFIX + exercise.name: exercise for exercise in report.exercises}
    for cell in notebook["cells"]:
        if exercise := exercises.get(grade_id_of(cell)):
            data = {"text/plain": f"{exercise.score:g}", "text/html": exercise_html(exercise)}
            result = {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data}
            cell["outputs"] = [result]


def to_bytes(notebook: Notebook) -> bytes:
    """Return a rebuilt notebook as a file."""
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8")


def comments(notebook: Notebook, report: AssignmentReport, note: str) -> dict[str, str | None]:
    """Return the comment of each solution cell; texts are the course's own, never a submission's.

    note: how submissions were locked in, "" for the full sandbox.
    """
    found = notebook["metadata"]["course"]
    stubs = dict(_solution_cells(json.loads(_released(report.assignment))))
    messages = {exercise.name: exercise.message for exercise in report.exercises}
    general = [text for text in (*report.problems, *found["notes"], note) if text]
    said: dict[str, str | None] = {}
    for name, cell in _solution_cells(notebook):
        unchanged = cell["source"] == stubs[name]["source"]
        said[name] = messages.get(name) if name in found["missing"] else "No response." if unchanged else None
        if name == HELPERS:  # the first cell of each notebook tells what concerns all of it
            said[name] = "\n\n".join(general) or None
    return said


def _read(name: str, handed_in: Bytes) -> tuple[Submission, str]:
    """The submission, or an empty one and why."""
    if handed_in.problem:
        return Submission({}), handed_in.problem
    try:
        return read_submission(handed_in.data, name), ""
    except CourseError as error:
        return Submission({}), str(error)


def _solution_cells(notebook: Notebook) -> list[tuple[str, Notebook]]:
    marked = [(grade_id_of(cell), cell) for cell in notebook["cells"]]
    return [(name, cell) for name, cell in marked if name and cell["metadata"]["nbgrader"]["solution"]]


@functools.cache
def _released(name: str) -> str:
    """The released notebook as JSON, each text in one piece."""
    notebook = released_notebook(name)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return json.dumps(notebook)
