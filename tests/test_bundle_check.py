"""Checking in a student bundle: what it can judge, what it says, and what it leaves to the grading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde import grading, overview, paths, progress, report_text, start_page
from autograde.examples import ExamplePlan, examples_bytes
from autograde.grading import Grader
from autograde.own_work import grade_own
from autograde.plan import full_plan
from autograde.released import HELPERS, released
from autograde.report import UNSOLVED, ExerciseReport
from autograde.report_html import exercise_html
from autograde.submission import with_cells
from benchmarks.trust.answers import cells_with

NAME = "ch06_vb_code"
BREAK = "breaks_padding_decoder"


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A course of one assignment without its private part, its examples freshly made, with an empty progress."""
    monkeypatch.setattr(overview, "assignment_names", lambda: [NAME])
    entries = json.loads(examples_bytes(full_plan(NAME)))["exercises"]
    for module in (grading, overview):
        monkeypatch.setattr(module, "has_checks", lambda _: False)
    monkeypatch.setattr(grading.examples, "example_plan", lambda name: ExamplePlan(name, entries))
    for module in (start_page, progress):
        monkeypatch.setattr(module, "WORK", tmp_path)
    monkeypatch.setattr(start_page, "PAGE", tmp_path / "start.md")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))


@pytest.fixture
def grader(bundle: None) -> Iterator[Grader]:
    with Grader(NAME) as made:
        yield made


def checked(grader: Grader, name: str, source: str) -> tuple[ExerciseReport, str]:
    """Check an answer as a trainee does; all other cells hold the references."""
    submission = with_cells({**cells_with(NAME, ""), name: source})
    report, line = grade_own(grader, NAME, submission, only=name)
    return report.exercises[0], line


def test_an_answer_that_only_the_private_part_can_judge_has_the_right_form_and_is_not_passed(
    grader: Grader, tmp_path: Path
) -> None:
    report, line = checked(grader, BREAK, f"def {BREAK}():\n    return b'\\x81'\n")
    assert line.startswith(
        "examples passed: 0 of 9 exercises; form right, decided at grading: 1; points come with the grading"
    )
    assert (report.status, report.pending) == ("passed", 1)
    assert "decided at grading" in report.message and "xamples" not in report.message
    shown = exercise_html(report)
    assert "up to 2 points, decided at grading, its form is right, and no more is known here" in shown
    assert next(report_text.exercise_lines(report)).lstrip().startswith("?")
    standing = progress.standings(NAME)[BREAK]
    assert (standing.solved, standing.form_right, standing.tries) == (False, True, 0)
    page = (tmp_path / "start.md").read_text(encoding="utf-8")
    assert "| ? form right, decided at grading |" in page and 'value="0" max="9"' in page
    solved = {"score": 2, "max": 2, "status": "passed", "tries": 0, "pending": 1, "answer": ""}
    others = {exercise.name: solved for exercise in released(NAME).exercises if exercise.name != BREAK}
    progress.state.update(
        progress.FILE, progress._is_sound, lambda content: content["assignments"][NAME].update(others)
    )
    assert overview.next_part(overview.parts()) is None
    assert overview.progress_line(NAME).endswith(
        " · all examples pass; an answer whose form is right is decided at grading"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"def {BREAK}():\n    raise NotImplementedError()\n", UNSOLVED),
        (f"def {BREAK}():\n    return '81'\n", "It returns a str; a bytes is asked for."),
        (f"def {BREAK}():\n    return bytes(65)\n", "another form than the text asks for"),
        (f"def {BREAK}():\n    b'\\x81'\n", "is a return missing?"),
        (f"def {BREAK}():\n    return 1 / 0\n", "It raises ZeroDivisionError on valid input"),
        (f"def {BREAK}()\n    return b''\n", "The cell does not run"),
    ],
    ids=["stub", "wrong type", "too long", "nothing", "raises", "does not run"],
)
def test_what_shows_without_the_private_part_is_a_fault(grader: Grader, source: str, words: str) -> None:
    report, _ = checked(grader, BREAK, source)
    assert report.status == "failed" and words in report.message
    assert (progress.standings(NAME)[BREAK].status == "open") is (words == UNSOLVED)


def test_a_bundle_counts_exercises_and_promises_no_points(grader: Grader, tmp_path: Path) -> None:
    source = "def gaps(ids):\n    return reference(ids)\n"
    reference = cells_with(NAME, "")["gaps"].replace("def gaps(", "def reference(")
    report, line = checked(grader, "gaps", f"{reference}\n\n{source}")
    assert report.status == "passed"
    assert line.startswith("examples passed: 1 of 9 exercises; points come with the grading · next: ungaps")
    page = (tmp_path / "start.md").read_text(encoding="utf-8")
    assert "Examples passed: **1 of 9 exercises**" in page and 'value="1" max="9"' in page
    assert "| examples passed |" in page and "✓ passed here" in page and "| up to 3 |" in page
    assert "best so far" not in page.lower() and "of 30 points" not in page


@pytest.mark.parametrize(
    ("name", "slip", "call"),
    [
        ("gaps", ("any(step < 0 for step in steps)", "False"), "gaps([5, 3])"),
        ("ungaps", ("gap < 0", "gap < -1"), "ungaps([-1])"),
        ("vb_encode", ("if number < 0:", "if False:"), "vb_encode([-1])"),
        ("vb_encode", ("[number & 127 | 128]", "[number & 127 | 128][:number]"), "vb_encode([0])"),
        ("vb_decode", ("data[-1] < 128", "False"), "vb_decode(bytes.fromhex('85 01'))"),
        ("compress_postings", (" if rest else []", ""), r"compress_postings(iter([b'empty\t']), out)"),
        ("decompress_postings", (" or src.read(1)", ""), "80 c6 f7 8f 99 00')))"),
        ("intersect_vb", (" and one not in common[-1:]", ""), "intersect_vb(bytes.fromhex('84 80 83')"),
        ("vb_decode_fast", ("if overflow:", "if False:"), "vb_decode_fast(bytes.fromhex('02 00"),
    ],
)
def test_examples_try_the_edges_that_the_text_states(
    grader: Grader, name: str, slip: tuple[str, str], call: str
) -> None:
    right = cells_with(NAME, "")
    wrong = {cell: right[cell].replace(*slip) for cell in (HELPERS, name)}
    assert not wrong.items() <= right.items()
    (report,) = grader.grade(with_cells({**right, **wrong}), only=name).exercises
    assert report.status == "failed" and call in report.call, report


def test_the_private_part_is_what_a_bundle_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paths.has_checks(NAME)
    monkeypatch.setattr(paths, "SOLUTIONS", tmp_path)
    assert not paths.has_checks(NAME)
