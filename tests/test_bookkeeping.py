"""A class from the system's download to its marks and back: late, extended, marked by hand, its checks mended."""

import argparse
import csv
import io
import json
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import sample_course
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins.export import CsvExportPlugin
from sample_course import NAME, run_nbgrader, run_verb

from autograde.lms.collect import Outcome, collect
from autograde.lms.marks import class_marks
from autograde.lms.records import read_records
from autograde.nbgrader_settings import COURSE_ID, quiet_log, settings
from autograde.paths import CourseError
from autograde.verbs import marks as marks_verb

DUE = "2026-01-31 09:00:00 Asia/Seoul"  # midnight in UTC
HALF = {"double": "def double(numbers):\n    return [2 * n for n in numbers]\n"}  # takes negative numbers
FULL = {
    "double": "def double(numbers):\n    if min(numbers) < 0:\n        raise ValueError\n"
    "    return [n + n for n in numbers]\n",
    "total": "def total(numbers):\n    return sum(double(numbers))\n",
}
POLICY = """
from nbgrader.plugins import BasePlugin


class HalfAPointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5 * total_seconds_late / 3600
"""
CONFIGURED = """
c = get_config()
c.AssignLatePenalties.plugin_class = "late_policy.HalfAPointAnHour"
"""
WORKSHEET = (
    f'"Last Name","First Name","Username","{NAME} [Total Pts: 3.5 Score] |77"\r\n'
    '"김","민수","kim",""\r\n"Lee","Ann","lee",""\r\n"Park","Jin","park","1"\r\n"No","Show","noshow",""\r\n'
)


