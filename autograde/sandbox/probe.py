"""What a submission must not be able to do, tried from inside the sandbox before others' work is graded."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import NamedTuple

from autograde.limits import Died
from autograde.paths import ROOT
from autograde.sandbox.levels import Level
from autograde.worker_process import WorkerProcess

_CPU_SECONDS = 10.0
_TRIES = """
import ctypes, os, signal, socket, subprocess, tempfile

def connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(b"x")

def write(folder, megabytes=0):
    path = os.path.join(folder, "probe")
    with open(path, "wb") as file:
        os.unlink(path)
        for _ in range(megabytes):
            file.write(bytes(1 << 20))
            file.flush()

def run(program):
    subprocess.run([program, "-c", "exit 0"], check=True)

def trace(pid):
    if ctypes.CDLL(None).ptrace(0x4206, pid, None, None) == -1:
        raise OSError

def leave(flags):
    if ctypes.CDLL(None).unshare(flags) == -1:
        raise OSError

def probe(act, detail):
    acts = {
        "read": lambda path: open(path, "rb").read(1),
        "list": os.listdir,
        "write": write,
        "fill": lambda megabytes: write(tempfile.gettempdir(), megabytes),
        "connect": connect,
        "signal": lambda pid: os.kill(pid, 0),
        "trace": trace,
        "fork": lambda _: os.fork() or os._exit(0),
        "run": run,
        "leave": leave,
        "gather": lambda size: len(bytearray(b"x") * size),
    }
    try:
        acts[act](detail)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return type(error).__name__
    return ""
"""


class Tried(NamedTuple):
    """One forbidden act, and how it was refused; "" when it succeeded."""

    about: str
    refusal: str


def tried(level: Level) -> Iterator[Tried]:
    """Try each forbidden act once and yield what came of it. A second, or a few."""
    with socket.create_server(("127.0.0.1", 0)) as listener, WorkerProcess([], level=level) as worker:
        worker.run_cell("probe", _TRIES, _CPU_SECONDS)
        for about, act, detail in _acts(listener.getsockname()[1]):
            yield Tried(about, _refusal(worker, act, detail))
        yield Tried("take 1.2 GB of memory", _refusal(worker, "gather", 1200 << 20))


def _acts(port: int) -> Iterator[tuple[str, str, object]]:
    """What is tried: in words, by name, with what."""
    yield "read the course's files", "read", str(ROOT / "course.py")
    yield "list the grader's folder", "list", str(ROOT / "autograde")
    yield "read the names of users", "read", "/etc/passwd"
    yield "read the environment of the grader", "read", f"/proc/{os.getpid()}/environ"
    yield "write into the course", "write", str(ROOT)
    yield "write into the home folder", "write", os.path.expanduser("~")
    yield "write into the system's temporary folder", "write", "/tmp"
    yield "write 60 MB of temporary files", "fill", 60
    yield "connect to a server", "connect", port
    yield "send a signal to the grader", "signal", os.getpid()
    yield "trace the grader", "trace", os.getpid()
    yield "fork, and so outlive its end", "fork", None
    yield "start a program", "run", "/bin/sh"
    yield "enter new namespaces", "leave", 0x1000_0000


def _refusal(worker: WorkerProcess, act: str, detail: object) -> str:
    try:
        (outcome,) = worker.call("probe", [(act, detail)], False, _CPU_SECONDS)
    except Died as died:
        return died.reason
    if outcome.error is not None:
        return outcome.error[0]
    return str(outcome.value)
