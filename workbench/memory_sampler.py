"""Run as a process: samples a process's memory until standard input ends, then prints the samples as JSON."""

from __future__ import annotations

import json
import sys
import threading


def main(pid: int, interval_seconds: float) -> None:
    """Say "ready" after the first sample; print {"samples": [[MiB, time], ...], "problem": text} at the end."""
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    samples: list[tuple[float, float]] = []
    problem = _sample(pid, interval_seconds, samples)
    print("ready", flush=True)
    while not problem and not ended.is_set():
        problem = _sample(pid, interval_seconds, samples)
    ended.wait()
    print(json.dumps({"samples": samples, "problem": problem}))


def _sample(pid: int, interval_seconds: float, samples: list[tuple[float, float]]) -> str:
    """Take one sample, then pause; the problem, if there is one."""
    try:
        from memory_profiler import memory_usage

        samples += memory_usage(pid, interval=interval_seconds, timestamps=True)
    except Exception as error:
        return f"memory-profiler: {type(error).__name__}: {error}"
    return ""


def _wait_for_end(ended: threading.Event) -> None:
    """Wait until whoever started this closes the pipe, or dies."""
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
