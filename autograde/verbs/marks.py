"""`course.py marks`: the marks of a class as a CSV file that a learning management system imports."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograde.files import write_atomically
from autograde.lms.marks import Sheet, class_marks, new_sheet, not_graded
from autograde.lms.records import read_records
from autograde.lms.template import filled_sheet
from autograde.nbgrader_settings import GRADEBOOK
from autograde.paths import ROOT, CourseError
from autograde.released import released
from autograde.report_text import clean


def run(arguments: argparse.Namespace) -> int:
    """Write arguments.out; 0 when all marks are in it, 1 when a human should look.

    Raises CourseError when there are no marks, or the template or the output cannot be meant, OSError on a full disk.
    """
    assignment = released(arguments.assignment).name
    out = Path(arguments.out)
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise CourseError(f"{out} cannot be written: name a file in a folder that exists.")
    marks = class_marks(assignment, GRADEBOOK, read_records(ROOT / "submitted"))
    if arguments.template:
        template = _template(Path(arguments.template), out)
        try:
            sheet = filled_sheet(assignment, marks, arguments.layout, template, arguments.column or "")
        except CourseError as problem:
            raise CourseError(f"{arguments.template}: {problem}.") from None
    elif arguments.column:
        raise CourseError("--column names a column of a --template: name that, too.")
    else:
        sheet = new_sheet(assignment, marks, arguments.layout)
    sheet.left_out.update(not_graded(assignment, marks, ROOT / "submitted"))
    write_atomically(out, sheet.data)
    print(f"Wrote {out}: {sheet.count} of {len(marks)} marks of {assignment}.")
    print(*lines(sheet), sep="\n", end="\n" if lines(sheet) else "")
    return 1 if lines(sheet) else 0


def lines(sheet: Sheet) -> list[str]:
    """Return what a human should know of a file, a line each."""
    left_out = [f"  left out: {', '.join(students)}: {reason}" for reason, students in sheet.left_out.items()]
    return [clean(line) for line in (*left_out, *(f"  note: {note}" for note in sheet.notes))]


def _template(path: Path, out: Path) -> bytes:
    if not path.is_file():
        raise CourseError(f"There is no file {path}.")
    if out.exists() and out.samefile(path):
        raise CourseError(f"{path} stays as it was exported: name another file to write.")
    return path.read_bytes()
