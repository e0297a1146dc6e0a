"""A small course in a folder of its own, for real builds, gradings and nbgrader commands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograde.fill import cells_from
from autograde.paths import ROOT

NAME = "ch90_sample"
SOURCE = '''\
# %% [markdown]
# # Sample
#
# Two exercises. 두 문제.

# %% helpers
# Helpers: your own.
### BEGIN SOLUTION
import itertools

### END SOLUTION

# %% given
from collections.abc import Sequence

# %% [markdown]
# ## Double


# %% solution double points=2 minutes=5 difficulty=1
def double(numbers: Sequence[int]) -> list[int]:
    """Return each number doubled; a negative one raises ValueError.

    >>> double([3])
    [6]
    """
    ### BEGIN SOLUTION
    if any(number < 0 for number in numbers):
        raise ValueError("negative")
    return [twice(number) for number in numbers]


def twice(number: int) -> int:
    """Twice a number."""
    return 2 * number
    ### END SOLUTION


# %% solution total points=1.5 minutes=5 difficulty=2 needs=["double"] stretch=true
def total(numbers: Sequence[int]) -> int:
    """Return the sum of the doubled numbers."""
    ### BEGIN SOLUTION
    return sum(itertools.chain(double(numbers)))
    ### END SOLUTION
'''
CHECKS = """\
from hypothesis import strategies as st

from autograde.check import Check, Exercise

NUMBERS = st.tuples(st.lists(st.integers(0, 2**70), min_size=1))
SIGNED = st.tuples(st.lists(st.integers(-3, 3), min_size=1))
EXERCISES = [
    Exercise(
        "double",
        examples=[([3],), ([-1],)],
        checks=[Check("numbers", 1, edges=[([0, 1],)], strategy=NUMBERS), Check("negative", 1, strategy=SIGNED)],
    ),
    Exercise("total", examples=[([1, 2],)], checks=[Check("sums", 1.5, edges=[([7],)], strategy=NUMBERS)]),
]
"""
ANSWERS = """\
def double(numbers):
    if min(numbers, default=0) < 0:
        raise ValueError
    return [n + n for n in numbers]


def total(numbers):
    return sum(double(numbers))
"""


def make_course(folder: Path, source: str = SOURCE, checks: str = CHECKS) -> Path:
    """Lay a course with the sample as its one assignment into a new folder, and return the folder."""
    litter = shutil.ignore_patterns("__pycache__", "checks")
    for package in ("autograde", "datasets", "workbench"):
        shutil.copytree(ROOT / package, folder / package, ignore=litter)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for package, text in (("autograde/checks", checks), ("solutions", source)):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        (folder / package / f"{NAME}.py").write_text(text, encoding="utf-8")
    return folder


def built_course(folder: Path) -> Path:
    """Lay the course and build its notebooks; return the folder."""
    make_course(folder)
    done = run_verb(folder, "build", check=False)
    assert done.returncode == 0, done.stderr
    return folder


def hand_in(course: Path, student: str, answers: str) -> Path:
    """Hand in a notebook with these definitions in its solution cells; return its path."""
    released = json.loads((course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())
    put_cells(released, cells_from(answers, ["double", "total"]))
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(released), encoding="utf-8")
    return path


def put_cells(notebook: dict[str, Any], cells: dict[str, str]) -> None:
    """Put these sources into the cells of a released notebook, by grade_id."""
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = cells.get(name, cell["source"])


def run_verb(course: Path, verb: str, **arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a verb of the course in a process of its own, as course.py does once it is set up."""
    process = start_verb(course, verb, **arguments)
    out, err = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start_verb(course: Path, verb: str, **arguments: object) -> subprocess.Popen[str]:
    """Start a verb in a process group of its own; it hears Ctrl-C even where the suite itself does not."""
    program = (
        "import argparse, importlib, signal, sys\n"
        "from autograde.paths import CourseError\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"verb = importlib.import_module('autograde.verbs.{verb}')\n"
        "try:\n"
        f"    sys.exit(verb.run(argparse.Namespace(**{arguments!r})))\n"
        "except CourseError as error:\n"
        "    sys.exit(f'sentence: {error}')\n"
    )
    return start_python(course, "-c", program)


def run_nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run an nbgrader command in the course folder."""
    return run_python(course, "-m", "nbgrader", *words)


def run_python(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in the course folder."""
    process = start_python(course, *words)
    out, err = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start_python(course: Path, *words: str) -> subprocess.Popen[str]:
    """Start this Python in the course folder, in a process group of its own."""
    environment = {**os.environ, "PYTHONPATH": str(course), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["JUPYTER_DATA_DIR"] = str(course / ".jupyter-data")
    environment["IPYTHONDIR"] = environment["JUPYTER_CONFIG_DIR"] = str(course / ".jupyter-config")
    command = [sys.executable, *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    return subprocess.Popen(command, cwd=course, env=environment, **pipes)
