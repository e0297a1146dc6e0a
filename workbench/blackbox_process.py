"""Run as a process: does one kind of work until standard input ends, or its parent does.

Standard input: first a JSON object with the kind, its parent, and what it needs. Then each line is a question; the
answer on standard output is how many units of work are done. The command line is the same for all kinds.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import sys
import threading
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
_PAGE = 4096
done = 0  # units of work so far; a unit of work is what the loop of a kind does in one turn


def main() -> None:
    """Say "ready", then work; the thread that answers ends the process."""
    _die_with_parent()
    request = json.loads(sys.stdin.readline())
    if request.pop("parent") != os.getppid() and sys.platform == "linux":
        os._exit(1)  # it died before the kernel was told to watch it
    kinds: dict[str, Any] = {"cpu": _compute, "io": _read_cold, "lock": _wait_for_lock, "idle": _rest}
    work = kinds[request.pop("kind")]
    threading.Thread(target=_answer, daemon=True).start()
    print("ready", flush=True)
    work(**request)


def _die_with_parent() -> None:
    """On Linux the kernel ends this process with its parent; elsewhere the closed pipe does, a moment later."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _answer() -> None:
    """Tell the units done for each line, until whoever asks is gone."""
    for _ in sys.stdin:
        print(done, flush=True)
    os._exit(0)


def _compute() -> None:
    """Add numbers that nobody needs."""
    global done
    while True:
        sum(range(2000))
        done += 1


def _read_cold(path: str, first_page: int, pages: int, seed: int) -> None:
    """Read a page at random from a part of a file, and drop it again, so that the device is asked each time."""
    global done
    descriptor, draw = os.open(path, os.O_RDONLY), random.Random(seed).randrange
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)  # what was written at once is dropped at once
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
    while True:
        place = _PAGE * (first_page + draw(pages))
        os.pread(descriptor, _PAGE, place)
        os.posix_fadvise(descriptor, place, _PAGE, os.POSIX_FADV_DONTNEED)
        done += 1


def _wait_for_lock() -> None:
    """Wait for a lock that another thread nearly always holds."""
    global done
    lock = threading.Lock()
    threading.Thread(target=_hold, args=(lock,), daemon=True).start()
    while True:
        with lock:
            done += 1
        time.sleep(0.001)  # lets the other thread have it


def _hold(lock: Any) -> None:
    """Hold the lock for most of the time, and do nothing with it."""
    while True:
        with lock:
            time.sleep(0.02)
        time.sleep(0.001)


def _rest() -> None:
    """Wait for a request that never comes."""
    global done
    while True:
        time.sleep(0.5)
        done += 1


if __name__ == "__main__":
    main()
