"""The real set-up, from the locked packages: `course.py lab` on a fresh copy, in a folder with spaces."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from stub_course import ROOT, lay_exercise

pytestmark = pytest.mark.long


def test_a_fresh_copy_answers(tmp_path: Path) -> None:
    root = tmp_path / "한글 코스 folder" / "course"
    litter = shutil.ignore_patterns("__pycache__", "checks")
    shutil.copytree(ROOT / "autograde", root / "autograde", ignore=litter)
    for name in ("course.py", "requirements.txt"):
        shutil.copy(ROOT / name, root)
    lay_exercise(root, "ch01_scale", "first")
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(root / "course.py")]
    with subprocess.Popen(
        [*command, "lab", "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as lab:
        try:
            assert _answer(lab) == 200
            lab.send_signal(signal.SIGTERM)
            assert lab.wait(timeout=60) == 0
        finally:
            lab.kill()
    doctor = subprocess.run([*command, "doctor"], capture_output=True, encoding="utf-8", check=False)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert doctor.stderr == "", "the second call finds everything there"


def _answer(lab: subprocess.Popen[str]) -> int:
    """The status of the page that the server names."""
    said = []
    assert lab.stdout
    for line in lab.stdout:
        said.append(line)
        if found := re.search(
            r"http://127\.0\.0\.1:\d+/lab/tree/work/ch01_scale/ch01_scale\.ipynb\?token=\w+", line
        ):
            with urllib.request.urlopen(found[0]) as reply:
                return int(reply.status)
    pytest.fail("".join(said))
