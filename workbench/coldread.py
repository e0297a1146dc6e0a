"""Files that are not in the page cache, so that reading them reads the device.

Without root, only for files of one's own. "Cold" means cold in this kernel: a virtual machine's host, or the
device itself, may still hold the data. A file system that lives in memory has nothing to be cold.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.state import ROOT

_WITHOUT_DEVICE = {"tmpfs", "ramfs", "overlay", "fuse.fuse-overlayfs", "9p", "virtiofs"}
_TRIES = 5


class NotCold(Exception):
    """This machine cannot show a cold read of the file; its text says why."""


@contextmanager
def own_file(chunks: Iterable[bytes]) -> Iterator[Path]:
    """Write chunks to a file of one's own and yield its path; the file is gone after the block.

    It lies in .cache of the course, because the temporary folder is in memory on many machines.
    Raises OSError (a full disk).
    """
    with tempfile.TemporaryDirectory(prefix="cold-", dir=_folder()) as folder:
        path = Path(folder) / "data"
        with path.open("wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        yield path


def evict(path: Path) -> None:
    """Drop a file from the page cache and check that no page of it is left.

    The file must be one's own, not empty, and mapped by nobody. Raises NotCold with the reason when that cannot
    be done or cannot be checked, ValueError for an empty file, OSError when it cannot be opened.
    """
    if not hasattr(os, "posix_fadvise") or sys.platform != "linux":
        raise NotCold("Only Linux lets a program drop its own file from the page cache.")
    if (kind := file_system(path)) in _WITHOUT_DEVICE:
        raise NotCold(f"The file lies on {kind}, where a read does not go to a device of this machine.")
    with path.open("rb") as file:
        os.fsync(file.fileno())  # pages that are not written yet cannot be dropped
        os.pread(file.fileno(), 1, 0)
        if _resident_pages(file.fileno()) == 0:
            raise NotCold("This machine does not tell which pages of a file are in memory.")
        for _ in range(_TRIES):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            if (left := _resident_pages(file.fileno())) == 0:
                return
    raise NotCold(f"{left} pages of the file stay in memory, although the kernel was asked to drop them.")


def why_not_cold(path: Path) -> str:
    """Return why the file cannot be read cold here, as a sentence; an empty text when it can."""
    try:
        evict(path)
    except NotCold as refusal:
        return str(refusal)
    return ""


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of file system that a path lies on, "ext4"; an empty text where /proc does not tell."""
    place = path.resolve()
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    found = [(Path(_plain(line[1])), line[2]) for line in lines]
    around = [(len(mount.parts), kind) for mount, kind in found if place.is_relative_to(mount)]
    deepest = max((depth for depth, _ in around), default=0)
    return next(
        (kind for depth, kind in reversed(around) if depth == deepest), ""
    )  # the last mount hides others


def _plain(mount: str) -> str:
    """A path as /proc writes it.

    >>> _plain(r"/mnt/my\\040disk")
    '/mnt/my disk'
    """
    for code, letter in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        mount = mount.replace(code, letter)
    return mount


def _resident_pages(descriptor: int) -> int:
    """How many pages of a file are in the page cache, as mincore tells. Raises NotCold when it does not."""
    libc = ctypes.CDLL(None, use_errno=True)
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY) as mapping:
        pages = (ctypes.c_ubyte * -(-len(mapping) // mmap.PAGESIZE))()
        first = ctypes.c_ubyte.from_buffer(mapping)
        try:
            failed = libc.mincore(ctypes.byref(first), ctypes.c_size_t(len(mapping)), pages)
        finally:
            del first  # the mapping cannot be closed while something points into it
    if failed:
        raise NotCold(
            f"The kernel does not tell which pages are in memory: {os.strerror(ctypes.get_errno())}."
        )
    return sum(page & 1 for page in pages)


def _folder() -> Path | None:
    """The course's cache, made; None, the temporary folder, where the course is read-only."""
    folder = ROOT / ".cache"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None
