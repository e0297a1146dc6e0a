"""What goes wrong around a class: odd files, another's lock, a full disk, a damaged gradebook, and its sentence."""

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sample_course
import stub_course
from sample_course import NAME, hand_in, run_nbgrader, run_verb, start_verb

from autograde import paths, released
from autograde.class_grading import handed_in, locked
from autograde.class_grading.alone import only_grading
from autograde.class_grading.results import all_results, latest_results
from autograde.lock import held_or
from autograde.paths import CourseError
from autograde.submission import read_submission

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
BIG_BYTES = 200 << 20


def _sparse(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(BIG_BYTES)


def _notebook(submitted: Path, student: str) -> Path:
    path = submitted / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    return path


# What lies in submitted/


def test_students_are_found_whatever_their_names_and_what_lies_astray_is_told(tmp_path: Path) -> None:
    names = ['O\'Neil "x"', "a b", "ann", "김 철수", "[x]*"]
    for name in [*names, ".hidden", " padded"]:
        _notebook(tmp_path, name)
    (tmp_path / "someone").write_bytes(b"a file where a student's folder should be")
    (tmp_path / "loose.ipynb").write_bytes(b"{}")
    (tmp_path / ".DS_Store").write_bytes(b"")
    (tmp_path / "other" / "ch77_other").mkdir(parents=True)
    (tmp_path / NAME).mkdir()
    (tmp_path / "high").mkdir()
    (tmp_path / "high" / f"{NAME}.ipynb").write_bytes(b"{}")
    found, astray = handed_in.find(NAME, tmp_path)
    assert sorted(submission.student for submission in found) == sorted(names)
    told = "\n".join(astray)
    assert len(astray) == 6
    assert "submitted/someone is a file, no student's folder." in told
    assert "submitted/loose.ipynb is a file" in told
    assert f"submitted/{NAME} has no student's name above it." in told
    assert f"submitted/high/{NAME}.ipynb lies one folder too high." in told
    assert "submitted/.hidden is a hidden folder" in told
    assert "submitted/ padded has spaces around its name" in told


@posix
def test_a_name_that_is_no_text_is_told_with_escapes(tmp_path: Path) -> None:
    try:
        os.makedirs(os.fsencode(tmp_path) + b"/caf\xe9/" + NAME.encode())
    except OSError:
        pytest.skip("this file system takes text only")
    found, astray = handed_in.find(NAME, tmp_path)
    assert found == []
    assert "submitted/caf\\udce9 has spaces around its name, or characters that cannot be shown" in astray[0]


def test_no_folder_of_submissions_holds_none(tmp_path: Path) -> None:
    assert handed_in.find(NAME, tmp_path / "submitted") == ([], [])


# One file


def test_a_notebook_of_200_mb_is_refused_by_its_size_and_not_read(tmp_path: Path) -> None:
    _sparse(tmp_path / "big.ipynb")
    tracemalloc.start()
    file = handed_in.read(tmp_path / "big.ipynb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (file.data, file.hash) == (b"", f"too large: {BIG_BYTES}")
    assert "too large (200 MB)" in file.problem
    assert peak < 1_000_000


@posix
def test_links_pipes_and_folders_are_no_notebooks(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("an instructor's", encoding="utf-8")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert handed_in.read(tmp_path / "link.ipynb") == handed_in.Bytes(
        b"", "", "link.ipynb is a link; hand in the file itself."
    )
    assert handed_in.read(tmp_path / "pipe.ipynb").problem == "pipe.ipynb is no file."
    assert handed_in.read(tmp_path / "folder.ipynb").problem == "folder.ipynb is no file."


def test_a_notebook_under_another_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "ch06 (1).ipynb").write_bytes(b"{}")
    assert "There is ch06 (1).ipynb: is it that one?" in handed_in.read(tmp_path / "ch06.ipynb").problem
    (tmp_path / "file").write_bytes(b"")
    assert "file is a file; it should be a folder" in handed_in.read(tmp_path / "file" / "ch06.ipynb").problem


def test_a_notebook_of_another_assignment_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(paths, "EXERCISES", tmp_path / "exercises")
    stub_course.lay_exercise(tmp_path, "ch01_scale", "first", "both")
    stub_course.lay_exercise(tmp_path, "ch02_disk", "second", "both")
    assert read_submission(stub_course.released_notebook("second"), "ch02_disk").cells
    with pytest.raises(CourseError, match="this is a notebook of ch02_disk, not of ch01_scale"):
        read_submission(stub_course.released_notebook("second"), "ch01_scale")
    with pytest.raises(CourseError, match="no notebook of the course"):
        read_submission(stub_course.released_notebook("strange"), "ch01_scale")
    read_submission(stub_course.released_notebook("second", "both"), "ch01_scale")  # one cell is its own


# Another grading, another program


def test_only_one_grades_an_assignment(tmp_path: Path) -> None:
    taken = rf"ch00_lock is being graded already \(process {os.getpid()}\)"
    with only_grading("ch00_lock"):
        with pytest.raises(CourseError, match=taken), only_grading("ch00_lock"):
            pass
        with only_grading("ch01_lock"):
            pass
    with only_grading("ch00_lock"):
        pass


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A gradebook as far as its tables' names."""
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as connection:
        for table in ("assignment", "submitted_assignment", "grade"):
            connection.execute(f"CREATE TABLE {table} (id TEXT)")
        connection.executemany("INSERT INTO grade VALUES (?)", [("x" * 1000,)] * 100)
        connection.commit()
    return path


def test_a_locked_gradebook_is_waited_for_and_then_given_up(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count() -> int:
        with closing(sqlite3.connect(database, timeout=0.1)) as connection:
            found: int = connection.execute("SELECT count(*) FROM grade").fetchone()[0]
            return found

    told: list[str] = []
    with closing(sqlite3.connect(database, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(1, other.rollback)
        timer.start()
        assert locked.patiently(count, database, told.append) == 100
        timer.join()
        assert told == ["gradebook.db is locked by another program: waiting, at most 60 s."]
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(locked, "PATIENCE_SECONDS", 0.5)
        with pytest.raises(
            CourseError, match=r"has been locked by another program for 0 s\. Close what has it open"
        ):
            locked.patiently(count, database, told.append)
        other.rollback()


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id TEXT)")


def _damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.write_bytes(b"no database at all"), "gradebook.db is no SQLite database"),
        (_damage, "gradebook.db is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), "gradebook.db is damaged"),
        (_foreign, "is a database, but no gradebook"),
    ],
)
def test_a_gradebook_that_is_none_is_told_and_not_touched(
    database: Path, spoil: object, sentence: str
) -> None:
    locked.require_gradebook(database, print)
    spoil(database)  # type: ignore[operator]
    before = database.read_bytes()
    with pytest.raises(CourseError, match=sentence) as caught:
        locked.require_gradebook(database, print)
    assert "Nothing was touched." in str(caught.value)
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["gradebook.db"]


def test_no_gradebook_and_an_empty_file_are_a_new_one(tmp_path: Path) -> None:
    locked.require_gradebook(tmp_path / "none.db", print)
    (tmp_path / "empty.db").touch()
    locked.require_gradebook(tmp_path / "empty.db", print)
    assert not (tmp_path / "none.db").exists()


# The whole batch


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with six right submissions, graded once."""
    made = sample_course.built_course(tmp_path_factory.mktemp("faults") / "한글 class")
    for number in range(6):
        hand_in(made, f"s{number}", sample_course.ANSWERS)
    assert _autograde(made).returncode == 0
    return made


def _autograde(course: Path) -> subprocess.CompletedProcess[str]:
    return run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=2)


def _scores(course: Path) -> dict[str, float | None]:
    return {
        student: result.score for student, result in latest_results(NAME, course / "gradebook.db").items()
    }


@pytest.fixture
def odd(course: Path) -> Iterator[Path]:
    """The same course with odd submissions beside the right ones."""
    submitted = course / "submitted"
    kept = set(submitted.iterdir())
    hand_in(course, 'O\'Neil "x" 김', sample_course.ANSWERS)
    _sparse(submitted / "big" / NAME / f"{NAME}.ipynb")
    (submitted / "linked" / NAME).mkdir(parents=True)
    if os.name == "posix":
        (submitted / "linked" / NAME / f"{NAME}.ipynb").symlink_to(submitted / "s0" / NAME / f"{NAME}.ipynb")
    (submitted / "renamed" / NAME).mkdir(parents=True)
    shutil.copy(submitted / "s0" / NAME / f"{NAME}.ipynb", submitted / "renamed" / NAME / f"{NAME} (1).ipynb")
    (submitted / "flat").mkdir()
    (submitted / "flat" / NAME).write_bytes(b"a file where the folder should be")
    (submitted / "hang").mkdir()
    hand_in(course, "hang", "def double(numbers):\n    while True:\n        pass\n")
    hand_in(course, "ends", "import os\nos._exit(3)\n")
    hand_in(course, "blocked", sample_course.ANSWERS)
    (course / "autograded" / "blocked").write_bytes(b"a file where a folder should be")
    (submitted / "a file").write_bytes(b"")
    yield course
    (course / "autograded" / "blocked").unlink()
    for path in set(submitted.iterdir()) - kept:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_each_odd_submission_costs_itself_only_and_the_summary_says_why(odd: Path) -> None:
    done = _autograde(odd)
    assert done.returncode == 1, done.stderr
    scores = _scores(odd)
    assert {scores[f"s{number}"] for number in range(6)} | {scores['O\'Neil "x" 김']} == {3.5}
    assert {scores[student] for student in ("big", "linked", "renamed", "flat", "hang", "ends")} == {0}
    why = {line.split("  ")[0]: line for line in done.stdout.splitlines() if re.match(r"\w+ +0 / 3.5", line)}
    assert "too large (200 MB)" in why["big"]
    assert os.name != "posix" or "is a link" in why["linked"]
    assert f"There is {NAME} (1).ipynb: is it that one?" in why["renamed"]
    assert f"{NAME} is a file; it should be a folder" in why["flat"]
    assert why["hang"].endswith("  no")  # graded, and found wrong
    assert "submitted/a file is a file, no student's folder." in done.stdout
    assert scores["blocked"] is None
    assert re.search(r"^blocked +no score +The grading failed.*blocked", done.stdout, re.MULTILINE)
    assert "14 graded; 5 need a human." in done.stdout


def test_a_second_grader_refuses_and_touches_nothing(course: Path) -> None:
    before = len(all_results(NAME, course / "gradebook.db"))
    kept = (course / "autograded" / "s1" / NAME / f"{NAME}.ipynb").read_bytes()
    lock = course / ".cache" / "grading" / f"{NAME}.lock"
    with held_or(lock, AssertionError):
        ours = _autograde(course)
        nbgraders = run_nbgrader(course, "autograde", NAME, "--force", "--student=s1")
    assert f"sentence: {NAME} is being graded already" in ours.stderr
    assert nbgraders.returncode != 0
    assert f"{NAME} is being graded already" in nbgraders.stderr
    assert len(all_results(NAME, course / "gradebook.db")) == before
    assert (course / "autograded" / "s1" / NAME / f"{NAME}.ipynb").read_bytes() == kept


@pytest.mark.long
def test_a_gradebook_that_is_locked_for_a_while_loses_nothing(course: Path) -> None:
    before = len(all_results(NAME, course / "gradebook.db"))
    with closing(sqlite3.connect(course / "gradebook.db")) as other:
        process = start_verb(course, "autograde", assignment=NAME, unprotected=False, processes=2)
        assert process.stdout is not None and process.stderr is not None
        while not process.stdout.readline().startswith("[1/"):
            pass
        other.execute("BEGIN EXCLUSIVE")
        assert "gradebook.db is locked by another program: waiting" in process.stderr.readline()
        other.rollback()
    process.communicate()
    assert process.returncode == 0
    assert len(all_results(NAME, course / "gradebook.db")) == before + 6


def test_a_damaged_gradebook_stops_the_batch_with_a_sentence(course: Path) -> None:
    path = course / "gradebook.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    done = _autograde(course)
    left = path.read_bytes()
    path.write_bytes(whole)
    assert "sentence: gradebook.db is damaged" in done.stderr
    assert left == whole[:5000]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_leaves_nothing_half_written_and_the_next_call_goes_on(course: Path) -> None:
    folder = course / "autograded"
    size = (folder / "s0" / NAME / f"{NAME}.ipynb").stat().st_size
    before = len(all_results(NAME, course / "gradebook.db"))
    room = 4 * (size // 4096 + 1) - 1  # pages: less than for four of the six notebooks
    mount = ["mount", "-t", "tmpfs", "-o", f"size={4 * room}k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        done = _autograde(course)
        written = sorted(folder.rglob("*.ipynb"))
        for path in written:
            json.loads(path.read_bytes())
        assert not list(folder.rglob(".*"))
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    rows = len(all_results(NAME, course / "gradebook.db")) - before
    assert f"OSError: [Errno {errno.ENOSPC}]" in done.stderr  # course.py makes a sentence of it
    assert 0 < rows == len(written) < 6
    assert f"{rows} of 6 are graded and kept." in done.stderr
    again = _autograde(course)
    assert again.returncode == 0, again.stderr
    assert f"{rows} of 6 are graded" in again.stdout
    assert len(all_results(NAME, course / "gradebook.db")) == before + 6


@pytest.mark.long
def test_the_courses_nbgrader_config_is_the_one_that_counts(course: Path) -> None:
    path = course / "nbgrader_config.py"
    kept = path.read_text(encoding="utf-8")
    path.write_text(f"{kept}\nnonsense = 1 / 0\n", encoding="utf-8")
    done = _autograde(course)
    path.write_text(kept, encoding="utf-8")
    assert "sentence: nbgrader_config.py does not run: ZeroDivisionError" in done.stderr
