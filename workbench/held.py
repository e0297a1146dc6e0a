"""What an answer holds in memory, as its devices see it: what was read and is not written yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

HELD = "records held"  # the name of the count: what is in memory at the worst moment


class Held:
    """Records that were read and not written yet, on all devices of a call together.

    >>> held = Held()
    >>> held.moved(4), held.moved(-4), held.moved(6)
    (4, 0, 2)
    """

    def __init__(self) -> None:
        self._now = 0
        self._most = 0

    def moved(self, taken: int) -> int:
        """Count records that were read, or written where taken is below 0; return by how many the most grows."""
        self._now = max(0, self._now + taken)
        grown = max(0, self._now - self._most)
        self._most += grown
        return grown


@runtime_checkable
class Sharing(Protocol):
    """A device that counts what is held together with others."""

    def share(self, held: Held) -> None:
        """Count with the others from now on."""


def hold_together(devices: Iterable[object]) -> None:
    """Have the devices of a call that carry records count together what was read and is not written yet.

    >>> from workbench.devices import RecordSink, RecordSource, total_counts
    >>> src, out = RecordSource([3, 5], 1, 2), RecordSink(1, 2)
    >>> hold_together([src, out])
    >>> out.write(src.read(1)), out.write(src.read(1)), total_counts([src, out])[HELD]
    (None, None, 1)
    """
    held = Held()
    for device in devices:
        if isinstance(device, Sharing):
            device.share(held)
