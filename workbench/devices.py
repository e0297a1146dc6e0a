"""Devices that count what is asked of them: sequences of records that lie in blocks.

The grader hands them to an answer and keeps them on its own side; a notebook makes them by hand. Both run this code.
A device checks each request as if a stranger had made it, and refuses a bad one with an error of Python's own.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from workbench.held import HELD, Held

MOST_REQUESTS = 50_000  # of one device: an answer that asks for more does not end by itself
MOST_BYTES = 64 << 20  # written to one device
RECORD_BYTES = 32  # that a small record takes in memory

AnyDevice = TypeVar("AnyDevice", bound="type[Device]")
KINDS: dict[str, type[Device]] = {}


class TooMuch(Exception):
    """More was asked of a device than any answer needs; reason is memory or timeout."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def device(kind: AnyDevice) -> AnyDevice:
    """Make a class of devices known by its name."""
    KINDS[kind.__name__] = kind
    return kind


class Device:
    """What all devices have: counts, and lists of what may be asked of them.

    methods and attributes are all that an answer sees; outcome is what a device holds in the end, where that is
    part of the answer, else None. counts: requests, and what else a kind counts.
    """

    methods: ClassVar[Sequence[str]] = ()
    attributes: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        self.counts: dict[str, int] = {"requests": 0}
        self._looks = 0
        self._bytes_left = MOST_BYTES

    @property
    def outcome(self) -> Any:
        """What was made with it: nothing, of a device that is read only or for temporary data."""
        return None

    def count(self, **more: int) -> None:
        """Count a request and what it costs; raises TooMuch."""
        self.counts["requests"] += 1
        self.look()
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def look(self) -> None:
        """Have the device be looked at, as each request and each reading of an attribute does; raises TooMuch."""
        self._looks += 1
        if self._looks > MOST_REQUESTS:
            raise TooMuch(
                "timeout", f"It makes more than {MOST_REQUESTS:,} requests to a device and was stopped."
            )

    def take_bytes(self, count: int) -> None:
        """Count what is written; raises TooMuch."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise TooMuch("memory", f"It writes more than {MOST_BYTES >> 20} MB to a device and was stopped.")


class RecordDevice(Device):
    """Integers of any size, block_records of them a block; a request carries at most memory_records.

    A request moves each block that it touches. It seeks when it does not start where the one before it ended; the
    first one seeks. counts: requests, moves, seeks. Records are numbered from 0.
    """

    attributes: ClassVar[Sequence[str]] = ("block_records",)

    def __init__(self, block_records: int, memory_records: int) -> None:
        super().__init__()
        self.block_records = block_records
        self._most = memory_records
        self._head = -1
        self._held: Held | None = None
        self.counts |= {"moves": 0, "seeks": 0}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {self.block_records} records a block>"

    def share(self, held: Held) -> None:
        """Count from now on what is held with other devices: each adds what its requests make the most grow by."""
        self._held = held
        self.counts[HELD] = 0

    def _moved(self, start: int, count: int, taken: int) -> None:
        """Count a request for the records from start on; taken: how many more are in memory behind it."""
        if not count:
            self.count()
            return
        first, last = start // self.block_records, (start + count - 1) // self.block_records
        held = {HELD: self._held.moved(taken)} if self._held else {}
        self.count(moves=last - first + 1, seeks=int(start != self._head), **held)
        self._head = start + count

    def _checked_count(self, count: Any) -> int:
        if _integer(count, "the count of records") < 0:
            raise ValueError(f"a count of records is no less than 0, not {_number(count)}")
        if count > self._most:
            raise ValueError(
                f"a request for {_number(count)} records: memory holds {self._most}, so no request has more"
            )
        return count

    def _checked_records(self, records: Any) -> list[int]:
        if type(records) is not list:
            raise TypeError(f"records come as a list, not as {type(records).__name__}")
        self._checked_count(len(records))
        for record in records:
            _integer(record, "a record")
        self.take_bytes(sum(RECORD_BYTES + record.bit_length() // 8 for record in records))
        return records


@device
class RecordSource(RecordDevice):
    """Records that are read from the first to the last.

    >>> src = RecordSource([5, 3, 8], block_records=2, memory_records=4)
    >>> src.read(2), src.read(2), src.read(2), src.counts
    ([5, 3], [8], [], {'requests': 3, 'moves': 2, 'seeks': 1})
    """

    methods: ClassVar[Sequence[str]] = ("read",)
    attributes: ClassVar[Sequence[str]] = ("block_records", "record_count")

    def __init__(self, records: Sequence[int], block_records: int, memory_records: int) -> None:
        super().__init__(block_records, memory_records)
        self._records = list(records)
        self._position = 0

    @property
    def record_count(self) -> int:
        """How many records there are, read or not."""
        return len(self._records)

    def __repr__(self) -> str:
        return f"<src {_short(self._records)}, {self.block_records} records a block>"

    def read(self, count: int) -> list[int]:
        """Return the next count records, fewer at the end, none behind it.

        Raises ValueError for a negative count and for more than memory_records, TypeError for no integer.
        """
        part = self._records[self._position : self._position + self._checked_count(count)]
        self._moved(self._position, len(part), len(part))
        self._position += len(part)
        return part


@device
class RecordDisk(RecordDevice):
    """Scratch space, empty at first: records are read and written at any place.

    >>> disk = RecordDisk(block_records=2, memory_records=4)
    >>> disk.write(0, [5, 6, 7, 8])
    >>> disk.read(1, 2), disk.counts
    ([6, 7], {'requests': 2, 'moves': 4, 'seeks': 2})
    """

    methods: ClassVar[Sequence[str]] = ("read", "write")

    def __init__(self, block_records: int, memory_records: int) -> None:
        super().__init__(block_records, memory_records)
        self._records: list[int | None] = []  # None where a gap was left

    def __repr__(self) -> str:
        return "<disk>"

    def read(self, start: int, count: int) -> list[int]:
        """Return count records from the place start on.

        Raises IndexError where not all of them were written, ValueError and TypeError as for a source.
        """
        self._checked_count(count)
        within = 0 <= _integer(start, "a place on the disk") <= len(self._records) - count
        part = self._records[start : start + count] if within else [None]
        records = [record for record in part if record is not None]
        if len(records) < count or not within:
            raise IndexError(
                f"a read of {count:,} records from the place {_number(start)} on: not all of them were written"
            )
        self._moved(start, count, count)
        return records

    def write(self, start: int, records: list[int]) -> None:
        """Write records at the place start and on: over what is there, behind it, or in the next empty block.

        Raises IndexError where a block would stay empty, ValueError for more than memory_records, TypeError for
        what is no list of integers.
        """
        self._checked_records(records)
        size = len(self._records)
        next_block = -(-size // self.block_records) * self.block_records
        if not 0 <= _integer(start, "a place on the disk") <= next_block:
            raise IndexError(
                f"a write at the place {_number(start)}: it starts at {next_block:,} at most, the next empty block"
            )
        self._moved(start, len(records), -len(records))
        self._records += [None] * (start - size if records else 0)
        self._records[start : start + len(records)] = records


@device
class RecordSink(RecordDevice):
    """Records that are written one after the other; they are the result.

    >>> out = RecordSink(block_records=2, memory_records=4)
    >>> out.write([3, 5]), out.write([8]), out.outcome, out.counts
    (None, None, [3, 5, 8], {'requests': 2, 'moves': 2, 'seeks': 1})
    """

    methods: ClassVar[Sequence[str]] = ("write",)

    def __init__(self, block_records: int, memory_records: int) -> None:
        super().__init__(block_records, memory_records)
        self._records: list[int] = []

    def __repr__(self) -> str:
        return "<out>"

    @property
    def outcome(self) -> list[int]:
        """The records that were written, in their order."""
        return list(self._records)

    def write(self, records: list[int]) -> None:
        """Write records behind those that are there.

        Raises ValueError for more than memory_records, TypeError for what is no list of integers.
        """
        self._checked_records(records)
        self._moved(len(self._records), len(records), -len(records))
        self._records += records


def total_counts(devices: Iterable[Device]) -> dict[str, int]:
    """Return the counts of several devices, added up by name.

    >>> total_counts([RecordDisk(2, 4), RecordSink(2, 4)])
    {'requests': 0, 'moves': 0, 'seeks': 0}
    """
    total: dict[str, int] = {}
    for one in devices:
        for name, number in one.counts.items():
            total[name] = total.get(name, 0) + number
    return total


def _integer(value: Any, what: str) -> int:
    """Return a value that is an int and nothing else; raises TypeError."""
    if type(value) is not int:
        raise TypeError(f"{what} is an int, not a {type(value).__name__}")
    return value


def _number(value: int) -> str:
    """An int in digits; Python does not write out the very large ones."""
    return f"{value:,}" if value.bit_length() < 100 else "so many"


class _Short(reprlib.Repr):
    """Writes lists of records in few characters; Python does not write out the very large ones."""

    def repr_int(self, number: int, _level: int) -> str:
        """Write a number, or how large it is."""
        return repr(number) if number.bit_length() < 100 else f"<{number.bit_length():,} bits>"


def _short(records: Sequence[int]) -> str:
    shown = _Short()
    shown.maxlist = 12 if len(records) <= 12 else 6
    text = shown.repr(list(records))
    return text if len(records) <= 12 else f"{text} ({len(records):,} records)"
