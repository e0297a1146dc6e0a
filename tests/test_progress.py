"""A trainee's progress: what counts as a try, what stands, and what no report may spoil."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stub_course import ROOT, lay_exercise

from autograde import overview, own_work, paths, progress, released, start_page, work
from autograde.progress import Standing
from autograde.report import UNSOLVED, AssignmentReport, ExerciseReport
from autograde.verbs import reset
from workbench.state import StateError

NAME = "ch01_scale"


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two assignments, laid into a work/ of their own."""
    lay_exercise(tmp_path, NAME, "first", "stretch_second")
    lay_exercise(tmp_path, "ch02_disk", "third")
    for module in (paths, work, released):
        monkeypatch.setattr(module, "EXERCISES", tmp_path / "exercises")
    for module in (work, progress, start_page):
        monkeypatch.setattr(module, "WORK", tmp_path / "work")
    monkeypatch.setattr(overview, "has_checks", lambda _: True)
    monkeypatch.setattr(start_page, "PAGE", tmp_path / "work" / "start.md")
    (tmp_path / "cache").mkdir()
    for module in (work, start_page):
        monkeypatch.setattr(module, "cache_folder", lambda name: tmp_path / "cache")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "상태"))
    work.lay_missing()
    return tmp_path


def verdict(
    status: str = "failed",
    score: float = 0,
    answer: str = "x",
    name: str = "first",
    pending: int = 0,
    **more: str,
) -> dict[str, Standing]:
    """Record one verdict on one answer; where the assignment stands then."""
    report = ExerciseReport(name, score, 2, status, pending=pending, **more)
    progress.record(AssignmentReport(NAME, [report]), {name: answer, "helpers": "# mine"})
    return progress.standings(NAME)


def test_the_best_score_stands_and_the_latest_status_counts() -> None:
    assert progress.standings(NAME) == {}
    assert verdict("passed", 2, "right")["first"] == Standing(2, "passed", 0, 0)
    assert verdict("failed", 0.5, "broken")["first"] == Standing(2, "failed", 1, 0)
    assert not progress.standings(NAME)["first"].solved


def test_a_try_is_another_answer_that_fails() -> None:
    assert verdict(answer="a")["first"].tries == 1
    assert verdict(answer="a\n")["first"].tries == 1, "saved again, not tried again"
    assert verdict(answer="b")["first"].tries == 2
    assert verdict("passed", 2, "c")["first"].tries == 2
    assert verdict("timeout", 0, "d")["first"].tries == 3
    assert progress.tries_with(NAME, {"first": "d", "helpers": "# mine"}) == {"first": 3}
    assert progress.tries_with(NAME, {"first": "e", "helpers": "# mine"}) == {"first": 4}
    assert progress.tries_with(NAME, {"first": "d", "helpers": "# other"}) == {"first": 4}


def test_what_was_never_written_is_no_try() -> None:
    assert verdict(answer="stub", message=UNSOLVED)["first"] == Standing(0, "open", 0, 0)
    assert "first" in verdict(
        "missing", name="stretch_second"
    ) and "stretch_second" not in progress.standings(NAME)


def test_a_score_of_examples_yields_to_all_checks() -> None:
    assert verdict("passed", 2, pending=14)["first"] == Standing(2, "passed", 0, 14)
    assert verdict("failed", 0.5, "y")["first"] == Standing(0.5, "failed", 1, 0)


