"""nbgrader keeps the books of a class: real commands on real submissions, in a course folder of their own."""

import copy
import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sample_course
from nbgrader.api import Gradebook
from sample_course import NAME, run_nbgrader, run_verb

from autograde.class_grading.secret import ensure_secret
from autograde.nbgrader_settings import COURSE_ID

EVIL = "<img src=http://evil.example/a.png>![x](http://evil.example/b.png)"
SCORES = {"alice": 3.5, "bob": 0, "carol": 0, "eve": 2, "홍길동": 2}


def _filled(course: Path, answers: str) -> dict[str, Any]:
    (course / "answers.py").write_text(answers, encoding="utf-8")
    done = run_verb(course, "fill", assignment=NAME, answers="answers.py", output="filled.ipynb")
    assert done.returncode == 0, done.stderr
    return json.loads((course / "filled.ipynb").read_bytes())


def _hand_in(course: Path, student: str, notebook: dict[str, Any] | bytes) -> None:
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder / f"{NAME}.ipynb").write_bytes(data)


def _hostile(full: dict[str, Any]) -> dict[str, Any]:
    """Half of it is right; the rest tries all that a notebook can carry."""
    notebook = copy.deepcopy(full)
    notebook["metadata"]["course"] = {"unreadable": "", "missing": [], "notes": [EVIL], "problems": []}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name == "total":
            cell["source"] = f"def total(numbers):\n    raise KeyError('{EVIL}')"
        if name.startswith("test_"):
            cell["source"] = "99"
            cell["metadata"]["nbgrader"]["points"] = 99
            cell["metadata"]["tags"] = ["skip-execution"]
    stranger = {"cell_type": "code", "metadata": {"nbgrader": {"schema_version": 99}}, "source": "EVIL_CELL"}
    output = {"output_type": "display_data", "data": {"text/html": EVIL}, "metadata": {}}
    notebook["cells"].append({**stranger, "outputs": [output], "execution_count": 1, "id": "evil"})
    return notebook


