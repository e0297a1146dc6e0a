"""Grading processes are fed, replaced and given up: here they are threads that behave as a test wants."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

import course
from autograde.class_grading import pool
from autograde.class_grading.grading_one import Graded
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.pool import Pool
from autograde.class_grading.process import READY
from autograde.paths import CourseError

NAME = "ch06_vb_code"


class _Threads:
    """What a process would be to its parent."""

    def terminate(self) -> None:
        pass

    kill = terminate

    def join(self, _seconds: float = 0) -> None:
        pass


class _World:
    """How students' submissions behave: a list of ways, one a try."""

    def __init__(self) -> None:
        self.ways: dict[str, list[str]] = {}
        self.first_words: list[str] = []
        self.notes: Counter[str] = Counter()
        self.started = 0

    def serve(self, connection: Connection) -> None:
        connection.send(self.first_words.pop(0) if self.first_words else READY)
        while True:
            try:
                submission, note = connection.recv()
            except (EOFError, ConnectionError):
                return
            self.notes[note] += 1
            ways = self.ways.get(submission.student, [])
            way = ways.pop(0) if ways else "grade"
            if way == "die":
                connection.close()
                return
            if way == "hang":
                continue
            connection.send(Graded(NAME, submission.student, "", None) if way == "grade" else way)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[_World]:
    made = _World()

    def init(member: Any, _assignment: str, core: int) -> None:
        made.started += 1
        member.core, member.task, member.is_ready, member.said = core, None, False, None
        member._since = 0.0
        member.connection, theirs = multiprocessing.Pipe()
        member.process = _Threads()
        threading.Thread(target=made.serve, args=(theirs,), daemon=True).start()

    monkeypatch.setattr(pool._Member, "__init__", init)
    monkeypatch.setattr(pool, "MOST_SECONDS", 1.0)
    return made


def _failures(students: list[str], count: int = 2) -> dict[str, str]:
    """Grade; what each student's grading says of its failure, in the order of the students."""
    submissions = [HandedIn(student, Path("submitted") / student / f"{NAME}.ipynb") for student in students]
    with Pool(NAME, count) as made:
        found = {graded.student: graded.failure for graded in made.graded(submissions, "a note")}
    assert sorted(found) == sorted(students)
    return found


def test_each_submission_comes_once_with_the_note(world: _World) -> None:
    students = [f"s{number}" for number in range(20)]
    assert set(_failures(students).values()) == {""}
    assert (world.notes, world.started) == ({"a note": 20}, 2)


@pytest.mark.parametrize("way", ["die", "hang", "something went wrong"])
def test_a_submission_gets_a_second_try_on_a_new_process_and_no_third(world: _World, way: str) -> None:
    world.ways = {"once": [way], "twice": [way, way], "mixed": ["die", way]}
    found = _failures(["a", "once", "b", "twice", "mixed", "c"])
    assert {student for student, failure in found.items() if failure} == {"twice", "mixed"}
    words = {"die": "its process ended twice", "hang": "it took more than", "something went wrong": way}
    assert words[way] in found["twice"] and found["twice"].startswith(pool.FAILED)
    assert world.started == 2 + 5
    assert world.notes["a note"] == 6 + 3


def test_a_grader_that_cannot_be_made_says_why(world: _World) -> None:
    world.first_words = ["There is no assignment such."] * 2
    with pytest.raises(CourseError, match="There is no assignment such"):
        _failures(["a"])


def test_processes_that_do_not_start_end_the_batch(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "serve", lambda connection: connection.close())
    with pytest.raises(CourseError, match="end before they have begun"):
        _failures(["a"])
    assert world.started == 2 + 2  # the third bad start is one too many


@pytest.mark.parametrize("text", ["0", "-1", "257", "two", "1.5", ""])
def test_a_wrong_number_of_processes_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        course.main(["autograde", NAME, f"--processes={text}"])
    assert end.value.code == 2
    assert "is not a number of processes" in capsys.readouterr().err
