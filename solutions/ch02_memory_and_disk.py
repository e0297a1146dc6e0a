# %% [markdown]
# # Exercises of chapter 2: memory, disk and load
#
# You count what a disk costs, break a model of it, measure how work grows, tell from numbers why a machine is slow,
# and sort data that does not fit in memory. The chapter itself, the notebook of the same name in `chapters/`,
# measures memory, disk and load on your machine. Read it first.
#
# **Run the three code cells below first, and again after each restart of the kernel.** They hold `check`, your
# helpers, and the names that the signatures use.

# %% helpers
# Helpers: imports and functions of your own that the exercises share. Graded together with them.
### BEGIN SOLUTION
import heapq
import itertools
import math

### END SOLUTION
# %% given
# Run this cell and the two above it first, after each restart: the signatures below use these names.
from collections.abc import Iterator, Sequence
from typing import Any

# %% [markdown]
# ## The problem
#
# A table of the book has 350 million rows. The server has 4 GB of memory. A query that reads the table from end to
# end gets no answer in 200 seconds. Three questions decide what to do:
#
# 1. Does the data fit in memory? If not, the disk sets the pace, and the number of **seeks** counts more than the
#    number of bytes.
# 2. How does the work grow with the rows? Twice the rows may be twice the work, or four times.
# 3. What is the machine waiting for? A faster processor does nothing for a program that waits for the disk.

# %% [markdown]
# ## What you will be able to do
#
# 1. Predict the time of any list of reads from two numbers: a seek and a rate.
# 2. Find the growth of an algorithm in a table of measurements.
# 3. Tell from counters whether a process computes, reads, waits for a lock, or has nothing to do.
# 4. Sort more data than fits in memory, and know beforehand how often it moves.
#
# Write each answer into its cell, run the cell, then run the `check` cell under it. `check` starts a fresh process
# with your helpers and your solution cells, as you last ran them. Its first line says which run that was: `In [7]` is
# the number beside the cell. After a change, run the cell before you check it. What you tried elsewhere in the
# notebook does not count.

# %% [markdown]
# ## 1. What a list of reads costs
#
# **Why.** A disk with a moving head works in two ways. It **seeks**: the head moves, and the platter turns until the
# data passes by. The book's disk takes 10 ms for that. Then it **transfers**: 58 MB pass each second. A program that
# reads 4 KB here and 4 KB there spends nearly all its time on seeks. So the order of the reads matters more than
# their size.
#
# **The rule.** A read is a pair (offset, length): the place of its first byte, and the number of bytes. Bytes count
# from 0.
#
# - The first read seeks. So does each read that does not start where the read before it **ended**, at its offset plus
#   its length.
# - A seek takes `seek_us` microseconds.
# - Each byte takes 1 / `bytes_per_us` microseconds. 58 MB/s are 58 bytes a microsecond.
#
# **Example**, with 10,000 microseconds a seek and 58 bytes a microsecond:
#
# ```
#      read     starts at     the one before ended at     seek     microseconds
#   (0, 580)            0     there is none                yes           10,010
# (580, 580)          580     580                           no               10
#   (0, 580)            0     1160                         yes           10,010
#                                                          sum           20,030
# ```
#
# **Edges.** No reads take 0.0. Reading the same bytes again seeks: the head stands behind them. So does a read that
# starts before the end of the last one, or that skips a single byte.


# %% solution access_time points=3 minutes=15 difficulty=1
def access_time(reads: list[tuple[int, int]], seek_us: int, bytes_per_us: float) -> float:
    """Return how long a disk takes for these reads, in microseconds.

    Parameters: reads, pairs (offset, length) in the order in which they are made, offset >= 0 and length >= 1 in
    bytes; seek_us, the time of a seek in microseconds, >= 0; bytes_per_us, bytes a microsecond, > 0.
    Returns: a float; 0.0 for no reads. The first read seeks, and each that does not start where the one before it
    ended.
    Raises: nothing.
    Running time: linear in the number of reads.

    >>> access_time([(0, 580), (580, 580), (0, 580)], 10_000, 58.0)
    20030.0
    >>> access_time([], 10_000, 58.0)
    0.0
    """
    ### BEGIN SOLUTION
    ends = [None, *(offset + length for offset, length in reads)]
    seeks = sum(offset != end for (offset, _), end in zip(reads, ends, strict=False))
    return seeks * seek_us + sum(length for _, length in reads) / bytes_per_us
    ### END SOLUTION


