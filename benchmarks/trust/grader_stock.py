"""The stock tools on a class: nbgrader with its own steps in a folder of its own, and otter, with the same checks."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograde.check import Breaks, Check, Exercise, Growth, Lines, Memory, Outcome, Sink, Source
from autograde.paths import ROOT, SOLUTIONS
from autograde.perform import perform
from autograde.plan import Case, Plan, full_plan, look_sizes
from autograde.released import SETUP, TEST_PREFIX, grade_id_of, released
from benchmarks.trust.grader_class import NAME, HandedIn, notebook, to_bytes

FORM = (
    "Each test cell runs all checks of its exercise in the kernel: the same calls, their right outcomes and the "
    "reference's costs come from one file; left out are the second hash seed and the measuring of memory."
)
OTTER = ROOT / ".cache" / "otter" / "bin" / "otter"
INSTALL_OTTER = (
    "python3 -m venv .cache/otter && .cache/otter/bin/pip install --no-deps -r requirements-bench.txt"
)
_LIMIT_SECONDS = 1800
_REPEATS = 5
_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.db_url = {database!r}
c.Exchange.root = {exchange!r}
"""


def write_checks(path: Path) -> None:
    """Write the calls of all checks with their right outcomes, for grader_kernel. Running time: some seconds."""
    plan = full_plan(NAME)
    exercises = {name: _exercise(plan, exercise) for name, exercise in plan.exercises.items()}
    references = (SOLUTIONS / f"{NAME}.py").read_text(encoding="utf-8")
    path.write_bytes(pickle.dumps({"exercises": exercises, "references": references}))


def nbgrader_course(folder: Path, checks: Path) -> None:
    """Lay a course for nbgrader, with its own settings, and release the assignment."""
    source = folder / "source" / NAME
    source.mkdir(parents=True)
    stubs = HandedIn("", "stub", released(NAME).sources("solution"))
    (source / f"{NAME}.ipynb").write_bytes(to_bytes(with_tests(notebook(stubs), checks)))
    text = _CONFIG.format(
        root=str(folder), database=f"sqlite:///{folder / 'gradebook.db'}", exchange=str(folder / "exchange")
    )
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    _run([*_NBGRADER, "generate_assignment", NAME], folder)


def hand_in(folder: Path, handed_in: Sequence[HandedIn], checks: Path) -> None:
    """Put notebooks where nbgrader looks for them, and nothing else."""
    shutil.rmtree(folder / "submitted", ignore_errors=True)
    for each in handed_in:
        place = folder / "submitted" / each.student / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_bytes(to_bytes(with_tests(notebook(each), checks)))


def autograde(folder: Path) -> float:
    """Run `nbgrader autograde` on what is handed in; return the seconds that it took."""
    start = time.perf_counter()
    _run([*_NBGRADER, "autograde", NAME, "--force"], folder)
    return time.perf_counter() - start


def scores(folder: Path) -> dict[str, float]:
    """Return the score of each student in nbgrader's gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "stock") as book:
        return {s.student.id: s.score for s in book.assignment_submissions(NAME)}


def otter_assignment(folder: Path, checks: Path, otter: Path = OTTER) -> None:
    """Make otter's zip of tests."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for exercise in released(NAME).exercises:
        (tests / f"{exercise.name}.py").write_text(
            "from otter.test_files import test_case\n\n"
            f"OK_FORMAT = False\nname = {exercise.name!r}\npoints = {exercise.points}\n\n\n"
            "@test_case()\n"
            f"def test_checks({exercise.name}):\n"
            f"    import sys\n    sys.path.append({str(ROOT)!r})\n"
            "    from benchmarks.trust.grader_kernel import score\n"
            f"    assert score({str(checks)!r}, {exercise.name!r}, {exercise.name}) == {exercise.points}\n",
            encoding="utf-8",
        )
    _run([str(otter), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], folder)


def otter_run(folder: Path, handed_in: HandedIn, otter: Path = OTTER) -> float:
    """Run `otter run` on one notebook; return the seconds that it took. A hang ends it after the limit."""
    path = folder / f"{handed_in.student}.ipynb"
    path.write_bytes(to_bytes(without_tests(notebook(handed_in))))
    start = time.perf_counter()
    _run([str(otter), "run", "-a", "autograder.zip", path.name], folder, extra_path=otter.parent)
    return time.perf_counter() - start


