"""Grading a class: all submissions of an assignment, each on its own; a killed run is continued."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograde.class_grading import handed_in, results
from autograde.class_grading.alone import only_grading
from autograde.class_grading.grading_one import Graded, failed, made_again
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.pool import FAILED, Pool
from autograde.class_grading.results import Result
from autograde.class_grading.secret import ensure_secret
from autograde.files import write_atomically
from autograde.nbgrader_settings import GRADEBOOK, set_variables
from autograde.paths import ROOT, CourseError
from autograde.sandbox import guard

if TYPE_CHECKING:
    from autograde.class_grading.book import Book

AUTOGRADED = ROOT / "autograded"
_READ_ONLY = 0o444  # as nbgrader leaves its files
_NO_DISK = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS)


@dataclass(frozen=True)
class Line:
    """One student: the gradebook's score and max, no score when the grading failed; why a human is needed."""

    student: str
    score: float | None
    max: float
    reasons: Sequence[str]


class Batch:
    """A run over the submissions of an assignment; made by open_batch.

    note: how submissions are locked in; started_at: of the run, UTC; is_continued: whether it was killed before;
    submissions: all that were handed in; astray: sentences on what lies at a wrong place; left: what the run has not
    graded yet; processes: that grade.
    """

    def __init__(
        self, assignment: str, book: Book, pool: Pool, found: tuple[list[HandedIn], list[str]]
    ) -> None:
        from autograde.class_grading import runs

        self.note = guard.require()
        self.submissions, self.astray = found
        self._assignment = assignment
        self._book = book
        self._pool = pool
        self._runs = runs
        self._run = runs.open_run(book, assignment, results.grader_hash(assignment))
        self.started_at = self._run.started_at
        done = {result.student: result for result in results.all_results(assignment, run=self._run.id)}
        self.is_continued = bool(done)
        self.left = [submission for submission in self.submissions if not self._is_done(submission, done)]
        self.processes = pool.count

    def grade(self) -> Iterator[Graded]:
        """Grade what is left, and yield each submission once the gradebook has it.

        Raises CourseError when the gradebook stays locked, OSError (ENOSPC) when the disk is full.
        """
        by_student = {submission.student: submission for submission in self.left}
        for graded in self._pool.graded(list(self.left), self.note):
            submission = by_student[graded.student]
            self._keep(submission, graded)
            self.left.remove(submission)
            yield graded
        self._runs.finish(self._book, self._run)

    def lines(self) -> list[Line]:
        """Return a line for each student whom this run has graded."""
        rows = {result.student: result for result in results.all_results(self._assignment, run=self._run.id)}
        totals = self._book.totals(self._assignment)
        lines = []
        for submission in self.submissions:
            if row := rows.get(submission.student):
                score, maximum = totals[row.student]
                lines.append(Line(row.student, None if row.score is None else score, maximum, row.reasons))
        return lines

    def _keep(self, submission: HandedIn, graded: Graded) -> None:
        """Write the notebook, then the grade: only the grade says that it is done, so what a kill parts is redone."""
        when = None
        try:
            when = self._runs.timestamp(submission)
        except CourseError as error:
            graded = failed(self._assignment, submission, f"{FAILED} {error}")
        try:
            self._write_files(submission, graded.notebook)
            self._book.write(graded, self._run.id, when)
        except (OSError, ValueError) as error:  # such as a file where the student's folder should be
            if isinstance(error, OSError) and error.errno in _NO_DISK:
                raise
            self._book.write(failed(self._assignment, submission, f"{FAILED} {error}."), self._run.id, when)

    def _write_files(self, submission: HandedIn, notebook: bytes) -> None:
        folder = self._kept(submission).parent
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob(".*.ipynb.*"):  # what a killed process was writing
            half.unlink()
        for name in handed_in.BESIDE:
            _copy(submission.notebook.parent / name, folder / name)
        _write(self._kept(submission), notebook)

    def _is_done(self, submission: HandedIn, done: Mapping[str, Result]) -> bool:
        """Has this run graded these very bytes? If their notebook has gone since, it is made again."""
        result = done.get(submission.student)
        if result is None or handed_in.read(submission.notebook).hash != result.submission_hash:
            return False
        if result.report and not self._kept(submission).is_file():
            self._write_files(submission, made_again(submission, result))
        return True

    def _kept(self, submission: HandedIn) -> Path:
        return AUTOGRADED / submission.student / self._assignment / submission.notebook.name


@contextmanager
def open_batch(assignment: str, processes: int, tell: Callable[[str], None]) -> Iterator[Batch]:
    """Give the batch of an assignment, which nobody else grades meanwhile.

    processes: at most so many grade; tell: called with a sentence on what is waited for. Raises CourseError when
    nobody has handed it in, somebody else grades it, the sandbox does not hold, or the gradebook cannot be used.
    """
    with only_grading(assignment):
        found = handed_in.find(assignment)
        if not found[0]:
            nobody = f"Nobody has handed in {assignment}: there is no submitted/STUDENT/{assignment}/."
            raise CourseError("\n".join([nobody, *found[1]]))
        ensure_secret()
        set_variables()
        with Pool(assignment, min(processes, len(found[0]))) as pool, _open_book(assignment, tell) as book:
            yield Batch(assignment, book, pool, found)


@contextmanager
def _open_book(assignment: str, tell: Callable[[str], None]) -> Iterator[Book]:
    """The gradebook. nbgrader is imported here: it takes seconds, in which the grading processes start."""
    from nbgrader.preprocessors import AssignLatePenalties

    from autograde.class_grading.book import Book
    from autograde.class_grading.locked import patiently, require_gradebook
    from autograde.gradebook import register
    from autograde.nbgrader_settings import instructors_settings, quiet_log

    require_gradebook(GRADEBOOK, tell)
    penalties = AssignLatePenalties(config=instructors_settings(), log=quiet_log())
    with Book(penalties, tell) as book:
        patiently(lambda: register(assignment, f"sqlite:///{GRADEBOOK}"), GRADEBOOK, tell)
        yield book


def _copy(source: Path, target: Path) -> None:
    """Have nbgrader's own file beside the notebook as it was handed in, or not at all."""
    data = handed_in.read_beside(source)
    if data:
        _write(target, data)
    elif target.exists():
        _make_replaceable(target)
        target.unlink()


def _write(path: Path, data: bytes) -> None:
    _make_replaceable(path)
    write_atomically(path, data)
    path.chmod(_READ_ONLY)


def _make_replaceable(path: Path) -> None:
    """Windows neither replaces nor removes a file that is read-only, as nbgrader leaves all of its."""
    if os.name == "nt" and path.exists():
        path.chmod(0o666)
