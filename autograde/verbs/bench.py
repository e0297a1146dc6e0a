"""course.py bench: climb the ladders, beside the libraries that people would pick."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from pathlib import Path

import benchmarks
from autograde.files import write_atomically
from autograde.paths import REPORTS, ROOT, CourseError, writable_folder
from benchmarks.measure import measure
from benchmarks.report import lines, picture

REFERENCE = ROOT / "benchmarks" / "results"


def run(arguments: argparse.Namespace) -> int:
    """Measure one ladder, or all: print rungs and bars, write JSON and a picture. 0; CourseError for a wrong call."""
    topics = [arguments.topic] if arguments.topic else benchmarks.TOPICS
    for topic in topics:
        if topic not in benchmarks.TOPICS:
            raise CourseError(f"There is no ladder {topic}. Ladders: {', '.join(benchmarks.TOPICS)}.")
    scale = _scale(os.environ.get("WORKBENCH_SCALE", "1"))
    if arguments.reference and scale != 1:
        raise CourseError("The reference result is measured at scale 1: unset WORKBENCH_SCALE.")
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
    write_atomically(folder / f"{topic}.json", (json.dumps(result, indent=1) + "\n").encode("utf-8"))
    print(f"Result: {folder / topic}.json, and its picture {topic}.png")


def _scale(text: str) -> float:
    """WORKBENCH_SCALE as a number."""
    try:
        return float(text)
    except ValueError:
        raise CourseError(f"WORKBENCH_SCALE must be a number such as 0.1 or 2, not {text!r}.") from None