def test_two_processes_lose_nothing(course: Path) -> None:
    program = (
        "import sys\nfrom autograde import progress\nfrom autograde.report import *\n"
        "for i in range(40):\n"
        "    report = ExerciseReport(sys.argv[1], 0, 2, 'failed')\n"
        f"    progress.record(AssignmentReport({NAME!r}, [report]), {{sys.argv[1]: str(i)}})\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, name], cwd=ROOT) for name in ("first", "other")]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert {name: each.tries for name, each in progress.standings(NAME).items()} == {"first": 40, "other": 40}


def test_fields_of_another_version_are_kept(course: Path) -> None:
    verdict()
    path = course / "상태" / "progress.json"
    content = json.loads(path.read_bytes())
    content["assignments"][NAME]["first"]["minutes_taken"] = 12
    path.write_text(json.dumps(content), encoding="utf-8")
    verdict("passed", 2, "right")
    assert json.loads(path.read_bytes())["assignments"][NAME]["first"]["minutes_taken"] == 12
    path.write_text(
        '{"version": 1, "assignments": {"ch01_scale": {"first": {"score": "2"}}}}', encoding="utf-8"
    )
    assert progress.standings(NAME) == {}, "damaged: put aside"
    path.write_text('{"version": 1, "resets": {"ch01_scale": "now"}}', encoding="utf-8")
    assert progress.reset_at(NAME) == 0, "damaged: put aside"


@pytest.mark.parametrize(
    ("notebook", "own"),
    [
        ("work/ch01_scale/ch01_scale.ipynb", True),
        ("work/ch01_scale/copy.ipynb", False),
        ("work/ch01_scale.2026-11-23_142530/ch01_scale.ipynb", False),
        ("submitted/kim/ch01_scale/ch01_scale.ipynb", False),
        ("exercises/ch01_scale/ch01_scale.ipynb", False),
        ("work/ch99/ch99.ipynb", False),
    ],
)
def test_only_the_notebook_of_an_assignment_in_work_is_ones_own(
    course: Path, notebook: str, own: bool
) -> None:
    assert progress.is_own(course / notebook) is own


def test_next_is_core_before_stretch_and_says_where() -> None:
    assert overview.progress_line(NAME) == (
        "best so far: 0 of 4 points · next: first (2 points, about 5 minutes, difficulty 1 of 5)"
    )
    verdict("passed", 2)
    assert overview.progress_line(NAME).startswith("best so far: 2 of 4 points · next: third in ch02_disk (")
    third = AssignmentReport("ch02_disk", [ExerciseReport("third", 2, 2, "passed")])
    progress.record(third, {"third": "x"})
    assert "next: stretch_second (" in overview.progress_line(NAME)
    verdict("passed", 2, name="stretch_second")
    assert overview.progress_line(NAME) == "best so far: 4 of 4 points · all exercises are solved"


def test_a_reset_opens_its_exercises_and_keeps_the_points(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict("passed", 2)
    assert progress.reset_at(NAME) == 0
    before = time.time()
    assert reset.run(argparse.Namespace(chapter="ch01")) == 0
    assert before <= progress.reset_at(NAME) <= time.time() and progress.reset_at("ch02_disk") == 0
    out = capsys.readouterr().out
    assert "Is the notebook open? Close it and restart its kernel." in out
    (kept,) = (course / "work").glob(f"{NAME}.*")
    assert f"To have the old copy back: delete work/{NAME}, then rename work/{kept.name} to {NAME}." in out
    assert progress.standings(NAME)["first"] == Standing(2, "open", 0, 0)
    page = (course / "work/start.md").read_text(encoding="utf-8")
    assert (
        "## Next: first" in page and "Best so far: **2 of 6 points**; 0 of 3 exercises are solved now" in page
    )


class _Grader:
    """Says what it was asked."""

    def grade(self, _submission: object, tries: dict[str, int], only: str) -> AssignmentReport:
        self.tries = tries
        return AssignmentReport(NAME, [ExerciseReport(only, 0, 2, "failed", "Not yet.")])


def test_grading_ones_own_work_feeds_the_hints_and_moves_the_page(course: Path) -> None:
    from autograde.submission import Submission

    grader = _Grader()
    for answer, tries in (("a", {}), ("b", {"first": 2}), ("b", {"first": 2})):
        _, line = own_work.grade_own(grader, NAME, Submission({"first": answer}), only="first")  # type: ignore[arg-type]
        assert grader.tries == tries
    assert line.startswith("best so far: 0 of 4 points")
    assert "✗ to mend, 2 tries" in (course / "work/start.md").read_text(encoding="utf-8")


def test_a_full_disk_does_not_stop_a_grading(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograde.submission import Submission

    def full(*_: object) -> None:
        raise StateError("work/.state cannot be kept: No space left on device.")

    monkeypatch.setattr(progress, "record", full)
    report, line = own_work.grade_own(_Grader(), NAME, Submission({"first": "a"}), only="first")  # type: ignore[arg-type]
    assert report.exercises[0].message == "Not yet." and line == ""
    assert "Your progress was not kept: work/.state cannot be kept: No space" in capsys.readouterr().err
