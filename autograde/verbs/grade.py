"""course.py grade: grade notebooks and say what to mend."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from autograde.files import write_atomically
from autograde.grading import Grader
from autograde.own_work import grade_own
from autograde.paths import REPORTS, WORK, CourseError, assignment_names, writable_folder
from autograde.progress import is_own
from autograde.released import identify
from autograde.report import UNSOLVED, AssignmentReport, to_json
from autograde.report_html import page
from autograde.report_text import report_lines
from autograde.submission import Submission, read_submission


def run(arguments: argparse.Namespace) -> int:
    """Grade the targets; 0 when all were graded as meant, 1 when one could not be, CourseError for a wrong call."""
    notebooks = [path for target in arguments.targets for path in _notebooks(target)] or _own_notebooks()
    to_stdout = arguments.json == "-"
    text = sys.stderr if to_stdout else sys.stdout
    reports, unreadable = _graded(notebooks, text)
    for path, sentence in unreadable:
        print(f"{path}: {sentence}", file=sys.stderr)
    _write_html(reports, text)
    if arguments.json:
        _write_json(reports, arguments.json)
    return 1 if unreadable or any(report.problems for report in reports) else 0


def _graded(
    notebooks: Sequence[Path], text: object
) -> tuple[list[AssignmentReport], list[tuple[Path, CourseError]]]:
    """Grade one notebook after the other; print each report as it comes."""
    reports: list[AssignmentReport] = []
    unreadable: list[tuple[Path, CourseError]] = []
    graders: dict[str, Grader] = {}
    with ExitStack() as stack:
        for path in notebooks:
            try:
                submission = _read(path)
                name = identify(submission.cells)
            except CourseError as error:
                unreadable.append((path, error))
                continue
            if name not in graders:
                graders[name] = stack.enter_context(Grader(name))
            report, progress = _grade_one(graders[name], name, submission, path)
            reports.append(report)
            _print(report, text)
            if progress:
                print(f"  {progress}{_save_first(report)}", file=text)  # type: ignore[call-overload]
    return reports, unreadable


def _grade_one(grader: Grader, name: str, submission: Submission, path: Path) -> tuple[AssignmentReport, str]:
    """The report, and the line of progress where the notebook is the trainee's own."""
    try:
        if is_own(path):
            report, line = grade_own(grader, name, submission, progress=_show_progress)
        else:
            report, line = grader.grade(submission, progress=_show_progress), ""
    finally:
        _show_progress("")
    return replace(report, notebook=str(path)), line


def _save_first(report: AssignmentReport) -> str:
    """A line for who has solved what is not solved in the file."""
    is_open = any(UNSOLVED in exercise.message for exercise in report.exercises)
    return "\n  What is graded is the file: save the notebook in JupyterLab first." if is_open else ""


def _read(path: Path) -> Submission:
    try:
        return read_submission(path.read_bytes())
    except OSError as error:
        raise CourseError(f"it cannot be read: {error.strerror}.") from None


def _own_notebooks() -> list[Path]:
    """The trainee's current notebooks; copies that reset has put aside are not among them."""
    found = [WORK / name / f"{name}.ipynb" for name in assignment_names()]
    notebooks = [path for path in found if path.is_file()]
    if not notebooks:
        raise CourseError("There is no notebook in work/ yet. `course.py lab` lays the exercises there.")
    return notebooks


def _notebooks(target: str) -> list[Path]:
    """The notebooks that a target names: a chapter or assignment in work/, a file, or all in a folder."""
    path = Path(target)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(p for p in path.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
        if not found:
            raise CourseError(
                f"There is no notebook in {path}. `course.py lab` lays the exercises into work/."
            )
        return found
    names = [name for name in assignment_names() if name.startswith(target)]
    notebooks = [WORK / name / f"{name}.ipynb" for name in names]
    if names and all(notebook.exists() for notebook in notebooks):
        return notebooks
    if names:
        raise CourseError(f"There is no {names[0]} in work/ yet. `course.py lab` lays the exercises there.")
    known = ", ".join(assignment_names())
    raise CourseError(f"There is no notebook, folder or chapter {target}. Chapters: {known}.")


def _show_progress(exercise: str) -> None:
    """Say on a terminal what is being graded; an empty name clears the line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{f'grading {exercise} ...' if exercise else ''}")
        sys.stderr.flush()


def _print(report: AssignmentReport, text: object) -> None:
    colour = bool(getattr(text, "isatty", bool)())
    for line in report_lines(report, colour):
        print(line, file=text)  # type: ignore[call-overload]


def _write_html(reports: Sequence[AssignmentReport], text: object) -> None:
    if reports:
        path = writable_folder(REPORTS) / "report.html"
        write_atomically(path, page(reports).encode("utf-8", "replace"))
        print(f"Report: {path}", file=text)  # type: ignore[call-overload]


def _write_json(reports: Sequence[AssignmentReport], target: str) -> None:
    data = json.dumps([to_json(report) for report in reports], ensure_ascii=False, indent=1) + "\n"
    raw = data.encode("utf-8", "replace")
    if target == "-":
        sys.stdout.buffer.write(raw)
        return
    if not Path(target).resolve().parent.is_dir():
        raise CourseError(f"There is no folder {Path(target).resolve().parent} for the JSON file.")
    write_atomically(Path(target), raw)
