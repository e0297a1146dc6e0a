"""Grading a class: all submissions of an assignment, each on its own; a killed run is continued."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties

from autograde import gradebook
from autograde.class_grading import handed_in, results, runs
from autograde.class_grading.alone import only_grading
from autograde.class_grading.book import Book
from autograde.class_grading.grading_one import Graded, failed, grade_handed_in
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.locked import require_gradebook
from autograde.files import write_atomically
from autograde.grading import Grader
from autograde.nbgrader_settings import GRADEBOOK, instructors_settings, quiet_log
from autograde.paths import ROOT, CourseError

AUTOGRADED = ROOT / "autograded"
_READ_ONLY = 0o444  # as nbgrader leaves its files


@dataclass(frozen=True)
class Line:
    """One student: the gradebook's score and max, no score when the grading failed; why a human is needed."""

    student: str
    score: float | None
    max: float
    reasons: Sequence[str]


class Batch:
    """A run over all submissions of an assignment; made by open_batch.

    submissions: all that were handed in; astray: sentences on what lies at a wrong place; left: what this run has
    not graded yet.
    """

    def __init__(self, assignment: str, book: Book, note: str) -> None:
        self.assignment = assignment
        self.submissions, self.astray = handed_in.find(assignment)
        if not self.submissions:
            nobody = f"Nobody has handed in {assignment}: there is no submitted/STUDENT/{assignment}/."
            raise CourseError("\n".join([nobody, *self.astray]))
        self.run = runs.open_run(book, assignment, results.grader_hash(assignment))
        self._book = book
        self._note = note
        self.left = [submission for submission in self.submissions if not self._is_done(submission)]

    def grade(self) -> Iterator[Graded]:
        """Grade what is left, and yield each submission once the gradebook has it."""
        with Grader(self.assignment) as grader:
            for submission in self.left:
                graded = self._graded(grader, submission)
                self._keep(graded)
                yield graded
        runs.finish(self._book, self.run)

    def lines(self) -> list[Line]:
        """Return a line for each student whom this run has graded."""
        rows = {
            result.student: result
            for result in results.all_results(self.assignment)
            if result.run == self.run.id
        }
        totals = self._book.totals(self.assignment)
        lines = []
        for submission in self.submissions:
            if row := rows.get(submission.student):
                score, maximum = totals[row.student]
                lines.append(Line(row.student, None if row.score is None else score, maximum, row.reasons))
        return lines

    def _graded(self, grader: Grader, submission: HandedIn) -> Graded:
        try:
            return grade_handed_in(self.assignment, submission, grader.grade, self._note)
        except Exception as error:
            return failed(
                self.assignment, submission, f"The grading failed, and the old score is gone: {error}"
            )

    def _keep(self, graded: Graded) -> None:
        """Write the notebook, then the grade: only the grade says that it is done, so what a kill parts is redone."""
        folder = AUTOGRADED / graded.student / self.assignment
        folder.mkdir(parents=True, exist_ok=True)
        for name in handed_in.BESIDE:
            _copy(self._submitted(graded.student).parent / name, folder / name)
        _write(folder / f"{self.assignment}.ipynb", graded.notebook)
        self._book.write(graded, self.run.id)

    def _submitted(self, student: str) -> Path:
        return handed_in.SUBMITTED / student / self.assignment / f"{self.assignment}.ipynb"

    def _is_done(self, submission: HandedIn) -> bool:
        """Has this run graded these very bytes, and is their notebook there?"""
        known = self.run.graded.get(submission.student)
        kept = AUTOGRADED / submission.student / self.assignment / f"{self.assignment}.ipynb"
        return known is not None and kept.is_file() and handed_in.read(submission.notebook).hash == known


@contextmanager
def open_batch(assignment: str, note: str, tell: Callable[[str], None]) -> Iterator[Batch]:
    """Give the batch of an assignment, which nobody else grades meanwhile.

    note: how submissions are locked in, "" for the full sandbox; tell: called with a sentence on what is waited for.
    Raises CourseError when nobody has handed it in, somebody else grades it, or the gradebook cannot be used.
    """
    with only_grading(assignment):
        require_gradebook(GRADEBOOK, tell)
        gradebook.ensure_secret()
        penalties = AssignLatePenalties(config=instructors_settings(), log=quiet_log())
        with Book(penalties, tell) as book:
            gradebook.register(assignment, f"sqlite:///{GRADEBOOK}")
            yield Batch(assignment, book, note)


def _copy(source: Path, target: Path) -> None:
    """Have nbgrader's own file beside the notebook as it was handed in, or not at all."""
    data = handed_in.read_beside(source)
    if data:
        _write(target, data)
    else:
        target.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    write_atomically(path, data)
    path.chmod(_READ_ONLY)
