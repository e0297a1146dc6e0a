# %% [markdown]
# # Chapter 2: memory, disk, and what a wait costs
#
# A bookmark service of 2009 has a table of 351,277,311 rows. A colleague looks up one entry in it, without an index.
# After 200 seconds there is no answer, and they stop the query.
#
# This course follows public summaries of the book, not its pages. Where a figure is known from them only, it says
# *summaries*.
#
# Nothing is broken there. The data does not fit in memory, so the query waits for a disk. This chapter measures what
# such a wait costs on your machine, when it comes, and how you see from outside that a process is in it.
#
# The book says that memory is 100,000 to 1,000,000 times as fast as a disk. You will find another number, and inside
# of memory alone a gap that the book does not mention.

# %%
import atexit
import math
import os
import platform
import random
import sqlite3
import struct
import sys
import zlib
from collections import Counter
from contextlib import ExitStack
from functools import partial
from itertools import pairwise

import numpy as np

# %%
from solutions.engines.memory_access import LINE_BYTES, ordered_chain, random_chain, walk
from workbench.blackbox import black_boxes, work_rate
from workbench.claims import Claim, reason, table
from workbench.clock import clock
from workbench.growth import fitted_growth, growth_picture
from workbench.hardware import cache_bytes, memory_bytes
from workbench.ladder import Rung, ladder
from workbench.load import machine, samples, why_no_samples
from workbench.machine2009 import CountedFile, Machine2009

# %%
from workbench.memory import in_mb, memory_curve, memory_picture
from workbench.mine import mine
from workbench.ownfile import own_file
from workbench.pagecache import PAGE, evict, read_seconds, resident, why_not_cold
from workbench.predictions import guess, measured, off_by, predict
from workbench.quantity import number
from workbench.scale import scaled
from workbench.style import BLUE, INK, PAPER, VERMILLION, picture

# %% [markdown]
# Every time below belongs to one machine. The notebook comes with the times of the machine on which the course was
# built; run it, and it shows yours. Clear the outputs first: *Edit*, *Clear Outputs of All Cells*. They tell what
# you are to guess.
#
# `WORKBENCH_SCALE` is a variable of the environment that makes all experiments larger or smaller: at 100 % they have
# the sizes of the text.

# %%
memory = memory_bytes()
print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
print(f"memory: {memory / 1e9:.1f} GB" if memory else "This machine does not tell how much memory it has.")
print(f"WORKBENCH_SCALE {scaled(100)} %")
at_work = machine()["load_1min"] or 0
if at_work > (os.cpu_count() or 1) / 2:
    print(f"{at_work:.1f} tasks want a core, on average: this machine is busy, so times below are too long.")

# %% [markdown]
# ## The problem, measured
#
# The service of the book has three large tables. How long does one pass over them take? `Machine2009` is the book's
# disk on a virtual clock: 10 ms for a seek, 58 MB/s after it. It counts requests; it does not wait. The book gives
# memory 7.5 GB/s.

# %%
tables_gb = {"16 M entries": 3.0, "47 M bookmarks": 5.5, "50 M tags": 4.8}
book_bytes = round(1e9 * sum(tables_gb.values()))
disk_seconds = Machine2009().read(0, book_bytes) / 1e6
print(f"{', '.join(tables_gb)}: {book_bytes / 1e9:.1f} GB")
print(f"one pass from the disk of 2009 {disk_seconds:.0f} s, from its memory {book_bytes / 7.5e9:.1f} s")

# %% [markdown]
# **A correction.** 7.5 GB/s against 58 MB/s is a factor of 129, and no more. So where do the 100,000 come from? From
# the other half of a disk's time: the *seek*. A disk turns, and its arm has to move before the first byte comes.
# Memory has nothing that moves.

# %%
word_ns = 10e6 / 1e5  # what the book's factor leaves for an access to memory
print(f"transfer: {7500 / 58:.0f} times; a seek of 10 ms is 100,000 accesses to memory of {word_ns:.0f} ns")

# %% [markdown]
# ## What you will be able to do
#
# 1. Say for any job whether it waits for a seek, for a transfer, or for neither, and how long.
# 2. Measure how long a read takes that has to go to the device (a *cold* one), without an administrator's rights,
#    and know when a machine cannot show it.
# 3. See what a slow process waits for, from what the system tells of it: its share of a core, what it reads, how
#    often and in what it waits.
# 4. Tell in advance which load a second machine takes away, and which it does not.
#
# ## Invariants
#
# 1. On the disk of 2009, time is seeks x 10 ms + bytes / 58 MB/s. Nothing else counts.
# 2. Memory is filled in whole pages: who asks a cold file for one byte gets 4,096 at least.
# 3. An index changes the time of a query, never its answer. And a job that reads a file row by row has the
#    same answer as one that loads all rows first.
# 4. The load average counts who runs, who could run, and who waits for a device. It follows slowly.
#
# Cells below assert the first three. The exercises of the same name in `work/` build on all four.

# %% [markdown]
# ## Memory has more than one speed
#
# Between the processor and memory lie caches: small, and fast. The processor moves 64 bytes at a time, a *line*.
# How long does an access take? To see that, each access has to wait for the one before. `random_chain` makes a ring
# of lines: in each stands where the next one lies. You walk along it, as along a linked list or down a tree.
#
# A ring is an array of numbers of 4 bytes, and a place is the index of one of them. So `place * 4` counts bytes, and
# divided by the 64 bytes of a line it gives the number of the line.

# %%
toy = random_chain(8 * LINE_BYTES, seed=2)
order = [0]
while (following := int(toy[order[-1]])) != 0:
    order.append(following)