# %% [markdown]
# ## 2. Break a model of the disk
#
# **Why.** A model that agrees with the measurements so far is not right yet. It may only have met easy reads. To
# break it before your users do, look for the reads that it has never met.
#
# The function below was written for log files. All its tests read forward, some with gaps. On those it gives what
# `access_time` gives. Run the cell and try it.


# %% given
def forward_time(reads: Sequence[tuple[int, int]], seek_us: int, bytes_per_us: float) -> float:
    """A broken model of a disk: it seeks when a read skips bytes."""
    microseconds, end = 0.0, -1
    for offset, length in reads:
        if offset > end:
            microseconds += seek_us
        microseconds += length / bytes_per_us
        end = offset + length
    return microseconds


# %% [markdown]
# **The task.** Return a list of reads for which `forward_time` gives another time than a correct `access_time`, with
# 10,000 microseconds a seek and 58 bytes a microsecond. At most 10 reads; offsets of 0 or more, lengths of 1 or more,
# all below one million. Both functions run on your list.


# %% solution breaks_forward_time points=2 minutes=10 difficulty=1 needs=["access_time"]
def breaks_forward_time() -> list[tuple[int, int]]:
    """Return reads whose time forward_time gets wrong.

    Parameters: none.
    Returns: a list of 1 to 10 pairs (offset, length) of ints, 0 <= offset < 1,000,000 and 1 <= length < 1,000,000.
    Raises: nothing.
    """
    ### BEGIN SOLUTION
    return [(4096, 4096), (0, 4096)]
    ### END SOLUTION


# %% [markdown]
# ## 3. How fast does the work grow?
#
# **Why.** A query takes 1 ms on a thousand rows. What will it take on a billion? One measurement cannot tell.
# Several can: the cost of most algorithms is near `c * n**k` for some c and k. `k` is the **growth**. With k =
# 1 twice the rows cost twice the time; with k = 2 four times; with k = 0 nothing more. The book's third crux is
# to choose algorithms whose growth is small.
#
# **The rule.** Return k. The factor c is the speed of the machine: it may be anything above 0, and the answer
# does not depend on it. Take the logarithm of both sides, and a straight line is left, whose slope is k:
#
# ```
# cost       =     c  *  n**k
# log(cost)  =  log(c) + k * log(n)
# ```
#
# A line through the points `(log(n), log(cost))` gives k as its slope. Real measurements have noise, so take all
# points into account: least squares is the usual way. The sizes may be spaced in any way, not only doubled.
#
# **Example.** Costs 3, 12, 48 at the sizes 10, 20, 40: each doubling costs four times as much, so k = 2.
#
# **Edges.** Costs that do not change have growth 0. Growth may be a fraction, or below 0 where costs fall.
# Sizes may come in any order and more than once. Lists of different lengths, or fewer than two **different**
# sizes, raise `ValueError`: no line is fixed by one point. The checks use costs without noise, and take what is
# within 0.05 of k.


# %% solution fit_growth points=3 minutes=20 difficulty=2
def fit_growth(sizes: list[int], costs: list[float]) -> float:
    """Return k where the costs follow c * size**k.

    Parameters: sizes, integers >= 1, at least two different ones, in any order; costs, as many floats > 0, in any
    unit.
    Returns: k as a float, within 0.05 when the costs follow c * size**k exactly, for any c > 0 and any spacing of
    sizes.
    Raises: ValueError when the lists have different lengths, or there are fewer than two different sizes.
    Running time: linear in the number of sizes.

    >>> round(fit_growth([10, 20, 40], [3.0, 12.0, 48.0]), 2)
    2.0
    """
    ### BEGIN SOLUTION
    if len(sizes) != len(costs) or len({*sizes}) < 2:
        raise ValueError("a growth needs as many costs as sizes, and two different sizes")
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    x_mean, y_mean = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    rises = math.fsum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return rises / math.fsum((x - x_mean) ** 2 for x in xs)
    ### END SOLUTION


