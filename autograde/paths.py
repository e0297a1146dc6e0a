"""Where things lie in the course folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXERCISES = ROOT / "exercises"  # released notebooks and their examples
SOLUTIONS = ROOT / "solutions"  # sources; not in the student bundle
BUILD_SOURCE = ROOT / "build" / "source"  # nbgrader's source notebooks, built
WORK = ROOT / "work"  # the trainee's own copies
REPORTS = ROOT / "reports"  # HTML reports


class CourseError(Exception):
    """Something the user can mend; its text is the whole message."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


def assignment_names() -> list[str]:
    """Return the names of all released assignments, in chapter order."""
    return sorted(
        folder.name for folder in EXERCISES.glob("*/") if (folder / f"{folder.name}.ipynb").exists()
    )


def has_checks(name: str) -> bool:
    """Return whether the private part of an assignment is here, its checks and references: not in a bundle."""
    checks = ROOT / "autograde" / "checks" / f"{name}.py"
    return checks.exists() and (SOLUTIONS / f"{name}.py").exists()


def writable_folder(wanted: Path) -> Path:
    """Make and return a folder; where the course is read-only, a stable one under the temporary folder.

    >>> writable_folder(Path(tempfile.gettempdir())) == Path(tempfile.gettempdir())
    True
    """
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        if os.access(wanted, os.W_OK):
            return wanted
    except OSError:
        pass
    return _temporary_twin(wanted)


def cache_folder(name: str) -> Path:
    """Return the folder of one cache (such as "numba") inside the one course cache, made if needed."""
    return writable_folder(ROOT / ".cache" / name)


def _temporary_twin(wanted: Path) -> Path:
    """A folder of this user's own, the same at each call, that stands in for one that cannot be written."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    digest = hashlib.sha256(str(wanted).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    twin = Path(tempfile.gettempdir()) / f"course-{user}-{digest}"
    twin.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and twin.stat().st_uid != os.getuid():
        raise CourseError(f"{twin} belongs to somebody else; remove it or make {wanted} writable.")
    return twin
