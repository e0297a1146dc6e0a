"""`course.py fill`: a submission notebook from the definitions of a Python file."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograde.files import write_atomically
from autograde.fill import filled_notebook
from autograde.paths import CourseError


def run(arguments: argparse.Namespace) -> int:
    """Write the notebook to arguments.output; return 0.

    Raises CourseError when the assignment, the answers or the output cannot be meant, OSError on a full disk.
    """
    output = Path(arguments.output)
    if output.is_dir():
        raise CourseError(
            f"{output} is a folder: name the notebook to write, such as {output / 'full.ipynb'}."
        )
    if not output.absolute().parent.is_dir():
        raise CourseError(f"There is no folder {output.absolute().parent} to write {output.name} into.")
    write_atomically(output, filled_notebook(arguments.assignment, Path(arguments.answers)))
    print(f"Wrote {output}.")
    return 0
