"""Grading a notebook: each exercise before its checks, one at a time, each fault costing what it should."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograde import examples
from autograde.causes import hint_for
from autograde.check import Breaks, Check, Counts, Exercise, Growth
from autograde.judging import COSTS, Trial, in_teaching_order
from autograde.limits import SPENT
from autograde.one_core import one_core
from autograde.paths import CourseError, has_checks
from autograde.plan import full_plan
from autograde.reference import Reference
from autograde.released import HELPERS, Released, ReleasedExercise, released
from autograde.report import (
    RIGHT_FORM,
    UNSOLVED,
    AssignmentReport,
    CheckReport,
    ExerciseReport,
    Fault,
)
from autograde.runner import Runner
from autograde.submission import Submission

MAX_DEATHS = 3
_UNDEFINED = re.compile(r"raises NameError: name '(\w+)' is not defined")
Progress = Callable[[str], None]
_LEFT_TO_GRADING = (
    "Its answer has the form that the text asks for. Whether it breaks the function is decided at grading."
)


class Grader:
    """Grades submissions of one assignment; what all of them share is made once. Use it as a context manager."""

    def __init__(self, name: str) -> None:
        self._released = released(name)
        self._plan = full_plan(name) if has_checks(name) else examples.example_plan(name)
        self._imports = sorted({p for exercise in self._plan.exercises.values() for p in exercise.imports})
        source = [("reference", self._plan.reference_source())] if has_checks(name) else []
        self._reference = Reference(source, self._imports)

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self._reference.__exit__()

    def grade(
        self,
        submission: Submission,
        only: str | None = None,
        tries: Mapping[str, int] | None = None,
        progress: Progress = lambda _name: None,
    ) -> AssignmentReport:
        """Return the report of a submission.

        only: grade this one exercise; tries: failed tries so far by exercise, for hints; progress is called
        with the name of each exercise before it is graded. Raises CourseError when an exercise fails because the
        kernel has not run a cell that it needs: that is no verdict on it.
        """
        listed = {exercise.name: exercise for exercise in self._released.exercises}
        with one_core(), Runner(_cells(self._released, submission), self._imports) as student:
            student.load()

            @functools.cache
            def verdict(name: str) -> ExerciseReport:
                progress(name)
                return self._grade(listed[name], submission, student, (tries or {}).get(name, 1))

            reports = [verdict(name) for name in listed if only in (None, name)]
            reports = [self._with_builds_on(report, submission, verdict) for report in reports]
            helpers = student.cell_faults.get(HELPERS)
            is_spent = student.allowance.is_spent
        if helpers is not None:
            reports = [_behind_helpers(report, helpers) for report in reports]
        name = self._released.name
        problems = [*submission.problems, *([SPENT] if is_spent else [])]
        return AssignmentReport(name, reports, notes=submission.notes, problems=problems)

    def _grade(
        self, listed: ReleasedExercise, submission: Submission, student: Runner, tries: int
    ) -> ExerciseReport:
        exercise = self._plan.exercises[listed.name]
        start = time.perf_counter()
        pending = self._plan.pending(listed.name)
        if listed.name not in submission.cells:
            message = "The notebook has no cell for this exercise."
            checks = [CheckReport(c.name, c.points, 0, "not run") for c in exercise.checks]
            return ExerciseReport(listed.name, 0, listed.points, "missing", message, checks=checks)
        student.deaths = 0
        trial = Trial(self._plan, exercise, student, self._reference)
        results = _results(trial, self._plan.checks(exercise), exercise, student)
        seconds = round(time.perf_counter() - start, 3)
        return _exercise_report(listed, results, seconds, tries, pending)

    def _with_builds_on(
        self, report: ExerciseReport, submission: Submission, verdict: Callable[[str], ExerciseReport]
    ) -> ExerciseReport:
        """Point to an exercise that a failing one calls and that fails itself; verdict grades it if need be."""
        if report.status in ("passed", "missing"):
            return report
        others = [exercise.name for exercise in self._released.exercises if exercise.name != report.name]
        if not_run := _not_run(report, others, submission):
            raise CourseError(_run_first(not_run, report.name))
        for name in others:
            if _calls(submission.cells[report.name], name) and (trouble := _trouble(verdict(name))):
                return replace(report, message=f"{report.message} It calls your {name}, {trouble}.")
        return report


def grade(name: str, submission: Submission, **options: Any) -> AssignmentReport:
    """Return the report of one submission of an assignment; options as for Grader.grade."""
    with Grader(name) as grader:
        return grader.grade(submission, **options)


Results = list[tuple[CheckReport, Fault | None]]


def _cells(listed: Released, submission: Submission) -> list[tuple[str, str]]:
    """The code of the rebuilt notebook: given cells from the release, solution cells from the submission."""
    cells = []
    for cell in listed.cells:
        if cell.kind == "given":
            cells.append((cell.grade_id, cell.source))
        elif cell.kind in ("helpers", "solution") and cell.grade_id in submission.cells:
            cells.append((cell.grade_id, submission.cells[cell.grade_id]))
    return cells


def _results(trial: Trial, checks: Sequence[Any], exercise: Exercise, student: Runner) -> Results:
    """Run the checks; behind a cell that does not run, or too many deaths, none is run."""
    results: Results = []
    cell_fault = student.cell_faults.get(exercise.name)
    for check in in_teaching_order(checks):
        failed = [fault for _, fault in results if fault is not None]
        spent = student.allowance.is_spent
        fault = cell_fault if not results else None
        if spent and not fault and not failed:
            fault = Fault("timeout", SPENT)
        behind = cell_fault or spent or student.deaths >= MAX_DEATHS
        if fault or behind or (failed and isinstance(check, COSTS)):
            status = fault.status if fault else "not run"
            results.append((CheckReport(check.name, check.points, 0, status), fault))
            continue
        fault = _run(trial, check, is_shown=not failed)
        status = fault.status if fault else "passed"
        results.append((CheckReport(check.name, check.points, 0 if fault else check.points, status), fault))
    return _steady(trial, checks, results)


def _run(trial: Trial, check: Any, is_shown: bool) -> Fault | None:
    if isinstance(check, Check):
        return trial.correctness(check, is_shown)
    if isinstance(check, Breaks):
        return trial.breaks(check)
    if isinstance(check, Counts):
        return trial.counts(check)
    return trial.growth(check) if isinstance(check, Growth) else trial.memory(check)


def _steady(trial: Trial, checks: Sequence[Any], results: Results) -> Results:
    """Take the points of checks whose answers change from one process to the next."""
    if any(fault for _, fault in results):
        return results
    steady: Results = []
    for check, (report, _) in zip(in_teaching_order(checks), results, strict=True):
        fault = trial.steadiness(check) if isinstance(check, Check) else None
        if fault:
            report = CheckReport(report.name, report.points, 0, fault.status)
        steady.append((report, fault))
    return steady


def _exercise_report(
    listed: ReleasedExercise, results: Results, seconds: float, tries: int, pending: int
) -> ExerciseReport:
    first = next((fault for _, fault in results if fault is not None), None)
    checks = [report for report, _ in results]
    common: dict[str, Any] = {"seconds": seconds, "checks": checks, "pending": pending}
    if first is None:
        message = _passed_message(checks, pending)
        score = listed.points if pending else sum(check.score for check in checks)
        return ExerciseReport(listed.name, score, listed.points, "passed", message, **common)
    return ExerciseReport(
        listed.name,
        0 if pending else sum(check.score for check in checks),
        listed.points,
        first.status,
        first.message,
        first.call,
        first.got,
        first.expected,
        hint_for(first.hints, tries),
        first.output,
        **common,
    )


def _passed_message(checks: Sequence[CheckReport], pending: int) -> str:
    if not pending:
        return f"All {len(checks)} checks passed." if len(checks) > 1 else "Its check passed."
    if checks[0].name == RIGHT_FORM:
        return _LEFT_TO_GRADING
    more = f"{pending} more checks at grading" if pending > 1 else "1 more check at grading"
    return f"Examples passed; {more}: further edge cases, generated inputs and costs are not looked at here."


def _behind_helpers(report: ExerciseReport, helpers: Fault) -> ExerciseReport:
    """Point to the helpers cell, which does not run, before what it may have caused."""
    if report.status in ("passed", "missing"):
        return report
    message = f"The helpers cell {helpers.got or 'does not run'}: mend that first. {report.message}"
    return replace(report, message=message)


def _not_run(report: ExerciseReport, others: Sequence[str], submission: Submission) -> list[str]:
    """The exercises whose cells a failing one needs and the kernel has not run; none when that is not its fault."""
    missing = _UNDEFINED.match(report.got)
    absent = [name for name in others if name not in submission.cells]
    if not submission.from_kernel or not missing or missing[1] not in absent:
        return []
    source = submission.cells[report.name]
    return [name for name in absent if name == missing[1] or _calls(source, name)]


def _run_first(not_run: Sequence[str], name: str) -> str:
    """The sentence for an exercise that cannot be judged before other cells have run."""
    cells, them = ("cells", "them") if len(not_run) > 1 else ("cell", "it")
    return (
        f"Run the {cells} of {' and '.join(not_run)} first, then this check: {name} uses {them}, and the kernel "
        f"has not run {them} since it started. This was not counted as a try."
    )


def _calls(source: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\s*\(", source) is not None


def _trouble(report: ExerciseReport) -> str:
    """What is wrong with an exercise that another one calls, and what to do; empty when nothing is wrong."""
    if report.status == "passed":
        return ""
    if report.status == "missing":
        return "whose cell is missing or has not run: start there"
    if report.message == UNSOLVED:
        return "which is not solved yet: solve that first"
    return "which fails its own checks: mend that first"
