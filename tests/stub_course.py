"""A small course in a folder of its own: the real course.py and autograde, two tiny packages, two exercises."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def released_notebook(*exercises: str) -> bytes:
    """A released notebook with a stub for each of these exercises, and an empty helpers cell."""
    cells = [_cell("helpers", "# yours")]
    for name in exercises:
        cells += [_cell(name, f"def {name}():\n    raise NotImplementedError()"), _test_cell(name)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _cell(name: str, source: str) -> dict[str, object]:
    mark = {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    course = {"minutes": 5, "difficulty": 1, "needs": [], "stretch": name.startswith("stretch")}
    code = {"cell_type": "code", "id": name, "outputs": [], "execution_count": None}
    metadata = {"nbgrader": mark, **({} if name == "helpers" else {"course": course})}
    return {**code, "metadata": metadata, "source": source}


def _test_cell(name: str) -> dict[str, object]:
    cell = _cell("helpers", f'check("{name}")')
    mark = {"grade": True, "grade_id": f"test_{name}", "locked": True, "points": 2, "solution": False}
    return {**cell, "id": f"test_{name}", "metadata": {"nbgrader": mark}}


def lay_exercise(root: Path, name: str, *exercises: str) -> None:
    """Put a released assignment into the course at root."""
    folder = root / "exercises" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_bytes(released_notebook(*exercises))
    (folder / "examples.json").write_text("{}", encoding="utf-8")


def make_wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel of one module that holds its version; return its line for a lock."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_record_hash(text)},{len(text)}\n" for path, text in files.items())
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def _record_hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class StubCourse:
    """A course at `root`, set up from a folder of wheels; its verbs without packages work (reset)."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "한글 코스 folder" / "course"
        self.wheels = folder / "바퀴 wheels"
        self.root.mkdir(parents=True)
        shutil.copy(ROOT / "course.py", self.root)
        litter = shutil.ignore_patterns("__pycache__", "checks")
        for package in ("autograde", "datasets", "workbench"):
            shutil.copytree(ROOT / package, self.root / package, ignore=litter)
        self.lock("requirements.txt", make_wheel(self.wheels, "tinyone", "1.0"))
        self.lock("requirements-dev.txt", make_wheel(self.wheels, "tinydev", "1.0"))
        lay_exercise(self.root, "ch01_scale", "first", "stretch_second")
        lay_exercise(self.root, "ch02_disk", "third")

    def lock(self, name: str, *pins: str) -> None:
        """Write one of the two locks."""
        (self.root / name).write_text("".join(pins), encoding="utf-8")

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start `course.py WORDS`, from another folder, with pip looking at the wheels only."""
        outside = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "COURSE_WHEELS": str(self.wheels)}
        return subprocess.Popen(
            [sys.executable, str(self.root / "course.py"), *words],
            env={**os.environ, **outside, **variables},
            cwd=self.wheels,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `course.py WORDS` to its end."""
        process = self.start(*words, **variables)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def ask(self, source: str) -> str:
        """What source prints in the course's own Python, from another folder."""
        python = self.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        command = [str(python), "-c", source]
        return subprocess.run(
            command, cwd=self.wheels, capture_output=True, encoding="utf-8", check=True
        ).stdout.strip()
