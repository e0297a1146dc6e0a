"""The page cache and files of one's own: what is in memory, what a killed process leaves, what a machine lacks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import other_machine
import pytest

from workbench import ownfile, pagecache
from workbench.ownfile import cache_folder, own_file
from workbench.pagecache import (
    NotCold,
    evict,
    file_system,
    read_seconds,
    resident,
    why_not_cold,
)

ROOT = Path(__file__).resolve().parent.parent


def is_cold(path: Path) -> bool:
    """Whether the kernel would have to wait for the first page: another oracle than mincore."""
    with path.open("rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT) == 0
        except BlockingIOError:
            return True


def dropped_and_cold(path: Path) -> bool:
    """Drop a file; whether it is gone. A page that is being read stays, as does one that another core just had."""
    time.sleep(0.01)
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return is_cold(path)


@pytest.fixture
def cold_file() -> Iterator[Path]:
    """A file that this machine can make cold, found out without the code under test."""
    if not hasattr(os, "RWF_NOWAIT"):
        pytest.skip("this system cannot show cold reads")
    with own_file([b"x" * 4096] * 100) as path:
        try:
            if not any(dropped_and_cold(path) for _ in range(100)):
                pytest.skip("this file system keeps files in memory")
        except OSError as error:
            pytest.skip(f"this file system cannot tell: {error}")
        yield path


def test_an_evicted_file_has_no_page_in_memory_until_it_is_read(cold_file: Path) -> None:
    cold_file.read_bytes()
    assert resident(cold_file).sum() == 100
    evict(cold_file)
    assert resident(cold_file).sum() == 0
    assert cold_file.read_bytes() == b"x" * 409_600
    assert resident(cold_file).sum() == 100


def test_fresh_writes_are_dropped_too(cold_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold_file.write_bytes(b"y" * 500_001)
    calls: list[str] = []
    for name in ("fsync", "posix_fadvise"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, real=real, name=name: calls.append(name) or real(*args))
    evict(cold_file)
    assert calls[:2] == ["fsync", "posix_fadvise"]  # a page that is not written yet cannot be dropped
    assert resident(cold_file).sum() == 0
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
    monkeypatch.setattr(pagecache, "_told_by_mincore", lambda descriptor: np.zeros(100, bool))
    monkeypatch.setattr(pagecache, "_told_by_cachestat", lambda descriptor: None)
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
    assert not path.exists()


def test_the_deepest_and_latest_mount_counts(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    spaced = str(tmp_path / "my disk").replace(" ", r"\040")
    mounts.write_text(
        f"a / ext4 rw 0 0\nb {spaced} tmpfs rw 0 0\nc {spaced} xfs rw 0 0\nd {tmp_path}/my btrfs rw 0 0\n"
    )
    assert file_system(tmp_path / "my disk" / "file", mounts) == "xfs"
    assert file_system(tmp_path / "file", mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "missing") == ""


def read_some(path: Path) -> list[int]:
    """Drop a file, then read some of its pages; their numbers."""
    evict(path)
    read_seconds(path, [4096 * page for page in (0, 3, 4, 99)])
    return [0, 3, 4, 99]


def test_only_the_pages_that_were_read_are_there(cold_file: Path) -> None:
    read = read_some(cold_file)  # and no page ahead of them
    assert np.flatnonzero(resident(cold_file)).tolist() == read


def test_a_second_witness_counts_the_same_pages(cold_file: Path) -> None:
    with cold_file.open("rb") as file:
        if pagecache._told_by_cachestat(file.fileno()) is None:
            pytest.skip("this kernel has no cachestat")
        assert pagecache._told_by_cachestat(file.fileno()) == resident(cold_file).sum()
        read = read_some(cold_file)
        assert pagecache._told_by_cachestat(file.fileno()) == len(read) == resident(cold_file).sum()


def test_one_witness_is_not_enough(cold_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "_told_by_cachestat", lambda descriptor: 7)
    with pytest.raises(NotCold, match="7 pages of the file stay"):
        evict(cold_file)


def test_a_file_of_somebody_else_is_asked_by_reading(
    cold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies = np.ones(100, bool)  # as mincore does of files of others
    real = pagecache._told_by_mincore
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    monkeypatch.setattr(
        pagecache, "_told_by_mincore", lambda descriptor: lies if is_asked else real(descriptor)
    )
    found = False
    for _ in range(20):
        is_asked = False
        read = read_some(cold_file)
        is_asked = True
        found = found or np.flatnonzero(resident(cold_file)).tolist() == read
    assert found


def test_without_the_second_witness_there_is_a_sentence(
    cold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "RWF_NOWAIT")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NotCold, match="does not tell whether a read would have to wait"):
        resident(cold_file)


def test_a_cold_read_takes_longer_than_a_warm_one(cold_file: Path) -> None:
    offsets = [4096 * page for page in np.random.default_rng(2).permutation(100)]
    cold, warm = [], []
    for _ in range(5):
        evict(cold_file)
        cold += read_seconds(cold_file, offsets).tolist()
        warm += read_seconds(cold_file, offsets).tolist()
    assert np.median(cold) > 2 * np.median(warm)


def test_a_read_behind_the_end_is_refused() -> None:
    with own_file([bytes(5000)]) as path, pytest.raises(ValueError, match="no 4096 bytes at 4096"):
        read_seconds(path, [0, 4096])


# --- files that nothing leaves behind


def left_behind() -> set[str]:
    """What lies in the course's cache."""
    return {path.name for path in cache_folder().iterdir()}


