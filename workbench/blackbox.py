"""Processes whose work is not to be seen from their names: to be told apart by what the system says of them.

Each is a child of this process and ends with it, also when this one is killed: on Linux by the kernel's word
(PR_SET_PDEATHSIG), elsewhere because its pipe closes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase
from typing import Any

PAGE_BYTES = 4096
_PROCESS = Path(__file__).with_name("blackbox_process.py")


@dataclass
class BlackBox:
    """A running process: its name, its number, and, for whoever asks, what it does."""

    name: str
    pid: int
    kind: str = field(repr=False)
    _process: subprocess.Popen[str] = field(repr=False)

    def done(self) -> int:
        """Return how many units of work it has done so far. Raises ProcessLookupError when it has ended."""
        assert self._process.stdin and self._process.stdout
        try:
            print("?", file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())
        except (OSError, ValueError):
            raise ProcessLookupError(f"{self.name} has ended.") from None


@contextmanager
def black_boxes(kinds: Sequence[str], seed: int, path: Path | None = None) -> Iterator[list[BlackBox]]:
    """Start a process of each kind and yield them as process A, B, ... in an order that the seed chooses.

    kinds: "cpu" computes, "io" reads pages of `path` (at least 4096 bytes for each such process, on a device: see
    workbench.pagecache), "lock" waits for a lock, "idle" sleeps. After the block they are gone. Call it from the
    main thread: on Linux a process ends with the thread that started it.
    Raises ValueError for another kind, or "io" without a file; RuntimeError when a process does not start.
    """
    requests = _requests(kinds, seed, path)
    with ExitStack() as held:
        boxes = []
        for letter, request in zip(ascii_uppercase, requests, strict=False):
            boxes.append(held.enter_context(_started(f"process {letter}", request)))
        yield boxes


def work_rate(kind: str, count: int, seconds: float, path: Path | None = None) -> float:
    """Return the units of work a second that `count` processes of one kind do together, from their own counters."""
    with black_boxes([kind] * count, 0, path) as boxes:
        start, before = time.perf_counter(), [box.done() for box in boxes]
        time.sleep(seconds)
        after = [box.done() for box in boxes]
        return (sum(after) - sum(before)) / (time.perf_counter() - start)


def _requests(kinds: Sequence[str], seed: int, path: Path | None) -> list[dict[str, Any]]:
    """What each process is told; the readers share a file, each has a part of it for itself."""
    if unknown := set(kinds) - {"cpu", "io", "lock", "idle"}:
        raise ValueError(f"There is no black box of the kind {', '.join(sorted(unknown))}.")
    readers = kinds.count("io")
    requests: list[dict[str, Any]] = [{"kind": kind, "parent": os.getpid()} for kind in kinds]
    pages = path.stat().st_size // PAGE_BYTES // readers if path and readers else 0
    if readers and not pages:
        raise ValueError('A process of the kind "io" needs a file with a page for it.')
    for number, request in enumerate(one for one in requests if one["kind"] == "io"):
        request.update(path=str(path), first_page=number * pages, pages=pages, seed=seed + number)
    return random.Random(seed).sample(requests, len(requests))


@contextmanager
def _started(name: str, request: dict[str, Any]) -> Iterator[BlackBox]:
    """A process that has begun to work; killed after the block."""
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(_PROCESS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # an interrupt is meant for the kernel, not for the process
    ) as process:
        assert process.stdin and process.stdout
        try:
            print(json.dumps(request), file=process.stdin, flush=True)
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"{name} did not start.")
            yield BlackBox(name, process.pid, request["kind"], process)
        finally:
            process.kill()
            with suppress(OSError):  # what nobody reads any more
                process.stdin.close()
