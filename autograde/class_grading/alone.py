"""One grading of an assignment at a time: by `course.py autograde`, nbgrader's command or formgrader's button."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from autograde.lock import held_or
from autograde.paths import CourseError, cache_folder


@contextlib.contextmanager
def only_grading(assignment: str) -> Iterator[None]:
    """Be the only one who grades an assignment; raises CourseError at once when somebody else does.

    The operating system frees the lock of a killed process.
    """
    path = cache_folder("grading") / f"{assignment}.lock"
    who = path.with_suffix(".pid")
    with held_or(path, lambda: _taken(assignment, who)):
        who.write_text(str(os.getpid()), encoding="ascii")
        yield


def _taken(assignment: str, who: Path) -> CourseError:
    try:
        process = f" (process {int(who.read_text(encoding='ascii'))})"
    except (OSError, ValueError):  # it has only begun
        process = ""
    return CourseError(
        f"{assignment} is being graded already{process}. Wait until that has ended, then call this again; "
        "nothing was changed."
    )