def with_tests(filled: dict[str, Any], checks: Path) -> dict[str, Any]:
    """Have a notebook's test cells run the checks in the kernel; their value is the score."""
    for cell in filled["cells"]:
        name = grade_id_of(cell)
        if name == SETUP:
            cell["source"] = [f"import sys\nsys.path.append({str(ROOT)!r})\n", _IMPORT]
        elif name.startswith(TEST_PREFIX):
            exercise = name.removeprefix(TEST_PREFIX)
            cell["source"] = [f"score({str(checks)!r}, {exercise!r}, {exercise})"]
    return filled


def without_tests(filled: dict[str, Any]) -> dict[str, Any]:
    """Leave out set-up and test cells: otter brings its own."""
    left = [c for c in filled["cells"] if not grade_id_of(c).startswith((SETUP, TEST_PREFIX))]
    return {**filled, "cells": left}


_IMPORT = "from benchmarks.trust.grader_kernel import score"
_NBGRADER = [sys.executable, "-m", "nbgrader"]


def _run(command: Sequence[str], folder: Path, extra_path: Path | None = None) -> None:
    """Run a tool in its folder; raises RuntimeError with its last words when it cannot do its work."""
    variables = {"JUPYTER_DATA_DIR": ".data", "JUPYTER_CONFIG_DIR": ".config", "IPYTHONDIR": ".ipython"}
    places = {name: str(folder / place) for name, place in variables.items()}
    path = os.pathsep.join(map(str, [*filter(None, [extra_path]), Path(sys.executable).parent]))
    environment = {**os.environ, **places, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
    # otter's folder holds what it needs beyond this course: kernel and libraries are the course's.
    environment["PYTHONPATH"] = sysconfig.get_path("purelib") if extra_path else ""
    environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-4:])}: {(done.stderr or done.stdout)[-2000:]}")


def _exercise(plan: Plan, exercise: Exercise) -> list[dict[str, Any]]:
    return [_check(plan, exercise, check) for check in plan.checks(exercise)]


def _check(plan: Plan, exercise: Exercise, check: Any) -> dict[str, Any]:
    """One check as plain data."""
    plain = {"points": check.points}
    if isinstance(check, Check):
        cases = [_case(exercise, case) for case in plan.cases(exercise, check)]
        return {**plain, "kind": "cases", "cases": cases}
    if isinstance(check, Breaks):
        return {**plain, "kind": "breaks", "right": check.right, "broken": check.broken}
    if isinstance(check, Memory):
        call = plan.memory_call(exercise, check)
        case = Case(call, perform(plan.reference(exercise.name), call, exercise.drains))
        return {**plain, "kind": "memory", "cases": [_case(exercise, case)]}
    assert isinstance(check, Growth)
    return {
        **plain,
        "kind": "growth",
        "sizes": list(check.sizes),
        "calls": list(look_sizes(check.sizes)),
        "cases": [_case(exercise, case) for case in plan.look_cases(exercise, check)],
        "costs": [_least_seconds(plan, exercise, case) for case in plan.growth_cases(exercise, check)],
    }


def _least_seconds(plan: Plan, exercise: Exercise, case: Case) -> float:
    def seconds() -> float:
        start = time.process_time()
        perform(plan.reference(exercise.name), case.arguments, exercise.drains)
        return time.process_time() - start

    return min(seconds() for _ in range(_REPEATS))


def _case(exercise: Exercise, case: Case) -> dict[str, Any]:
    outcome: Outcome = case.expected
    return {
        "arguments": [_argument(argument) for argument in case.arguments],
        "drains": exercise.drains,
        "value": outcome.value,
        "written": outcome.written,
        "error": outcome.error[0] if outcome.error else "",
    }


_FORMS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    Lines: ("lines", lambda lines: list(lines.items)),
    Source: ("source", lambda source: source.data),
    Sink: ("sink", lambda _: None),
}


def _argument(argument: Any) -> tuple[str, Any]:
    kind, data = _FORMS.get(type(argument), ("plain", lambda value: value))
    return kind, data(argument)