# %% [markdown]
# ## 4. What is it waiting for?
#
# **Why.** "The server is slow" has several causes, and the fix for one is useless against another. More cores help a
# process that computes. They do nothing for one that waits for the disk: that one needs memory or a faster disk. One
# that waits for a lock needs another program. The load average does not tell them apart: Linux counts the processes
# that wait for a disk, too.
#
# **The data.** A recording is a list of samples of one process, taken one after the other. A sample is a dict, the
# one that `workbench.load.sample(pid)` returns:
#
# | key | what it says |
# |---|---|
# | `at_ms` | when the sample was taken, in milliseconds, on a clock that only goes forward |
# | `load_1min`, `cores` | the machine's load average of one minute, and how many cores it has |
# | `cpu_user_ms`, `cpu_system_ms`, `cpu_iowait_ms`, `cpu_idle_ms` | the **machine**: time of all cores together |
# | `state` | the process, in this moment: `R` runs or could run, `S` sleeps, `D` waits for a device |
# | `user_ms`, `system_ms` | the process: its processor time, in its own code and in the kernel |
# | `read_bytes`, `written_bytes` | the process: what it made devices move; reads from memory are not in it |
# | `waits` | the process: how often it gave up its core to wait for something |
# | `waits_in` | the process, in this moment: the kernel's name of what it waits in; often empty |

# %% [markdown]
# Except for `load_1min`, `state` and `waits_in` these are **counters**: they count since the machine or the process
# started. Only the difference between two samples tells what happens now. Divided by the time between them it is a
# rate: bytes a second, waits a second, the share of a core.
#
# The cell below holds four recordings of real processes, shortened. Run it and look at them.

# %% given
KEYS = ["at_ms", "load_1min", "cores", "cpu_user_ms", "cpu_system_ms", "cpu_iowait_ms", "cpu_idle_ms"]
KEYS += ["state", "user_ms", "system_ms", "read_bytes", "written_bytes", "waits", "waits_in"]
RECORDED: dict[str, list[list[Any]]] = {
    "cpu": [
        [2424896, 6.09, 2, 3415680, 595950, 14240, 774820, "R", 700, 0, 0, 0, 2, ""],
        [2426009, 6.09, 2, 3416960, 596850, 14240, 774820, "R", 970, 30, 0, 0, 2, ""],
        [2427059, 6.09, 2, 3417980, 597910, 14240, 774820, "R", 1140, 40, 0, 0, 2, ""],
    ],
    "io": [
        [2424911, 6.09, 2, 3415700, 595950, 14240, 774820, "D", 110, 270, 13496320, 4096, 2517, ""],
        [2426023, 6.09, 2, 3416970, 596860, 14240, 774820, "R", 170, 500, 32321536, 4096, 6738, ""],
        [2427063, 6.09, 2, 3417990, 597910, 14240, 774820, "R", 200, 590, 38617088, 4096, 8223, ""],
    ],
    "lock": [
        [2424909, 6.09, 2, 3415700, 595950, 14240, 774820, "S", 60, 20, 0, 0, 513, "futex_do_wait"],
        [2426011, 6.09, 2, 3416960, 596850, 14240, 774820, "S", 70, 20, 0, 0, 788, "futex_do_wait"],
        [2427062, 6.09, 2, 3417990, 597910, 14240, 774820, "S", 70, 20, 0, 0, 1056, "futex_do_wait"],
    ],
    "idle": [
        [2424905, 6.09, 2, 3415700, 595950, 14240, 774820, "S", 50, 10, 0, 0, 9, "hrtimer_nanosleep"],
        [2426010, 6.09, 2, 3416960, 596850, 14240, 774820, "S", 50, 10, 0, 0, 11, "hrtimer_nanosleep"],
        [2427061, 6.09, 2, 3417990, 597910, 14240, 774820, "S", 50, 10, 0, 0, 13, "hrtimer_nanosleep"],
    ],
}
recordings = {kind: [dict(zip(KEYS, row, strict=True)) for row in rows] for kind, rows in RECORDED.items()}