HOLDS = """
import sys, time
from pathlib import Path
from workbench import ownfile
if sys.argv[1] == "named":
    ownfile._path_of = lambda file: Path("/missing")
with ownfile.own_file([bytes(1000)] * 3) as path:
    print(path.stat().st_size, path, flush=True)
    time.sleep(600)
"""


def killed(how: str) -> Path:
    """Kill a process while it has a file of its own; the path of that file."""
    command = [sys.executable, "-c", HOLDS, how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        size, path = process.stdout.readline().rstrip("\n").split(maxsplit=1)
        is_there = Path(path).exists()
        process.kill()
    assert size == "3000" and is_there
    return Path(path)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc")
def test_a_killed_process_leaves_no_file() -> None:
    before = left_behind()
    assert not killed("nameless").exists()
    assert left_behind() == before


def test_what_a_killed_process_left_elsewhere_is_removed_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = left_behind()
    left = killed("named")
    assert left.exists() and left_behind() > before
    monkeypatch.setattr(ownfile, "_path_of", lambda file: Path("/missing"))
    with own_file([b"abc"]) as path:
        assert not left.parent.exists()
        with own_file([b"def"]) as other:  # that of a living process stays
            assert (path.read_bytes(), other.read_bytes()) == (b"abc", b"def")
    assert left_behind() == before


def test_an_error_in_the_block_is_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    error = OSError(28, "full")
    with pytest.raises(OSError) as raised, own_file([b"abc"]):
        raise error
    assert raised.value is error


# --- machines that lack something

TELLS = """
from workbench.ownfile import NoRoom, own_file
from workbench.pagecache import why_not_cold
try:
    with own_file([bytes(40_960)]) as path, own_file([b"abc"]):
        print(len(path.read_bytes()), why_not_cold(path))
except NoRoom as refusal:
    print(refusal)
"""


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ("disk", "40960 The file lies on tmpfs"),
        ("room", "40960 The disk has no room for the file, so it lies in memory"),
        ("proc,room", "The disk has no room for a file of 0.041 MB. Make room"),
        ("proc,disk", "40960 10 pages of the file stay in memory"),
    ],
)
def test_a_machine_that_cannot_show_it_says_so(lack: str, words: str) -> None:
    if reason := other_machine.why_not():
        pytest.skip(reason)
    command = [sys.executable, other_machine.__file__, lack, sys.executable, "-c", TELLS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(words)