def _doubled(full: dict[str, Any]) -> dict[str, Any]:
    notebook = copy.deepcopy(full)
    last = next(cell for cell in notebook["cells"] if cell["id"] == "total")
    notebook["cells"].append({**last, "id": "again", "source": "total = sum"})
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with five submissions, graded by `nbgrader autograde`."""
    made = sample_course.make_course(tmp_path_factory.mktemp("class") / "한글 course")
    assert run_verb(made, "build", check=False).returncode == 0
    full = _filled(made, sample_course.ANSWERS)
    _hand_in(made, "alice", full)
    _hand_in(made, "bob", (made / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    _hand_in(made, "carol", b'{"cells": [')
    _hand_in(made, "eve", _hostile(full))
    _hand_in(made, "홍길동", _doubled(full))
    done = run_nbgrader(made, "autograde", NAME)
    assert done.returncode == 0, done.stderr
    return made


def _book(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE_ID)


def _scores(course: Path) -> dict[str, float]:
    with _book(course) as book:
        return {submission.student_id: submission.score for submission in book.assignment_submissions(NAME)}


def _comments(course: Path, student: str) -> dict[str, str | None]:
    with _book(course) as book:
        comments = book.find_submission_notebook(NAME, NAME, student).comments
        return {comment.name: comment.comment for comment in comments}


def _flags(course: Path, student: str) -> dict[str, bool]:
    with _book(course) as book:
        grades = book.find_submission_notebook(NAME, NAME, student).grades
        return {grade.name: grade.needs_manual_grade for grade in grades}


def _set_auto_scores(course: Path, score: float) -> None:
    with _book(course) as book:
        for submission in book.assignment_submissions(NAME):
            for grade in submission.notebooks[0].grades:
                grade.auto_score = score
        book.db.commit()


def test_the_command_writes_the_graders_scores(course: Path) -> None:
    assert _scores(course) == SCORES


def test_what_could_not_be_taken_stands_as_a_comment_and_is_flagged(course: Path) -> None:
    assert "cut off" in (_comments(course, "carol")["double"] or "")
    assert "cut off" in (_comments(course, "carol")["helpers"] or "")
    assert _flags(course, "carol") == {"test_double": True, "test_total": True}
    assert "2 cells are total, and they differ" in (_comments(course, "홍길동")["helpers"] or "")
    assert _flags(course, "홍길동") == {"test_double": False, "test_total": True}
    assert _comments(course, "bob")["double"] == "No response."
    assert _comments(course, "alice") == {"helpers": None, "double": None, "total": None}


def test_only_the_text_of_solution_cells_reaches_the_books(course: Path) -> None:
    kept = (course / "autograded" / "eve" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(kept)
    released = json.loads((course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    assert [cell["id"] for cell in notebook["cells"]] == [cell["id"] for cell in released["cells"]]
    assert [c["metadata"] for c in notebook["cells"]] == [c["metadata"] for c in released["cells"]]
    assert "EVIL_CELL" not in kept
    tests = {cell["id"]: cell for cell in notebook["cells"] if cell["id"].startswith("test_")}
    assert tests["test_total"]["source"] == ['check("total")']
    data = {name: cell["outputs"][0]["data"] for name, cell in tests.items()}
    assert [data[name]["text/plain"] for name in ("test_double", "test_total")] == [["2"], ["0"]]
    html = "".join(data["test_total"]["text/html"])
    assert "<img" not in html
    assert "&lt;img src=http://evil.example/a.png&gt;" in html


def test_the_courses_own_verb_gives_the_same_scores_and_lists_who_needs_a_human(course: Path) -> None:
    (course / "submitted" / "dan" / NAME).mkdir(parents=True)
    _set_auto_scores(course, 1)
    done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
    shutil.rmtree(course / "submitted" / "dan")
    assert done.returncode == 1, done.stderr
    assert _scores(course) == {**SCORES, "dan": 0}
    assert re.search(r"^\[[1-6]/6\] 홍길동: 2 / 3.5", done.stdout, re.MULTILINE)
    lines = {line.split()[0]: line for line in done.stdout.splitlines()[8:-1]}
    assert lines["alice"].endswith("3.5 / 3.5  no")
    assert lines["dan"].endswith(f"0 / 3.5  There is no {NAME}.ipynb in what was handed in.")
    assert "cut off" in lines["carol"]
    assert "they differ" in lines["홍길동"]
    assert (
        lines["alice"].index("3.5 /") == lines["홍길동"].index("2 /") + 1
    )  # three wide characters, and "3.5"
    assert "\n6 graded; 3 need a human.\n" in done.stdout
    assert "There is no" in (_comments(course, "dan")["total"] or "")


@pytest.mark.long
def test_a_grading_that_fails_costs_one_student_and_leaves_no_old_score(course: Path) -> None:
    _set_auto_scores(course, 1)
    stamp = course / "submitted" / "alice" / NAME / "timestamp.txt"
    stamp.write_text("the day after tomorrow", encoding="utf-8")
    done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
    stamp.unlink()
    scores = _scores(course)
    assert done.returncode == 1
    assert re.search(r"alice +no score +The grading failed", done.stdout), done.stdout
    assert {student: scores[student] for student in ("alice", "eve", "홍길동")} == {
        "alice": 0,
        "eve": 2,
        "홍길동": 2,
    }
    with _book(course) as book:
        grades = book.find_submission_notebook(NAME, NAME, "alice").grades
        assert [grade.auto_score for grade in grades] == [None, None]
    assert run_nbgrader(course, "autograde", NAME, "--force").returncode == 0
    assert _scores(course)["alice"] == 3.5


@pytest.mark.long
def test_scores_and_comments_by_hand_outlive_a_regrade(course: Path) -> None:
    with _book(course) as book:
        book.find_grade("test_double", NAME, NAME, "bob").manual_score = 1
        book.find_comment("double", NAME, NAME, "bob").manual_comment = "Half of it is there."
        book.db.commit()
    done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
    found = _scores(course)["bob"], _comments(course, "bob")["double"], _flags(course, "bob")["test_double"]
    with _book(course) as book:
        book.find_grade("test_double", NAME, NAME, "bob").manual_score = None
        book.find_comment("double", NAME, NAME, "bob").manual_comment = None
        book.db.commit()
    assert found == (1, "Half of it is there.", True)
    assert re.search(r"bob +1 / 3.5 +Scores given by hand stand: test_double", done.stdout)


class _Outside(HTMLParser):
    """Collects what a browser would fetch from outside, scripts of any kind, and the text of styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fetched = {"src", "href", "srcset", "action", "data", "poster", "background", "style"}
        outside = [value for name, value in attrs if name in fetched and value and "//" in value]
        handlers = [name for name, _ in attrs if name.startswith("on")]
        self.found += outside + handlers + ([tag] if tag in ("script", "iframe", "object", "embed") else [])

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.styles.append(data)


