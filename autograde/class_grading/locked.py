"""A database that another program holds is waited for, and what SQLite says becomes a sentence."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DatabaseError

from autograde.paths import CourseError

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_HEADER = b"SQLite format 3\0"
_OURS = {"assignment", "submitted_assignment", "grade"}  # tables that every gradebook has


class StillLocked(CourseError):
    """Another program has held the database for too long."""


def patiently(action: Callable[[], T], database: Path, tell: Callable[[str], None]) -> T:
    """Return what action returns; while the database is locked, say so once and try again.

    Raises StillLocked after PATIENCE_SECONDS, CourseError for what SQLite complains of, OSError (ENOSPC) for a full
    disk.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = False
    while True:
        try:
            return action()
        except (sqlite3.DatabaseError, DatabaseError) as error:
            if "database is locked" not in str(error):
                raise _understood(error, database) from error
            if time.monotonic() > deadline:
                raise StillLocked(
                    f"{database.name} has been locked by another program for {PATIENCE_SECONDS:.0f} s. Close what "
                    "has it open (a database browser, another grading), then call this again."
                ) from None
        if not told:
            tell(f"{database.name} is locked by another program: waiting, at most {PATIENCE_SECONDS:.0f} s.")
            told = True
        time.sleep(_LOOK_SECONDS)


def require_gradebook(database: Path, tell: Callable[[str], None]) -> None:
    """Raise CourseError when the file is there and is no whole gradebook; nothing in it is changed."""
    advice = (
        "Nothing was touched. Put a copy back, or move the file away: the next call starts a new gradebook."
    )
    if not database.exists():
        return
    try:
        with open(database, "rb") as file:
            start = file.read(len(_HEADER))
    except OSError as error:
        raise CourseError(f"{database.name} cannot be read: {error.strerror}. {advice}") from None
    if start and start != _HEADER:
        raise CourseError(f"{database.name} is no SQLite database. {advice}")
    try:
        tables, fault = patiently(lambda: _looked_into(database), database, tell)
    except StillLocked:
        raise
    except CourseError as error:
        raise CourseError(f"{error} {advice}") from None
    if fault:
        raise CourseError(f"{database.name} is damaged ({fault}). {advice}")
    if tables and not tables >= _OURS:
        raise CourseError(f"{database.name} is a database, but no gradebook of nbgrader. {advice}")


def _looked_into(database: Path) -> tuple[set[str], str]:
    """The names of the tables, and the first fault of the file."""
    with closing(sqlite3.connect(database)) as connection:
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    return tables, "" if fault == "ok" else fault.splitlines()[-1]


def _understood(error: Exception, database: Path) -> Exception:
    """What the user can mend; else the error itself."""
    text = str(getattr(error, "orig", error))
    if "disk I/O error" in text:
        return CourseError(f"The disk of {database.name} reports an error; it may be full, or broken.")
    if "disk is full" in text:
        return OSError(errno.ENOSPC, "the disk is full", str(database))
    if "malformed" in text or "not a database" in text or "no such" in text:
        return CourseError(f"{database.name} is damaged, or of another version of nbgrader ({text}).")
    if "readonly" in text or "unable to open" in text:
        return CourseError(f"{database.name} cannot be written: {text}.")
    return error
