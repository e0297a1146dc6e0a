"""The notebook that nbgrader keeps of a submission: the released one, with the submission's solution cells.

Its metadata say what was found, under "course": unreadable (a sentence or ""), missing (grade_ids), notes, problems
and the hash of the file. Nothing else of a submission reaches it.
"""

from __future__ import annotations

import copy
import functools

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from autograde.class_grading.handed_in import Bytes
from autograde.paths import CourseError
from autograde.released import HELPERS, TEST_PREFIX, released_path
from autograde.report import AssignmentReport
from autograde.report_html import exercise_html
from autograde.submission import Submission, read_submission


def rebuilt_notebook(name: str, handed_in: Bytes) -> NotebookNode:
    """Return the released notebook of an assignment with the solution cells of a file that was handed in."""
    notebook = copy.deepcopy(_released(name))
    submission, unreadable = _read(name, handed_in)
    missing = []
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("solution") and mark["grade_id"] in submission.cells:
            cell.source = submission.cells[mark["grade_id"]]
        elif mark.get("solution"):
            missing.append(mark["grade_id"])
    notebook.metadata["course"] = {
        "unreadable": unreadable,
        "missing": missing,
        "notes": list(submission.notes),
        "problems": list(submission.problems),
        "hash": handed_in.hash,
    }
    return notebook


def submission_of(notebook: NotebookNode) -> Submission:
    """Return the cells that a rebuilt notebook has from a submission."""
    found = notebook.metadata["course"]
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    cells = {mark["grade_id"]: cell.source for cell, mark in marks if mark.get("solution")}
    taken = {grade_id: source for grade_id, source in cells.items() if grade_id not in found["missing"]}
    return Submission(taken, found["notes"], found["problems"])


def put_reports(notebook: NotebookNode, report: AssignmentReport) -> None:
    """Put each exercise's score and report under its test cell."""
    exercises = {TEST_PREFIX + exercise.name: exercise for exercise in report.exercises}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in exercises:
            data = {"text/plain": f"{exercises[name].score:g}", "text/html": exercise_html(exercises[name])}
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=None)]


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return a rebuilt notebook as nbformat writes it; its parts are the course's own, so it is not validated."""
    text: str = nbformat.v4.writes(notebook)
    return f"{text}\n".encode("utf-8", "replace")


def comments(notebook: NotebookNode, report: AssignmentReport, note: str) -> dict[str, str | None]:
    """Return the comment of each solution cell; texts are the course's own, never a submission's.

    note: how submissions were locked in, "" for the full sandbox.
    """
    found = notebook.metadata["course"]
    messages = {exercise.name: exercise.message for exercise in report.exercises}
    general = [text for text in (found["unreadable"], *found["problems"], *found["notes"], note) if text]
    said: dict[str, str | None] = {}
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if not mark.get("solution"):
            continue
        name = mark["grade_id"]
        unchanged = mark.get("checksum") == utils.compute_checksum(cell)
        said[name] = messages.get(name) if name in found["missing"] else "No response." if unchanged else None
        if name == HELPERS:  # the first cell of each notebook tells what concerns all of it
            said[name] = "\n\n".join(general) or None
    return said


def reasons(notebook: NotebookNode) -> list[str]:
    """Return what was found in a submission that a human should look at."""
    found = notebook.metadata["course"]
    return [*filter(None, [found["unreadable"]]), *found["problems"]]


def _read(name: str, handed_in: Bytes) -> tuple[Submission, str]:
    """The submission, or an empty one and why."""
    if handed_in.problem:
        return Submission({}), handed_in.problem
    try:
        return read_submission(handed_in.data, name), ""
    except CourseError as error:
        return Submission({}), str(error)


@functools.cache
def _released(name: str) -> NotebookNode:
    return nbformat.reads(released_path(name).read_text(encoding="utf-8"), as_version=4)
