"""The course's own environment: .venv, made once from the locks and never used half made.

It runs before any package is there: standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from autograde.files import write_atomically
from autograde.lock import one_at_a_time
from autograde.paths import ROOT, CourseError, cache_folder
from autograde.setup_pip import Installer

LOCKS = ("requirements.txt", "requirements-dev.txt")  # the course's; what its own tests need on top
VENV = ROOT / ".venv"
STAMP = VENV / "course-stamp.json"  # written last: what .venv was made from
_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


def make_ready(locks: Sequence[str]) -> Path:
    """Make .venv hold the packages of these locks, unless it does; return its Python.

    locks: LOCKS, or its beginning. A killed set-up leaves no stamp, and the next call makes .venv again. A
    second process waits for the first.
    Raises CourseError (no venv module, pip failed) and OSError (a full disk, a read-only folder).
    """
    if not _is_ready(locks):
        _require_venv_module()
        waiting = "Another course.py is setting up the course; waiting for it."
        with one_at_a_time(cache_folder("locks") / "setup", waiting) as lock, _ending_on_signals():
            if not _is_ready(locks):
                _set_up(locks, lock)
    return _python()


def is_running_inside() -> bool:
    """Return whether this process runs .venv's Python."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def programs_folder() -> Path:
    """Return the folder of .venv's programs: bin, on Windows Scripts."""
    return _folder_of("scripts")


def stamp() -> dict[str, str]:
    """Return what .venv was made from: the course's path, Python, a digest of each lock; {} if unfinished."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def wanted_stamp(locks: Sequence[str]) -> dict[str, str]:
    """Return the stamp of a .venv that is made now from these locks."""
    digests = {lock: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for lock in locks}
    return {"course": ascii(str(ROOT)), "python": _PYTHON, **digests}


def _is_ready(locks: Sequence[str]) -> bool:
    """Whether the stamp says so; its Python may have been removed since (the link is then broken)."""
    return wanted_stamp(locks).items() <= stamp().items() and _python().exists()


def _python() -> Path:
    return programs_folder() / ("python.exe" if os.name == "nt" else "python")


def _set_up(locks: Sequence[str], lock: int) -> None:
    """Add the missing lock to a good .venv; make anything else from scratch."""
    installer = Installer(cache_folder("setup") / "setup.log", lock)
    if _is_ready(locks[:1]) and not set(locks[1:]) & stamp().keys():
        _add(locks, installer)
    else:
        _make(locks, installer)
    installer.progress.end(f"The course is set up in {VENV}.")


def _make(locks: Sequence[str], installer: Installer) -> None:
    """Make .venv from nothing; the stamp comes last."""
    _remove()
    VENV.mkdir()  # here, as an unwritable folder then raises OSError instead of an exit code
    try:
        installer.make_venv(VENV)
        for name in locks:
            installer.install(_python(), ROOT / name, _folder_of("purelib"))
        _make_course_importable()
        _write_stamp(locks)
    except BaseException:
        with contextlib.suppress(OSError):
            _remove()
        raise


def _add(locks: Sequence[str], installer: Installer) -> None:
    """Add the last lock; when pip fails before it installs anything, .venv is as good as before."""
    kept = STAMP.read_bytes()
    STAMP.unlink()
    try:
        installer.install(_python(), ROOT / locks[-1], _folder_of("purelib"))
    except BaseException:
        if not installer.has_begun_to_install():
            write_atomically(STAMP, kept)
        raise
    _write_stamp(locks)


def _remove() -> None:
    """Remove .venv, the stamp first: whoever is killed in between leaves no stamp."""
    STAMP.unlink(missing_ok=True)
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def _write_stamp(locks: Sequence[str]) -> None:
    text = json.dumps(wanted_stamp(locks), indent=1)
    write_atomically(STAMP, text.encode("ascii"))


def _make_course_importable() -> None:
    """Put the course folder on .venv's module path, last; in ASCII, as Python reads .pth in any encoding."""
    line = f"import sys; sys.path.append({str(ROOT)!a})\n"
    (_folder_of("purelib") / "course.pth").write_text(line, encoding="ascii")


def _folder_of(kind: str) -> Path:
    """A folder of .venv by its name in sysconfig."""
    return Path(sysconfig.get_path(kind, "venv", {"base": str(VENV), "platbase": str(VENV)}))


def _require_venv_module() -> None:
    """Debian and Ubuntu split venv off into a package of its own."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return
    raise CourseError(
        f"This Python {_PYTHON} ({sys.executable}) has no venv module, which the course needs.\n"
        f"On Debian or Ubuntu install it with: sudo apt install python{_PYTHON}-venv"
    )


@contextlib.contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Let SIGTERM, and a closed terminal, end the set-up as Ctrl-C does: with its children."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), _end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _end(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
