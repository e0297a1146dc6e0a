"""The instruments that ask this machine: memory curves and cold files, in a notebook kernel, too."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import coldread
from workbench.coldread import NotCold, evict, file_system, own_file, why_not_cold
from workbench.memory import MemoryCurve, memory_curve, memory_picture

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
    assert "b: peak 20 MB" in drawn.alt and "a: not measured, memory-profiler: ImportError" in drawn.alt


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
        told.append(printed["text"].split())
        assert "Memory. a: peak" in picture["data"]["text/html"] and "image/png" in picture["data"]
    assert told[0][:2] == ["40000000", "True"]
    assert told[0][-1] == told[1][-1]  # the first kernel's guess counts in the second
    assert len(json.dumps(told)) < 200


# --- cold reads


def is_cold(path: Path) -> bool:
    """Whether the kernel would have to wait for the first page: another oracle than mincore."""
    with path.open("rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT) == 0
        except BlockingIOError:
            return True


@pytest.fixture
def cold_file() -> Iterator[Path]:
    """A file that this machine can make cold, found out without the code under test."""
    if not hasattr(os, "RWF_NOWAIT"):
        pytest.skip("this system cannot show cold reads")
    with own_file([b"x" * 4096] * 100) as path:
        try:
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            if not is_cold(path):
                pytest.skip("this file system keeps files in memory")
        except OSError as error:
            pytest.skip(f"this file system cannot tell: {error}")
        yield path


def resident(path: Path) -> int:
    """Pages in memory."""
    with path.open("rb") as file:
        return coldread._resident_pages(file.fileno())


def test_an_evicted_file_has_no_page_in_memory_until_it_is_read(cold_file: Path) -> None:
    cold_file.read_bytes()
    assert resident(cold_file) == 100
    evict(cold_file)
    assert resident(cold_file) == 0
    assert cold_file.read_bytes() == b"x" * 409_600
    assert resident(cold_file) == 100


def test_fresh_writes_are_dropped_too(cold_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold_file.write_bytes(b"y" * 500_001)
    calls: list[str] = []
    for name in ("fsync", "posix_fadvise"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, real=real, name=name: calls.append(name) or real(*args))
    evict(cold_file)
    assert calls[:2] == ["fsync", "posix_fadvise"]  # a page that is not written yet cannot be dropped
    assert resident(cold_file) == 0
    assert cold_file.read_bytes() == b"y" * 500_001


def test_pages_that_stay_are_told(cold_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "posix_fadvise", lambda *request: None)
    cold_file.read_bytes()
    with pytest.raises(NotCold, match="100 pages of the file stay"):
        evict(cold_file)
    assert "stay in memory" in why_not_cold(cold_file)


def test_a_machine_that_calls_everything_cold_is_not_believed(
    cold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coldread, "_resident_pages", lambda descriptor: 0)
    with pytest.raises(NotCold, match="does not tell"):
        evict(cold_file)


@pytest.mark.skipif(file_system(Path("/dev/shm")) != "tmpfs", reason="no tmpfs")
def test_a_file_in_memory_is_refused() -> None:
    path = Path("/dev/shm") / f"course-test-{os.getpid()}"
    try:
        path.write_bytes(b"x")
        assert "tmpfs" in why_not_cold(path)
    finally:
        path.unlink()


def test_other_systems_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fadvise", raising=False)
    (tmp_path / "a").write_bytes(b"x")
    assert "Only Linux" in why_not_cold(tmp_path / "a")


def test_an_own_file_is_gone_after_the_block() -> None:
    with own_file([b"ab", b"c"]) as path:
        assert path.read_bytes() == b"abc"
    assert not path.parent.exists()


def test_the_deepest_and_latest_mount_counts(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    spaced = str(tmp_path / "my disk").replace(" ", r"\040")
    mounts.write_text(
        f"a / ext4 rw 0 0\nb {spaced} tmpfs rw 0 0\nc {spaced} xfs rw 0 0\nd {tmp_path}/my btrfs rw 0 0\n"
    )
    assert file_system(tmp_path / "my disk" / "file", mounts) == "xfs"
    assert file_system(tmp_path / "file", mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "missing") == ""
