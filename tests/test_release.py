"""The student bundle: what belongs into it, nothing else, always the same bytes."""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from stub_course import ROOT, lay_exercise

from autograde import paths
from autograde.paths import CourseError
from autograde.verbs import release

SECRET = "SECRET-7f3a"
SECRETS = [
    "solutions/__init__.py",
    "solutions/ch01_scale.py",
    "autograde/checks/__init__.py",
    "autograde/checks/ch01_scale.py",
    "tests/test_a.py",
    "benchmarks/trust/equivalent.toml",
    "tests/answers/ch01_scale/first.py",
    "class_secret",
    "gradebook.db",
    "submitted/kim/ch01_scale/ch01_scale.ipynb",
    "autograded/kim/ch01_scale/ch01_scale.ipynb",
    "feedback/kim/ch01_scale/ch01_scale.html",
    "build/source/ch01_scale/ch01_scale.ipynb",
    "work/ch01_scale/ch01_scale.ipynb",
    "reports/report.html",
    ".git/config",
    ".venv/pyvenv.cfg",
    ".cache/numba/x",
    "exercises/ch01_scale/.ch01_scale.ipynb.tmp123",
    "exercises/ch01_scale/.ipynb_checkpoints/ch01_scale-checkpoint.ipynb",
    "chapters/.ipynb_checkpoints/ch01_scale-checkpoint.ipynb",
    "workbench/__pycache__/clock.cpython-311.pyc",
    "notes.txt",
]
WANTED = [
    "README.md",
    "chapters/ch01_scale.py",
    "chapters/ch01_scale.ipynb",
    "solutions/engines/wanted.py",
    "workbench/wanted.py",
    "nbgrader_config.py",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real modules, and a file with a secret in each place that must stay out."""
    root = tmp_path_factory.mktemp("한글 repository")
    litter = shutil.ignore_patterns("__pycache__", "checks")
    for name in ("autograde", "benchmarks", "datasets", "solutions/engines", "workbench"):
        shutil.copytree(ROOT / name, root / name, ignore=litter)
    for path in ROOT.glob("*.*"):
        if path.is_file() and path.name != ".git":  # a file where the course is a worktree of git
            shutil.copy(path, root)
    lay_exercise(root, "ch01_scale", "first")
    for name in SECRETS + WANTED:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"# {SECRET}\n" if name in SECRETS else "# wanted\n"
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def in_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "ROOT", repository)
    monkeypatch.setattr(paths, "EXERCISES", repository / "exercises")


def written(out: Path) -> zipfile.ZipFile:
    assert release.run(argparse.Namespace(out=str(out))) == 0
    return zipfile.ZipFile(out)


def test_nothing_secret_and_all_that_is_wanted(tmp_path: Path) -> None:
    with written(tmp_path / "묶음.zip") as bundle:
        names = bundle.namelist()
        leaks = [name for name in names if SECRET in bundle.read(name).decode("utf-8", "replace")]
    assert leaks == []
    assert set(SECRETS) & set(names) == set()
    always = [
        "course.py",
        "requirements.txt",
        "pyproject.toml",
        "autograde/work.py",
        "autograde/verbs/lab.py",
    ]
    exercise = ["exercises/ch01_scale/ch01_scale.ipynb", "exercises/ch01_scale/examples.json"]
    assert {*WANTED, *always, *exercise} <= set(names)


def test_the_real_course_leaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "ROOT", ROOT)
    names = release.bundle_files()
    assert "course.py" in names
    private = ("tests/", "autograde/checks/", "benchmarks/trust/", "work/", "build/", ".venv/", ".git/")
    assert [name for name in names if name.startswith(private)] == []
    assert [name for name in names if name.startswith("solutions/") and name.count("/") == 1] == []


def test_the_same_bytes_whatever_the_dates(repository: Path, tmp_path: Path) -> None:
    written(tmp_path / "one.zip").close()
    os.utime(repository / "course.py", (1, 1))
    (repository / "README.md").chmod(0o600)
    written(tmp_path / "two.zip").close()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_bundle_runs(tmp_path: Path) -> None:
    """Every module of the grader can be imported where there are no solutions and no checks."""
    with written(tmp_path / "course.zip") as bundle:
        bundle.extractall(tmp_path / "받은 course")
    root = tmp_path / "받은 course"
    shown = subprocess.run(
        [sys.executable, str(root / "course.py"), "--help"], capture_output=True, text=True, check=True
    )
    assert "start here:" in shown.stdout
    modules = [path.relative_to(root).with_suffix("").parts for path in (root / "autograde").rglob("*.py")]
    names = [".".join(parts) for parts in modules if parts[-1] != "__init__"]
    assert "autograde.verbs.lab" in names
    source = (
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        f"sys.path = [folder for folder in sys.path if folder != {str(ROOT)!r}]\n"
        f"import importlib\nfor name in {names!r}: print(importlib.import_module(name).__file__)"
    )
    ran = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert all(line.startswith(str(root)) for line in ran.stdout.splitlines())
    assert len(ran.stdout.splitlines()) == len(names)


def test_no_module_of_the_bundle_imports_a_private_one_at_its_top() -> None:
    """A part that is imported only when it runs may use solutions; the top of a module may not."""
    for path in (ROOT / "autograde").glob("**/*.py"):
        if "checks" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
        imported |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
        private = {name for name in imported if name.startswith(("autograde.checks", "tests"))}
        private |= {name for name in imported if name.startswith("solutions") and "engines" not in name}
        assert private == set(), path


def test_a_path_that_cannot_be_meant(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is a folder: name the file to write"):
        release.run(argparse.Namespace(out=str(tmp_path)))
    with pytest.raises(CourseError, match="There is no folder"):
        release.run(argparse.Namespace(out=str(tmp_path / "absent" / "out.zip")))
    assert os.listdir(tmp_path) == []


def test_no_bundle_without_exercises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "EXERCISES", tmp_path)
    with pytest.raises(CourseError, match=r"run `course\.py build` first"):
        release.run(argparse.Namespace(out=str(tmp_path / "out.zip")))
