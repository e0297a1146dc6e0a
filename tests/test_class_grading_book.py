"""What is written into the gradebook: the rows that nbgrader would make, in one transaction, with late penalties."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event
from traitlets.config import Config

from autograde import environment
from autograde.class_grading import runs
from autograde.class_grading.book import Book
from autograde.class_grading.grading_one import Graded
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.results import all_results
from autograde.gradebook import register
from autograde.nbgrader_settings import COURSE_ID
from autograde.paths import CourseError
from autograde.released import released
from autograde.report import AssignmentReport, ExerciseReport

NAME = "ch06_vb_code"
DUE = datetime(2030, 1, 1, 12)
EXERCISES = released(NAME).exercises


def _graded(student: str, share: float = 1.0, status: str = "passed") -> Graded:
    """A grading in which each exercise earns a share of its points."""
    exercises = [ExerciseReport(e.name, share * e.points, e.points, status, "why") for e in EXERCISES]
    comments = {"helpers": "a note", EXERCISES[0].name: "No response."}
    return Graded(NAME, student, f"hash {share}", AssignmentReport(NAME, exercises), comments=comments)


def _book(database: Path, config: Config | None = None) -> Book:
    return Book(AssignLatePenalties(config=config or Config()), print, database)


@pytest.fixture(scope="module")
def new_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows the assignment."""
    path = tmp_path_factory.mktemp("new") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", environment.variables()["PATH"])  # nbgrader calls alembic by its name
        register(NAME, f"sqlite:///{path}")
    return path


@pytest.fixture
def database(tmp_path: Path, new_gradebook: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(new_gradebook, tmp_path))


@pytest.fixture
def nbgraders(database: Path) -> Iterator[Gradebook]:
    """The same gradebook, by nbgrader's own methods."""
    with Gradebook(f"sqlite:///{database}", COURSE_ID) as book:
        yield book