# %% [markdown]
# **The rule.** Say what the process spends its time on:
#
# | answer | the process | its signs |
# |---|---|---|
# | `"io"` | waits for a disk | makes devices move bytes, far more than a few pages when it starts |
# | `"cpu"` | computes, or would if a core were free | no such bytes; uses a good share of a core |
# | `"lock"` | waits for a lock that others hold | neither; is woken many times a second, and waits again |
# | `"idle"` | has nothing to do | neither; is hardly ever woken |
#
# The gaps between the four are wide: a factor of three at the least, mostly of a hundred. Take the rates of the four
# recordings above, and put your limits into the gaps.
#
# **Example.** `classify_load(recordings["io"])` is `"io"`.
#
# **Edges.** The machine of the recordings is **busy**: a process that computes all the time may get no more
# than a sixth of a core, and one that waits for its disk is often seen in state `R`. A disk is kept busy by
# writes as well as by reads. Time in the kernel is processor time, too. A process may be watched long after it
# has started, when all its counters are large. A recording has two samples or more, and lasts between a
# second and a minute.


# %% solution classify_load points=4 minutes=30 difficulty=3
def classify_load(samples: list[dict[str, Any]]) -> str:
    """Return what a process spends its time on: "cpu", "io", "lock" or "idle".

    Parameters: samples, two or more of one process in the order in which they were taken, a second to a minute from
    the first to the last; dicts with the keys of workbench.load.sample, counters since the start.
    Returns: "io" for a process that waits for a disk, "cpu" for one that computes, "lock" for one that is woken many
    times a second without doing either, "idle" for one that is hardly ever woken.
    Raises: nothing.
    Running time: linear in the number of samples.

    >>> classify_load(recordings["lock"])
    'lock'
    """
    ### BEGIN SOLUTION
    milliseconds = rise(samples, "at_ms")
    if rise(samples, "read_bytes", "written_bytes") / milliseconds > 1e3:
        return "io"
    if rise(samples, "user_ms", "system_ms") / milliseconds > 0.08:
        return "cpu"
    return "lock" if rise(samples, "waits") / milliseconds > 0.03 else "idle"


def rise(samples: list[dict[str, Any]], *counters: str) -> int:
    """By how much counters rose together from the first sample to the last."""
    return sum(samples[-1][counter] - samples[0][counter] for counter in counters)
    ### END SOLUTION


# %% [markdown]
# ## 5. Sort what does not fit in memory
#
# **Why.** Memory holds a part of the records, the disk holds all. `sorted(...)` on the whole would swap: a seek for
# nearly each record. Databases sort in another way, and so do you: sort parts that fit, write them, merge them. What
# moves between memory and disk, and in which order, decides how long it takes.
#
# **The devices.** Records are ints. They lie in **blocks** of `block_records` records, and a request moves each block
# that it touches, whole. Three devices are handed over:
#
# - `src`: `src.read(count)` returns a list of the next records, at most `count`; `[]` behind the last.
#   `src.record_count` tells how many there are in all.
# - `disk`: scratch space, empty at first. `disk.write(start, records)` writes a list from the place `start` on;
#   `disk.read(start, count)` reads it back. Places are numbered by records, from 0. What is not needed any more may
#   be written over.
# - `out`: `out.write(records)` writes a list behind what is there. This is the result.
#
# All have `block_records`, the same number. A list has at most `memory_records` records in any request, as
# memory holds no more; a larger one raises `ValueError`. Reading a place that was never written raises
# `IndexError`. A write to `disk` starts at the next empty block at the latest, so that no block stays empty in
# between.

