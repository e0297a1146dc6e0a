"""What nbgrader runs in place of its own steps: it keeps the books, and the course's grader gives the scores.

A submission is never read, executed or trusted by nbgrader. The notebook that it keeps is rebuilt from the released
one, with only the text of solution cells taken from what was handed in.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import BaseLoader, DictLoader
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor, SaveAutoGrades
from traitlets import default

from autograde.gradebook import ensure_secret, register, reset_scores
from autograde.grading import grade
from autograde.nbgrader_settings import GRADEBOOK
from autograde.paths import CourseError
from autograde.released import HELPERS, TEST_PREFIX, released, released_path
from autograde.report import AssignmentReport, ExerciseReport
from autograde.report_html import exercise_html
from autograde.sandbox import guard
from autograde.source import without_solutions
from autograde.submission import MAX_BYTES, Submission, read_submission

Converted = tuple[NotebookNode, dict[str, Any]]


class ClearOwnSolutions(ClearSolutions):
    """Takes the solutions out for the release; of the helpers cell only its comment is left."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], cell_index: int) -> Converted:
        """Replace a cell's solution by a stub, or by nothing in helpers."""
        if cell.metadata.get("nbgrader", {}).get("grade_id") == HELPERS:
            cell.source = without_solutions(cell.source, "").rstrip()
            return cell, resources
        converted: Converted = super().preprocess_cell(cell, resources, cell_index)
        return converted


def prepare(notebooks: list[str], **_: Any) -> None:
    """Before submissions are graded: the sandbox tried, secret and assignment there, old scores out.

    Raises CourseError when the sandbox does not hold.
    """
    guard.require()
    url = f"sqlite:///{GRADEBOOK}"
    ensure_secret()
    for path in map(Path, notebooks):
        student, assignment = path.parts[-3:-1]
        register(assignment, url)
        reset_scores(assignment, student, url)


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in with the course's own reader, and hands on the rebuilt notebook."""

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any) -> Converted:
        """Convert a submitted notebook, or in the second step the rebuilt one."""
        if not getattr(self.parent, "_sanitizing", False):
            converted: Converted = super().from_file(file_stream, resources=resources, **options)
            return converted
        name = resources["nbgrader"]["assignment"]
        rebuilt = rebuilt_notebook(name, file_stream.buffer.read(MAX_BYTES + 1))
        return self.from_notebook_node(rebuilt, resources=resources, **options)


def rebuilt_notebook(name: str, data: bytes) -> NotebookNode:
    """Return the released notebook with the solution cells of a submission's bytes.

    Its metadata say what was found, under "course": unreadable (a sentence or ""), missing (grade_ids), notes,
    problems.
    """
    rebuilt = nbformat.reads(released_path(name).read_text(encoding="utf-8"), as_version=4)
    unreadable = ""
    submission = Submission({})
    try:
        submission = read_submission(data, name)
    except CourseError as error:
        unreadable = str(error)
    missing = []
    for cell in rebuilt.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("solution") and mark["grade_id"] in submission.cells:
            cell.source = submission.cells[mark["grade_id"]]
        elif mark.get("solution"):
            missing.append(mark["grade_id"])
    rebuilt.metadata["course"] = {
        "unreadable": unreadable,
        "missing": missing,
        "notes": list(submission.notes),
        "problems": list(submission.problems),
    }
    return rebuilt


class GradeCells(NbGraderPreprocessor):
    """Grades the rebuilt notebook, and puts each exercise's score and report under its test cell."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Set the outputs of test cells; the reports go on in resources["course"]."""
        report = _report(resources["nbgrader"]["assignment"], nb)
        resources["course"] = {TEST_PREFIX + exercise.name: exercise for exercise in report.exercises}
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in resources["course"]:
                exercise = resources["course"][name]
                data = {"text/plain": f"{exercise.score:g}", "text/html": exercise_html(exercise)}
                cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=None)]
        return nb, resources


def _report(name: str, nb: NotebookNode) -> AssignmentReport:
    found = nb.metadata["course"]
    if found["unreadable"]:
        return AssignmentReport(name, _zeros(name, found["unreadable"]), problems=[found["unreadable"]])
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in nb.cells]
    cells = {mark["grade_id"]: cell.source for cell, mark in marks if mark.get("solution")}
    taken = {grade_id: source for grade_id, source in cells.items() if grade_id not in found["missing"]}
    return grade(name, Submission(taken, found["notes"], found["problems"]))


def _notes(nb: NotebookNode) -> list[str]:
    """What concerns all of a notebook."""
    found = nb.metadata["course"]
    return [
        text for text in (found["unreadable"], *found["problems"], *found["notes"], guard.require()) if text
    ]


def _zeros(name: str, sentence: str) -> list[ExerciseReport]:
    return [
        ExerciseReport(exercise.name, 0, exercise.points, "missing", sentence)
        for exercise in released(name).exercises
    ]


class SaveGrades(SaveAutoGrades):
    """Writes the grader's scores, and why a cell was not taken, into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Write all scores of a notebook."""
        self._found = nb.metadata["course"]
        self._notes = _notes(nb)
        converted: Converted = super().preprocess(nb, resources)
        return converted

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        """Write one score; one given by hand stands, and is flagged so that somebody looks at it again."""
        exercise: ExerciseReport = resources["course"][cell.metadata.nbgrader["grade_id"]]
        row = self.gradebook.find_grade(
            TEST_PREFIX + exercise.name, self.notebook_id, self.assignment_id, self.student_id
        )
        if not (math.isfinite(exercise.score) and 0 <= exercise.score <= row.max_score):
            raise ValueError(f"{exercise.name}: a score of {exercise.score} of {row.max_score} points")
        row.auto_score = exercise.score
        row.needs_manual_grade = row.manual_score is not None or exercise.status == "missing"
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        """Write the comment of a solution cell; texts are the course's own, never a submission's."""
        name = cell.metadata.nbgrader["grade_id"]
        comment = self.gradebook.find_comment(name, self.notebook_id, self.assignment_id, self.student_id)
        comment.auto_comment = self._comment(name, cell, resources)
        self.gradebook.db.commit()

    def _comment(self, name: str, cell: NotebookNode, resources: dict[str, Any]) -> str | None:
        if name == HELPERS:  # the first cell of each notebook tells what concerns all of it
            return "\n\n".join(self._notes) or None
        if name in self._found["missing"]:
            exercise: ExerciseReport = resources["course"][TEST_PREFIX + name]
            return exercise.message
        unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        return "No response." if unchanged else None


class OfflineFeedback(HTMLExporter):
    """nbgrader's feedback page without the script that it would load from outside."""

    @default("extra_loaders")
    def _extra_loaders_default(self) -> list[BaseLoader]:
        return [DictLoader({"mathjax.html.j2": "{% macro mathjax() %}{% endmacro %}"})]
