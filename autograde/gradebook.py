"""The instructor's records: the class's secret, and the assignment and its scores in nbgrader's gradebook."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells

from autograde.corpus import SECRET_FILE
from autograde.nbgrader_settings import COURSE_ID, quiet_log
from autograde.paths import CourseError
from autograde.released import released_path


def ensure_secret(path: Path = SECRET_FILE) -> None:
    """Make the class's secret when there is none: 32 random bytes as hex, readable by the owner only.

    Of two processes at once the first one's stays.
    """
    if path.exists():
        return
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
    finally:
        half.unlink()


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
