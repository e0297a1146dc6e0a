"""The page cache: which pages of one's own file are in memory, how to drop them, how long a read then takes.

Without root, only for files of one's own. "Cold" means cold in this kernel: a virtual machine's host, or the
device itself, may still hold the data. A file system that lives in memory has nothing to be cold.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workbench.ownfile import NO_ROOM

PAGE = mmap.PAGESIZE
_WITHOUT_DEVICE = {"tmpfs", "ramfs", "overlay", "fuse.fuse-overlayfs", "9p", "virtiofs"}
_TRIES = 20
_PAUSE_SECONDS = 0.01  # a page that is being read or was in use a moment ago cannot be dropped yet
_CACHESTAT = 451  # the number of the system call, the same on all processors; Linux has it from 6.5 on


class NotCold(Exception):
    """This machine cannot show what is in the page cache and what is not; its text says why."""


def evict(path: Path) -> None:
    """Drop a file from the page cache and check that no page of it is left.

    The file must be one's own, not empty, and mapped by nobody. Raises NotCold with the reason when that cannot
    be done or cannot be checked, ValueError for an empty file, OSError when it cannot be opened.
    """
    _require_device(path)
    with path.open("rb") as file:
        os.fsync(file.fileno())  # pages that are not written yet cannot be dropped
        os.pread(file.fileno(), 1, 0)
        if _count(file.fileno()) == 0:
            raise NotCold("This machine does not tell which pages of a file are in memory.")
        for _ in range(_TRIES):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            if (left := _count(file.fileno())) == 0:
                return
            time.sleep(_PAUSE_SECONDS)
    raise NotCold(f"{left} pages of the file stay in memory, although the kernel was asked to drop them.")


def why_not_cold(path: Path) -> str:
    """Return why the file cannot be read cold here, as a sentence; an empty text when it can, and is cold now."""
    try:
        evict(path)
    except NotCold as refusal:
        return str(refusal)
    return ""


def resident(path: Path) -> np.ndarray:
    """Return which pages of a file are in the page cache: an array of bool, one for each PAGE bytes.

    The kernel answers for one's own files. Of others it says that all is there (mincore), so their pages are asked
    for one by one, without waiting (RWF_NOWAIT). That begins to read what is not there; on a busy machine a page may
    come before the kernel looks, and then counts as there.
    Raises NotCold with the reason where the kernel does not answer, ValueError for an empty file.
    """
    _require_device(path)
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_uid != os.geteuid() and not os.access(path, os.W_OK):
            return _told_by_reading(file.fileno(), -(-os.fstat(file.fileno()).st_size // PAGE))
        return _told_by_mincore(file.fileno())


def read_seconds(path: Path, offsets: Sequence[int], length: int = 4096) -> np.ndarray:
    """Read length bytes at each offset, one after the other; return the seconds of each read, the call included.

    The kernel is told that the order is random, where it can be told: it then reads no more than was asked for.
    Raises ValueError when a read comes out short, which is one behind the end of the file.
    """
    seconds, buffer = np.empty(len(offsets)), memoryview(bytearray(length))
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for i, offset in enumerate(offsets):
            start = time.perf_counter()
            file.seek(offset)
            count = file.readinto(buffer)
            seconds[i] = time.perf_counter() - start
            if count != length:
                raise ValueError(f"There are no {length} bytes at {offset}.")
    return seconds


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


def _require_device(path: Path) -> None:
    """Raise NotCold unless this system can drop a file, and the file lies on a device."""
    if not hasattr(os, "posix_fadvise") or sys.platform != "linux":
        raise NotCold("Only Linux lets a program drop its own file from the page cache.")
    if path.resolve().name.startswith(f"memfd:{NO_ROOM}"):
        raise NotCold("The disk has no room for the file, so it lies in memory, where nothing is cold.")
    if (kind := file_system(path)) in _WITHOUT_DEVICE:
        raise NotCold(f"The file lies on {kind}, where a read does not go to a device of this machine.")


def _plain(mount: str) -> str:
    """A path as /proc writes it.

    >>> _plain(r"/mnt/my\\040disk")
    '/mnt/my disk'
    """
    for code, letter in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        mount = mount.replace(code, letter)
    return mount


def _told_by_mincore(descriptor: int) -> np.ndarray:
    """Which pages are in the page cache, as mincore tells for one's own file."""
    libc = ctypes.CDLL(None, use_errno=True)
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY) as mapping:
        pages = np.empty(-(-len(mapping) // PAGE), np.uint8)
        first = ctypes.c_ubyte.from_buffer(mapping)
        try:
            failed = libc.mincore(
                ctypes.byref(first), ctypes.c_size_t(len(mapping)), ctypes.c_void_p(pages.ctypes.data)
            )
        finally:
            del first  # the mapping cannot be closed while something points into it
    if failed:
        reason = os.strerror(ctypes.get_errno())
        raise NotCold(f"The kernel does not tell which pages are in memory: {reason}.")
    return (pages & 1).astype(bool)


def _count(descriptor: int) -> int:
    """How many pages are in the page cache, as the more pessimistic of two witnesses counts."""
    return max(int(np.count_nonzero(_told_by_mincore(descriptor))), _told_by_cachestat(descriptor) or 0)


def _told_by_cachestat(descriptor: int) -> int | None:
    """How many pages of a file are in the page cache; None where the kernel is too old to be asked."""
    whole, counts = (ctypes.c_uint64 * 2)(0, 0), (ctypes.c_uint64 * 5)()
    call = ctypes.CDLL(None).syscall
    if call(ctypes.c_long(_CACHESTAT), descriptor, ctypes.byref(whole), ctypes.byref(counts), 0):
        return None
    return int(counts[0])


def _told_by_reading(descriptor: int, pages: int) -> np.ndarray:
    """Which pages are there at once; pages ahead of the asked one are not read for it."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
    return np.array([_is_there(descriptor, page) for page in range(pages)], dtype=bool)


def _is_there(descriptor: int, page: int) -> bool:
    """Whether the first byte of a page can be read without waiting."""
    try:
        os.preadv(descriptor, [bytearray(1)], page * PAGE, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    except (AttributeError, OSError) as error:
        raise NotCold("The kernel does not tell whether a read would have to wait.") from error
    return True