def _table(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


_ROWS = {
    "student": "SELECT first_name, last_name, email, lms_user_id FROM student WHERE id = '{0}'",
    "submission": "SELECT timestamp, extension FROM submitted_assignment WHERE student_id = '{0}'",
    "notebook": "SELECT flagged, late_submission_penalty FROM submitted_notebook AS n JOIN submitted_assignment AS s"
    " ON n.assignment_id = s.id WHERE student_id = '{0}'",
    "grades": "SELECT c.name, c.type, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade"
    " FROM grade AS g JOIN base_cell AS c ON g.cell_id = c.id JOIN submitted_notebook AS n ON g.notebook_id = n.id"
    " JOIN submitted_assignment AS s ON n.assignment_id = s.id WHERE student_id = '{0}' ORDER BY c.name",
    "comments": "SELECT c.name, c.type, o.auto_comment, o.manual_comment FROM comment AS o"
    " JOIN base_cell AS c ON o.cell_id = c.id JOIN submitted_notebook AS n ON o.notebook_id = n.id"
    " JOIN submitted_assignment AS s ON n.assignment_id = s.id WHERE student_id = '{0}' ORDER BY c.name",
}


def test_the_rows_are_those_that_nbgrader_makes(database: Path, nbgraders: Gradebook) -> None:
    with _book(database) as book:
        book.write(_graded("ann", 0.5), handed_in_at=DUE)
    nbgraders.add_student("ben")
    nbgraders.add_submission(NAME, "ben", timestamp="2030-01-01 12:00:00 UTC")
    for exercise in EXERCISES:
        grade = nbgraders.find_grade(f"test_{exercise.name}", NAME, NAME, "ben")
        grade.auto_score, grade.needs_manual_grade = 0.5 * exercise.points, False
    nbgraders.find_comment("helpers", NAME, NAME, "ben").auto_comment = "a note"
    nbgraders.find_comment(EXERCISES[0].name, NAME, NAME, "ben").auto_comment = "No response."
    nbgraders.db.commit()
    for query in _ROWS.values():
        ours, theirs = _table(database, query.format("ann")), _table(database, query.format("ben"))
        assert ours == theirs
        assert ours


def test_a_regrade_takes_old_scores_and_leaves_a_humans(database: Path, nbgraders: Gradebook) -> None:
    with _book(database) as book:
        book.write(_graded("ann", 1.0))
        name = EXERCISES[0].name
        nbgraders.find_grade(f"test_{name}", NAME, NAME, "ann").manual_score = 0.25
        nbgraders.find_comment(name, NAME, NAME, "ann").manual_comment = "Well tried."
        nbgraders.db.commit()
        book.write(_graded("ann", 0.0))
        totals = book.totals(NAME)
    nbgraders.db.expire_all()
    assert totals == {"ann": (0.25, sum(exercise.points for exercise in EXERCISES))}
    assert nbgraders.find_comment(name, NAME, NAME, "ann").comment == "Well tried."
    grades = nbgraders.find_submission(NAME, "ann").notebooks[0].grades
    flags = {grade.name: grade.needs_manual_grade for grade in grades}
    assert [key for key, flag in flags.items() if flag] == [f"test_{name}"]
    assert [result.score for result in all_results(NAME, database)] == [totals["ann"][1], 0]
    assert "Scores given by hand stand: test_" in all_results(NAME, database)[-1].reasons[-1]


def test_a_grading_that_failed_leaves_no_score_and_asks_for_a_human(
    database: Path, nbgraders: Gradebook
) -> None:
    with _book(database) as book:
        book.write(_graded("ann"))
        book.write(replace(_graded("ann"), report=None, failure="it died", reasons=["it died"]))
    grades = nbgraders.find_submission(NAME, "ann").notebooks[0].grades
    assert {(grade.auto_score, grade.needs_manual_grade) for grade in grades} == {(None, True)}
    last = all_results(NAME, database)[-1]
    assert (last.score, last.report, last.reasons) == (None, {}, ["it died"])


class PointAnHour(BasePlugin):
    """A penalty of an instructor's own."""

    def late_submission_penalty(self, _student: str, _score: float, total_seconds_late: float) -> float:
        """A point for each hour."""
        return total_seconds_late / 3600


def _late(
    database: Path, nbgraders: Gradebook, config: Config, extension_hours: int = 0
) -> tuple[float, float]:
    """The score and the penalty of a submission that came two hours late."""
    nbgraders.update_or_create_assignment(NAME, duedate=DUE)
    with _book(database, config) as book:
        book.write(_graded("ann", 0.5))
        if extension_hours:
            nbgraders.grant_extension(NAME, "ann", hours=extension_hours)
        book.write(_graded("ann", 0.5), handed_in_at=DUE + timedelta(hours=2))
    nbgraders.db.expire_all()
    found = nbgraders.find_submission(NAME, "ann")
    return found.score, found.late_submission_penalty


def test_late_penalties_are_those_of_the_configured_plugin(database: Path, nbgraders: Gradebook) -> None:
    half = sum(exercise.points for exercise in EXERCISES) / 2
    assert _late(database, nbgraders, Config()) == (half, 0)
    zero = Config(LateSubmissionPlugin=Config(penalty_method="zero"))
    assert _late(database, nbgraders, zero) == (half, half)
    own = Config(AssignLatePenalties=Config(plugin_class=PointAnHour))
    assert _late(database, nbgraders, own) == (half, 2)
    assert _late(database, nbgraders, own, extension_hours=1) == (half, 1)
    assert _late(database, nbgraders, own, extension_hours=3) == (half, 0)


def test_an_extension_without_a_due_date_is_no_fault(database: Path, nbgraders: Gradebook) -> None:
    with _book(database) as book:
        book.write(_graded("ann"))
        nbgraders.find_submission(NAME, "ann").extension = timedelta(days=1)
        nbgraders.db.commit()
        book.write(_graded("ann", 0.5), handed_in_at=DUE)
    assert len(all_results(NAME, database)) == 2


def test_a_score_that_cannot_be_is_refused_as_a_whole(database: Path) -> None:
    with _book(database) as book:
        book.write(_graded("ann", 0.5))
        for share in (1.5, -0.1, float("nan")):
            with pytest.raises(ValueError, match="a score of"):
                book.write(_graded("ann", share))
        assert book.totals(NAME)["ann"][0] == sum(exercise.points for exercise in EXERCISES) / 2
    assert len(all_results(NAME, database)) == 1


def test_a_full_disk_in_the_middle_of_a_transaction_leaves_the_old_grade(database: Path) -> None:
    with _book(database) as book:
        book.write(_graded("ann", 0.5))
        engine = book._gradebook.engine
        pages = _table(database, "PRAGMA page_count")[0][0]

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(engine, "connect", limit)
        engine.dispose()
        with pytest.raises(OSError) as caught:
            for number in range(20):  # until no page has room left
                book.write(_graded(f"student {number}"))
        event.remove(engine, "connect", limit)
        engine.dispose()
        assert caught.value.errno == errno.ENOSPC
        kept = len(all_results(NAME, database))
        assert 0 < kept < 20
        assert _table(database, "SELECT count(*) FROM submitted_assignment") == [(kept,)]
        assert _table(database, "PRAGMA integrity_check") == [("ok",)]
        book.write(_graded("ben", 0.5))
        assert book.totals(NAME)["ben"] == book.totals(NAME)["ann"]


def test_one_run_takes_no_submission_twice(database: Path) -> None:
    with _book(database) as book:
        run = runs.open_run(book, NAME, "grader 1")
        book.write(_graded("ann", 0.5), run.id)
        with pytest.raises(Exception, match="UNIQUE"):
            book.write(_graded("ann", 0.5), run.id)
        book.write(_graded("ann", 1.0), run.id)  # other bytes
        assert len(all_results(NAME, database, run.id)) == 2


def test_a_run_goes_on_until_it_is_finished_or_the_grader_changes(database: Path) -> None:
    with _book(database) as book:
        first = runs.open_run(book, NAME, "grader 1")
        assert runs.open_run(book, NAME, "grader 1") == first
        second = runs.open_run(book, NAME, "grader 2")
        assert second.id != first.id
        runs.finish(book, second)
        third = runs.open_run(book, NAME, "grader 2")
    assert len({first.id, second.id, third.id}) == 3
    states = dict(_table(database, "SELECT id, state FROM course_run"))
    assert states == {first.id: "given up", second.id: "finished", third.id: "open"}


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2030-01-01 12:00:00.5 UTC", datetime(2030, 1, 1, 12, 0, 0, 500_000)),
        ("2030-01-01T12:00:00+09:00", datetime(2030, 1, 1, 3)),
        (" \n", None),
    ],
)
def test_the_time_of_handing_in_is_read_as_nbgrader_reads_it(
    tmp_path: Path, text: str, when: datetime | None
) -> None:
    submission = HandedIn("ann", tmp_path / "ch06.ipynb")
    assert runs.timestamp(submission) is None
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    assert runs.timestamp(submission) == when


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_bytes(b"tomorrow \xff")
    with pytest.raises(CourseError, match="holds no date: 'tomorrow"):
        runs.timestamp(HandedIn("ann", tmp_path / "ch06.ipynb"))