# %% [markdown]
# **The rule.** Two phases:
#
# 1. **Runs.** Read as much as memory holds, in whole blocks, sort it, write it to `disk`. Such a part is a
#    *run*. When all records fit into one run, it goes to `out` at once, and the disk is not used. Where memory is not
#    a whole number of blocks, a run takes the whole blocks only: `memory_records // block_records * block_records`
#    records. The rest of memory, less than a block, stays unused.
# 2. **Merge.** Read several runs at once, a piece of each, and write the smallest record of all again and
#    again. A piece that is used up is followed by the next one of its run. One more piece of memory collects
#    what is written. With pieces of one block, memory for m blocks merges m - 1 runs at once. When there are
#    more runs, a pass merges groups of them into longer runs on `disk`, until the last pass merges what is left
#    into `out`. You may use `heapq.merge`.
#
# **Example**, 12 records in blocks of 2, memory for 6 records:
#
# ```
# src                7 1  5 2  9 3  8 8  0 6  4 1
# runs on disk       1 2  3 5  7 9 | 0 1  4 6  8 8      6 blocks read, 6 written
# merged into out    0 1  1 2  3 4  5 6  7 8  8 9       6 blocks read, 6 written
# ```
#
# **Edges.** No records give no records. Records may be equal, negative, and of any size; each comes out as
# often as it went in. The last block may be part full. `memory_records` holds at least 3 blocks, and need not
# be a whole number of them.

# %% [markdown]
# **What it may cost.** The grader keeps the devices and counts. With
#
# ```
# blocks  =  ceil(record_count / block_records)           ceil(...): the value in parentheses, rounded up
# m       =  memory_records // block_records              blocks that memory holds
# runs    =  ceil(blocks / m)
# passes  =  0 for one run, else the smallest number with (m - 1)**passes >= runs
# ```
#
# - **Moves**: at most `2 * blocks * (1 + passes)` on all devices together. Each pass reads and writes
#   everything once.
# - **Seeks**: a request that does not start where the last one on its device ended is a seek. When k runs are
#   merged at once, memory may be shared by larger pieces: m // (k + 1) blocks for each run and for the output.
#   Where one pass is enough, at most `2 * (2 + runs + ceil(blocks / piece))` seeks, with `piece = m // (runs + 1)`.
#   Where two or more passes are needed, seeks have no limit.
# - **Memory**: the records that you hold in all lists together fit into `memory_records`, or nearly. The few records
#   that `heapq.merge` and its iterators hold are not counted. `sorted(part)` has two lists of the same records for a
#   moment: that is fine. The devices see what was read and is not written yet: the **records held**. At most
#   `memory_records + m` of them are allowed, as a merge looks at one record of each run. Whoever keeps all records is
#   also found out by the peak of its process.
#
# The cell below makes a function to try your code by hand. Once your `external_sort` has run, call
# `try_sort([7, 1, 5, 2, 9, 3, 8], memory_records=6, block_records=2)` in a cell of your own. It prints what your code
# cost beside what it may cost, and whether `out` is sorted and complete.


# %% given
def try_sort(records: Sequence[int], memory_records: int = 6, block_records: int = 2) -> list[int]:
    """Run your external_sort on small devices; print its costs and their limits, and return what is in out."""
    from workbench.devices import RecordDisk, RecordSink, RecordSource, total_counts
    from workbench.held import hold_together

    limits = limits_of_sort(len(records), memory_records, block_records)
    src = RecordSource(records, block_records, memory_records)
    disk, out = RecordDisk(block_records, memory_records), RecordSink(block_records, memory_records)
    hold_together([src, disk, out])
    external_sort(src, disk, out, memory_records)
    for name, one in {"src": src, "disk": disk, "out": out}.items():
        print(f"{name}:", ", ".join(f"{one.counts[what]} {what}" for what in ("requests", "moves", "seeks")))
    total = total_counts([src, disk, out])
    for what, limit in limits.items():
        print(told_of_cost(what, total[what], limit))
    print(told_of_sort(list(records), out.outcome))
    return out.outcome


