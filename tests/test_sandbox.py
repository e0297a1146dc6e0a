"""The sandbox: what it refuses is tried from inside, at each level that this machine can have."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograde.limits import Died
from autograde.paths import CourseError
from autograde.sandbox import guard, levels, probe, seccomp, view, warm_process
from autograde.sandbox.levels import Level
from autograde.worker_process import WorkerProcess

ROOT = Path(__file__).resolve().parent.parent
ALLOW, KILL, ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
REFUSED, UNKNOWN = ERROR | errno.EPERM, ERROR | errno.ENOSYS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What is found once a process is found anew in each test."""
    guard.require.cache_clear()
    yield
    guard.require.cache_clear()


def run_filter(machine: str, number: int, *arguments: int, arch: int | None = None, pid: int = 77) -> int:
    """What the filter decides, by a plain reading of the packet filter's rules."""
    words = {0: number, 4: seccomp._ARCHITECTURE[machine] if arch is None else arch}
    words.update({16 + 8 * place: argument for place, argument in enumerate(arguments)})
    instructions = seccomp.program(machine, pid)
    at = accumulator = 0
    while True:
        code, if_true, if_false, constant = instructions[at]
        if code == 0x06:
            return constant
        if code == 0x20:
            accumulator, jump = words.get(constant, 0), 0
        else:
            holds = {
                0x15: accumulator == constant,
                0x35: accumulator >= constant,
                0x45: accumulator & constant,
            }[code]
            jump = if_true if holds else if_false
        at += 1 + jump


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_decides_call_by_call(machine: str) -> None:
    column = ["x86_64", "aarch64"].index(machine)
    read, write, futex = ((0, 63), (1, 64), (202, 98))
    for numbers in (read, write, futex):
        assert run_filter(machine, numbers[column]) == ALLOW
    for name, refused in seccomp._FORBIDDEN.items():
        if refused[column] is not None:
            assert run_filter(machine, refused[column]) == REFUSED, name
    clone, kill, tgkill = ((56, 220), (62, 129), (234, 131))
    assert run_filter(machine, clone[column], 0x3D0F00) == ALLOW, "a thread"
    assert run_filter(machine, clone[column], signal.SIGCHLD) == REFUSED, "a process"
    for number in (kill[column], tgkill[column]):
        assert [run_filter(machine, number, pid) for pid in (77, 1, 0, 0xFFFF_FFFF)] == [ALLOW] + [
            REFUSED
        ] * 3
    fcntl, prlimit = ((72, 25), (302, 261))
    assert [run_filter(machine, fcntl[column], 3, command) for command in (1, 8)] == [ALLOW, REFUSED]
    assert [run_filter(machine, prlimit[column], pid) for pid in (0, 77, 1)] == [ALLOW, ALLOW, REFUSED]
    assert run_filter(machine, 435) == run_filter(machine, 463) == run_filter(machine, 0x4000_0000) == UNKNOWN
    assert run_filter(machine, read[column], arch=0x4000_0003) == KILL


def test_only_allowed_packages_are_in_sight() -> None:
    tops = {Path(path).name for path in view.package_folders(("numpy", "numba"))}
    assert {"numpy", "numba", "llvmlite"} <= tops
    assert not {name for name in tops if name.startswith(("hypothesis", "nbgrader", "IPython", "autograde"))}
    source = (
        "import os, sys\ndef names(_): return [os.listdir(p) for p in sys.path if p.endswith('-packages')]"
    )
    with WorkerProcess(["numba"]) as worker:
        worker.run_cell("names", source, 5)
        (outcome,) = worker.call("names", [(0,)], False, 5)
    assert {name for names in outcome.value for name in names} == tops


def test_all_forbidden_acts_are_refused_at_the_best_level() -> None:
    acts = list(probe.tried(levels.best_level()))
    assert len(acts) >= 12
    assert not [act.about for act in acts if not act.refusal]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become a plain user")
@pytest.mark.parametrize("level", ["full", "container"])
def test_all_forbidden_acts_are_refused_for_a_plain_user(level: str) -> None:
    program = (
        "import json\n"
        "from autograde.sandbox.levels import Level\n"
        "from autograde.sandbox.probe import tried\n"
        f"print(json.dumps(list(tried(Level({level!r})))))"
    )
    command = [sys.executable, str(ROOT / "tests" / "plain_user.py"), sys.executable, "-c", program]
    told = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    acts = json.loads(told.stdout)
    assert len(acts) >= 12 and not [about for about, refusal in acts if not refusal]


def test_without_a_sandbox_the_probe_finds_holes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "course.py").write_text("secret", encoding="utf-8")
    (tmp_path / "autograde").mkdir()
    monkeypatch.setattr(probe, "ROOT", tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    acts = {act.about: act.refusal for act in harmless(probe.tried(Level.NONE))}
    open_acts = {
        "read the course's files",
        "list the grader's folder",
        "write into the course",
        "connect to a server",
    }
    assert {acts[about] for about in open_acts | {"start a program", "send a signal to the grader"}} == {""}


def harmless(acts: Iterator[probe.Tried]) -> Iterator[probe.Tried]:
    """All acts but the last, which takes much memory."""
    for act in acts:
        yield act
        if act.about == "start a program":
            return


def test_others_work_needs_the_full_sandbox_or_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "best_level", lambda: Level.NONE)
    monkeypatch.setattr(guard, "why_not", lambda _: "no such calls")
    monkeypatch.delenv(guard.CONSENT, raising=False)
    with pytest.raises(CourseError, match=r"no such calls.*--unprotected"):
        guard.require()
    monkeypatch.setenv(guard.CONSENT, "1")
    assert "not fully locked in on this machine (no such calls)" in guard.require()


def test_a_hole_stops_the_grading_whatever_was_consented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(guard.CONSENT, "1")
    for level in (Level.FULL, Level.CONTAINER):
        monkeypatch.setattr(guard, "best_level", lambda level=level: level)
        monkeypatch.setattr(
            guard, "tried", lambda _: [probe.Tried("read", "OSError"), probe.Tried("connect", "")]
        )
        with pytest.raises(CourseError, match=r"nothing was graded\. A submission could: connect"):
            guard.require()


def test_a_fork_that_cannot_lock_itself_in_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "readable", lambda _: ["/" + "x" * 300])
    warm_process.warm_process.cache_clear()
    with pytest.raises(Died, match="The sandbox does not hold"):
        WorkerProcess([], level=levels.best_level())
    warm_process.warm_process.cache_clear()


def test_a_warm_process_that_was_killed_is_started_again() -> None:
    with WorkerProcess([]) as worker:
        warm = psutil.Process(worker.pid).parent().parent()
        warm.kill()
        wait_for_end([worker.pid])
        with pytest.raises(Died):
            worker.run_cell("late", "x = 1", 5)
    with WorkerProcess([]) as worker:
        assert worker.run_cell("x", "x = 1", 5).error is None


def test_all_ends_with_a_grader_that_is_killed() -> None:
    program = (
        "import time\nfrom autograde.worker_process import WorkerProcess\n"
        "worker = WorkerProcess([])\nprint(worker.pid, flush=True)\n"
        "worker.run_cell('x', 'while True: pass', 60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout is not None
        pid = int(grader.stdout.readline())
        family = [process.pid for process in psutil.Process(grader.pid).children(recursive=True)]
        assert pid in family and len(family) == 3
        grader.kill()
    wait_for_end(family)


def wait_for_end(pids: list[int]) -> None:
    """Wait until none of the processes is left, at most ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(map(psutil.pid_exists, pids)):
        time.sleep(0.02)
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
