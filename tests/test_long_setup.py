"""The real set-up, from the locked packages: `course.py lab` on a fresh copy, in a folder with spaces."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from stub_course import ROOT

pytestmark = pytest.mark.long

_PATIENCE_SECONDS = 600
_MADE = ("__pycache__", ".*", "work", "reports", "build", "submitted", "autograded", "feedback", "exchange")


def test_a_fresh_copy_answers(tmp_path: Path) -> None:
    root = tmp_path / "한글 코스 folder" / "course"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*_MADE))
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(root / "course.py")]
    with subprocess.Popen(
        [*command, "lab", "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as lab:
        patience = threading.Timer(_PATIENCE_SECONDS, lab.kill)
        patience.start()
        try:
            assert _answer(lab) == 200
            lab.send_signal(signal.SIGTERM)
            assert lab.wait(timeout=60) == 0
        finally:
            patience.cancel()
            lab.kill()
    assert (root / "work" / "ch06_vb_code" / "ch06_vb_code.ipynb").exists()
    doctor = subprocess.run([*command, "doctor"], capture_output=True, encoding="utf-8", check=False)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert doctor.stderr == "", "the second call finds everything there"


def _answer(lab: subprocess.Popen[str]) -> int:
    """The status of the start page at the address that `lab` prints; fails when `lab` ends without one."""
    said = []
    assert lab.stdout
    for line in lab.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab/tree/work/start\.md\?token=\w+", line):
            with urllib.request.urlopen(found[0]) as reply:
                return int(reply.status)
    pytest.fail("".join(said))
