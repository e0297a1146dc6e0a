"""`course.py test`: the course's own tests, one step after the other, whatever fails."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from typing import NamedTuple

from autograde.paths import ROOT, cache_folder


class Step(NamedTuple):
    """One program of the tests: its name, and the words after `python -m`."""

    name: str
    words: tuple[str, ...]


def run(arguments: argparse.Namespace) -> int:
    """Run all steps, the long tests only with arguments.full; return 0 when none failed, else 1."""
    children = {**os.environ, **_cache_variables()}
    lines = []
    failed = False
    for step in steps(arguments.full):
        print(f"--- {step.name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(
            [sys.executable, "-m", *step.words], cwd=ROOT, env=children, check=False
        ).returncode
        failed = failed or code != 0
        lines.append(
            f"{f'FAILED ({code})' if code else 'ok':12}{step.name}, {time.monotonic() - started:.0f} s"
        )
    print("---", *lines, sep="\n")
    return 1 if failed else 0


def steps(full: bool) -> list[Step]:
    """Return the steps in the order of their running time; with the long tests, a report on coverage."""
    checks = [
        Step("format", ("ruff", "format", "--check", ".")),
        Step("lint", ("ruff", "check", ".")),
        Step("types", ("mypy",)),
    ]
    tests = ("pytest", "--numprocesses=2", "--dist=loadgroup", "--no-loadscope-reorder")
    if not full:
        return [*checks, Step("tests", (*tests, "-m", "not long"))]
    return [
        *checks,
        Step("tests", (*tests, "--cov", "--cov-report=")),
        Step("coverage", ("coverage", "report", "--skip-covered", "--skip-empty")),
    ]


def _cache_variables() -> dict[str, str]:
    """The tools' own caches, in the course cache."""
    return {
        "RUFF_CACHE_DIR": str(cache_folder("ruff")),
        "MYPY_CACHE_DIR": str(cache_folder("mypy")),
        "COVERAGE_FILE": str(cache_folder("coverage") / "data"),
    }
