"""Large files that are made once, checked at each use, and made again when they are damaged."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from datasets import DataError
from datasets.progress import Progress


def made_file(path: Path, length: int, sha256: str, chunks: Iterable[bytes]) -> Path:
    """Return path, made of chunks unless it has this length and SHA-256 already; chunks is then not read.

    A killed process leaves the old file or the new one, never half of one; a second process waits for the
    first. Raises DataError when the chunks have another SHA-256 (nothing is kept), OSError for a full disk.

    >>> import tempfile
    >>> digest = hashlib.sha256(b"abc").hexdigest()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made_file(Path(folder) / "한글.txt", 3, digest, [b"a", b"bc"]).read_bytes()
    b'abc'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_name(f".{path.name}.lock")):
        if not _is_intact(path, length, sha256):
            _make(path, length, sha256, chunks)
    return path


def _is_intact(path: Path, length: int, sha256: str) -> bool:
    """Whether the file is there, whole and unchanged."""
    if not path.is_file() or path.stat().st_size != length:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _make(path: Path, length: int, sha256: str, chunks: Iterable[bytes]) -> None:
    """Write the chunks beside path, then put that file in its place.

    The partial file has one name only, so the next call overwrites what a killed one left.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file, Progress(f"Making {path.name}", length) as progress:
            made = _write(file, chunks, progress)
        if made != sha256:
            raise DataError(
                f"{path.name} came out different on this machine (SHA-256 {made}); please report it."
            )
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _write(file: BinaryIO, chunks: Iterable[bytes], progress: Progress) -> str:
    """Write the chunks to the disk; their SHA-256."""
    digest = hashlib.sha256()
    for chunk in chunks:
        file.write(chunk)
        digest.update(chunk)
        progress.add(len(chunk))
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the system lets go of it when the process dies. The empty file stays."""
    with path.open("wb") as file:
        _lock(file)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        """Wait until this process alone has the file; msvcrt gives up after 10 s each time."""
        while True:
            try:
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            except OSError as error:
                if error.errno != errno.EDEADLK:
                    raise
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        """Wait until this process alone has the file."""
        fcntl.flock(file, fcntl.LOCK_EX)
