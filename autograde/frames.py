"""The frames that come out of a submission's process, each within a time that the reader sets."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import sys
import threading
from typing import IO

from autograde import wire

_READ_BYTES = 1 << 16  # what a pipe holds
_WAITING_FRAMES = 4  # each may be large


class Polled:
    """Frames of a pipe that is read only when it has something: no thread stands between it and the grader."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._pipe = stream.fileno()
        os.set_blocking(self._pipe, False)
        self._limit = limit
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)
        self._data = bytearray()
        self._place = 0  # of the first byte that no frame has taken

    def next(self, seconds: float) -> bytes | None:
        """Return the next frame; None at the end of the pipe, and for a frame that is cut or above the limit.

        Raises TimeoutError when there is none after so many seconds.
        """
        while True:
            try:
                frame = self._whole()
            except wire.WireError:
                return None
            if frame is not None:
                return frame
            if not self._poll.poll(seconds * 1000):
                raise TimeoutError
            if not self._read():
                return None

    def close(self) -> bool:
        """Return whether nothing reads the pipe any more: nothing does."""
        return True

    def _whole(self) -> bytes | None:
        """A frame that has arrived; raises WireError for one above the limit."""
        start = self._place + wire.HEADER_BYTES
        if len(self._data) < start:
            return None
        end = start + wire.frame_length(self._data[self._place : start], self._limit)
        if len(self._data) < end:
            return None
        frame = bytes(memoryview(self._data)[start:end])
        self._place = end
        return frame

    def _read(self) -> bool:
        """Take what the pipe holds; False at its end."""
        try:
            part = os.read(self._pipe, _READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        del self._data[: self._place]
        self._place = 0
        self._data += part
        return bool(part)


class Threaded:
    """Frames of a pipe that cannot be polled, as on Windows: a thread may block in a read, a deadline may not."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._frames: queue.Queue[bytes | None] = queue.Queue(_WAITING_FRAMES)
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def next(self, seconds: float) -> bytes | None:
        """As Polled.next."""
        try:
            return self._frames.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None

    def close(self) -> bool:
        """End the thread, once the process has ended; return whether it has let go of the pipe."""
        self._closed = True
        self._reader.join(timeout=5)
        return not self._reader.is_alive()

    def _read(self) -> None:
        frame: bytes | None = b""
        while frame is not None and not self._closed:
            try:
                frame = wire.read_frame(self._stream, self._limit)
            except (wire.WireError, OSError, ValueError):
                frame = None
            while not self._closed:
                with contextlib.suppress(queue.Full):
                    self._frames.put(frame, timeout=0.05)
                    break


def frames(stream: IO[bytes], limit: int) -> Polled | Threaded:
    """Return the reader of a pipe's frames; limit: bytes of one frame. Nothing may have been read ahead."""
    return Threaded(stream, limit) if sys.platform == "win32" else Polled(stream, limit)
