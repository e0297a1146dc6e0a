"""What lies in submitted/: who has handed in, what lies there by mistake, and one file read with care."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograde.paths import ROOT
from autograde.submission import MAX_BYTES

SUBMITTED = ROOT / "submitted"
BESIDE = ("timestamp.txt", "submission_secret.txt")  # nbgrader's own files beside a notebook
_HOW = os.O_RDONLY  # no link is followed, no pipe waited for; each where the system knows it
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
    _HOW |= getattr(os, _flag, 0)
_BESIDE_BYTES = 10_000
_LISTED = 5


@dataclass(frozen=True)
class HandedIn:
    """One submission: whose it is, and where its notebook should lie."""

    student: str
    notebook: Path


@dataclass(frozen=True)
class Bytes:
    """A file as it was read: data is empty and problem a sentence when it could not be; hash tells it from others."""

    data: bytes
    hash: str
    problem: str = ""


def find(assignment: str, submitted: Path = SUBMITTED) -> tuple[list[HandedIn], list[str]]:
    """Return all submissions of an assignment by student, and sentences on what lies at a wrong place."""
    found: list[HandedIn] = []
    astray: list[str] = []
    for entry in sorted(submitted.iterdir() if submitted.is_dir() else [], key=lambda path: path.name):
        problem = _problem(entry, assignment)
        if problem:
            astray.append(problem)
        elif _is_students(entry, assignment):
            found.append(HandedIn(entry.name, entry / assignment / f"{assignment}.ipynb"))
    return found, astray


def read(path: Path, most: int = MAX_BYTES) -> Bytes:
    """Return the bytes of a notebook; one that is too large is refused by its size and not read.

    Links are not followed: one could lead to a file of the instructor's.
    """
    try:
        descriptor = os.open(path, _HOW)
    except OSError as error:
        return Bytes(b"", "", _unopened(path, error))
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return Bytes(b"", "", f"{path.name} is no file.")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most + 1) if status.st_size <= most else b""
    if len(data) > most or status.st_size > most:
        size = max(status.st_size, len(data))
        sentence = (
            f"The notebook is too large ({size / 2**20:.0f} MB). Clear its outputs in JupyterLab and save it."
        )
        return Bytes(b"", f"too large: {size}", sentence)
    return Bytes(data, hashlib.sha256(data).hexdigest())


def read_beside(path: Path) -> bytes:
    """Return one of nbgrader's small files beside a notebook; nothing of a link, or where there is none."""
    return read(path, _BESIDE_BYTES).data


def _is_students(entry: Path, assignment: str) -> bool:
    return entry.is_dir() and os.path.lexists(entry / assignment)


def _problem(entry: Path, assignment: str) -> str:
    """Why something in submitted/ counts for nobody, or an empty text."""
    place = f"submitted/STUDENT/{assignment}/{assignment}.ipynb"
    shown = f"submitted/{printable(entry.name)}"
    if not entry.is_dir():
        stray = entry.suffix == ".ipynb" or not entry.name.startswith(".")
        return f"{shown} is a file, no student's folder. A notebook belongs to {place}." if stray else ""
    if entry.name == assignment:
        return f"{shown} has no student's name above it. A notebook belongs to {place}."
    if not _is_students(entry, assignment):
        loose = os.path.lexists(entry / f"{assignment}.ipynb")
        return f"{shown}/{assignment}.ipynb lies one folder too high. It belongs to {place}." if loose else ""
    if entry.name.startswith("."):
        return f"{shown} is a hidden folder and was left out. Give it the student's name."
    if entry.name.strip() != entry.name or not entry.name.isprintable():
        return f"{shown} has spaces around its name, or characters that cannot be shown. Rename it."
    return ""


def _unopened(path: Path, error: OSError) -> str:
    """Why a notebook cannot be read, in a sentence."""
    if path.is_symlink():
        return f"{path.name} is a link; hand in the file itself."
    if isinstance(error, FileNotFoundError):
        others = sorted(printable(other.name) for other in path.parent.glob("*.ipynb"))
        named = f" There is {', '.join(others[:_LISTED])}: is it that one?" if others else ""
        return f"There is no {path.name} in what was handed in.{named}"
    if isinstance(error, NotADirectoryError):
        return f"{path.parent.name} is a file; it should be a folder with {path.name} in it."
    return f"{path.name} cannot be read: {error.strerror}."


def printable(name: str) -> str:
    """Return a file's name as it can be shown; bytes that are no text become escapes.

    >>> printable("김 'a'"), printable("a\\udcff\\n")
    ("김 'a'", 'a\\\\udcff\\\\n')
    """
    return name if name.isprintable() else name.encode("unicode_escape").decode("ascii")
