"""The assignment as nbgrader's gradebook knows it, and the scores that it forgets before a regrade."""

from __future__ import annotations

import contextlib

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells

from autograde.nbgrader_settings import COURSE_ID, quiet_log
from autograde.paths import CourseError
from autograde.released import released_path


def register(name: str, url: str) -> None:
    """Make the gradebook's cells of an assignment those of its released notebook; it may know it already.

    Raises CourseError when the cells have changed and the gradebook holds submissions of the old ones.
    """
    notebook = nbformat.reads(released_path(name).read_text(encoding="utf-8"), as_version=4)
    marks = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    with Gradebook(url, COURSE_ID) as book:
        book.update_or_create_assignment(name)
        if _checksums(book, name) == {mark.grade_id: mark.checksum for mark in marks}:
            return
    resources = {"nbgrader": {"notebook": name, "assignment": name, "db_url": url}}
    try:
        SaveCells(log=quiet_log()).preprocess(notebook, resources)
    except RuntimeError:
        raise CourseError(
            f"The gradebook holds submissions of an older {name}, which had other exercises. Keep a copy of "
            "gradebook.db, then move it away: the next call starts a new one."
        ) from None


def reset_scores(name: str, student: str, url: str) -> None:
    """Forget the automatic scores of a submission, so that none outlives a grading that fails.

    What a grader has given by hand stays. A submission that the gradebook does not know has no scores.
    """
    with Gradebook(url, COURSE_ID) as book, contextlib.suppress(MissingEntry):
        for grade in book.find_submission_notebook(name, name, student).grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        book.db.commit()


def _checksums(book: Gradebook, name: str) -> dict[str, str]:
    """The cells that the gradebook has of an assignment, none when it does not know it."""
    try:
        return {cell.name: cell.checksum for cell in book.find_notebook(name, name).source_cells}
    except MissingEntry:
        return {}
