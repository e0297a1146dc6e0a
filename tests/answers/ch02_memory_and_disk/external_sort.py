# ==== right: a heap of heads by hand, as many runs as possible at once
import heapq


class Head:
    """The rest of a run: one piece in memory, the next one when that is used up."""

    def __init__(self, disk, start, count, piece):
        self.disk, self.next, self.end, self.piece = disk, start, start + count, piece
        self.records, self.index = [], 0
        self.fill()

    def fill(self):
        count = min(self.piece, self.end - self.next)
        self.records = self.disk.read(self.next, count) if count else []
        self.next += count
        self.index = 0

    def pop(self):
        record = self.records[self.index]
        self.index += 1
        if self.index == len(self.records):
            self.fill()
        return record


def merge(disk, runs, piece, write):
    heads = [Head(disk, start, count, piece) for start, count in runs]
    heap = [(head.pop(), number) for number, head in enumerate(heads)]
    heapq.heapify(heap)
    ready = []
    while heap:
        record, number = heap[0]
        ready.append(record)
        if len(ready) == piece:
            write(ready)
            ready = []
        if heads[number].records:
            heapq.heapreplace(heap, (heads[number].pop(), number))
        else:
            heapq.heappop(heap)
    if ready:
        write(ready)


def external_sort(src, disk, out, memory_records):
    size = src.block_records
    m = memory_records // size
    records = src.read(m * size)
    if src.record_count <= m * size:
        if records:
            records.sort()
            out.write(records)
        return
    runs, place = [], 0
    while records:
        records.sort()
        disk.write(place, records)
        runs.append((place, len(records)))
        place += len(records)
        records = src.read(m * size)
    while True:
        place = -(-place // size) * size
        if len(runs) < m:
            merge(disk, runs, m // (len(runs) + 1) * size, out.write)
            return
        longer = []
        while runs:
            group, runs = runs[: m - 1], runs[m - 1 :]
            start = place

            def write(ready):
                nonlocal place
                disk.write(place, ready)
                place += len(ready)

            merge(disk, group, m // (len(group) + 1) * size, write)
            longer.append((start, place - start))
        runs = longer


# ==== right: heapq.merge over generators, two halves of the disk used by turns
import heapq
import itertools


def run_of(disk, start, end, piece):
    while start < end:
        records = disk.read(start, min(piece, end - start))
        start += len(records)
        yield from records


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    for start in range(0, total, held):
        disk.write(start, sorted(src.read(held)))
    bounds = [*range(0, total, held), total]
    here, there = 0, -(-total // block) * block
    ways = held // block - 1
    while len(bounds) - 1 > ways:
        new = []
        for first in range(0, len(bounds) - 1, ways):
            part = bounds[first : first + ways + 1]
            piece = held // block // len(part) * block
            runs = [run_of(disk, here + a, here + b, piece) for a, b in itertools.pairwise(part)]
            merged, place = heapq.merge(*runs), there + part[0]
            while chunk := list(itertools.islice(merged, piece)):
                disk.write(place, chunk)
                place += len(chunk)
            new.append(part[0])
        bounds = [*new, total]
        here, there = there, here
    piece = held // block // len(bounds) * block
    merged = heapq.merge(*[run_of(disk, here + a, here + b, piece) for a, b in itertools.pairwise(bounds)])
    while chunk := list(itertools.islice(merged, piece)):
        out.write(chunk)


# ==== wrong: all of it in memory | message must contain: kept in lists
def external_sort(src, disk, out, memory_records):
    records = []
    while part := src.read(memory_records):
        records += part
    records.sort()
    for start in range(0, len(records), memory_records):
        out.write(records[start : start + memory_records])


# ==== wrong: over the disk, but all of it in memory in the end | message must contain: holds too much in memory
def external_sort(src, disk, out, memory_records):
    held = memory_records // src.block_records * src.block_records
    total = src.record_count
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    for start in range(0, total, held):
        disk.write(start, sorted(src.read(held)))
    records = []
    for start in range(0, total, held):
        records += disk.read(start, min(held, total - start))
    records.sort()
    for start in range(0, total, held):
        out.write(records[start : start + held])


# ==== wrong: one request for all | message must contain: A request carries more records
def external_sort(src, disk, out, memory_records):
    out.write(sorted(src.read(src.record_count)))


# ==== wrong: two runs at a time | message must contain: two runs at a time
import heapq
import itertools


def run_of(disk, start, end, piece):
    for place in range(start, end, piece):
        yield from disk.read(place, min(piece, end - place))


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    runs, place = [], 0
    while part := src.read(held):
        disk.write(place, sorted(part))
        runs.append((place, place + len(part)))
        place += len(part)
    place = -(-place // block) * block
    piece = held // block // 3 * block
    while len(runs) > 2:
        longer = []
        for first in range(0, len(runs), 2):
            start = place
            merged = heapq.merge(*[run_of(disk, *run, piece) for run in runs[first : first + 2]])
            while part := list(itertools.islice(merged, piece)):
                disk.write(place, part)
                place += len(part)
            longer.append((start, place))
        runs = longer
        place = -(-place // block) * block
    merged = heapq.merge(*[run_of(disk, *run, piece) for run in runs])
    while part := list(itertools.islice(merged, piece)):
        out.write(part)


# ==== wrong: one record at a time in the merge | message must contain: moves its whole block
import heapq


def run_of(disk, start, end):
    for place in range(start, end):
        yield from disk.read(place, 1)


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    runs, place = [], 0
    while part := src.read(held):
        disk.write(place, sorted(part))
        runs.append((place, place + len(part)))
        place += len(part)
    ways = held // block - 1
    while len(runs) > ways:
        longer = []
        for first in range(0, len(runs), ways):
            start = place
            for record in heapq.merge(*[run_of(disk, *run) for run in runs[first : first + ways]]):
                disk.write(place, [record])
                place += 1
            longer.append((start, place))
        runs = longer
    for record in heapq.merge(*[run_of(disk, *run) for run in runs]):
        out.write([record])


# ==== wrong: pieces of one block | message must contain: The pieces of the merge are single blocks
import heapq
import itertools


def run_of(disk, start, end, piece):
    for place in range(start, end, piece):
        yield from disk.read(place, min(piece, end - place))


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    runs, place = [], 0
    while part := src.read(held):
        disk.write(place, sorted(part))
        runs.append((place, place + len(part)))
        place += len(part)
    ways = held // block - 1
    while len(runs) > ways:
        longer, place = [], -(-place // block) * block
        for first in range(0, len(runs), ways):
            start = place
            merged = heapq.merge(*[run_of(disk, *run, block) for run in runs[first : first + ways]])
            while part := list(itertools.islice(merged, block)):
                disk.write(place, part)
                place += len(part)
            longer.append((start, place))
        runs = longer
    merged = heapq.merge(*[run_of(disk, *run, block) for run in runs])
    while part := list(itertools.islice(merged, block)):
        out.write(part)


# ==== wrong: equal records once | message must contain: Equal records are lost
def external_sort(src, disk, out, memory_records):
    records = set()
    while part := src.read(memory_records):
        records |= set(part)
    records = sorted(records)
    for start in range(0, len(records), memory_records):
        out.write(records[start : start + memory_records])


# ==== wrong: sorted runs one after the other | message must contain: not merged
def external_sort(src, disk, out, memory_records):
    held = memory_records // src.block_records * src.block_records
    while part := src.read(held):
        out.write(sorted(part))


# ==== wrong: the rest is not written | message must contain: Nothing, or not all
import heapq


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    records = []
    while part := src.read(held):
        records += part
    ready = []
    for record in sorted(records):
        ready.append(record)
        if len(ready) == block:
            out.write(ready)
            ready = []


# ==== wrong: the last piece is taken for a whole one | message must contain: where no record was written
import heapq


def run_of(disk, start, end, piece):
    for place in range(start, end, piece):
        yield from disk.read(place, piece)


def external_sort(src, disk, out, memory_records):
    block, total = src.block_records, src.record_count
    held = memory_records // block * block
    if total <= held:
        out.write(sorted(src.read(held)))
        return
    bounds = [*range(0, total, held), total]
    for start in bounds[:-1]:
        disk.write(start, sorted(src.read(held)))
    for record in heapq.merge(*[run_of(disk, a, b, block) for a, b in zip(bounds, bounds[1:])]):
        out.write([record])


# ==== wrong: no records | message must contain: No records make it fail
def external_sort(src, disk, out, memory_records):
    records = []
    while part := src.read(memory_records):
        records += part
    records.sort()
    smallest = records[0]
    for record in records:
        out.write([record])


# ==== wrong: the result is returned | message must contain: Nothing, or not all
def external_sort(src, disk, out, memory_records):
    records = []
    while part := src.read(memory_records):
        records += part
    return sorted(records)
