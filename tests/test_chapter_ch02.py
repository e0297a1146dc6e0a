"""Chapter 2 on machines that cannot show what it is about, with a trainee's own answer, and killed in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import other_machine
import psutil
import pytest
from test_chapters import NAMES, PROGRAM, TINY, litter

from autograde import chapters
from autograde.fill import filled_notebook, statements
from autograde.paths import ROOT, SOLUTIONS, assignment_names
from autograde.released import released
from solutions.engines.memory_access import LINE_BYTES, ordered_chain, random_chain, walk
from workbench.hardware import cache_bytes, memory_bytes

NAME = "ch02_memory_and_disk"


def command(folder: Path) -> tuple[list[str], dict[str, str]]:
    """How the chapter is run at a tiny scale, with folder/work as work/."""
    (folder / "work").mkdir(parents=True, exist_ok=True)
    source = chapters.CHAPTERS / f"{NAME}.py"
    told = "\nprint(names['table'](names['claims']))"
    changes = {
        "COURSE_STATE": "memory",
        "WORKBENCH_SCALE": TINY,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
    }
    return (
        [sys.executable, "-c", PROGRAM + told, str(source), str(folder / "work")],
        {**os.environ, **changes, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize(
    ("lack", "sentences"),
    [
        ("disk", ["The file lies on tmpfs", "No process reads from the disk here. The file lies on tmpfs"]),
        pytest.param(
            "room",
            ["The disk has no room for the file", "No fix to show for a reader. The disk"],
            marks=pytest.mark.long,
        ),
        pytest.param(
            "proc",
            ["does not tell how much memory", "does not tell what its processes do", "no load average"],
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_machine_that_cannot_show_it_is_told_so_and_not_failed(
    lack: str, sentences: list[str], tmp_path: Path
) -> None:
    if reason := other_machine.why_not():
        pytest.skip(reason)
    before, (words, environment) = litter(), command(tmp_path)
    done = subprocess.run(
        [sys.executable, other_machine.__file__, lack, *words],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert (done.returncode, other_machine.complaints(done.stderr)) == (0, "")
    assert [one for one in sentences if one not in done.stdout] == []
    cold_row = next(
        line for line in done.stdout.splitlines() if line.startswith("Two processes that read cold")
    )
    assert ("not cold" in cold_row or "tmpfs" in cold_row or "no room" in cold_row) == (lack != "proc")
    assert litter() == before


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_kernel_killed_in_the_middle_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    before, (words, environment) = litter(), command(tmp_path)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, cwd=tmp_path, env=environment, **quiet) as kernel:
        boxes: list[psutil.Process] = []
        end = time.monotonic() + 300
        while len(boxes) < 3 and kernel.poll() is None and time.monotonic() < end:
            children = psutil.Process(kernel.pid).children() if alive(kernel.pid) else []
            boxes = [one for one in children if is_box(one)]
            time.sleep(0.02)
        kernel.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert len(boxes) >= 3
    end = time.monotonic() + 20
    while any(alive(one.pid) for one in boxes) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(alive(one.pid) for one in boxes)
    assert litter() == before or not Path("/proc").exists()


def is_box(process: psutil.Process) -> bool:
    """Whether it is one of the incident's processes."""
    try:
        return any("blackbox_process" in word for word in process.cmdline())
    except psutil.Error:
        return False


def solved(answers: str, folder: Path) -> None:
    """Lay a notebook with these answers into folder/work."""
    work = folder / "work" / NAME
    work.mkdir(parents=True)
    (folder / "answers.py").write_text(answers, encoding="utf-8")
    (work / f"{NAME}.ipynb").write_bytes(filled_notebook(NAME, folder / "answers.py"))


@pytest.mark.long
@pytest.mark.parametrize("right", [True, False])
def test_the_trainees_own_answers_are_asked(right: bool, tmp_path: Path) -> None:
    reference = (SOLUTIONS / f"{NAME}.py").read_text(encoding="utf-8")
    wrong = "def access_time(reads, seek_us, bytes_per_us):\n    raise OverflowError\n\n\n"
    wrong += "def classify_load(samples):\n    return samples[5000]\n"
    solved(reference if right else wrong, tmp_path)
    words, environment = command(tmp_path)
    environment["COURSE_STATE"] = str(tmp_path / "state")
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=500
    )
    assert (done.returncode, done.stderr) == (0, "")
    disk, own = re.search(r"Machine2009: (.+); access_time: (.+)", done.stdout).groups()
    asked = re.findall(r"classify_load says (.+), it is (\w+)", done.stdout)
    assert len(asked) >= 3
    if right:
        assert own == disk
        assert sum(said == kind for said, kind in asked) >= len(asked) - 1  # a busy machine starves one
    else:
        assert own == "it raises OverflowError" and {said for said, _ in asked} == {"raises IndexError"}


# No answers outside solutions/


def bound_in(path: Path) -> set[str]:
    """The names that a source binds at its top level, imports included."""
    return {name for one in statements(path.read_text(encoding="utf-8")) for name in one.binds}


@pytest.mark.parametrize("assignment", assignment_names())
def test_filling_an_assignment_with_all_that_lies_around_fills_no_exercise(assignment: str) -> None:
    folders = ("chapters", "workbench", "datasets", "solutions/engines")
    sources = [path for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]
    exercises = {exercise.name for exercise in released(assignment).exercises}
    bound = {(path.name, name) for path in sources for name in bound_in(path) & exercises}
    assert len(sources) > 20 and exercises
    assert bound <= {("ch06_vb_code.py", "gaps")}  # chapter 6's array of all gaps, no function


def test_the_chapter_is_among_those_that_are_tested() -> None:
    assert NAME in NAMES


# What the chapter measures with


@pytest.mark.parametrize("lines", [1, 2, 7, 1000])
def test_a_walk_visits_each_line_once_and_comes_back(lines: int) -> None:
    for chain in (ordered_chain(lines * LINE_BYTES), random_chain(lines * LINE_BYTES, seed=lines)):
        places = [walk(chain, steps) for steps in range(lines)]
        assert sorted(places) == [16 * line for line in range(lines)]
        assert walk(chain, lines) == 0
        middle = lines // 2
        assert walk(chain, lines - middle, walk(chain, middle)) == 0
    assert ordered_chain(lines * LINE_BYTES).dtype == np.uint32


def test_a_place_inside_of_a_line_is_refused() -> None:
    chain = ordered_chain(256)
    for place in (-16, 3, 64):
        with pytest.raises(ValueError, match="No line of the chain starts"):
            walk(chain, 1, place)


def test_caches_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    for number, (kind, level, size) in enumerate(
        [("Data", 1, "32K"), ("Instruction", 1, "64K"), ("Unified", 3, "32M"), ("Unified", 2, "512K")]
    ):
        (tmp_path / "cache" / f"index{number}").mkdir(parents=True)
        for name, word in (("type", kind), ("level", level), ("size", size)):
            (tmp_path / "cache" / f"index{number}" / name).write_text(f"{word}\n")
    assert cache_bytes(tmp_path) == {1: 32 << 10, 2: 512 << 10, 3: 32 << 20}
    assert cache_bytes(tmp_path / "missing") == {}
    (tmp_path / "cache" / "index0" / "size").write_text("much\n")
    assert cache_bytes(tmp_path) == {}


def test_memory_is_what_psutil_says() -> None:
    assert memory_bytes() == psutil.virtual_memory().total
