"""`course.py release`: the student bundle, by a list of what belongs into it."""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

from autograde.files import write_atomically
from autograde.paths import ROOT, CourseError, assignment_names

# A file that no line names stays out: solutions/*.py, autograde/checks/, tests/, benchmarks/trust/ (it quotes the
# references), and whatever lies about.
INCLUDED = (
    ".gitignore",
    "*.md",
    "LICENSE*",
    "course.py",
    "nbgrader_config.py",
    "pyproject.toml",
    "requirements*.in",
    "requirements*.txt",
    "autograde/*.py",
    "autograde/class_grading/*.py",
    "autograde/class_report/*.py",
    "autograde/lab/**/*",
    "autograde/lms/*.py",
    "autograde/sandbox/*.py",
    "autograde/verbs/*.py",
    "benchmarks/*.py",
    "benchmarks/results/*",
    "chapters/*.py",
    "chapters/*.ipynb",
    "datasets/*.py",
    "datasets/*.md",
    "exercises/*/*",
    "solutions/engines/**/*.py",
    "workbench/**/*",
)
_DATE = (1980, 1, 1, 0, 0, 0)  # the same repository gives the same bytes


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle to arguments.out; return 0.

    Raises CourseError when there is nothing to release or the path cannot be meant, OSError on a full disk.
    """
    out = Path(arguments.out)
    if out.is_dir():
        raise CourseError(f"{out} is a folder: name the file to write, such as {out / 'course.zip'}.")
    if not out.absolute().parent.is_dir():
        raise CourseError(f"There is no folder {out.absolute().parent} to write {out.name} into.")
    if not assignment_names():
        raise CourseError("There are no exercises to release yet: run `course.py build` first.")
    names = bundle_files()
    write_atomically(out, _zipped(names))
    print(f"Wrote {out}: {len(names)} files, no solutions, no private checks, no tests.")
    return 0


def bundle_files() -> list[str]:
    """Return the bundle's files, as sorted paths from the course folder with slashes."""
    found = {path for pattern in INCLUDED for path in ROOT.glob(pattern) if path.is_file()}
    names = [path.relative_to(ROOT) for path in found]
    return sorted(name.as_posix() for name in names if not any(_is_litter(part) for part in name.parts))


def _is_litter(part: str) -> bool:
    """Whether a file or folder of this name was left by a tool or by a killed process."""
    return part == "__pycache__" or (part.startswith(".") and part != ".gitignore")


def _zipped(names: list[str]) -> bytes:
    """The bytes of a zip file of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for name in names:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # POSIX on every system, for the mode below
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, (ROOT / name).read_bytes(), compresslevel=9)
    return buffer.getvalue()
