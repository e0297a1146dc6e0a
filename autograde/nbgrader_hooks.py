"""What nbgrader runs in place of its own steps: it keeps the books, and the course's grader gives the scores.

A submission is never read, executed or trusted by nbgrader. The notebook that it keeps is rebuilt from the released
one, with only the text of solution cells taken from what was handed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, DictLoader
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbformat.notebooknode import from_dict
from nbgrader.preprocessors import AssignLatePenalties, ClearSolutions, NbGraderPreprocessor
from traitlets import default

from autograde.class_grading import handed_in, rebuilt
from autograde.class_grading.alone import only_grading
from autograde.class_grading.book import Book
from autograde.class_grading.grading_one import graded_notebook, report_of
from autograde.class_grading.secret import ensure_secret
from autograde.gradebook import register, reset_scores
from autograde.grading import grade
from autograde.nbgrader_settings import GRADEBOOK
from autograde.released import HELPERS
from autograde.sandbox import guard
from autograde.source import without_solutions

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
    """Reads what was handed in with the course's own reader, and hands on the rebuilt notebook.

    nbgrader makes one before it touches a file: from then on nobody else grades, until all is written.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        converter: Any = self.parent
        convert = converter.convert_notebooks

        def convert_alone() -> None:
            with only_grading(converter.coursedir.assignment_id):
                convert()

        converter.convert_notebooks = convert_alone

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any) -> Converted:
        """Convert a submitted notebook, or in the second step the rebuilt one."""
        if not getattr(self.parent, "_sanitizing", False):
            converted: Converted = super().from_file(file_stream, resources=resources, **options)
            return converted
        name = resources["nbgrader"]["assignment"]
        notebook = rebuilt.rebuilt_notebook(name, handed_in.read(Path(file_stream.name)))
        return self.from_notebook_node(from_dict(notebook), resources=resources, **options)


class GradeCells(NbGraderPreprocessor):
    """Grades the rebuilt notebook, and puts each exercise's score and report under its test cell."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Set the outputs of test cells; what the gradebook is told goes on in resources["course"]."""
        about = resources["nbgrader"]
        report = report_of(about["assignment"], nb, lambda submission: grade(about["assignment"], submission))
        rebuilt.put_reports(nb, report)
        resources["course"] = graded_notebook(about["student"], nb, report, guard.require())
        return from_dict(nb), resources


class SaveGrades(NbGraderPreprocessor):
    """Writes the grader's scores, why a cell was not taken, and the late penalty: in one transaction."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Converted:
        """Write all that concerns a notebook; when it was handed in, nbgrader has written before."""
        with Book(AssignLatePenalties(parent=self.parent), self.log.warning) as book:
            book.write(resources["course"])
        return nb, resources


class OfflineFeedback(HTMLExporter):
    """nbgrader's feedback page without the script that it would load from outside."""

    @default("extra_loaders")
    def _extra_loaders_default(self) -> list[BaseLoader]:
        return [DictLoader({"mathjax.html.j2": "{% macro mathjax() %}{% endmacro %}"})]
