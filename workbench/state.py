"""What the course remembers of a trainee: one folder of small JSON files, work/.state.

A file survives a killed kernel (written beside, then put in place), two kernels at once (locked from reading to
writing), and an upgrade (a version; fields that this version does not know are kept). The environment variable
COURSE_STATE names another folder, or "memory": then nothing is written, as when the chapters are built.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from datasets.cache import locked

ROOT = Path(__file__).resolve().parent.parent
VERSION = 1
_in_memory: dict[str, dict[str, Any]] = {}


class StateError(Exception):
    """State that cannot be read or kept; its text is the whole message."""


def nobody_is_here() -> bool:
    """Return whether chapters are being built: no trainee, so no guesses to keep and no solutions to load."""
    return os.environ.get("COURSE_STATE") == "memory"


def state_folder() -> Path:
    """Return the folder of all state files, made if needed; it does not depend on the current folder.

    It is work/.state of the course, or a folder of the user's own under the temporary one where the course is
    read-only. Raises StateError when COURSE_STATE names no folder that can be used.
    """
    chosen = os.environ.get("COURSE_STATE", "")
    if not chosen:
        return _writable(ROOT / "work" / ".state")
    if not Path(chosen).is_absolute():
        raise StateError(f'COURSE_STATE is {chosen!r}; it must be "memory" or a path from the root.')
    return _made(Path(chosen))


def read(name: str, is_sound: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return what the state file `name` holds, {"version": 1} when there is none.

    is_sound tells whether the content has the shape that its owner writes. Raises StateError as update does.
    """
    return update(name, is_sound, lambda _: None)


def update(
    name: str, is_sound: Callable[[dict[str, Any]], bool], change: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Change a state file in place, alone; return its new content. Nothing is written when nothing changed.

    A damaged file is put aside under a dated name, and a line on standard error says so.
    Raises StateError for a file of a newer course, a full disk, a folder that cannot be written.
    """
    if nobody_is_here():
        content = _in_memory.setdefault(name, {"version": VERSION})
        change(content)
        return copy.deepcopy(content)
    path = state_folder() / f"{name}.json"
    try:
        with locked(path.with_name(f".{path.name}.lock")):
            return _updated(path, is_sound, change)
    except OSError as error:
        raise StateError(f"{path} cannot be kept: {error.strerror or error}.") from error


def _updated(
    path: Path, is_sound: Callable[[dict[str, Any]], bool], change: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Read, change, write; the lock is held."""
    content = _content(path, is_sound)
    before = copy.deepcopy(content)
    change(content)
    if content != before:
        _write(path, json.dumps(content, indent=1).encode("ascii"))
    return content


def _content(path: Path, is_sound: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The content of a sound file; otherwise a new one, after a damaged one was put aside."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {"version": VERSION}
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and isinstance(content.get("version"), int):
        if content["version"] > VERSION:
            raise StateError(f"{path} was written by a newer version of the course; it is left as it is.")
        if is_sound(content):
            return content
    _put_aside(path)
    return {"version": VERSION}


def _put_aside(path: Path) -> None:
    """Keep a damaged file under a dated name that is free."""
    stem = f"{path.stem}.damaged-{datetime.now():%Y-%m-%d_%H%M%S}"
    kept, number = path.with_name(f"{stem}.json"), 1
    while os.path.lexists(kept):
        number += 1
        kept = path.with_name(f"{stem}-{number}.json")
    path.rename(kept)
    print(f"{path} was damaged. It is kept as {kept.name}; a new one is begun.", file=sys.stderr)


def _write(path: Path, data: bytes) -> None:
    """Put data in place of the file; the lock is held, so a partial file has one name only."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _writable(wanted: Path) -> Path:
    """The wanted folder, made; where it cannot be written, its twin under the temporary folder."""
    with suppress(StateError):
        return _made(wanted)
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    digest = hashlib.sha256(str(wanted).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    twin = _made(Path(tempfile.gettempdir()) / f"course-{user}-{digest}")
    if hasattr(os, "getuid") and twin.stat().st_uid != os.getuid():
        raise StateError(f"{twin} belongs to somebody else; remove it or make {wanted} writable.")
    return twin


def _made(folder: Path) -> Path:
    """The folder, made for this user alone where it was missing."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StateError(f"{folder} cannot be made: {error.strerror or error}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StateError(f"{folder} cannot be written.")
    return folder
