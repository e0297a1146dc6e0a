"""Sorters that each make one usual mistake: the likely causes of external_sort."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Run = tuple[int, int]  # where it starts on the disk, and its records


def pieces(disk: Any, run: Run, piece: int) -> Iterator[int]:
    """The records of a run, read a piece at a time."""
    start, count = run
    for place in range(start, start + count, piece):
        yield from disk.read(place, min(piece, start + count - place))


def write(records: Iterable[int], piece: int, put: Callable[[list[int]], None]) -> int:
    """Write records a piece at a time; return how many there were."""
    stream, count = iter(records), 0
    while part := list(itertools.islice(stream, piece)):
        put(part)
        count += len(part)
    return count


def sorter(
    run_blocks: Callable[[int], int] = lambda most: most,
    fan_in: Callable[[int], int] = lambda most: most - 1,
    piece_blocks: Callable[[int, int], int] = lambda most, runs: most // (runs + 1),
    single_records: bool = False,
    fits_in_memory: bool = True,
    copies: bool = False,
    one_group: bool = False,
) -> Callable[[Any, Any, Any, int], None]:
    """A sorter that differs from a good one in one part."""

    def sort(src: Any, disk: Any, out: Any, memory_records: int) -> None:
        block, total = src.block_records, src.record_count
        most = memory_records // block
        length = run_blocks(most) * block
        if total <= most * block and fits_in_memory:
            out.write(sorted(src.read(total)))
            return
        runs: list[Run] = []
        while part := src.read(length):
            disk.write(length * len(runs), sorted(part))
            runs.append((length * len(runs), len(part)))
        end = -(-total // block) * block
        at_once = fan_in(most)
        last = int(copies)
        while len(runs) > (last or at_once) and not one_group:
            longer: list[Run] = []
            for first in range(0, len(runs), at_once):
                group, start = runs[first : first + at_once], end
                merged = heapq.merge(*(pieces(disk, run, block) for run in group))
                end += write(merged, block, Appending(disk, start))
                longer.append((start, end - start))
            runs, end = longer, -(-end // block) * block
        runs = runs[:at_once]
        size = 1 if single_records else max(1, piece_blocks(most, len(runs))) * block
        write(heapq.merge(*(pieces(disk, run, size) for run in runs)), size, out.write)

    return sort


class Appending:
    """Writes to a disk, one part behind the other."""

    def __init__(self, disk: Any, place: int) -> None:
        self._disk, self._place = disk, place

    def __call__(self, records: list[int]) -> None:
        self._disk.write(self._place, records)
        self._place += len(records)


single_records = sorter(single_records=True)
two_at_a_time = sorter(fan_in=lambda _: 2)
runs_of_a_block = sorter(run_blocks=lambda _: 1)
copies_at_the_end = sorter(copies=True)
disk_for_all = sorter(fits_in_memory=False)
pieces_of_a_block = sorter(piece_blocks=lambda _most, _runs: 1)
first_group_only = sorter(one_group=True)


def all_records(src: Any, memory_records: int) -> list[int]:
    """What a twin that is wrong in another way reads; it keeps all in memory."""
    records: list[int] = []
    while part := src.read(memory_records):
        records += part
    return records


def kept(change: Callable[[list[int], int], list[int]]) -> Callable[[Any, Any, Any, int], None]:
    """A sorter that writes something else than all records in order; change gets records and a run's length."""

    def sort(src: Any, _disk: Any, out: Any, memory_records: int) -> None:
        length = memory_records // src.block_records * src.block_records
        write(change(all_records(src, memory_records), length), memory_records, out.write)

    return sort


without_doubles = kept(lambda records, _: sorted({*records}))
first_run_only = kept(lambda records, length: sorted(records[:length]))
whole_runs_only = kept(
    lambda records, length: sorted(
        records[: len(records) // length * length] if len(records) > length else records
    )
)
not_merged = kept(
    lambda records, length: [
        record
        for start in range(0, len(records), length)
        for record in sorted(records[start : start + length])
    ]
)
descending = kept(lambda records, _: sorted(records, reverse=True))