print("the walk visits the lines", [place * 4 // LINE_BYTES for place in order])
print(
    "caches here:", {f"L{level}": f"{size >> 10:,} KB" for level, size in cache_bytes().items()} or "not told"
)

# %% [markdown]
# **Predict.** A ring of 256 MB is walked **at random**. How many nanoseconds does one step take? A processor does
# about three operations in a nanosecond. The book's factor leaves 100 ns.
#
# Put a number in place of the three dots before you run on, and leave the name as it is. The guess is kept, and
# compared at the end. A guess after the measurement does not count.

# %%
predict("far_memory_ns", ...)

# %% [markdown]
# Rings of many sizes are walked in two ways: at random, and line after line. This takes some seconds. `clock` takes
# the times, and `measured` keeps a result beside your guess.

# %%
largest = max(scaled(1 << 28), 1 << 18)
ring_bytes = [1 << bits for bits in range(14, 40, 2) if 1 << bits <= largest]
steps = scaled(500_000)


def in_words(size):
    """A number of bytes for readers."""
    return f"{size >> 20} MB" if size >> 20 else f"{size >> 10} KB"


def step_ns(chain):
    """The time of a step, the fastest of three walks; each goes on where the one before ended."""
    places = [0]
    timing = clock({"walk": lambda: places.append(walk(chain, steps, places[-1]))}, 3)["walk"]
    return 1e9 * min(timing.seconds) / steps  # what disturbs a walk only makes it longer


walk(toy, 8)  # the first call turns the walk into machine code: that is not to be timed
at_random = [step_ns(random_chain(size, seed=2)) for size in ring_bytes]
in_order = [step_ns(ordered_chain(size)) for size in ring_bytes]

# %%
near_ns, far_ns = at_random[0], measured("far_memory_ns", at_random[-1])
locality = far_ns / near_ns
told = f"{near_ns:.1f} ns in {in_words(ring_bytes[0])}, {far_ns:.0f} ns in {in_words(ring_bytes[-1])}"


def name_caches(axes):
    """Dotted lines at the sizes of the caches, with their names."""
    for level, cache in cache_bytes().items():
        axes.axvline(cache, color=INK, linestyle=":", linewidth=1.2)
        axes.annotate(
            f"L{level}", (cache, 0), (3, 4), xycoords=("data", "axes fraction"), textcoords="offset points"
        )


# %%
with picture(
    "The same memory, near and far",
    x="size of the ring, log scale (KB, MB)",
    y="time of a step, log scale (ns)",
    alt=f"Time of a step by the size of the ring. At random: {told}. In order: {in_order[-1]:.1f} ns at the end.",
    caption="Dotted lines: the sizes of this processor's caches." if cache_bytes() else "",
) as drawn:
    drawn.axes.plot(ring_bytes, at_random, label="at random")
    drawn.axes.plot(ring_bytes, in_order, label="line after line")
    drawn.axes.set(yscale="log", ylim=(min(at_random + in_order) / 4, 2 * max(at_random + in_order)))
    drawn.axes.set_xlim(ring_bytes[0] / 2, 2 * ring_bytes[-1])
    drawn.axes.set_xscale("symlog", linthresh=1)  # as "log", but it keeps words at its ticks
    drawn.axes.set_xticks(ring_bytes[::2], [in_words(one) for one in ring_bytes[::2]])
    name_caches(drawn.axes)
drawn

# %%
print(f"At random: {told}. That is {locality:.1f} times as long, and no disk is in sight.")
print(f"Line after line: {in_order[0]:.1f} ns in the small ring, {in_order[-1]:.1f} ns in the large one.")
if at_random[-1] > 1.5 * in_order[-1]:
    print("In the large ring the processor fetches ahead for whoever reads line after line. Who jumps waits.")
else:
    print(
        "In this run the order makes no difference: the ring is too small, or others kept the machine busy."
    )

# %% [markdown]
# "In memory" is not one speed: where the data lies, and in which order you ask for it, decides. Chapter 4 builds a
# tree on that.

# %% [markdown]
# ## A file: warm and cold
#
# The *kernel*, the innermost part of the operating system, keeps what it has read from a file in memory, in the
# *page cache*. A read that finds its page there is *warm*. One that has to ask the device is *cold*. To measure a
# cold read, drop your own file from the page cache, and check that it is gone. (A virtual machine's host may still
# hold the data.)

# %%
held = ExitStack()
atexit.register(held.close)  # the file is there until the kernel ends; a killed one leaves none either
blocks = [np.random.default_rng(block).bytes(PAGE) for block in range(min(256, scaled(16_384)))]
path = held.enter_context(own_file((blocks * 64)[: scaled(16_384)]))
size = path.stat().st_size
not_cold = why_not_cold(path)
print(f"a file of {size / 1e6:.1f} MB;", not_cold or "no page of it is in memory now.")

# %% [markdown]
# **Predict.** How many microseconds does a cold read of 4 KB take, at a random place of the file? The disk of 2009
# takes 10,071.

# %%
predict("cold_read_us", ...)

# %% [markdown]
# **Predict.** The same reads again, now warm: how many times as fast? The book says 100,000 and more.

# %%
predict("warm_against_cold_times", ...)

# %%
draw = np.random.default_rng(2)
offsets = PAGE * draw.permutation(size // PAGE)[:2000]
first = read_seconds(path, offsets)  # cold, if the file could be dropped
warm_us = 1e6 * float(np.median(read_seconds(path, offsets)))
cold_us = None if not_cold else measured("cold_read_us", 1e6 * float(np.median(first)))
print(f"warm: {warm_us:.1f} us a read;", not_cold or f"cold: {cold_us:.0f} us")
if cold_us:
    cold_factor = measured("warm_against_cold_times", cold_us / warm_us)
    print(f"A warm read is {cold_factor:.0f} times as fast as a cold one.")

# %% [markdown]
# One more wait: a write that has to last. A write alone ends in the page cache. `fsync` is the call that sends a
# file's data on to the device, and it returns when the device has it. A database does that for each transaction.


# %%
def fsync_us(path, times):
    """The time of a write of 4 KB and of its way to the device, the median, in microseconds."""
    with path.open("r+b", buffering=0) as file:
        lasting = {"write": lambda: (file.seek(0), file.write(blocks[0]), os.fsync(file.fileno()))}
        return 1e6 * clock(lasting, times)["write"].median_seconds


sync_us = fsync_us(path, max(3, scaled(50)))
print(f"a write of 4 KB that lasts: {sync_us:.0f} us" + (", to a file in memory" if not_cold else ""))

# %% [markdown]
# ### The picture of this chapter
#
# All of them on one scale, each step beside the machine of 2009. Its memory is the 100 ns from above; its page cache
# copies 4 KB at 7.5 GB/s; its disk is `Machine2009`.

# %%
shown = sorted({0, 3 * len(ring_bytes) // 8, 5 * len(ring_bytes) // 8, len(ring_bytes) - 1})
here_ns = {f"ring of {in_words(ring_bytes[one])}": at_random[one] for one in shown}
far = list(here_ns)[-1]
here_ns["4 KB, page cache"] = 1000 * warm_us
here_ns["4 KB, cold file"] = None if not_cold else 1000 * cold_us
here_ns["4 KB, fsync"] = None if not_cold else 1000 * sync_us
disk = Machine2009()
then_ns = {far: word_ns, "4 KB, page cache": 4096 / 7.5, "4 KB, cold file": 1000 * disk.read(0, 4096)}
then_ns["4 KB, fsync"] = 1000 * disk.write(0, 4096)
assert then_ns["4 KB, cold file"] == 1e3 * (10_000 + 4096 / 58)  # invariant 1


# %%
def spoken(ns):
    """A time for readers."""
    if ns is None:
        return "not shown here"
    unit, size = ("ms", 1e6) if ns >= 1e6 else ("us", 1e3) if ns >= 1e3 else ("ns", 1)
    return f"{number(ns / size)} {unit}"


# %%
told = "; ".join(f"{name}: {spoken(ns)}" for name, ns in here_ns.items())
names = list(here_ns)
known = [(ns, names.index(name)) for name, ns in here_ns.items() if ns]
old = [(ns, names.index(name)) for name, ns in then_ns.items()]
square = {"marker": "s", "markersize": 9, "markerfacecolor": PAPER, "markeredgewidth": 1.8, "linestyle": ""}


def write_values(axes, points, colour, side):
    """Write the value of each point (ns, row): above it and right of it with side 1, on the other side with -1."""
    beside = {"textcoords": "offset points", "va": "center", "color": colour, "fontsize": 10}
    beside["ha"] = "left" if side > 0 else "right"
    for ns, row in points:
        axes.annotate(spoken(ns), (ns, row), (5 * side, 9 * side), **beside)


def time_scale(axes):
    """A logarithmic scale of times; unlike "log", "symlog" keeps words at its ticks."""
    axes.set_xscale("symlog", linthresh=0.1)
    axes.set(xlim=(0.2, 3e8), xticks=[1, 1e3, 1e6], xticklabels=["1 ns", "1 us", "1 ms"])


# %%
with picture(
    "The staircase from cache to disk",
    x="time of one access, log scale (ns, us, ms)",
    y=None,
    alt=f"{told}. The machine of 2009: cold file {spoken(then_ns['4 KB, cold file'])}.",
    caption=f"Not shown: {not_cold}" if not_cold else "A ring: one step in a ring of this size, at random.",
    height_inches=5.4,
) as staircase:
    staircase.axes.plot(*zip(*known, strict=True), color=BLUE, marker="o", label="this machine")
    staircase.axes.plot(*zip(*old, strict=True), color=VERMILLION, label="machine of 2009", **square)
    write_values(staircase.axes, known, BLUE, 1)
    write_values(staircase.axes, old, VERMILLION, -1)
    time_scale(staircase.axes)
    staircase.axes.set(ylim=(len(names) - 0.4, -0.6), yticks=range(len(names)), yticklabels=names)
staircase

# %%
for name, ns in here_ns.items():
    beside = f"   2009: {spoken(then_ns[name])}" if name in then_ns else ""
    print(f"{name:18} {spoken(ns):>15}{beside}")
print(f"In memory alone: {locality:.0f} times, from the smallest ring to the largest.")
if cold_us:
    print(f"A cold 4 KB against a warm one: {cold_factor:.0f} times. The famous factor is 100,000.")
    wider = "wider" if locality > cold_factor else "not wider"
    print(f"The gap inside of memory is {wider} than the gap between page cache and device.")
    print(f"One cold read takes as long as {1000 * cold_us / far_ns:,.0f} steps in the largest ring.")

# %% [markdown]
# This is the surprise of the chapter. The book's factor is a *seek of a turning disk* against *one word of memory*.
# A program never compares these two. It asks for a page, and gets it from the page cache or from the device; and
# once the page is there, it walks through memory, near or far. Both gaps are printed above, for your machine.

# %%
if far_ns > word_ns:
    print(
        f"A far step takes {far_ns:.0f} ns, and the book's factor leaves {word_ns:.0f}: memory gained nothing here."
    )
    print(
        "Its figure is a round one. A jump has to find its page first, and a busy machine makes it wait longer."
    )
if cold_us:
    arm = "has an arm that moves" if cold_us > 2000 else "has no arm that has to move"
    print(f"{cold_us:,.0f} us instead of {Machine2009().read(0, 4096):,.0f} us: this device {arm}.")
    print(f"A page in the page cache still saves {100 * (1 - warm_us / cold_us):.0f} % of the wait.")

# %% [markdown]
# ## Seek and transfer
#
# A request pays once for the way and then for each byte. So large requests are cheap by the byte. How large is
# large? Where the transfer takes as long as the seek: on the disk of 2009 that is 10 ms x 58 MB/s, or 580 KB.

# %%
lengths = [PAGE << power for power in range(0, 11, 2) if 4 * (PAGE << power) <= size]
then_mb_s = [length / Machine2009().read(0, length) for length in lengths]
assert math.isclose(Machine2009().read(0, 580_000), 2 * 10_000)  # invariant 1: half seek, half transfer


def random_mb_s(length):
    """MB/s of requests of one length at random places; cold where this machine can show that."""
    if not not_cold:
        evict(path)
    places = length * draw.permutation(size // length)[: max(4, 300 * PAGE // length)]
    return length / float(np.median(read_seconds(path, places, length))) / 1e6


here_mb_s = [random_mb_s(length) for length in lengths]

# %%
place = "page cache" if not_cold else "cold file"
told = "; ".join(
    f"{length >> 10} KB {number(now)} here, {number(old)} then"
    for length, now, old in zip(lengths, here_mb_s, then_mb_s, strict=True)
)
kilobytes = [length >> 10 for length in lengths]
rises = all(later > 0.8 * former for former, later in pairwise(here_mb_s))
beyond = "" if rises else ", on the disk of 2009"

# %%
with picture(
    f"A large request hides the seek{beyond}",
    x="size of a request, log scale (KB)",
    y="transfer rate, log scale (MB/s)",
    alt=f"MB/s by the size of a random request: {told}.",
    caption=not_cold and f"Warm, because: {not_cold}",
) as drawn:
    drawn.axes.plot(kilobytes, here_mb_s, label=f"here, {place}", color=BLUE, marker="o")
    drawn.axes.plot(kilobytes, then_mb_s, label="disk of 2009", color=VERMILLION, marker="s", linestyle="--")
    drawn.axes.set(xscale="log", yscale="log")
    drawn.axes.set_xticks(kilobytes)
drawn

# %%
gains = {"here": here_mb_s[-1] / here_mb_s[0], "in 2009": then_mb_s[-1] / then_mb_s[0]}
for where, gain in gains.items():
    print(f"{where}: {lengths[-1] >> 10:,} KB requests move {gain:,.0f} times the bytes of 4 KB requests.")
if not rises:
    print(
        "Here the rate goes up and down: others kept the machine busy, or its device has limits of its own."
    )

# %% [markdown]
# ## Why the system reads more than you ask for
#
# The way is the expensive part, so a system that is there already takes more along. Ask the cold file for **one
# byte** and look which pages are in memory afterwards.

# %%
if not_cold:
    pages_read = None
    print(not_cold)
else:
    evict(path)
    with path.open("rb", buffering=0) as file:
        file.read(1)
    there = resident(path)
    pages_read = int(np.count_nonzero(there))
    assert there[0]  # invariant 2: the whole page
    print(
        f"asked for 1 byte, in memory: {pages_read} pages of {PAGE:,} bytes, {pages_read * PAGE / 1024:.0f} KB"
    )

# %% [markdown]
# The book says "about 4 KB". A page is what memory is cut into, so it cannot be less. What comes on top is
# *readahead*: the kernel reads the pages behind it before you ask, because it bets that you go on. Chapter 3 looks at
# that bet. Tell the kernel that you jump, and it does not bet; `read_seconds` does so.

# %%
if not not_cold:
    evict(path)
    read_seconds(path, [0], 1)
    print(f"without the bet: {np.count_nonzero(resident(path))} page of {len(there):,}")

# %% [markdown]
# Now the same bytes in different orders, from small requests at random to large ones in turn. The very same requests
# are counted on the disk of 2009: `CountedFile` tells it of each read.

# %%
part = min(size, 8 << 20) // PAGE * PAGE
jumps = PAGE * draw.permutation(part // PAGE)
buffer = memoryview(bytearray(1 << 20))


def in_turn(length, disk):
    """Read the part from its start, so many bytes a request."""
    with CountedFile(path, disk) as file:
        while (done := file.tell()) < part:
            file.readinto(buffer[: min(length, part - done)])


disks = {"4 KB, at random": Machine2009(), "4 KB, in turn": Machine2009(), "1 MB, in turn": Machine2009()}
for jump in jumps:
    disks["4 KB, at random"].read(int(jump), PAGE)
in_turn(PAGE, disks["4 KB, in turn"])
in_turn(1 << 20, disks["1 MB, in turn"])
assert all(disk.bytes_read == part for disk in disks.values())
assert disks["4 KB, in turn"].seeks == 1  # the disk of 2009 does not mind small requests, only seeks

# %%
reads = {
    "4 KB, at random": lambda: read_seconds(path, jumps),
    "4 KB, in turn": lambda: in_turn(PAGE, Machine2009()),
    "1 MB, in turn": lambda: in_turn(1 << 20, Machine2009()),
}
cold = {} if not_cold else clock(reads, 3, dict.fromkeys(reads, partial(evict, path)))

# %%
held_part = memoryview(b"".join(blocks * 64)[:part])  # as many bytes, in the program's own memory


def copied_in_turn(length):
    """What a warm read does, without the system: copy the part into the buffer, so many bytes at a time."""
    for start in range(0, part, length):
        piece = held_part[start : start + length]
        buffer[: len(piece)] = piece


warm = clock({"1 MB, in turn": reads["1 MB, in turn"], "copied": partial(copied_in_turn, 1 << 20)}, 5)

# %% [markdown]
# Two more speeds of memory. The first is a *copy within memory*: read from one place, write to another. The book's
# 7.5 GB/s stands for it.
#
# The second is a **limit**. Whoever reads has to put each byte into a buffer, here one of 1 MB, used again and again.
# So no read of 1 MB is faster than one core that fills this same buffer and reads nothing at all. (Reads of 4 KB use
# a small part of the buffer, but each of them pays for a call to the system.)

# %%
whole = np.frombuffer(b"".join(blocks * 64)[: max(size, 1 << 22)], np.uint8)
other, filled = np.empty_like(whole), np.frombuffer(buffer, np.uint8)
fills = max(8, part // len(filled))  # the first finds the buffer far away, after the copy
speeds = {"copy": lambda: np.copyto(other, whole)}
speeds["fill"] = lambda: [filled.fill(7) for _ in range(fills)] and None
speed_times = clock(speeds, 5)
copied = speed_times["copy"].rate(len(whole)) / 1e6
fill_mb_s = speed_times["fill"].rate(fills * len(filled)) / 1e6
print(f"a copy within memory {copied:,.0f} MB/s; the buffer filled, nothing read: {fill_mb_s:,.0f} MB/s")

# %% [markdown]
# All of them on a *ladder*: a picture with a bar for each way to do the same work, and the limit as a dashed line.
# Each bar is a *rung*.

# %%
rungs = [
    Rung(f"{name}, cold", cold[name].rate(part) / 1e6 if cold else None, absent="not to be shown here")
    for name in reads
]
rungs.append(Rung("1 MB, in turn, warm", warm["1 MB, in turn"].rate(part) / 1e6))

# %%
ladder(
    "The same bytes, rung by rung",
    rungs,
    unit="MB/s",
    output_form="the bytes, in memory",
    limit=Rung("filling the buffer, reading nothing", fill_mb_s),
)

# %%
for name, disk in disks.items():
    rate = f"{cold[name].rate(part) / 1e6:8,.0f} MB/s" if cold else "not shown"
    print(
        f"{name:16} {disk.seeks:5,} seeks; 2009: {disk.bytes_read / disk.elapsed_us:5.1f} MB/s, here, cold: {rate}"
    )
warm_mb_s = warm["1 MB, in turn"].rate(part) / 1e6
print(f"{'1 MB, in turn':16} warm: {warm_mb_s:,.0f} MB/s; a copy within memory: {copied:,.0f} MB/s,")
into_mb_s = warm["copied"].rate(part) / 1e6
print(f"{'':16} and in pieces into the same buffer of 1 MB, as a read does it: {into_mb_s:,.0f} MB/s")
cold_mb_s = cold["1 MB, in turn"].rate(part) / 1e6 if cold else None
if cold_mb_s:
    print(
        f"A copy within memory against the device: {copied / cold_mb_s:.0f} times. The book's figures: 129."
    )

# %% [markdown]
# Can a read of a warm file be faster than a copy within memory? It is a copy, too: from the page cache into the
# buffer. But the buffer is small and stays in a cache of the processor, and the part that is read is small as well:
# from one round to the next much of it may stay there, too. The copy within memory goes through two arrays of the
# whole file's size, so its bytes come from far away and go far away. The fair one to compare with is the last: a copy
# of as many bytes, in pieces, into that buffer.

# %% [markdown]
# The exercise `access_time` computes what `Machine2009` counts. `mine` loads your own solution from `work/`. When
# there is one, it is asked about the jumps:

# %%
own_time, jumped = mine("access_time"), [(int(jump), PAGE) for jump in jumps]
try:
    told = f"{own_time(jumped, 10_000, 58.0) / 1e6:.3f} s" if own_time else mine.why("access_time")
except Exception as error:
    told = f"it raises {type(error).__name__}"
print(f"Machine2009: {disks['4 KB, at random'].elapsed_us / 1e6:.3f} s; access_time: {told}")

# %% [markdown]
# That is what a system does for you on a slow device. The file system lays a file out in one piece where it can, and
# the kernel reads it in large steps. Both turn seeks into transfer. Neither can do it for a program that jumps.

# %% [markdown]
# ## Does it fit?
#
# A job counts bookmarks by the hour. It reads a file of rows, the second and the entry, and keeps them all in a
# list, because that is easy to write. The server has a budget of memory for it.
#
# A row is a tuple of two integers, and the list has a place for it, which says where the tuple lies. Their sizes:

# %%
print(f"an integer {sys.getsizeof(86_399)} bytes, a tuple of two {sys.getsizeof((0, 0))}", end="")
print(f", a place in a list {struct.calcsize('P')}")

# %% [markdown]
# **Predict.** How many bytes does Python hold for one row? The measurement behind the guess takes some seconds.

# %%
predict("python_row_bytes", ...)


# %%
def text_rows(count):
    """Rows `second<TAB>entry` of one day, as text."""
    seconds, entries = draw.integers(86_400, size=count), draw.integers(1 << 24, size=count)
    return b"".join(b"%d\t%d\n" % row for row in zip(seconds.tolist(), entries.tolist(), strict=True))


def all_held(path):
    """Bookmarks by the hour, from a list of all rows."""
    with path.open("rb") as file:
        rows = [tuple(map(int, line.split())) for line in file]
    return Counter(second // 3600 for second, _ in rows)


def streamed(path):
    """The same, a row at a time."""
    with path.open("rb") as file:
        return Counter(int(line.split()[0]) // 3600 for line in file)


# %%
few, many = scaled(125_000), scaled(500_000)
budget_mb = scaled(3500) / 100
with own_file([text_rows(few)]) as small, own_file([text_rows(many)]) as large:
    curves = [memory_curve(f"all {few:,} rows", partial(all_held, small))]
    curves += [memory_curve(f"all {many:,} rows", partial(all_held, large))]
    curves += [memory_curve(f"{many:,} rows, streamed", partial(streamed, large))]
assert curves[1].value == curves[2].value  # invariant 3
assert sum(curves[2].value.values()) == many

# %%
peak = curves[2].peak_mb
caption = (
    "" if peak is None or peak > budget_mb / 50 else f"Streamed: {in_mb(peak)} more than before, on the axis."
)
memory_picture("A job that fits, and one that does not", curves, caption, budget_mb)

# %%
for curve in curves:
    if curve.peak_mb is None:
        print(f"{curve.name}: not measured, {curve.reason}.")
    else:
        verdict = "fits" if curve.peak_mb <= budget_mb else "does not fit"
        print(f"{curve.name}: {in_mb(curve.peak_mb)}, {verdict} into {budget_mb:.1f} MB")
row_bytes = curves[1].peak_mb * 1e6 / many if curves[1].peak_mb else None
if row_bytes:
    measured("python_row_bytes", row_bytes)
    print(
        f"{row_bytes:.0f} bytes a row; the book's 351,277,311 rows would take {row_bytes * 0.351277311:.0f} GB."
    )

# %% [markdown]
# What does not fit is swapped to the disk, page by page, in the order in which the program jumps. You have measured
# what a jump costs. The streamed job reads the same bytes in turn and holds 24 numbers. These, and the buffer of its
# file, find room in memory that Python has already, or nearly so: the picture shows what is *added*.
#
# Two ways out, then: hold less for each row, or do not hold the rows. A row of the book's table takes 8 bytes more
# when it has one more number:

# %%
wider_gb = 300_000_000 * np.dtype(np.int64).itemsize / 1e9
print(f"300 M rows x 8 bytes = {wider_gb} GB (public summaries print 3 GB)")

# %% [markdown]
# ## A query over growing rows
#
# Back to the colleague. The table is in memory this time, so no disk is in the way. What remains is how the work
# grows with the rows.
#
# **Predict.** The table grows to 64 times its rows. How many times as long does the query with an index take?
# Without one it looks at each row, so 64 times. Making the tables and asking them takes some seconds.
#
# `fitted_growth` puts a power of the rows, n^e, through the times. The exponent e tells how they grow: 1 is in
# proportion to the rows, 0 is not at all. A logarithm has no exponent of its own; over these sizes it comes out
# between the two, near 0.

# %%
predict("indexed_growth_times", ...)

# %%
QUERY = "select id, user from bookmark where entry = ?"


def table_of(count, index):
    """A table of bookmarks in memory, three for each entry or so."""
    base = sqlite3.connect(":memory:")
    base.execute("create table bookmark (id integer primary key, entry integer, user integer)")
    rng = random.Random(count)
    rows = ((rng.randrange(max(1, count // 3)), rng.randrange(1_000_000)) for _ in range(count))
    base.executemany("insert into bookmark (entry, user) values (?, ?)", rows)
    if index:
        base.execute("create index by_entry on bookmark (entry)")
    return base


def find(base, entries):
    """Look up entries, one query each."""
    return [base.execute(QUERY, (entry,)).fetchall() for entry in entries]


# %%
rows = [scaled(2000) << power for power in range(7)]
with_index, without = ({count: table_of(count, index) for count in rows} for index in (True, False))
rng, most_asked = random.Random(3), max(1, rows[0] // 3)  # different entries, as many of each table
asked = {count: rng.sample(range(max(1, count // 3)), min(600, most_asked)) for count in rows}
for count in rows:  # invariant 3
    by_index, by_scan = (find(bases[count], asked[count][:20]) for bases in (with_index, without))
    assert list(map(sorted, by_index)) == list(map(sorted, by_scan)) and any(by_index)
for name, bases in (("index", with_index), ("no index", without)):
    [(*_, plan)] = bases[rows[-1]].execute(f"explain query plan {QUERY}", (1,))
    print(f"{name:9} {plan}")

# %%
scans = min(10, most_asked)  # a query that looks at each row takes long
runs = {("with", count): partial(find, base, asked[count]) for count, base in with_index.items()}
runs |= {("without", count): partial(find, base, asked[count][:scans]) for count, base in without.items()}
taken = {key: timing.median_seconds for key, timing in clock(runs, 5).items()}
growths = {
    "no index": fitted_growth(rows, [1e6 * taken["without", count] / scans for count in rows]),
    "index": fitted_growth(rows, [1e6 * taken["with", count] / len(asked[count]) for count in rows]),
}
for base in (*with_index.values(), *without.values()):
    base.close()

# %%
growth_picture(
    "One query, more and more rows",
    growths,
    x="rows, log scale (count)",
    y="time of a query, log scale (us)",
)

# %%
ends = {name: growth.costs[-1] / growth.costs[0] for name, growth in growths.items()}
measured("indexed_growth_times", ends["index"])
for name, growth in growths.items():
    print(
        f"{name:9} n^{growth.exponent:.2f}: {ends[name]:5.1f} times the time for {rows[-1] // rows[0]} times the rows"
    )
    if growth.worst_factor > 1.5:
        print(
            f"{'':9} a poor fit: one point lies off by {growth.worst_factor:.1f} times. Run it again, alone."
        )
scan_seconds = growths["no index"].cost_at(351_277_311) / 1e6
print(f"351,277,311 rows without an index, carried on: {scan_seconds:.0f} s, all in memory.")

# %%
steps_of = [math.log2(count) for count in (rows[0], rows[-1], 40e6)]
print(
    f"A balanced tree of {rows[0]:,} entries decides in {steps_of[0]:.1f} comparisons, one of {rows[-1]:,} in",
    end="",
)
print(
    f" {steps_of[1]:.1f},\nwhich is {steps_of[1] / steps_of[0]:.2f} times as many; one of 40 M in {steps_of[2]:.2f}."
)

# %% [markdown]
# The index is such a tree: its work grows like the logarithm of the rows. A part of each query is the same for all
# sizes (SQLite takes up the question and hands over the rows), and a larger tree lies farther away, in slower
# memory. The first part bends the line of the index down, the second bends it up.
#
# A fit says nothing about a size where something else begins, and on the book's machine something else did: the
# table did not fit in memory, so each row came from the disk. Carrying a line on is a guess, a good one as long as
# the same thing is slow.

# %% [markdown]
# ## Four processes, one incident
#
# The monitor says that a server is slow. Four processes run on it, A to D. One computes, one reads from the disk,
# one waits for a lock, and one has nothing to do. Which is which? Their names and their command lines do not tell.
#
# The way is always the same: load average, split of the processor's time, each process, a hypothesis, a fix.
#
# **Step 1: the load average.** It counts the tasks that run, that could run, and, on Linux, that wait for a device
# and cannot be woken. (The summaries count only those that wait for a processor. That is corrected here.)
# And it is damped: a figure of one minute goes 1 - exp(-t / 60 s) of the way in t seconds. An example:

# %%
print(f"3 tasks run for 60 s, before it was 0: 3 x (1 - exp(-60 / 60)) = {3 * (1 - math.exp(-60 / 60)):.2f}")

# %% [markdown]
# **Predict.** The four run for 11 seconds, on a machine that was quiet before, so that the figure was 0. What does
# it show then? First count which of the four it sees. The cell behind the guess takes these seconds.

# %%
predict("added_load_tasks", ...)

# %%
no_samples = why_no_samples()
kinds = ["cpu", "lock", "idle"] + ([] if not_cold else ["io"])
seconds = max(1.2, scaled(110) / 10)
before = machine()
with black_boxes(kinds, int.from_bytes(os.urandom(4), "big"), path) as boxes:  # an order for you alone
    pids = {box.name: box.pid for box in boxes}
    watched = {} if no_samples else samples(pids, seconds)
    after = machine()
    answers = {box.name: box.kind for box in boxes}
print(no_samples or f"watched {', '.join(watched)} for {seconds:.1f} s")
if not_cold:
    print(f"No process reads from the disk here. {not_cold}")

# %%
seen = sum(kind in ("cpu", "io") for kind in kinds)
decay = math.exp(-seconds / 60)
expected_load = seen * (1 - decay)


def used(taken):
    """The share of a core that a process got."""
    ends = [(one["user_ms"] + one["system_ms"], one["at_ms"]) for one in (taken[0], taken[-1])]
    return (ends[1][0] - ends[0][0]) / (ends[1][1] - ends[0][1])


quiet = max(map(used, watched.values()), default=0) > 0.8  # who computes all the time should get a core

# %%
added = None
if before["load_1min"] is None or not watched:
    print("This machine has no load average to watch.")
else:
    faded = before["load_1min"] * decay
    added = after["load_1min"] - faded
    print(f"before {before['load_1min']:.2f}, after {after['load_1min']:.2f}")
    print(f"what was there before has faded to {faded:.2f}: these seconds added {added:.2f}")
    print(f"tasks that it sees: {seen}; alone, in {seconds:.1f} s, they add {expected_load:.2f}, not {seen}")
    if not quiet:
        print("But other programs kept the cores busy: this run does not show it. Run the chapter alone.")
    elif added > 0:
        measured("added_load_tasks", added)


# %%
def added_by(taken):
    """The load average without what was there before, as (seconds, tasks) for each sample."""
    times = [(one["at_ms"] - taken[0]["at_ms"]) / 1000 for one in taken]
    faded = [before["load_1min"] * math.exp(-time / 60) for time in times]
    return times, [one["load_1min"] - old for one, old in zip(taken, faded, strict=True)]


slow = None
minutes = np.linspace(0, max(180, 2 * seconds), 100)
words = {
    "x": "time (s)",
    "y": "added load average (tasks)",
    "caption": "Dotted line: where the formula ends.",
}

# %%
if added is not None:
    told = f"After {seconds:.0f} s {added:.2f} tasks were measured, {expected_load:.2f} by the formula"
    title = "The load average follows slowly" if quiet else "The load average while others run, too"
    with picture(title, alt=f"{told}, which ends at {seen}.", **words) as slow:
        slow.axes.plot(minutes, seen * (1 - np.exp(-minutes / 60)), color=INK, marker="", label="formula")
        slow.axes.plot(
            *added_by(watched["process A"]), "-", color=BLUE, linewidth=4, marker="", label="measured"
        )
        slow.axes.axhline(seen, color=INK, linestyle=":", linewidth=1.2)
slow

# %% [markdown]
# Nobody who looks at a load average of one minute after ten seconds sees the incident. And a process that waits for
# a lock is not in it at all, although its users wait.
#
# **Step 2: is it the processor or the disk?** The time of all cores, split. *iowait* is time in which a core had
# nothing to do while a task of it waited for a device. So a busy core hides it.

# %%
split = [f"cpu_{part}_ms" for part in ("user", "system", "iowait", "idle")]
spent = {name: after[name] - before[name] for name in split if None not in (after[name], before[name])}
for name, ms in spent.items():
    print(f"{name.split('_')[1]:7} {100 * ms / max(1, sum(spent.values())):5.1f} %")
if not spent:
    print("This machine does not tell how the time of its cores is spent.")

# %% [markdown]
# **Step 3: each process.** Counters count since a process began, so subtract the first sample from the last, and
# divide by the time between.
#
# The letters of the *state*: `R` runs or could run, `S` sleeps until something wakes it, `D` waits for a device and
# cannot be woken. *Waits a second* counts how often a thread of the process gave up its core of its own will,
# because it had to wait (a *voluntary context switch*). It has been woken about as often.

# %% [markdown]
# *Waits in* is the kernel's name for the place where the process waits most often, its *wait channel*:
#
# - `futex_do_wait`, in older kernels `futex_wait_queue`: it wants a lock. Locks are made of a *futex*, and whoever
#   lets go of it wakes one who waits.
# - `hrtimer_nanosleep`: it asked to sleep for a while. A timer wakes it, nobody else.
# - A name with `folio`, `page` or `io_schedule` in it: it waits for a page of a file.
# - `ep_poll`, `do_select` or `pipe_read`: it waits for a message. None of the four does.
#
# A process that waits for a lock and one that has nothing to do both sleep and use hardly any core. The name tells
# them apart, and so does the count: a lock that many want goes from hand to hand, and each time somebody is woken.
# Who rests is woken by its own timer, seldom. (A lock that somebody holds for minutes wakes nobody. Then only the
# name tells.)
#
# The kernel may refuse the name: to who has no right to look into a process, it says `0`. The table shows `-` then,
# and for who never waited. What is left are the state, the share of a core, the bytes read and the count of waits.


# %%
def for_a_second(taken, *counters):
    """By how much counters rise in a second, together; None where the system does not tell."""
    rises = [(taken[-1][name], taken[0][name]) for name in counters]
    span = (taken[-1]["at_ms"] - taken[0]["at_ms"]) / 1000
    return None if any(None in pair for pair in rises) else sum(last - first for last, first in rises) / span


def often(words):
    """The word that is there most often, not counting the moments without one; "-" when there is none."""
    return (Counter(filter(None, words)).most_common(1) or [("-", 0)])[0][0]


# %%
heads = f"{'':10} {'CPU, % of a core':>17} {'read, MB/s':>11} {'waits a second':>15}   state, waits in"
print(heads if watched else no_samples)
for name, taken in watched.items():
    cpu, read, waits = (
        for_a_second(taken, *counters) for counters in (("user_ms", "system_ms"), ("read_bytes",), ("waits",))
    )
    values = (cpu and cpu / 10, read and read / 1e6, waits)
    cells = ["-" if value is None else f"{value:,.1f}" for value in values]
    state, inside = "".join(sorted({one["state"] for one in taken})), often(one["waits_in"] for one in taken)
    print(f"{name:10} {cells[0]:>17} {cells[1]:>11} {cells[2]:>15}   {state:5}  {inside}")

# %% [markdown]
# **Step 4: a hypothesis.** Write it down before you read on: `"cpu"`, `"io"`, `"lock"` or `"idle"`, in place of the
# dots.

# %%
hypothesis = {"process A": ..., "process B": ..., "process C": ..., "process D": ...}

# %%
for name, kind in answers.items():
    said = hypothesis.get(name, ...)
    comment = "" if said is ... else "as you said" if said == kind else f"you said {said}"
    print(f"{name}: {kind:5} {comment}")
for name, kind in answers.items():
    if watched and kind in ("lock", "idle"):
        woken, place = for_a_second(watched[name], "waits"), often(one["waits_in"] for one in watched[name])
        told = "not told" if woken is None else f"{woken:,.1f} a second"
        print(f"What tells {kind} apart, {name}: waits {told}, in {place}")

# %% [markdown]
# In the assignment you write `classify_load`, which decides from such samples. When it is solved, it is asked here
# about living processes:

# %%
own = mine("classify_load")
if own is None or not watched:
    print(mine.why("classify_load") or no_samples)
else:
    for name, taken in watched.items():
        try:
            verdict = own(taken)
        except Exception as error:
            verdict = f"raises {type(error).__name__}"
        print(f"{name}: classify_load says {verdict}, it is {answers[name]}")

# %% [markdown]
# **Step 5: a fix.** It follows from the cause, and from nothing else:
#
# | cause | what helps | what does not |
# |---|---|---|
# | computes | a better algorithm; more processes on more cores | more memory |
# | reads | more memory; smaller data; fewer, larger requests | more cores |
# | waits for a lock | hold the lock for a shorter time | cores, memory, a faster disk |
# | idle | look elsewhere: it waits for somebody's answer | anything here |
#
# Try the one for the reader: give it memory, that is, let its pages be in the page cache.

# %%
if cold_us:
    print(f"the reader: {1e6 / cold_us:,.0f} pages a second cold, {1e6 / warm_us:,.0f} from the page cache")
else:
    print(f"No fix to show for a reader. {not_cold}")

# %% [markdown]
# ## Scale up, or scale out?
#
# *Scale up*: buy a faster machine. *Scale out*: buy more machines. The book's rule: a machine of ten times the
# price is not ten times as fast. One reason may be that the parts of a machine do not gain alike. Did they since
# 2009? (The figures of memory are the book's round ones. A copy is done by one core here, and each byte of it is
# read and written, but counted once.)

# %%
progress = {"one far access to memory": word_ns / far_ns, "a copy within memory": copied / 7500}
if cold_us:
    progress |= {"a transfer": cold_mb_s / 58, "a seek and 4 KB": Machine2009().read(0, 4096) / cold_us}


def gained(times):
    """How today stands to 2009, in words."""
    return f"is {number(times)} times as fast" if times >= 1 else f"takes {number(1 / times)} times as long"


for name, times in progress.items():
    print(f"{name:26} {gained(times)} as in 2009")

# %%
most, least = max(progress, key=progress.__getitem__), min(progress, key=progress.__getitem__)
uneven = progress[most] / progress[least]
print(f"The best gained {number(uneven)} times as much as the worst: progress was", end=" ")
print("not even." if uneven > 2 else "about even, as far as this machine shows it.")
if at_work > (os.cpu_count() or 1) / 2 or (watched and not quiet):
    print("Others kept this machine busy. That can turn each of these lines: run it again, alone.")

# %% [markdown]
# Other programs make memory and device slower, not always both: on a busy or shared machine these lines move from
# run to run. What stays is the question to ask: which of them does the job wait for? Whoever pays for one number of
# a machine gets that number. A job that waits for another one stays as it is.

# %% [markdown]
# Scaling out needs work that can be divided. First the easy kind: processes that compute share nothing.
#
# **Predict.** Two processes read cold pages at random, from one device. How many times as many pages as one process
# do they get? On a disk with one arm it is 1.

# %%
predict("two_readers_times", ...)

# %%
second = max(0.3, scaled(100) / 100)
rates = {("cpu", count): work_rate("cpu", count, second) for count in (1, 2)}
if not not_cold:
    rates |= {("io", count): work_rate("io", count, second, path) for count in (1, 2)}
two_compute = rates["cpu", 2] / rates["cpu", 1]
print(f"two processes that compute: {two_compute:.2f} times the work of one, on {os.cpu_count()} cores")
if two_compute > 2.1:
    print("More than 2 is not possible: others kept the machine busy while the first process was alone.")
two_read = None
if not not_cold:
    two_read = measured("two_readers_times", rates["io", 2] / rates["io", 1])
    print(f"two processes that read cold pages: {two_read:.2f} times the pages of one")


# %%
def one_arm(readers, requests=64):
    """MB/s of readers that each read 1 MB requests in turn, alternating on one disk of 2009."""
    disk = Machine2009()
    for request in range(requests):
        for reader in range(readers):
            disk.read((reader << 40) + (request << 20), 1 << 20)
    return disk.seeks, disk.bytes_read / disk.elapsed_us


(seeks_alone, alone), (seeks_shared, shared) = one_arm(1), one_arm(2)
assert (seeks_alone, seeks_shared) == (1, 128)
print(f"the disk of 2009: one reader {alone:.1f} MB/s, two readers {shared:.1f} MB/s together")

# %% [markdown]
# The **book's disk** has one arm, and a second reader makes both slower: each takes the arm away
# from the other. That is what the book means by "CPU load scales easily, I/O load does not": a second application
# server takes half of the computing away, but a second reader of the book's disk takes nothing away. What two readers
# get from *your* device the cell before it shows: one without an arm may serve both at once, until it serves no more.
#
# And a second *disk*? It helps at once, if it has a copy of the data. So it is a question of copies:
#
# - The **proxy** and the **application servers** hold no data. Any of them can answer any request. A load balancer
#   spreads the requests, and one more server is a copy of the one before. Chapter 12 does that.
# - The **database** holds the data. A second one needs a copy that is kept up to date, or a part that is its own.
#   That is the price of I/O, on an SSD, too. Chapters 3 and 4 pay it.

# %% [markdown]
# ## Three points that decide
#
# The book names three crux points for large data. You have a number for each:

# %%
sample_text = text_rows(scaled(20_000))
packed = len(zlib.compress(sample_text)) / len(sample_text)
print(
    "1. Keep it in memory:", f"{cold_factor:.0f} times as fast a read" if cold_us else "not to be shown here"
)
exponents = {name: f"n^{growth.exponent:.2f}" for name, growth in growths.items()}
print(f"2. Algorithms that grow slowly: {exponents['index']} against {exponents['no index']}")
print(f"3. Compression and search: the rows of the job take {packed:.2f} of their size in zlib")

# %% [markdown]
# The third point has two sides. Smaller data takes less time on the way, and more of it fits in memory. Chapter 6
# measures when that pays, chapters 7 to 10 are about search.

# %% [markdown]
# ## Claims
#
# The column *Predicted* is arithmetic from quantities before the measurement; your guess stands beside it when you
# wrote one down. For the table without an index it assumes 16 bytes a row, all in one piece: one pass at 58 MB/s.


# %%
def with_guess(predicted, name):
    """The arithmetic, and the trainee's own guess."""
    own = guess(name)
    return number(predicted) + (f" (you: {number(own)})" if own else "")


def why(value, expected, below, above, within=1.25):
    """A reason that fits what was measured; the refusal where nothing was."""
    if value is None or value <= 0:
        return not_cold or no_samples or "Nothing was measured: the machine was not quiet."
    return reason(value, expected, below=below, above=above, within=within)


# %%
page_factor = Machine2009().read(0, 4096) / (4096 / 7500)  # 4 KB, disk of 2009 against its memory
no_seek = "No arm has to move. " if cold_us and cold_us <= 2000 else ""
both_reads = (
    f"{no_seek}Cold {spoken(1000 * cold_us)} instead of {spoken(then_ns['4 KB, cold file'])}, "
    f"warm {spoken(1000 * warm_us)} instead of {spoken(then_ns['4 KB, page cache'])}: it pays for a call, too."
    if cold_us
    else ""
)

# %%
why_factor = why(
    cold_us and cold_factor, page_factor,
    below=both_reads,
    above=f"{both_reads} Did others keep the device busy?",
)  # fmt: skip
why_locality = why(
    locality, 1,
    below="The rings are too small, or the machine was busy: run it again, alone.",
    above="Caches: what lies near the processor is faster. The book has one figure for all memory.",
)  # fmt: skip

# %%
both_moves = (
    f"A transfer {gained(cold_mb_s / 58)} as in 2009, a copy within memory {gained(copied / 7500)}."
    if cold_mb_s
    else ""
)
why_bus = why(cold_mb_s and copied / cold_mb_s, 7500 / 58, below=both_moves, above=both_moves)
ahead = "A page is the least. The kernel reads ahead, because most programs go on."
why_page = not_cold or (ahead if pages_read > 1 else "They agree: this kernel reads no page ahead here.")

# %%
disk_scan = 351_277_311 * 16 / 58e6  # three numbers a row take 16 bytes or so
why_scan = why(
    scan_seconds, 200,
    below="Here the rows lie in memory. There each of them came from the disk, between the requests of all others.",
    above="This machine was busy, or its rows are wider: the fit is carried far beyond what was measured.",
)  # fmt: skip
why_load = why(
    added, expected_load,
    below="The kernel looks every 5 s, and at the tasks of that moment: a part of the time is not in it yet.",
    above=f"Others ran for a moment, or the kernel's look every 5 s came early. The end of the way is {seen}.",
)  # fmt: skip
why_load = (
    why_load if quiet or added is None else "Other programs kept the cores busy: this run does not count."
)

# %%
why_compute = why(
    two_compute, 2,
    below=f"{os.cpu_count()} cores are shared with all other programs, and some cores share their parts.",
    above="The machine was busy: two processes never do more than twice the work of one.",
    within=1.05,
)  # fmt: skip
why_read = why(
    two_read, 1,
    below="The two are in each other's way: at the device, or at cores that others use, too.",
    above="A device without an arm serves several requests at once. The copies remain the hard part."
    if two_read and two_read <= 2.1
    else "More than 2 is not possible for a device alone: others kept the machine busy, too.",
)  # fmt: skip

# %%
claims = [
    Claim("Memory against disk, 4 KB at random", "10^5 to 10^6", with_guess(page_factor, "warm_against_cold_times"),
          cold_us and cold_factor, "times", why_factor),
    Claim("Memory, far against near", "1 speed", 1, locality, "times", why_locality),
    Claim("Memory against disk, transfer", 129, 7500 / 58, cold_mb_s and copied / cold_mb_s, "times", why_bus),
    Claim("Read for one byte", "1 (4 KB)", 1, pages_read, "pages", why_page),
    Claim("8 bytes more in 300 M rows", "3 (summaries)", 2.4, wider_gb, "GB", "They agree; summaries round up."),
]  # fmt: skip

# %%
claims += [
    Claim("351,277,311 rows without an index", "over 200 (summaries)", disk_scan, scan_seconds, "s", why_scan),
    Claim(f"Load average that {seconds:.0f} s add", f"{seen}, the waiting tasks",
          with_guess(expected_load, "added_load_tasks"), added, "tasks", why_load),
    Claim("Two processes that compute", "easy", 2, two_compute, "times", why_compute),
    Claim("Two processes that read cold", "hard", with_guess(1, "two_readers_times"), two_read, "times", why_read),
    Claim("Gain since 2009, the best against the worst", "not even", None, uneven, "times",
          f"Best: {most}, which {gained(progress[most])}. Worst: {least}, which {gained(progress[least])}."),
]  # fmt: skip
table(claims)

# %% [markdown]
# ## Checkpoint: measure three things
#
# 1. **Independent jumps.** Make the largest ring again: `chain = random_chain(ring_bytes[-1], seed=2)`. Collect its
#    places in the order of the walk, as with the toy, in one NumPy array `places`. Then let NumPy add up what stands
#    there: `chain[places].sum()`. How long does an access take now? No access waits for the one before.
# 2. **Your own disk's arm.** The file of this chapter is there until the kernel ends. Let
#    `work_rate("io", count, 1, path)` run for 1, 2, 4 and 8 processes. From which count on does it stop growing?
#    That is how many requests your device serves at once. (Where no read is cold, as said above, it is no device.)
# 3. **Damping.** Run `black_boxes(["cpu", "cpu"], 1)` for 30 s and write down `machine()["load_1min"]` each second.
#    In which steps does it rise, and how far is it from 2 at the end?

# %% [markdown]
# ## Recap
#
# - A wait is a seek or a transfer. Seeks are avoided by order and by large requests, transfers by small data.
# - The factor of 100,000 compares one word of memory with a disk whose arm has to move. Measure your own machine
#   before you argue with it.
# - Memory is not one speed. What is near, and what is asked in turn, is fast.
# - What does not fit must be streamed, or made smaller.
# - The load average says *that* something waits, late. Samples of a process say *what*.
# - Computing is divided with ease. Data is not.

# %% [markdown]
# ## Questions
#
# Answer each one for yourself, then unfold the answer.

# %% [markdown]
# **1.** A job reads 4 KB at random from a file of 200 GB on a server with 8 GB of memory. Which of its reads are
# warm? What does twice the memory change?
#
# <details><summary>Answer</summary>
#
# Warm are the reads whose page was read before and is still in the page cache. When all places are equally likely,
# that is at most the share memory / file, and less, because programs need memory, too.
#
# Twice the memory doubles this small share. So almost all reads stay cold, and the mean time of a read, share x
# `warm_us` + (1 - share) x `cold_us`, hardly moves. It falls far only when nearly all of the file fits. Chapter 3
# looks at files in which some places are asked for more often than others: there a small share of the memory does
# more.
#
# </details>

# %% [markdown]
# **2.** The load average is 8 on two cores, and the processor is idle for 90 % of the time. What do the processes do?
#
# <details><summary>Answer</summary>
#
# They wait for a device. Those that compute or could compute would keep the cores busy. Those that wait for a lock or
# for an answer are not counted. What is left in the load average of Linux are tasks that wait for a device and cannot
# be woken.
#
# Step 3 confirms it: look for the state `D`, and for a low share of a core. And look twice: the load average follows
# slowly, so it may tell of an incident that is over.
#
# </details>

# %% [markdown]
# **3.** `sort` of a file larger than memory takes four passes over it on the disk of 2009. Why is that faster than
# one pass that jumps?
#
# <details><summary>Answer</summary>
#
# Each of the four passes reads and writes in large pieces. So it pays for transfer, and hardly for seeks. A pass that
# jumps pays a whole seek for every 4 KB.
#
# Compare the column 2009 of "4 KB, at random" and "1 MB, in turn", in the lines under the ladder: the factor between
# the two is far larger than the number of passes, even when each of them also writes the whole file.
#
# </details>

# %% [markdown]
# **4.** A colleague proves with a benchmark that an SSD makes the index unnecessary. The table had 100,000 rows.
# Which line of the picture "One query, more and more rows" do you show?
#
# <details><summary>Answer</summary>
#
# The line *no index*. It grows in proportion to the rows. At 100,000 rows the wait is still short; carried on to the
# rows of the book it is `scan_seconds`, and that is a table in memory, with no device in the way at all. By how much
# the line *index* rises over the same rows, `ends["index"]` tells.
#
# An SSD makes each row cheaper that comes from the device. It does not make the query look at fewer rows.
#
# </details>

# %% [markdown]
# ## Your guesses so far

# %%
off_by()
