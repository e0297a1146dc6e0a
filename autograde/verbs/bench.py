"""course.py bench: climb the ladders beside the libraries that people would pick, or measure the grader itself."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from pathlib import Path
from typing import Any

import benchmarks
from autograde.files import write_atomically
from autograde.paths import REPORTS, ROOT, SOLUTIONS, CourseError, writable_folder
from benchmarks.measure import measure
from benchmarks.report import lines, picture

REFERENCE = ROOT / "benchmarks" / "results"
GRADER_TOPICS = (
    "verdicts",
    "repeats",
    "fuzz",
    "grader",
)  # each a module of benchmarks/trust, which no student bundle has


def run(arguments: argparse.Namespace) -> int:
    """Measure one topic, or all ladders: print the figures, write JSON and, of a ladder, a picture.

    Returns 0; 1 when the grader has erred. Raises CourseError for a wrong call.
    """
    scale = _scale(os.environ.get("WORKBENCH_SCALE", "1"))
    if arguments.reference and scale != 1:
        raise CourseError("The reference result is measured at scale 1: unset WORKBENCH_SCALE.")
    if arguments.topic in GRADER_TOPICS:
        return _bench_grader(arguments.topic, arguments.reference, scale)
    topics = [arguments.topic] if arguments.topic else benchmarks.TOPICS
    for topic in topics:
        if topic not in benchmarks.TOPICS:
            known = f"Ladders: {', '.join(benchmarks.TOPICS)}. The grader: {', '.join(GRADER_TOPICS)}."
            raise CourseError(f"There is no ladder {topic}. {known}")
    folder = REFERENCE if arguments.reference else writable_folder(REPORTS)
    for topic in topics:
        _bench(topic, scale, folder)
    return 0


def _bench(topic: str, scale: float, folder: Path) -> None:
    """Measure one ladder, print it, write it."""
    try:
        ladder = importlib.import_module(f"benchmarks.{topic}").ladder(scale)
    except ValueError as problem:
        raise CourseError(f"WORKBENCH_SCALE={scale:g}: {problem}.") from None
    result = {"scale": scale, **measure(ladder)}
    for line in lines(result):
        print(line)
    write_atomically(folder / f"{topic}.png", picture(result).png)
    _write(folder, topic, result)
    print(f"Result: {folder / topic}.json, and its picture {topic}.png")


def _bench_grader(topic: str, reference: bool, scale: float) -> int:
    """Measure one thing about the grader, print it, write it; a failed measurement is no reference."""
    if not any(SOLUTIONS.glob("*_*.py")):
        raise CourseError(f"`bench {topic}` needs the whole repository; this is the student bundle.")
    module = importlib.import_module(f"benchmarks.trust.{topic}")
    result = module.measure(scale) if topic == "grader" else module.measure()  # errors are counted in full
    for line in module.lines(result):
        print(line)
    passed: bool = module.passed(result)
    folder = REFERENCE if reference and passed else writable_folder(REPORTS)
    _write(folder, topic, result)
    print(f"{'Passed' if passed else 'FAILED'}. Result: {folder / topic}.json")
    return 0 if passed else 1


def _write(folder: Path, topic: str, result: dict[str, Any]) -> None:
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / f"{topic}.json", text.encode("utf-8"))


def _scale(text: str) -> float:
    """WORKBENCH_SCALE as a number."""
    try:
        return float(text)
    except ValueError:
        raise CourseError(f"WORKBENCH_SCALE must be a number such as 0.1 or 2, not {text!r}.") from None
