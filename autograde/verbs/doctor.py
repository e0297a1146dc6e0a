"""`course.py doctor`: what this machine can isolate and measure, each thing tried."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from packaging.requirements import Requirement

from autograde import costs, environment, setup_venv
from autograde.paths import ROOT, cache_folder
from autograde.sandbox.levels import MEANING, Level, best_level, why_not
from autograde.sandbox.probe import tried

GIGABYTE = 1e9
_SPIN = "sum(range(3_000_000)); print(flush=True); input()"


class Finding(NamedTuple):
    """One line of the report: ok, limited (the course runs, with less) or broken (the course needs it)."""

    state: str
    about: str
    text: str


def run(_arguments: argparse.Namespace) -> int:
    """Print what was found; return 1 when something that the course needs is broken, else 0."""
    findings = [finding for probe in PROBES for finding in probe()]
    for finding in findings:
        print(f"{finding.state:8}{finding.about:17}{finding.text}")
    broken = sum(finding.state == "broken" for finding in findings)
    print(f"\n{broken} broken." if broken else "\nAll that the course needs is there.")
    return 1 if broken else 0


def _python() -> Iterator[Finding]:
    yield Finding("ok", "Python", f"{sys.version.split()[0]} on {sys.platform}, in {sys.prefix}")


def _packages() -> Iterator[Finding]:
    """Compare what is installed with what the lock says."""
    wrong = [line for line in _pins() if not _is_installed(Requirement(line))]
    if wrong:
        advice = f"not as in requirements.txt: {', '.join(wrong)}. Delete {setup_venv.VENV} and try again."
        yield Finding("broken", "packages", advice)
    else:
        yield Finding("ok", "packages", f"{len(_pins())} installed as requirements.txt says")
    if not setup_venv.stamp():
        yield Finding("broken", "packages", f"{setup_venv.STAMP} is missing: the set-up did not end")


def _pins() -> list[str]:
    """The lock's lines for this machine, such as numpy==2.4.6."""
    text = (ROOT / setup_venv.LOCKS[0]).read_text(encoding="utf-8")
    lines = [line.rstrip(" \\") for line in text.splitlines() if "==" in line and line[0] not in " #"]
    return [line for line in lines if not (marker := Requirement(line).marker) or marker.evaluate()]


def _is_installed(pin: Requirement) -> bool:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return pin.specifier.contains(importlib.metadata.version(pin.name), prereleases=True)
    return False


def _tools() -> Iterator[Finding]:
    """Look for the programs that the course calls by name."""
    path = environment.variables()["PATH"]
    for program in ("nbgrader", "alembic", "jupyter"):
        found = shutil.which(program, path=path)
        yield Finding("ok" if found else "broken", program, found or "not found: delete .venv and try again")
    try:
        kernel = KernelSpecManager().get_kernel_spec("python3").resource_dir
    except NoSuchKernel:
        yield Finding("broken", "kernel", "no Jupyter kernel python3: delete .venv and try again")
    else:
        yield Finding("ok", "kernel", f"python3 in {kernel}")


def _folders() -> Iterator[Finding]:
    """Write into the course folder and the cache, and say what disk they are on."""
    yield _written("course folder", ROOT, "limited", "work/ cannot be made: copy the course elsewhere")
    cache = cache_folder("doctor")
    yield _written("cache", cache, "broken", "no cache can be written")
    if not cache.is_relative_to(ROOT):
        yield Finding("limited", "cache", "a temporary folder, as the course folder is read-only")
    kind = _file_system(ROOT)
    if kind in ("tmpfs", "ramfs"):
        yield Finding("limited", "file system", f"{kind}: files are in memory, disks cannot be measured")
    elif kind == "overlay":
        yield Finding("limited", "file system", "overlay, as in a container: first writes are slower")
    else:
        yield Finding("ok", "file system", kind)
    free = shutil.disk_usage(ROOT).free / GIGABYTE
    yield Finding("ok" if free >= 1 else "limited", "free disk", f"{free:.1f} GB")


def _written(about: str, folder: Path, state: str, consequence: str) -> Finding:
    """Whether a file can be written into a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as problem:
        return Finding(state, about, f"{folder}: {problem.strerror}; {consequence}")
    return Finding("ok", about, f"{folder} is writable")


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, by the longest mount point above it."""
    mounts = {Path(disk.mountpoint): disk.fstype for disk in psutil.disk_partitions(all=True)}
    return next((mounts[place] for place in (folder, *folder.parents) if place in mounts), "unknown")


def _measuring() -> Iterator[Finding]:
    """Measure another process from outside, as the grader does."""
    memory = psutil.virtual_memory()
    text = f"{os.cpu_count()} processors, {memory.total / GIGABYTE:.1f} GB, {memory.available / GIGABYTE:.1f} GB free"
    yield Finding("ok", "machine", text)
    with _busy_child() as pid:
        yield _processor_time(pid)
        yield _peak_memory(pid)


@contextlib.contextmanager
def _busy_child() -> Iterator[int]:
    """The process id of a Python that has computed a little, and now waits for the block to end."""
    command = [sys.executable, "-I", "-c", _SPIN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            child.stdout.readline()  # type: ignore[union-attr]
            yield child.pid
        finally:
            child.kill()


def _processor_time(pid: int) -> Finding:
    """Whether the processor time of another process can be read."""
    costs.wait_until_asleep(pid)
    with contextlib.suppress(ProcessLookupError):
        if seconds := costs.cpu_seconds(pid):
            return Finding(
                "ok", "processor time", f"of another process: readable ({seconds * 1000:.0f} ms used)"
            )
    return Finding("limited", "processor time", "of another process cannot be read: growth is not judged")


def _peak_memory(pid: int) -> Finding:
    """Whether the memory peak of another process can be read and set back."""
    if costs.peak_bytes(pid) is None:
        return Finding("limited", "peak memory", "cannot be read: memory checks are not judged")
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    except OSError as problem:
        return Finding("limited", "peak memory", f"readable, but cannot be set back ({problem.strerror})")
    return Finding("ok", "peak memory", "of another process: readable, and can be set back")


def _isolation() -> Iterator[Finding]:
    """Say how submissions are locked in, and try what they must not be able to do."""
    level = best_level()
    if level is not Level.FULL:
        yield Finding("limited", "isolation", f"{MEANING[level]} ({why_not(Level.FULL)})")
        yield Finding(
            "limited", "isolation", "grade only people you trust: `course.py autograde --unprotected`"
        )
    else:
        yield Finding("ok", "isolation", MEANING[level])
    acts = list(tried(level)) if level is not Level.NONE else []
    for act in acts:
        if not act.refusal:
            yield Finding("broken", "isolation", f"a submission could {act.about}")
    refused = sum(bool(act.refusal) for act in acts)
    if refused:
        yield Finding("ok", "isolation", f"{refused} of {len(acts)} forbidden acts were tried and refused")


PROBES: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _tools,
    _folders,
    _measuring,
    _isolation,
)
