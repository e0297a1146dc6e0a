"""What the system says of processes, against psutil and a made /proc; black boxes that end with their kernel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import other_machine
import psutil
import pytest

from workbench import load
from workbench.blackbox import _PROCESS, _requests, black_boxes, work_rate
from workbench.load import sample, samples, why_no_samples
from workbench.ownfile import own_file
from workbench.pagecache import why_not_cold

ROOT = Path(__file__).resolve().parent.parent
HAS_PROC = Path("/proc/stat").exists()
KEYS = {
    "at_ms", "load_1min", "cores", "cpu_user_ms", "cpu_system_ms", "cpu_iowait_ms", "cpu_idle_ms", "state", "user_ms",
    "system_ms", "read_bytes", "written_bytes", "waits", "waits_in",
}  # fmt: skip


def wait_until(done: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to be."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    return done()


# --- the sampler


def made_proc(folder: Path) -> Path:
    """A /proc with one process, 7, whose name looks like the rest of a line."""
    task = folder / "7" / "task"
    for thread, count in ((7, 30), (8, 400)):
        (task / str(thread)).mkdir(parents=True)
        text = f"Name:\tx\nvoluntary_ctxt_switches:\t{count}\nnonvoluntary_ctxt_switches:\t5\n"
        (task / str(thread) / "status").write_text(text)
    (folder / "stat").write_text("cpu  100 20 3 4000 50 6 7 8 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")
    (folder / "7" / "stat").write_text("7 (x) R 1 (y)) D 1 7 7 0 -1 0 1 2 3 4 250 50 0 0 20 0 2 0 99\n")
    (folder / "7" / "io").write_text("rchar: 9\nwchar: 8\nread_bytes: 4096\nwrite_bytes: 512\n")
    (folder / "7" / "wchan").write_text("folio_wait_bit")
    return folder


def test_a_sample_reads_proc_as_the_kernel_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_TICKS_A_SECOND", 100)
    told = sample(7, made_proc(tmp_path))
    assert told.keys() == KEYS
    assert {name: told[name] for name in KEYS - {"at_ms", "load_1min", "cores"}} == {
        "cpu_user_ms": 1200, "cpu_system_ms": 160, "cpu_iowait_ms": 500, "cpu_idle_ms": 40_000, "state": "D",
        "user_ms": 2500, "system_ms": 500, "read_bytes": 4096, "written_bytes": 512, "waits": 430,
        "waits_in": "folio_wait_bit",
    }  # fmt: skip


def test_what_the_kernel_hides_is_none(tmp_path: Path) -> None:
    proc = made_proc(tmp_path)
    (proc / "7" / "io").unlink()
    (proc / "7" / "wchan").write_text("0")
    told = sample(7, proc)
    assert (told["read_bytes"], told["written_bytes"], told["waits_in"]) == (None, None, "")


@pytest.mark.skipif(not HAS_PROC, reason="no /proc")
def test_the_portable_way_tells_the_same(tmp_path: Path) -> None:
    for _ in range(30):
        sum(range(100_000))
    ours, portable = sample(os.getpid()), sample(os.getpid(), tmp_path / "missing")
    assert portable.keys() == KEYS
    assert portable["state"] == ours["state"] == "R"
    for name in ("user_ms", "cpu_user_ms", "cpu_idle_ms"):
        assert ours[name] > 0 and abs(portable[name] - ours[name]) < 500, name
    assert portable["read_bytes"] == ours["read_bytes"]


def test_a_process_that_is_gone_is_told(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    for proc in (Path("/proc"), tmp_path):
        with pytest.raises(ProcessLookupError, match=f"There is no process {process.pid} any more"):
            sample(process.pid, proc)


def test_a_machine_without_proc_says_so() -> None:
    assert why_no_samples() == ""
    if reason := other_machine.why_not():
        pytest.skip(reason)
    program = "from workbench.load import *; print(why_no_samples()); print(machine()['cpu_user_ms'])"
    command = [sys.executable, other_machine.__file__, "proc", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout == "This machine does not tell what its processes do: there is nothing in /proc.\nNone\n"
    )


# --- black boxes


@pytest.fixture
def device_file() -> Iterator[Path]:
    """A file that a process can read from a device again and again."""
    with own_file([bytes(1 << 20)] * 8) as path:
        if reason := why_not_cold(path):
            pytest.skip(reason)
        yield path


def watched(path: Path, seconds: float) -> dict[str, tuple[dict[str, float], list[dict]]]:
    """By kind: what each counter grew by in a second, and the samples."""
    with black_boxes(["cpu", "io", "lock", "idle"], 5, path) as boxes:
        taken = samples({box.kind: box.pid for box in boxes}, seconds)
    counters = ("user_ms", "system_ms", "read_bytes", "waits")
    told = {}
    for kind, some in taken.items():
        span = (some[-1]["at_ms"] - some[0]["at_ms"]) / 1000
        told[kind] = ({name: (some[-1][name] - some[0][name]) / span for name in counters}, some)
    return told


@pytest.mark.skipif(not HAS_PROC, reason="no /proc")
def test_each_kind_shows_what_it_is(device_file: Path) -> None:
    told = watched(device_file, 2)
    grown = {kind: rates for kind, (rates, _) in told.items()}
    assert max(grown, key=lambda kind: grown[kind]["user_ms"]) == "cpu"
    assert [kind for kind in grown if grown[kind]["read_bytes"] > 100_000] == ["io"]
    assert grown["cpu"]["waits"] < 20 and grown["idle"]["waits"] < 20 < grown["lock"]["waits"]
    assert grown["lock"]["user_ms"] + grown["lock"]["system_ms"] < 300
    waits_in = {kind: {one["waits_in"] for one in some} for kind, (_, some) in told.items()}
    if waits_in["idle"] != {""}:  # some kernels keep it to themselves
        assert [kind for kind in waits_in if any("futex" in name for name in waits_in[kind])] == ["lock"]


def test_names_and_command_lines_give_nothing_away() -> None:
    kinds = ["cpu", "lock", "idle"]
    orders = set()
    for seed in range(6):
        with black_boxes(kinds, seed) as boxes, black_boxes(kinds, seed) as again:
            assert [box.name for box in boxes] == ["process A", "process B", "process C"]
            assert [box.kind for box in boxes] == [box.kind for box in again]
            assert len({tuple(psutil.Process(box.pid).cmdline()) for box in boxes}) == 1
            assert all(kind not in repr(boxes) for kind in kinds)
            orders.add(tuple(box.kind for box in boxes))
    assert len(orders) > 1


def test_they_work_and_are_gone_after_the_block() -> None:
    with black_boxes(["cpu", "idle"], 1) as boxes:
        before = {box.kind: box.done() for box in boxes}
        time.sleep(0.3)
        after = {box.kind: box.done() for box in boxes}
        assert after["cpu"] - before["cpu"] > after["idle"] - before["idle"]
    assert not any(psutil.pid_exists(box.pid) for box in boxes)
    assert work_rate("cpu", 2, 0.2) > 0


def test_one_that_was_killed_is_told() -> None:
    with black_boxes(["idle"], 1) as [box]:
        psutil.Process(box.pid).kill()
        with pytest.raises(ProcessLookupError, match="process A has ended"):
            wait_until(lambda: box.done() < 0)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [(["cpu", "net"], "no black box of the kind net"), (["io"], "needs a file with a page")],
)
def test_what_cannot_be_started_is_refused(kinds: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words), black_boxes(kinds, 1):
        pass


def test_two_readers_share_a_file_without_sharing_a_page(tmp_path: Path) -> None:
    (tmp_path / "seven pages").write_bytes(bytes(7 * 4096 + 5))
    parts = [
        request
        for request in _requests(["io", "cpu", "io"], 4, tmp_path / "seven pages")
        if "path" in request
    ]
    pages = [set(range(part["first_page"], part["first_page"] + part["pages"])) for part in parts]
    assert len(pages) == 2 and not pages[0] & pages[1] and pages[0] | pages[1] == set(range(6))
    assert parts[0]["seed"] != parts[1]["seed"]


def test_readers_read(device_file: Path) -> None:
    with black_boxes(["io", "io"], 1, device_file) as boxes:
        assert wait_until(lambda: all(box.done() > 50 for box in boxes))


PARENT = """
import sys, time
from pathlib import Path
from workbench.blackbox import black_boxes
from workbench.ownfile import own_file
with own_file([bytes(1 << 20)]) as path:
    kinds = ["cpu", "lock", "idle"] + ["io"] * (sys.platform == "linux")
    with black_boxes(kinds, 3, path) as boxes:
        print(*[box.pid for box in boxes])
        print(path, flush=True)
        time.sleep(600)
"""


def test_a_kernel_killed_in_the_middle_leaves_no_process_and_no_file() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pids, path = parent.stdout.readline().split(), parent.stdout.readline().rstrip("\n")
        assert len(pids) >= 3 and all(psutil.pid_exists(int(pid)) for pid in pids) and Path(path).exists()
        parent.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert wait_until(lambda: not any(alive(int(pid)) for pid in pids))
    assert not HAS_PROC or not Path(path).exists()


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the closed pipe ends it")
def test_a_process_whose_parent_has_died_already_does_not_begin() -> None:
    told = json.dumps({"kind": "cpu", "parent": os.getppid()}) + "\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_PROCESS)], input=told, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("kind", ["cpu", "lock", "idle"])
def test_a_closed_pipe_ends_a_process_where_no_kernel_does(kind: str) -> None:
    command = [sys.executable, "-I", "-S", str(_PROCESS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        print(json.dumps({"kind": kind, "parent": os.getpid()}), file=process.stdin, flush=True)
        assert process.stdout.readline() == "ready\n"
        process.stdin.close()
        ended = wait_until(lambda: process.poll() is not None)
        process.kill()
        assert ended and process.wait() == 0