def _notebook(course: Path, answers: dict[str, str]) -> bytes:
    """The released notebook with answers in its solution cells."""
    notebook = json.loads((course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    return json.dumps(notebook).encode()


def _collect(course: Path, files: dict[str, bytes], zone: str) -> list[Outcome]:
    """Collect a download of these files, on a machine in a time zone."""
    with zipfile.ZipFile(course / "download.zip", "w") as download:
        for name, data in files.items():
            download.writestr(f"HW_{name}_{NAME}.ipynb", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        outcomes = [
            outcome for *_, outcome in collect(NAME, course / "download.zip", course / "submitted")[1]
        ]
    time.tzset()
    return outcomes


def _autograde(course: Path) -> str:
    done = run_verb(course, "autograde", assignment=NAME, unprotected=False, processes=1)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of three, collected from Blackboard, graded; lee has points and a comment by hand, park came late."""
    made = sample_course.make_course(tmp_path_factory.mktemp("books") / "한글 course")
    (made / "late_policy.py").write_text(POLICY, encoding="utf-8")
    with open(made / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(CONFIGURED)
    assert run_verb(made, "build", check=False).returncode == 0
    full, half = _notebook(made, FULL), _notebook(made, HALF)
    handed_in = {
        "kim_attempt_2026-01-31-08-30-00": full,
        "lee_attempt_2026-01-31-08-00-00": half,
        "park_attempt_2026-01-31-11-00-00": full,
    }
    assert [outcome.done for outcome in _collect(made, handed_in, "Asia/Seoul")] == ["new"] * 3
    done = run_nbgrader(made, "db", "assignment", "add", NAME, f"--duedate={DUE}")
    assert done.returncode == 0, done.stderr
    told = _autograde(made)
    assert "Most common fault (1 has it, in double): It accepts input that it must refuse" in told
    assert "submitted/" not in told  # the records and the lock of collect are nobody's submission
    with _book(made) as book:
        book.find_grade("test_double", NAME, NAME, "lee").manual_score = 1.75
        book.find_comment("double", NAME, NAME, "lee").manual_comment = "Nearly: look at the minus sign."
        book.db.commit()
    return made


def _book(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE_ID)


def _exported(course: Path) -> dict[str, dict[str, str]]:
    """The rows that `nbgrader export` writes, by student."""
    plugin = CsvExportPlugin(to=str(course / "grades.csv"))
    with _book(course) as book:
        plugin.export(book)
    return {row["student_id"]: row for row in _rows(course / "grades.csv")}


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _marks(course: Path, **arguments: object) -> tuple[int, str]:
    given = {"assignment": NAME, "out": "marks.csv", "layout": "plain", "template": None, "column": None}
    done = run_verb(course, "marks", **{**given, **arguments})
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_time_of_the_download_makes_the_penalty_of_the_instructors_plugin(course: Path) -> None:
    rows = _exported(course)
    assert rows["park"]["timestamp"] == "2026-01-31 02:00:00"
    assert (float(rows["park"]["raw_score"]), float(rows["park"]["late_submission_penalty"])) == (3.5, 1)
    assert [float(rows[student]["score"]) for student in ("kim", "lee", "park")] == [3.5, 1.75, 2.5]


def test_marks_are_those_that_nbgrader_exports(course: Path) -> None:
    marks = class_marks(NAME, course / "gradebook.db", read_records(course / "submitted"))
    exported = _exported(course)
    assert {mark.student: (mark.score, mark.penalty, mark.max) for mark in marks} == {
        student: (float(row["score"]), float(row["late_submission_penalty"]), float(row["max_score"]))
        for student, row in exported.items()
    }
    assert {mark.student: mark.record.lms_id for mark in marks if mark.record} == {s: s for s in exported}


@pytest.mark.long
def test_marks_go_back_into_the_systems_own_file_and_nothing_else_changes(course: Path) -> None:
    (course / "gc_full.csv").write_text(WORKSHEET, encoding="utf-8", newline="")
    code, told = _marks(course, layout="blackboard", template="gc_full.csv")
    expected = WORKSHEET.replace('"kim",""', '"kim",3.5').replace('"lee",""', '"lee",1.75')
    assert (course / "marks.csv").read_bytes().decode("utf-8") == expected.replace('"park","1"', '"park",2.5')
    assert (code, told) == (0, f"Wrote marks.csv: 3 of 3 marks of {NAME}.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"out": "t.csv", "template": "t.csv"}, "stays as it was exported: name another file"),
        ({"out": "m.csv", "template": "none.csv"}, "There is no file .*none.csv"),
        ({"out": "m.csv", "column": "x"}, "--column names a column of a --template"),
        ({"out": "absent/m.csv"}, "name a file in a folder that exists"),
        ({"out": "."}, "cannot be written"),
    ],
)
def test_wrong_calls_of_marks_get_a_sentence(
    course: Path, monkeypatch: pytest.MonkeyPatch, words: dict[str, str], sentence: str
) -> None:
    monkeypatch.chdir(course)
    (course / "t.csv").write_text("student,score\nkim,\n", encoding="utf-8")
    monkeypatch.setattr(marks_verb, "GRADEBOOK", course / "gradebook.db")
    monkeypatch.setattr(marks_verb, "ROOT", course)
    monkeypatch.setattr(marks_verb, "released", lambda name: SimpleNamespace(name=name))
    given = {"assignment": NAME, "layout": "plain", "template": None, "column": None}
    with pytest.raises(CourseError, match=sentence):
        marks_verb.run(argparse.Namespace(**{**given, **words}))
    assert not (course / "m.csv").exists()
    assert (course / "t.csv").read_text(encoding="utf-8") == "student,score\nkim,\n"


def test_a_submission_without_a_score_gets_no_mark(course: Path) -> None:
    with _book(course) as book:
        grade = book.find_grade("test_total", NAME, NAME, "kim")
        kept, grade.auto_score = grade.auto_score, None
        book.db.commit()
        marks = class_marks(NAME, course / "gradebook.db", {})
        grade.auto_score = kept
        book.db.commit()
    assert [mark.student for mark in marks if mark.score is None] == ["kim"]
    with pytest.raises(CourseError, match="has no marks of ch91_none"):
        class_marks("ch91_none", course / "gradebook.db", {})
    with pytest.raises(CourseError, match=r"no gradebook\.db yet"):
        class_marks(NAME, course / "none.db", {})


@pytest.mark.long
def test_feedback_has_the_comment_by_hand_the_points_and_the_reason(course: Path) -> None:
    done = run_nbgrader(course, "generate_feedback", NAME, "--force")
    assert done.returncode == 0, done.stderr
    page = (course / "feedback" / "lee" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Nearly: look at the minus sign." in page
    assert "It accepts input that it must refuse with ValueError." in page
    late = (course / "feedback" / "park" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "2.5" in late and "penalty" in late.lower()


def test_the_formgrader_sees_the_class(course: Path) -> None:
    api = NbGraderAPI(config=settings(course, course / "gradebook.db"), log=quiet_log())
    assignment = api.get_assignment(NAME)
    found = {entry["student"]: (entry["score"], entry["autograded"]) for entry in api.get_submissions(NAME)}
    assert (assignment["num_submissions"], assignment["max_score"]) == (3, 3.5)
    assert found == {"kim": (3.5, True), "lee": (1.75, True), "park": (3.5, True)}


def test_the_statistics_name_the_fault_and_nobody(course: Path) -> None:
    folder = course / "reports" / "class" / NAME
    rows = {row["check"]: row for row in _rows(folder / "checks.csv")}
    assert [rows["negative"]["passed"], rows["negative"]["submissions"], rows["numbers"]["passed"]] == [
        "2",
        "3",
        "3",
    ]
    assert rows["negative"]["most_common_fault"].startswith("It accepts input that it must refuse")
    assert "lee" not in (folder / "checks.csv").read_text(encoding="utf-8")
    assert _rows(folder / "changes.csv") == []
    assert (folder / "checks.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.long
def test_an_unchanged_class_is_regraded_to_the_point(course: Path) -> None:
    before = _exported(course)
    _autograde(course)
    assert _exported(course) == before
    with _book(course) as book:
        comment = book.find_comment("double", NAME, NAME, "lee")
        assert comment.manual_comment == "Nearly: look at the minus sign."
        assert book.find_grade("test_double", NAME, NAME, "lee").needs_manual_grade


@pytest.mark.long
def test_an_extension_takes_part_of_the_penalty_back(course: Path) -> None:
    with _book(course) as book:
        book.grant_extension(NAME, "park", hours=1)
    _autograde(course)
    assert float(_exported(course)["park"]["score"]) == 3


@pytest.mark.long
def test_a_mended_check_tells_whose_score_has_changed(course: Path) -> None:
    checks = course / "autograde" / "checks" / f"{NAME}.py"
    text = checks.read_text(encoding="utf-8")
    mended = text.replace('Check("negative", 1, strategy=SIGNED)', 'Check("negative", 1, strategy=NUMBERS)')
    assert mended != text
    checks.write_text(mended, encoding="utf-8")
    told = _autograde(course)
    checks.write_text(text, encoding="utf-8")
    assert (
        "\n1 score has changed, of notebooks that have not:\n  lee  1 -> 2  (double, negative: 0 -> 1)\n"
        in told
    )
    (row,) = _rows(course / "reports" / "class" / NAME / "changes.csv")
    assert [row[k] for k in ("student", "check", "old_points", "new_points", "same_grader")] == [
        "lee", "negative", "0", "1", "no"
    ]  # fmt: skip
    with _book(course) as book:
        assert book.find_grade("test_double", NAME, NAME, "lee").manual_score == 1.75  # a human's stands


@pytest.mark.long
def test_a_newer_download_is_graded_and_its_time_counts(course: Path) -> None:
    newer = {"lee_attempt_2026-02-01-11-00-00": _notebook(course, FULL)}
    assert [(o.student, o.done) for o in _collect(course, newer, "UTC")] == [("lee", "replaced")]
    told = _autograde(course)
    row = _exported(course)["lee"]
    assert row["timestamp"] == "2026-02-01 11:00:00"
    assert float(row["raw_score"]) == 3.25  # 1.75 by hand stands, and total is solved now
    assert float(row["score"]) == 0  # 35 hours late costs all there is, and no more
    assert "Scores given by hand stand: test_double. Are they still right?" in told
    assert "have not:" not in told  # another notebook is no changed check