@pytest.mark.long
def test_feedback_asks_nothing_of_the_network_and_holds_no_markup_of_a_submission(course: Path) -> None:
    done = run_nbgrader(course, "generate_feedback", NAME, "--force")
    assert done.returncode == 0, done.stderr
    pages = sorted((course / "feedback").glob(f"*/{NAME}/{NAME}.html"))
    assert len(pages) >= len(SCORES)
    for page in pages:
        reader = _Outside()
        reader.feed(page.read_text(encoding="utf-8"))
        assert (len(reader.styles) > 0, reader.found) == (True, [])
        assert re.findall(r"url\(\s*[\"']?(?:\w+:)?//|@import", "".join(reader.styles)) == []
    eve = (course / "feedback" / "eve" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "evil.example" in eve  # shown, as text
    assert "double: 2 of 2 points" in eve


@pytest.mark.long
def test_export_has_the_scores(course: Path) -> None:
    run_nbgrader(course, "autograde", NAME, "--force")
    assert run_nbgrader(course, "export", "--to", "grades.csv").returncode == 0
    with open(course / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {
            row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)
        }
    for student, score in SCORES.items():
        assert rows[student] == (score, 3.5)


@pytest.mark.long
def test_an_assignment_passes_through_the_exchange_without_extra_files(course: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("nbgrader has no exchange on Windows")
    (course / "exchange").mkdir(mode=0o777, exist_ok=True)
    home = tmp_path / "student home"
    home.mkdir()

    def as_student(*words: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *words, f"--course-dir={course}", "--student=zoe"]
        environment = {**os.environ, "JUPYTER_DATA_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    assert run_nbgrader(course, "release_assignment", NAME).returncode == 0
    as_student("fetch_assignment", NAME)
    assert [path.name for path in (home / NAME).iterdir()] == [f"{NAME}.ipynb"]
    shutil.copy(course / "submitted" / "alice" / NAME / f"{NAME}.ipynb", home / NAME)
    (home / NAME / "numpy.py").write_text("stolen = 1", encoding="utf-8")
    (home / NAME / "link.txt").symlink_to(course / "class_secret")
    as_student("submit", NAME)
    assert run_nbgrader(course, "collect", NAME).returncode == 0
    (collected,) = (course / "submitted").glob(f"*/{NAME}/submission_secret.txt")
    names = sorted(path.name for path in collected.parent.iterdir())
    assert names == [f"{NAME}.ipynb", "submission_secret.txt", "timestamp.txt"]
    student = collected.parent.parent.name
    assert run_nbgrader(course, "autograde", NAME, f"--student={student}").returncode == 0
    scores = _scores(course)
    shutil.rmtree(collected.parent.parent)
    assert scores[student] == 3.5


def test_an_unchanged_assignment_is_registered_once_and_a_changed_one_refused(course: Path) -> None:
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    kept = path.read_bytes()
    notebook = json.loads(kept)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ("total", "test_total")]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
    path.write_bytes(kept)
    assert "sentence: The gradebook holds submissions of an older ch90_sample" in done.stderr


def test_wrong_calls_get_a_sentence(course: Path) -> None:
    unknown = run_verb(course, "autograde", assignment="ch99_none", unprotected=False, processes=None)
    assert "sentence: There is no assignment ch99_none; there are ch90_sample." in unknown.stderr
    (course / "submitted").rename(course / "away")
    nobody = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=None)
    (course / "away").rename(course / "submitted")
    assert f"sentence: Nobody has handed in {NAME}" in nobody.stderr


def test_nothing_but_an_instructors_files_is_left_in_the_course(course: Path) -> None:
    (course / "exchange").mkdir(exist_ok=True)
    expected = {"autograde", "build", "datasets", "exercises", "nbgrader_config.py", "solutions", "workbench"}
    expected |= {
        "autograded",
        "class_secret",
        "feedback",
        "gradebook.db",
        "reports",
        "submitted",
        "exchange",
    }  # a class's
    expected |= {".cache", ".jupyter-config", ".jupyter-data", "answers.py", "filled.ipynb", "grades.csv"}
    assert {path.name for path in course.iterdir()} <= expected


def test_the_class_secret_is_made_once_and_for_its_owner_only(course: Path, tmp_path: Path) -> None:
    secret = course / "class_secret"
    assert re.fullmatch(r"[0-9a-f]{64}\n", secret.read_text(encoding="ascii"))
    path = tmp_path / "class_secret"
    ensure_secret(path)
    first = path.read_bytes()
    ensure_secret(path)
    assert path.read_bytes() == first != secret.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["class_secret"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_formgraders_button_writes_the_same_scores(course: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--port={port}",
        "--IdentityProvider.token=t",
        "--allow-root",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(course),
        "JUPYTER_CONFIG_DIR": str(course / ".jupyter-config"),
    }
    server = subprocess.Popen(
        [sys.executable, *words],
        cwd=course,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _set_auto_scores(course, 1)
        for student in SCORES:
            answer = _post(port, f"/formgrader/api/submission/{NAME}/{quote(student)}/autograde")
            assert answer["success"], answer
        scores = _scores(course)
        assert {student: scores[student] for student in SCORES} == SCORES
    finally:
        server.terminate()
        server.wait()


def _post(port: int, path: str) -> dict[str, Any]:
    """Post to the server, once it answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", b"", {"Authorization": "token t"})
    for _ in range(300):
        try:
            with urllib.request.urlopen(request) as reply:
                answer: dict[str, Any] = json.load(reply)
                return answer
        except ConnectionError:
            time.sleep(0.2)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.2)
    raise TimeoutError("JupyterLab does not answer")
