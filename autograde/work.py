"""The trainee's folder: unsolved exercises are laid into it, and nothing in it is ever overwritten."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograde.lock import one_at_a_time
from autograde.paths import EXERCISES, WORK, CourseError, assignment_names, cache_folder

_HALF = ".laying-"  # a copy that is being made; one that is found under the lock was left by a killed process
_LITTER = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")


def lay_missing() -> list[str]:
    """Copy each exercise that work/ lacks into it; return their names.

    A killed copy leaves nothing half. Raises OSError (a full disk, a read-only folder).
    """
    with _alone():
        missing = [name for name in assignment_names() if not os.path.lexists(WORK / name)]
        for name in missing:
            os.rename(_fresh_copy(name), WORK / name)
    return missing


def lay_again(name: str) -> Path | None:
    """Lay a fresh copy of an assignment.

    Returns where the old copy is now, or None when there was none. Killed half-way, it leaves the old copy
    under one of the two names.
    """
    with _alone():
        fresh = _fresh_copy(name)
        kept = _dated_name(name) if os.path.lexists(WORK / name) else None
        if kept:
            os.rename(WORK / name, kept)
        os.rename(fresh, WORK / name)
    return kept


def find_assignment(text: str) -> str:
    """Return the assignment that text names: its name, or a beginning that no other name has.

    Raises CourseError, with the names there are.
    """
    names = assignment_names()
    found = [name for name in names if name == text] or [name for name in names if name.startswith(text)]
    if len(found) == 1:
        return found[0]
    trouble = f"{text!r} could be {' or '.join(found)}." if found else f"There is no assignment {text!r}."
    raise CourseError(
        f"{trouble}\nAssignments: {', '.join(names) or 'none yet; `course.py build` makes them'}"
    )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Be the only one that lays exercises; clear away what a failed or killed one left."""
    WORK.mkdir(exist_ok=True)
    waiting = "Another course.py is laying exercises into work/; waiting for it."
    with one_at_a_time(cache_folder("locks") / "work", waiting):
        try:
            yield
        finally:
            for half in WORK.glob(f"{_HALF}*"):
                shutil.rmtree(half)


def _fresh_copy(name: str) -> Path:
    """A complete copy of a released exercise, under a name of its own in work/."""
    half = Path(tempfile.mkdtemp(prefix=_HALF, dir=WORK)) / name
    return shutil.copytree(EXERCISES / name, half, ignore=_LITTER, copy_function=shutil.copyfile)


def _dated_name(name: str) -> Path:
    """A free name in work/ for an old copy, such as ch06_vb_code.2026-11-23_142530."""
    dated = WORK / f"{name}.{datetime.datetime.now():%Y-%m-%d_%H%M%S}"
    number = 1
    kept = dated
    while os.path.lexists(kept):
        number += 1
        kept = dated.with_name(f"{dated.name}-{number}")
    return kept
