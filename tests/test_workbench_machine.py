"""Memory curves, in a notebook kernel, too."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from workbench.memory import MemoryCurve, in_mb, memory_curve, memory_picture

ROOT = Path(__file__).resolve().parent.parent
psutil = pytest.importorskip("psutil")


def hold(megabytes: int) -> int:
    """Hold memory for a moment."""
    data = bytearray(megabytes * 10**6)
    data[::4096] = b"x" * len(data[::4096])
    time.sleep(0.15)
    return len(data)


# --- memory


def test_a_curve_has_the_peak_and_the_value() -> None:
    large, small = memory_curve("large", lambda: hold(60)), memory_curve("small", lambda: hold(1))
    assert large.value == 60_000_000
    assert 55 < large.peak_mb < 90 and small.peak_mb < 30
    assert large.seconds[0] == 0.0 and list(large.seconds) == sorted(large.seconds)
    assert len(large.seconds) == len(large.mb) > 5


def test_the_call_runs_once_and_its_error_comes_through() -> None:
    before = psutil.Process().children()
    calls: list[int] = []

    def fails() -> None:
        calls.append(1)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        memory_curve("fails", fails)
    memory_curve("short", lambda: calls.append(2))
    assert calls == [1, 2]
    assert psutil.Process().children() == before


def test_without_memory_profiler_the_curve_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory_profiler.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    curve = memory_curve("a", lambda: 5)
    assert curve.value == 5 and curve.mb == () and "ImportError: not here" in curve.reason
    drawn = memory_picture("Memory", [curve, MemoryCurve("b", (0.0, 1.0), (10.0, 30.0))])
    assert "b: peak 20.0 MB" in drawn.alt and "a: not measured, memory-profiler: ImportError" in drawn.alt


@pytest.mark.parametrize(("peak", "told"), [(30.0, "30.0 MB"), (0.0041, "4 KB"), (0.0, "less than a page")])
def test_no_peak_is_told_as_nothing(peak: float, told: str) -> None:
    drawn = memory_picture("Memory", [MemoryCurve("a", (0.0, 1.0), (10.0, 10.0 + peak))])
    assert in_mb(peak) == told
    assert [line.get_label() for line in drawn.axes.lines] == [f"a: peak {told}"]


def test_a_budget_is_drawn_and_named() -> None:
    curve = MemoryCurve("a", (0.0, 1.0), (10.0, 30.0))
    drawn = memory_picture("Memory", [curve], budget_mb=12.5)
    [line] = [line for line in drawn.axes.lines if line.get_label() == "budget: 12.5 MB"]
    assert set(line.get_ydata()) == {12.5}
    assert len(memory_picture("Memory", [curve]).axes.lines) == 1


def test_a_sampler_that_cannot_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("workbench.memory._SAMPLER", tmp_path / "missing.py")
    curve = memory_curve("a", lambda: 5)
    assert curve.value == 5 and "did not answer" in curve.reason
    assert "not measured" in memory_picture("Memory", [curve]).alt


def test_other_children_of_the_kernel_live_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with psutil.Popen([sys.executable, "-c", "input()"], stdin=-1) as child:
        with pytest.raises(ZeroDivisionError):
            memory_curve("fails", lambda: 1 / 0)
        assert child.poll() is None
        child.stdin.close()


@pytest.mark.long
def test_it_works_in_a_notebook_kernel_across_restarts(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    setup = f"import os, sys\nsys.path.insert(0, {str(ROOT)!r})\nos.environ['COURSE_STATE'] = {str(tmp_path / 's')!r}"
    measure = (
        "from workbench.memory import memory_curve, memory_picture\n"
        "from workbench.predictions import predict\n"
        "import time\n"
        "def hold():\n    data = bytearray(b'x') * 40_000_000\n    time.sleep(0.2)\n    return len(data)\n"
        "curve = memory_curve('a', hold)\n"
        "print(curve.value, curve.peak_mb > 20, curve.reason, predict('cold_read_us', os.getpid()))\n"
        "memory_picture('Memory', [curve])"
    )
    told = []
    for folder in ("one", "두 번째"):
        (tmp_path / folder).mkdir()
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(text) for text in (setup, measure)]
        )
        nbclient.NotebookClient(
            notebook,
            timeout=60,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path / folder)}},
        ).execute()
        printed, picture = notebook.cells[1].outputs
        told.append(printed["text"].splitlines()[-1].split())  # predict tells its guess before it
        assert "Memory. a: peak" in picture["data"]["text/html"] and "image/png" in picture["data"]
    assert told[0][:2] == ["40000000", "True"]
    assert told[0][-1] == told[1][-1]  # the first kernel's guess counts in the second
    assert len(json.dumps(told)) < 200
