"""The trainee's folder: laid whole or not at all, never overwritten."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stub_course import ROOT, lay_exercise

from autograde import paths, work
from autograde.paths import CourseError


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lay_exercise(tmp_path, "ch01_scale", "first", "stretch_more")
    lay_exercise(tmp_path, "ch02_disk", "second")
    for module in (paths, work):
        monkeypatch.setattr(module, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(work, "WORK", tmp_path / "work")
    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(work, "cache_folder", lambda name: tmp_path / "cache")
    return tmp_path


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_lays_whole_folders_and_only_what_is_missing(course: Path) -> None:
    (course / "exercises" / "ch01_scale" / ".ipynb_checkpoints").mkdir()
    assert work.lay_missing() == ["ch01_scale", "ch02_disk"]
    assert tree(course / "work") == tree(course / "exercises")
    assert sorted(os.listdir(course / "work")) == ["ch01_scale", "ch02_disk"]
    assert sorted(os.listdir(course / "work" / "ch01_scale")) == ["ch01_scale.ipynb", "examples.json"]

    shutil.rmtree(course / "work" / "ch02_disk")
    mine = course / "work" / "ch01_scale" / "ch01_scale.ipynb"
    mine.write_text("mine", encoding="utf-8")
    assert work.lay_missing() == ["ch02_disk"]
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_read_only_exercise_becomes_writable_work(course: Path) -> None:
    (course / "exercises" / "ch01_scale" / "ch01_scale.ipynb").chmod(0o444)
    work.lay_missing()
    assert (course / "work" / "ch01_scale" / "ch01_scale.ipynb").stat().st_mode & 0o200


def test_a_failed_copy_leaves_nothing(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_second(source: str, target: str) -> str:
        if source.endswith(".json"):
            raise OSError(28, "No space left on device")
        Path(target).write_bytes(Path(source).read_bytes())
        return target

    with monkeypatch.context() as patch:
        patch.setattr(work.shutil, "copyfile", fail_on_second)
        with pytest.raises(OSError, match="No space left"):
            work.lay_missing()
    assert os.listdir(course / "work") == []
    assert work.lay_missing() == ["ch01_scale", "ch02_disk"]


def test_a_killed_copy_leaves_nothing_half(course: Path) -> None:
    source = f"""
import os
from pathlib import Path
from autograde import paths, work
course = Path({str(course)!r})
paths.EXERCISES = work.EXERCISES = course / "exercises"
work.WORK, work.cache_folder = course / "work", lambda name: course / "cache"
work.shutil.copyfile = lambda source, target: source.endswith(".json") and os._exit(9)
work.lay_missing()
"""
    assert subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=False).returncode == 9
    left = os.listdir(course / "work")
    assert len(left) == 1 and left[0].startswith(".laying-")
    assert work.lay_missing() == ["ch01_scale", "ch02_disk"]
    assert sorted(os.listdir(course / "work")) == ["ch01_scale", "ch02_disk"]


def test_reset_keeps_each_old_copy(course: Path) -> None:
    assert work.lay_again("ch01_scale") is None
    kept = []
    for count in range(3):  # within one second: the dated names must not clash
        mine = course / "work" / "ch01_scale" / "ch01_scale.ipynb"
        mine.write_text(f"try {count}", encoding="utf-8")
        kept.append(work.lay_again("ch01_scale"))
        assert mine.read_bytes() == (course / "exercises/ch01_scale/ch01_scale.ipynb").read_bytes()
    texts = [(path / "ch01_scale.ipynb").read_text(encoding="utf-8") for path in kept if path]
    assert texts == ["try 0", "try 1", "try 2"]
    assert all(re.fullmatch(r"ch01_scale\.\d{4}-\d\d-\d\d_\d{6}(-\d)?", path.name) for path in kept if path)
    assert len(os.listdir(course / "work")) == 4


@pytest.mark.parametrize("text", ["ch01_scale", "ch01", "ch01_"])
def test_a_name_or_its_beginning(text: str) -> None:
    assert work.find_assignment(text) == "ch01_scale"


def test_a_whole_name_wins_over_a_longer_one(course: Path) -> None:
    lay_exercise(course, "ch01_scale_two", "more")
    assert work.find_assignment("ch01_scale") == "ch01_scale"


@pytest.mark.parametrize("text", ["ch0", "", "ch99", "../exercises/ch01_scale", "scale"])
def test_no_or_several_names(text: str) -> None:
    with pytest.raises(CourseError, match="Assignments: ch01_scale, ch02_disk"):
        work.find_assignment(text)
