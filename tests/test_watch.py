"""`course.py watch`: the one exercise that one works on, at each save, whatever is saved."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from running_lab import still_running
from stub_course import ROOT

from autograde import overview, progress, start_page
from autograde.paths import CourseError
from autograde.released import released_path
from autograde.side_by_side import side_by_side
from autograde.verbs import watch
from autograde.verbs.watch import Watcher

NAME = "ch06_vb_code"
WRONG = "def gaps(ids):\n    return ids\n"
RIGHT = (
    "def gaps(ids):\n    if any(b < a for a, b in zip([0, *ids], ids)):\n        raise ValueError('이런')\n"
    "    return [b - a for a, b in zip([0, *ids], ids)]\n"
)


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work/ with the real assignment in it, as if the course had no other."""
    monkeypatch.setattr(overview, "assignment_names", lambda: [NAME])
    path = tmp_path / "work" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(released_path(NAME).read_bytes())
    for module in (watch, progress, start_page):
        monkeypatch.setattr(module, "WORK", tmp_path / "work")
    monkeypatch.setattr(start_page, "PAGE", tmp_path / "work" / "start.md")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    return path


@pytest.fixture
def watcher(notebook: Path) -> Iterator[Watcher]:
    with ExitStack() as stack:
        yield Watcher(stack)


def save(notebook: Path, **sources: str) -> None:
    """Put these sources into the notebook's cells."""
    content = json.loads(notebook.read_bytes())
    for cell in content["cells"]:
        if cell["id"] in sources:
            cell["source"] = sources[cell["id"]]
    notebook.write_text(json.dumps(content), encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_an_exercise_from_first_fault_to_reference(
    notebook: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.start()
    assert "Next: gaps in ch06_vb_code.ipynb, 3 points" in told(capsys)
    watcher.saved(NAME)
    assert told(capsys) == "", "saved as it was"
    save(notebook, gaps=WRONG)
    watcher.saved(NAME)
    out = told(capsys)
    assert "✗ gaps" in out and "call      gaps(" in out and "expected" in out and "\033" not in out
    assert "next: gaps" in out and "reference" not in out
    save(notebook, gaps=RIGHT)
    watcher.saved(NAME)
    out = told(capsys)
    assert "✓ gaps" in out and "3 of 30 points · next: ungaps" in out
    assert "your answer" in out and "이런" in out and "the reference" in out and "BEGIN SOLUTION" not in out
    assert progress.standings(NAME)["gaps"].tries == 1


def test_hints_come_with_tries_and_helpers_grade_the_next_exercise(
    notebook: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, int]] = []
    grade = watch.grade_own

    def remembered(*arguments, only):  # type: ignore[no-untyped-def]
        tries = progress.tries_with(NAME, arguments[2].cells).get(only, 1)
        asked.append((only, tries))
        return grade(*arguments, only=only)

    monkeypatch.setattr(watch, "grade_own", remembered)
    watcher.start()
    for step in (
        {"gaps": WRONG},
        {"gaps": WRONG + "    # again"},
        {"helpers": "import math"},
        {"vb_encode": "x = 1", "ungaps": "y = 1"},
    ):
        save(notebook, **step)
        watcher.saved(NAME)
    assert asked == [("gaps", 1), ("gaps", 2), ("gaps", 3), ("ungaps", 1)], "the first fault ends a round"


@pytest.mark.parametrize("data", [b"", b'{"cells": [', b"\xff", b'{"cells": []}'])
def test_a_broken_or_missing_notebook_does_not_stop_it(
    notebook: Path, watcher: Watcher, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.start()
    whole = notebook.read_bytes()
    notebook.write_bytes(data)
    watcher.saved(NAME)
    assert f"{NAME}: " in told(capsys)
    notebook.unlink()
    watcher.saved(NAME)
    assert told(capsys) == ""
    notebook.write_bytes(whole)
    save(notebook, gaps=WRONG)
    watcher.saved(NAME)
    assert "✗ gaps" in told(capsys)


def test_what_is_already_begun_is_graded_at_once(
    notebook: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    save(notebook, gaps=WRONG)
    watcher.start()
    assert "✗ gaps" in told(capsys)


def test_a_reset_grades_nothing_and_a_bundle_shows_no_reference(
    notebook: Path,
    watcher: Watcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save(notebook, gaps=RIGHT)
    watcher.start()
    capsys.readouterr()
    notebook.write_bytes(released_path(NAME).read_bytes())
    watcher.saved(NAME)
    assert told(capsys) == ""
    assert "raise ValueError" in watch.reference_source(NAME, "gaps")
    monkeypatch.setattr(watch, "SOLUTIONS", tmp_path)
    assert watch.reference_source(NAME, "gaps") == ""
    save(notebook, gaps=RIGHT)
    watcher.saved(NAME)
    out = told(capsys)
    assert "✓ gaps" in out and "eference" not in out


def test_nothing_to_watch_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "WORK", tmp_path)
    with pytest.raises(CourseError, match="There is no notebook in work/ yet"):
        watch.run(None)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_save_is_seen_and_ctrl_c_leaves_nothing(notebook: Path) -> None:
    work = notebook.parents[1]
    program = (
        "import sys\nfrom pathlib import Path\nfrom autograde import progress, start_page\n"
        "from autograde.verbs import watch\n"
        f"for module in (watch, progress, start_page):\n    module.WORK = Path({str(work)!r})\n"
        f"start_page.PAGE = Path({str(work / 'start.md')!r})\nsys.exit(watch.run(None))\n"
    )
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout
        seen = [process.stdout.readline()]
        save(notebook, gaps=WRONG)
        while "points · next" not in seen[-1]:
            seen.append(process.stdout.readline())
            assert seen[-1], "".join(seen)
        save(notebook, gaps="def gaps(ids):\n    while True:\n        pass\n")
        while not (children := psutil.Process(process.pid).children(recursive=True)):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert "Watching work/" in seen[0] and any("✗ gaps" in line for line in seen)
    assert process.returncode == 0 and rest == "\nStopped watching.\n"
    assert still_running(children) == [], "stopped while an answer hangs"


def test_columns_only_where_there_is_room() -> None:
    lines = list(side_by_side(("mine", "x" * 50 + "\n검색" * 30), ("reference", "y"), 80))
    assert {len(line.partition(" │ ")[0]) for line in lines[:2]} == {38}
    assert lines[0].split() == ["mine", "│", "reference"] and lines[2].strip().startswith("x" * 12)
    assert list(side_by_side(("m", "검색"), ("r", "y"), 80))[1] == "검색" + " " * 34 + " │ y", (
        "two columns each"
    )
    narrow = list(side_by_side(("mine", "x" * 50), ("reference", "y"), 60))
    assert narrow == ["mine:", "x" * 50, "reference:", "y"]
