"""Record processes of four kinds on this machine: `python -m autograde.checks.ch02.record_loads OUT.json`.

The grader judges classify_load on what this wrote. Two programs of each kind, among neighbours of each kind, watched
at two intervals: a rule that fits one program only fails on the other. Linux, on a file system of a real disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from workbench.blackbox import black_boxes
from workbench.load import samples

KINDS = ("cpu", "io", "lock", "idle")
WATCHED = ((1.2, 0.2), (2.0, 0.5))  # seconds in all, and from sample to sample
OTHERS = {
    "cpu": """
zeros = open("/dev/zero", "rb", buffering=0)
while True:
    zeros.read(1 << 20)
""",
    "io": """
import os
file = os.open(sys.argv[1] + "/written", os.O_RDWR | os.O_CREAT)
while True:
    os.pwrite(file, bytes(65536), 0)
    os.fsync(file)
""",
    "lock": """
import fcntl, threading, time
def hold(seconds, rest):
    file = open(sys.argv[1] + "/lock", "w")
    while True:
        fcntl.flock(file, fcntl.LOCK_EX)
        time.sleep(seconds)
        fcntl.flock(file, fcntl.LOCK_UN)
        time.sleep(rest)
threading.Thread(target=hold, args=(0.02, 0.001), daemon=True).start()
hold(0, 0.001)
""",
    "idle": """
import os, select
reading, _ = os.pipe()
while True:
    select.select([reading], [], [], 0.3)
""",
}


@contextmanager
def other_processes(folder: str) -> Iterator[dict[str, int]]:
    """Run one more program of each kind; yield their numbers by kind. After the block they are gone."""
    with ExitStack() as held:
        pids = {}
        for kind, code in OTHERS.items():
            command = [sys.executable, "-I", "-S", "-c", "import sys\n" + code, folder]
            process = held.enter_context(subprocess.Popen(command))
            held.callback(process.kill)
            pids[kind] = process.pid
        yield pids


def recordings(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield a recording at a time: its kind, its program, its samples."""
    file = folder / "pages"
    file.write_bytes(bytes(64 << 20))
    for neighbour in (None, *KINDS):
        neighbours = [neighbour] if neighbour else []
        with (
            black_boxes(neighbours, 1, file),
            black_boxes(KINDS, 2, file) as boxes,
            other_processes(str(folder)) as others,
        ):
            time.sleep(0.3)
            pids = {f"{box.kind} black box": box.pid for box in boxes}
            pids |= {f"{kind} program": pid for kind, pid in others.items()}
            for seconds, every_seconds in WATCHED:
                for name, taken in samples(pids, seconds, every_seconds).items():
                    kind, _, program = name.partition(" ")
                    yield {"kind": kind, "program": program, "neighbour": neighbour, "samples": taken}


def table(found: Iterator[dict[str, Any]]) -> str:
    """The recordings as JSON, small: the keys once, then a row of values for each sample."""
    parts: list[dict[str, Any]] = []
    for recording in found:
        taken = recording.pop("samples")
        parts.append({**recording, "rows": [list(sample.values()) for sample in taken]})
    lines = ",\n".join(json.dumps(part, separators=(",", ":")) for part in parts)
    return f'{{"keys": {json.dumps(list(taken[0]))},\n"recordings": [\n{lines}\n]}}\n'


def main() -> None:
    """Write the recordings into the file that is named."""
    path = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        text = table(recordings(Path(folder)))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
