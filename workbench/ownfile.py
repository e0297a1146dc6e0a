"""A temporary file of one's own that does not outlive the process, not even one that is killed.

Where /proc shows the open files of a process (Linux), the file has no name: whatever ends the process, the system
frees the file. Elsewhere it lies in a folder that bears the number of the process, and the next own_file removes
the folders of processes that are gone.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import psutil

from workbench.state import ROOT

NO_ROOM = "no-room"  # the name of a file that lies in memory because the disk is full
_PREFIX = "own-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SPARE_BYTES = 1 << 28  # what a file in memory leaves to everybody else


class NoRoom(OSError):
    """There is no room for a file, neither on the disk nor in memory; its text is the whole message."""


@contextmanager
def own_file(chunks: Sequence[bytes]) -> Iterator[Path]:
    """Write chunks to a file of one's own and yield a path to it; the file is gone after the block.

    It lies in .cache of the course, because the temporary folder is in memory on many machines. On a full disk it
    lies in memory instead: workbench.pagecache refuses it then, with that reason. While this process lives, others
    of the same user can open the path, too. Raises NoRoom where there is no room in memory either, OSError when
    the disk fails.

    >>> with own_file([b"ab", b"c"]) as path:
    ...     path.read_bytes()
    b'abc'
    >>> path.exists()
    False
    """
    with ExitStack() as held:
        try:
            path = held.enter_context(_on_disk(chunks))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            path = None
        yield path or held.enter_context(_in_memory(chunks))


def cache_folder() -> Path:
    """Return the course's .cache, made; the temporary folder where the course is read-only."""
    folder = ROOT / ".cache"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())


@contextmanager
def _on_disk(chunks: Sequence[bytes]) -> Iterator[Path]:
    """A file without a name where that can be opened by a path, otherwise one in a folder of its own."""
    folder = cache_folder()
    with tempfile.TemporaryFile(dir=folder) as file:
        if _path_of(file).exists():
            _write(file, chunks)
            yield _path_of(file)
            return
    _sweep(folder)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=folder) as own:
        path = Path(own) / "data"
        with path.open("wb") as named:
            _write(named, chunks)
        yield path


@contextmanager
def _in_memory(chunks: Sequence[bytes]) -> Iterator[Path]:
    """A file that lies in memory, where the system has such files and enough memory is free."""
    size = sum(map(len, chunks))
    if not Path("/proc/self/fd").exists() or psutil.virtual_memory().available < size + _SPARE_BYTES:
        raise NoRoom(
            f"The disk has no room for a file of {size / 1e6:,.3g} MB. Make room, then run this again."
        )
    with open(os.memfd_create(NO_ROOM), "w+b") as file:
        _write(file, chunks)
        yield _path_of(file)


def _write(file: IO[bytes], chunks: Sequence[bytes]) -> None:
    """Write the chunks down to the device."""
    file.writelines(chunks)
    file.flush()
    os.fsync(file.fileno())


def _path_of(file: IO[bytes]) -> Path:
    """The path under which the system shows this process's open file."""
    return Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def _sweep(folder: Path) -> None:
    """Remove what killed processes left."""
    for left in folder.glob(f"{_PREFIX}*-*"):
        number = left.name.split("-")[1]
        if number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(pid: int) -> bool:
    """Whether there is such a process; psutil would say no where /proc is missing."""
    if sys.platform == "win32":
        return psutil.pid_exists(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        pass
    return True
