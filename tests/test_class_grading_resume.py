"""A batch that is killed at any moment is continued: nothing lost, nothing graded twice, the gradebook whole."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import nbformat
import psutil
import pytest
import sample_course
from nbgrader.api import Gradebook
from sample_course import NAME, hand_in, start_verb

from autograde.class_grading.results import all_results
from autograde.nbgrader_settings import COURSE_ID

STUDENTS = [f"student {number:02}" for number in range(14)]
EXPECTED = {student: (3.5, 2.5, 0.0)[number % 3] for number, student in enumerate(STUDENTS)}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGKILL are POSIX")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with fourteen quick submissions: right, half right, and stubs."""
    made = sample_course.built_course(tmp_path_factory.mktemp("killed") / "한글 class")
    half = sample_course.ANSWERS.replace("raise ValueError", "pass")
    for number, student in enumerate(STUDENTS):
        hand_in(made, student, (sample_course.ANSWERS, half, "")[number % 3])
    return made


def _start(course: Path, processes: int = 2) -> subprocess.Popen[str]:
    return start_verb(course, "autograde", assignment=NAME, unprotected=False, processes=processes)


def _finished(course: Path) -> str:
    """What a call says that comes to its end."""
    process = _start(course)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def _wait_for_lines(process: subprocess.Popen[str], count: int) -> None:
    """Read until so many submissions are graded, or none is left."""
    assert process.stdout is not None
    while count:
        line = process.stdout.readline()
        if not line:
            return
        count -= line.startswith("[")


def _kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _run_rows(course: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        query = "SELECT id, state, assignment FROM course_run ORDER BY rowid"
        return connection.execute(query).fetchall()


def _require_whole(course: Path) -> None:
    """The database is sound; what nbgrader's own methods read is an old grade or a new one, never a part of one."""
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    done = {result.student for result in all_results(NAME, course / "gradebook.db")}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE_ID) as book:
        found = {submission.student_id: submission for submission in book.assignment_submissions(NAME)}
        assert {student: found[student].score for student in found} == {s: EXPECTED[s] for s in found}
        assert set(found) == done
        for submission in found.values():
            assert all(grade.auto_score is not None for grade in submission.notebooks[0].grades)
    for student in done:
        nbformat.validate(
            nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
        )


def _require_each_once(course: Path, run: str) -> None:
    rows = [result for result in all_results(NAME, course / "gradebook.db") if result.run == run]
    assert sorted(result.student for result in rows) == STUDENTS
    assert {result.student: result.score for result in rows} == EXPECTED


def _kill_and_go_on(course: Path, kills: int, seed: int) -> None:
    """Kill runs at random points, the given number of times in all, and finish each."""
    chance = random.Random(seed)
    while kills > 0:
        for _ in range(min(kills, 3)):
            process = _start(course)
            _wait_for_lines(process, chance.randrange(8))
            time.sleep(chance.uniform(0, 0.1))
            _kill(process)
            kills -= 1
            if (course / "gradebook.db").exists():
                _require_whole(course)
        _finished(course)
        _require_whole(course)
        *_, (run, state, _name) = _run_rows(course)
        assert state == "finished"
        _require_each_once(course, run)
    litter = [path for path in (course / "autograded").rglob("*") if path.name.startswith(".")]
    assert litter == []


def test_a_batch_killed_at_three_points_loses_nothing_and_grades_nothing_twice(course: Path) -> None:
    _kill_and_go_on(course, kills=3, seed=1)


@pytest.mark.long
def test_a_batch_killed_at_twenty_points_loses_nothing_and_grades_nothing_twice(course: Path) -> None:
    _kill_and_go_on(course, kills=20, seed=2)


@pytest.mark.long
def test_a_killed_run_says_that_it_goes_on_and_a_finished_one_begins_anew(course: Path) -> None:
    _finished(course)
    process = _start(course)
    _wait_for_lines(process, 5)
    _kill(process)
    hand_in(
        course, STUDENTS[0], sample_course.ANSWERS.replace("n + n", "2 * n")
    )  # by its name it is among the first five
    said = _finished(course)
    found = re.search(r"^Going on with the run of \S+: (\d+) of 14 are graded", said, re.MULTILINE)
    assert found and 4 <= int(found[1]) < 14
    assert f"Grading {14 - int(found[1])} of 14 submissions" in said
    rows = [
        result
        for result in all_results(NAME, course / "gradebook.db")
        if result.run == _run_rows(course)[-1][0]
    ]
    assert sorted(result.student for result in rows) == sorted(
        [*STUDENTS, STUDENTS[0]]
    )  # changed: graded anew
    assert len({result.submission_hash for result in rows if result.student == STUDENTS[0]}) == 2
    assert "Going on" not in _finished(course)


@pytest.mark.long
def test_an_autograded_notebook_that_is_gone_is_made_again_without_a_second_row(course: Path) -> None:
    process = _start(course)
    _wait_for_lines(process, 5)
    _kill(process)
    run = _run_rows(course)[-1][0]
    student = next(r.student for r in all_results(NAME, course / "gradebook.db") if r.run == run)
    (course / "autograded" / student / NAME / f"{NAME}.ipynb").unlink()
    _finished(course)
    _require_whole(course)
    _require_each_once(course, run)


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM])
def test_a_signal_stops_the_batch_in_order(course: Path, number: signal.Signals) -> None:
    process = _start(course)
    _wait_for_lines(process, 3)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 4  # two graders, their warm processes
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert re.search(
        rf"^\d+ of 14 are graded and kept. `course.py autograde {NAME}` goes on from there", err, re.M
    )
    assert "Traceback" not in err
    _gone, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert "Going on with the run" in _finished(course)


@pytest.mark.long
def test_a_grading_process_that_dies_costs_one_submission_a_try_and_a_second_time_its_score(
    course: Path,
) -> None:
    path = course / "autograde" / "class_grading" / "process.py"
    source = path.read_text(encoding="utf-8")
    path.write_text(source + _DYING, encoding="utf-8")
    process = _start(course)
    out, err = process.communicate()
    path.write_text(source, encoding="utf-8")
    assert process.returncode == 1, err
    scores = {result.student: result.score for result in all_results(NAME, course / "gradebook.db")[-14:]}
    assert scores == {**EXPECTED, "student 04": None}
    assert re.search(r"^student 04 +no score +The grading failed.*: its process ended twice", out, re.M)
    _finished(course)


_DYING = """
from pathlib import Path

def dies(assignment, submission, grade, note, real=grade_handed_in):
    marker = Path(submission.student + ".died")
    if submission.student == "student 04" or (submission.student == "student 07" and not marker.exists()):
        marker.touch()
        os._exit(9)
    return real(assignment, submission, grade, note)

grade_handed_in = dies
"""