def limits_of_sort(record_count: int, memory_records: int, block_records: int) -> dict[str, int | None]:
    """The costs that the text allows; None for seeks where they have no limit."""
    blocks, m = -(-record_count // block_records), memory_records // block_records
    if m < 3:
        raise ValueError(f"memory holds at least 3 blocks: {3 * block_records} records here")
    runs, passes = -(-blocks // m), 0
    while (m - 1) ** passes < runs:
        passes += 1
    seeks = 2 * (2 + runs + -(-blocks // (m // (runs + 1)))) if passes <= 1 else None
    return {"moves": 2 * blocks * (1 + passes), "seeks": seeks, "records held": memory_records + m}


def told_of_cost(what: str, count: int, limit: int | None) -> str:
    """A cost beside its limit, and whether it is too much."""
    if limit is None:
        return f"{what}: {count}, allowed: any number"
    return f"{what}: {count}, allowed: {limit}" + (": too many" if count > limit else "")


def told_of_sort(records: list[int], written: list[int]) -> str:
    """Whether what was written to out is in order, and all there."""
    if not records and not written:
        return "src has no records, and out has none: that is right."
    if not written:
        return "Nothing was written to out."
    order = "sorted" if written == sorted(written) else "not sorted"
    if sorted(written) == sorted(records):
        return f"out is {order} and complete."
    if len(written) != len(records):
        return f"out is {order}, with {len(written)} records instead of {len(records)}."
    return f"out is {order}, but its records are not those of src."


# %% solution external_sort points=8 minutes=75 difficulty=4
def external_sort(src: Any, disk: Any, out: Any, memory_records: int) -> None:
    """Write the records of src to out in ascending order, with memory for a part of them.

    Parameters: src, disk, out, devices of integers as the text describes them, with blocks of src.block_records;
    memory_records, how many records memory holds, at least 3 * src.block_records.
    Returns: None.
    Raises: nothing.
    Costs: at most 2 * blocks * (1 + passes) moves of blocks, long sequential reads and writes, memory for
    memory_records.
    Running time: n log n in the number of records n.
    Source: Knuth, The Art of Computer Programming, volume 3, section 5.4.
    """
    ### BEGIN SOLUTION
    most = memory_records // src.block_records  # blocks in memory
    total, run_records = src.record_count, most * src.block_records
    if total <= run_records:
        out.write(sorted(src.read(total)))
        return
    for start in range(0, total, run_records):
        disk.write(start, sorted(src.read(run_records)))
    runs = [(start, min(start + run_records, total)) for start in range(0, total, run_records)]
    fan_in, place = smallest_fan_in(len(runs), most - 1), rounded_up(total, src.block_records)
    while len(runs) > fan_in:
        runs, place = merge_pass(disk, runs, fan_in, place, memory_records)
    for records in merged(disk, runs, memory_records):
        out.write(records)


def rounded_up(records: int, block_records: int) -> int:
    """The first place behind so many records at which a block starts."""
    return -(-records // block_records) * block_records


def smallest_fan_in(runs: int, most: int) -> int:
    """The fewest runs to merge at once that need no more passes than merging `most` at once."""
    passes = next(p for p in itertools.count(1) if most**p >= runs)
    return next(k for k in range(2, most + 1) if k**passes >= runs)


def merge_pass(
    disk: Any, runs: list[tuple[int, int]], fan_in: int, place: int, memory_records: int
) -> tuple[list[tuple[int, int]], int]:
    """Merge groups of runs into longer ones behind them; return those, and the place behind the last."""
    longer = []
    for first in range(0, len(runs), fan_in):
        start = place
        for records in merged(disk, runs[first : first + fan_in], memory_records):
            disk.write(place, records)
            place += len(records)
        longer.append((start, place))
    return longer, rounded_up(place, disk.block_records)


def merged(disk: Any, runs: list[tuple[int, int]], memory_records: int) -> Iterator[list[int]]:
    """Yield the records of several runs in order, in lists of whole blocks that fit in memory beside their inputs."""
    piece = memory_records // disk.block_records // (len(runs) + 1) * disk.block_records
    records = heapq.merge(*(run_records(disk, *run, piece) for run in runs))
    while part := list(itertools.islice(records, piece)):
        yield part


def run_records(disk: Any, start: int, end: int, piece: int) -> Iterator[int]:
    """Yield the records of one run, read a piece at a time."""
    for place in range(start, end, piece):
        yield from disk.read(place, min(piece, end - place))
    ### END SOLUTION


# %% [markdown]
# ## What you have
#
# - Two numbers predict a disk: a seek, and a rate. Order decides, not size.
# - A few measurements predict the next size, if the growth is known.
# - Counters, subtracted, say what a process waits for. The load average does not.
# - Sorting moves each record twice for each pass, and one pass merges as many runs as memory has blocks.
#
# **Test your understanding.** How many records can two phases sort, runs and one merge, with memory for m blocks?
# What becomes of the limit on seeks on a device that has none, such as a flash drive?
