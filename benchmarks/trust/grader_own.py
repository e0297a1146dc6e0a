"""The course's own grader on a class: as a verb, and as one grader in this process, its time split into parts."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from autograde.grading import Grader
from autograde.judging import Trial
from autograde.paths import ROOT
from autograde.report import AssignmentReport
from autograde.runner import Runner
from autograde.submission import read_submission
from benchmarks.trust.grader_class import NAME, HandedIn, notebook, to_bytes

PARTS = ("cells", "correctness", "growth", "memory", "the rest")
_TIMED: tuple[tuple[type, str, str], ...] = (
    (Runner, "fresh", "cells"),
    (Trial, "correctness", "correctness"),
    (Trial, "breaks", "correctness"),
    (Trial, "growth", "growth"),
    (Trial, "memory", "memory"),
)
_VERB = """
import argparse, sys
from autograde.verbs import autograde
sys.exit(autograde.run(argparse.Namespace(assignment={name!r}, unprotected=False, processes={processes})))
"""
_LIMIT_SECONDS = 1800


def lay_course(folder: Path) -> None:
    """Copy what a grading needs of this course into a folder of its own, with a gradebook of its own."""
    litter = shutil.ignore_patterns("__pycache__")
    for package in ("autograde", "datasets", "workbench", "solutions", "exercises"):
        shutil.copytree(ROOT / package, folder / package, ignore=litter)
    shutil.copy(ROOT / "nbgrader_config.py", folder)


def hand_in(folder: Path, handed_in: Sequence[HandedIn]) -> None:
    """Put notebooks where the verb looks for them, and nothing else; forget earlier gradings."""
    for old in ("submitted", "autograded"):
        shutil.rmtree(folder / old, ignore_errors=True)
    (folder / "gradebook.db").unlink(missing_ok=True)
    for each in handed_in:
        place = folder / "submitted" / each.student / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_bytes(to_bytes(notebook(each)))


def autograde(folder: Path, processes: int) -> float:
    """Run `course.py autograde` on what is handed in; return the seconds that it took."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _VERB.format(name=NAME, processes=processes)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_SECONDS,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"course.py autograde: {done.stderr[-2000:]}")
    return time.perf_counter() - start


class Graded:
    """What one grader has found and taken, notebook by notebook."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, handed_in: HandedIn, report: AssignmentReport, parts: dict[str, float]) -> None:
        """Keep one grading; parts: seconds of each part, and of all."""
        row = {"kind": handed_in.kind, "has_numba": handed_in.has_numba}
        self.rows.append({**row, "score": report.score, "max": report.max, **parts})

    def seconds(self, part: str, wanted: Callable[[dict[str, Any]], bool]) -> list[float]:
        """Return the seconds of a part for the gradings that are wanted."""
        return [row[part] for row in self.rows if wanted(row)]


def graded(handed_in: Sequence[HandedIn], done: Callable[[], None]) -> Graded:
    """Grade a class with one grader in this process, and time the parts; what is made once is made before."""
    found = Graded()
    with Grader(NAME) as grader:
        first = {each.kind: each for each in reversed(handed_in)}.get("right", handed_in[0])
        grader.grade(read_submission(to_bytes(notebook(first)), NAME))
        for each in handed_in:
            start = time.perf_counter()
            with timed_parts() as parts:
                report = grader.grade(read_submission(to_bytes(notebook(each)), NAME))
            whole = time.perf_counter() - start
            found.add(each, report, {**parts, "the rest": whole - sum(parts.values()), "all": whole})
            done()
    return found


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """Give the seconds of each part of a grading in this block; a part within a part counts once, as its own."""
    parts = dict.fromkeys(PARTS[:-1], 0.0)
    within = [0.0]

    def timed(method: Callable[..., Any], part: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            within.append(0.0)
            start = time.perf_counter()
            try:
                return method(*arguments, **named)
            finally:
                taken = time.perf_counter() - start
                parts[part] += taken - within.pop()
                within[-1] += taken

        return call

    before = [(owner, name, getattr(owner, name)) for owner, name, _ in _TIMED]
    try:
        for (owner, name, part), (_, _, method) in zip(_TIMED, before, strict=True):
            setattr(owner, name, timed(method, part))
        yield parts
    finally:
        for owner, name, method in before:
            setattr(owner, name, method)


def memory_over(handed_in: Sequence[HandedIn], count: int, done: Callable[[], None]) -> list[tuple[int, int]]:
    """Grade a class again and again, count notebooks in all; return pairs of count so far and resident bytes.

    The bytes are those of this process and of all that it has started.
    """
    submissions = [read_submission(to_bytes(notebook(each)), NAME) for each in handed_in]
    samples = []
    with Grader(NAME) as grader:
        for number in range(count):
            grader.grade(submissions[number % len(submissions)])
            done()
            if (number + 1) % max(1, count // 40) == 0:
                gc.collect()
                samples.append((number + 1, _resident_bytes()))
    return samples


def _resident_bytes() -> int:
    process = psutil.Process()
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
