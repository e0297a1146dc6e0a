"""The book's disk on a virtual clock: 10 ms for a seek, 58 MB/s for the transfer."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Machine2009:
    """A disk that reads and writes nothing: it tells how long a disk of 2009 takes.

    The first request seeks, and so does each that does not start where the one before ended. Nothing is cached.
    58 MB/s are 58 bytes a microsecond.

    >>> disk = Machine2009()
    >>> disk.read(0, 58_000_000)
    1010000.0
    >>> disk.read(58_000_000, 580)  # goes on where the one before ended
    10.0
    >>> disk.write(0, 58)
    10001.0
    >>> disk.seeks, disk.bytes_read, disk.bytes_written, disk.elapsed_us
    (2, 58000580, 58, 1020011.0)
    """

    def __init__(self, seek_us: float = 10_000, bytes_per_us: float = 58) -> None:
        self.seek_us, self.bytes_per_us = seek_us, bytes_per_us
        self.seeks = self.requests = self.bytes_read = self.bytes_written = 0
        self._head: int | None = None

    @property
    def elapsed_us(self) -> float:
        """The time of all requests so far, in microseconds."""
        return self.seeks * self.seek_us + (self.bytes_read + self.bytes_written) / self.bytes_per_us

    def read(self, offset: int, length: int) -> float:
        """Count a read of length bytes at offset; return its microseconds.

        A read of no bytes does not reach the disk. Raises ValueError for a negative number.
        """
        microseconds = self._request(offset, length)
        self.bytes_read += length
        return microseconds

    def write(self, offset: int, length: int) -> float:
        """Count a write of length bytes at offset; otherwise as read."""
        microseconds = self._request(offset, length)
        self.bytes_written += length
        return microseconds

    def _request(self, offset: int, length: int) -> float:
        if offset < 0 or length < 0:
            raise ValueError(f"A request has no negative numbers: offset {offset}, length {length}.")
        if length == 0:
            return 0.0
        seeks = int(offset != self._head)
        self.seeks += seeks
        self.requests += 1
        self._head = offset + length
        return seeks * self.seek_us + length / self.bytes_per_us


class CountedFile(io.RawIOBase):
    """A file of this machine, open for reading; each read is counted on a Machine2009, too.

    One pass then gives both times: this machine's by the clock, the disk's of 2009 by its own. Reads are not
    buffered, so a read here is a request there; io.BufferedReader(file, size) makes larger requests.
    start is where the file lies on the disk. Raises OSError as open does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "tags").write_bytes(bytes(116))
    ...     with CountedFile(Path(folder) / "tags", Machine2009()) as file:
    ...         len(file.read(100)), len(file.read(100)), file.disk.requests, file.disk.elapsed_us
    (100, 16, 2, 10002.0)
    """

    def __init__(self, path: Path, disk: Machine2009, start: int = 0) -> None:
        super().__init__()
        self.disk = disk
        self._start = start
        self._file = path.open("rb", buffering=0)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move as any file does; the disk seeks only when something is read there."""
        return self._file.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer and count what was read."""
        offset = self._file.tell()
        length = self._file.readinto(buffer)
        self.disk.read(self._start + offset, length)
        return length

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
