# %% [markdown]
# # Chapter 3: memory that the system lends you
#
# A program reads a file. The second time it reads the same file, the same calls return many times sooner, and not a
# line of the program has changed. The operating system kept what it had read, in memory that nobody else used.
#
# The book builds a whole company on this: keep the data smaller than the memory, cut it so that it fits, and never
# put a server to work whose memory is still empty. This chapter measures each of these, and then the edge at which
# all of it ends: **what happens when the data is one page too large?** The exercises stand in a notebook of the
# same name in `work/`: there you build the cache yourself.

# %%
import mmap
import os
import platform
import re
import time
from functools import lru_cache
from pathlib import Path

import numpy as np

# %%
from datasets.bookmarks import bookmark_lines
from datasets.traffic import EXPONENT, page_requests
from solutions.engines import vb_code
from solutions.engines.caches import FIRST, lru_hits, stack_distances, two_list_hits

# %%
from workbench.claims import Claim, reason, table
from workbench.clock import clock
from workbench.ladder import Rung, ladder
from workbench.machine2009 import Machine2009
from workbench.mine import mine
from workbench.ownfile import own_file
from workbench.pagecache import NotCold, evict, read_seconds, resident, why_not_cold
from workbench.postgres import NoPostgres, Postgres
from workbench.postgres_pages import ask_pages, make_pages, pages_in_buffers, scan_pages
from workbench.predictions import guess, measured, off_by, predict
from workbench.quantity import number
from workbench.scale import scaled
from workbench.style import BLUE, FAINT, INK, VERMILLION, YOURS, picture

# %% [markdown]
# Times belong to one machine. The notebook comes with those of the machine on which the course was built; run it, and
# it shows yours. Counts of pages come from models, from PostgreSQL and from the kernel: those of the models are the
# same everywhere.
#
# Clear the outputs now, before you run the first cell: *Edit*, *Clear Outputs of All Cells*. They are another
# machine's, and they tell what you are to guess.

# %%
PAGE = 4096  # bytes of the book's block, and of most machines' pages
print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
print(f"numpy {np.__version__}, pages of {mmap.PAGESIZE:,} bytes, WORKBENCH_SCALE {scaled(100)} %")

# %% [markdown]
# ## The problem, measured
#
# A file of one's own, dropped from the memory of the system. Then 4 KB at each of some random places, and the same
# places once more. The first reads are *cold*: the *kernel*, the innermost part of the operating system, has to ask
# the device. (A virtual machine's host may still hold the data.) The second ones are *warm*.

# %%
random = np.random.default_rng(3)
file_pages = max(scaled(8192), 512)
content = random.bytes(file_pages * PAGE)
kernel_pages = len(content) // mmap.PAGESIZE
places = (random.permutation(file_pages)[: file_pages // 4] * PAGE).tolist()
with own_file([content]) as path:
    not_cold = why_not_cold(path)
    cold_us = 1e6 * float(np.median(read_seconds(path, places)))
    warm_us = 1e6 * float(np.median(read_seconds(path, places)))
print(not_cold or f"First reads of {len(places):,} pages: a median of {cold_us:.1f} us each.")
print(f"The same reads again: a median of {warm_us:.1f} us each.")
if not not_cold:
    print(f"The second time they took 1/{cold_us / warm_us:.0f} of the time.")

# %% [markdown]
# The book's disk of 2009 on a virtual clock: a seek takes 10 ms, the transfer 58 MB/s. It remembers nothing, so the
# second round costs what the first one did.

# %%
disk_us = Machine2009().read(0, PAGE)
print(f"A page from the disk of 2009: {disk_us:,.0f} us. From memory here: {warm_us:.1f} us.")

# %% [markdown]
# This memory has three names in the book: *page cache*, *file cache*, *buffer cache*. On Linux they are one thing.
# A process sees *virtual* memory, and the system decides which pages of it are real at a time; pages of files that
# were read are kept in whatever real memory is left. Each is found by its place in the file and by the file's
# *inode*, the number under which a file system keeps a file. The layer that all file systems share (VFS) does this,
# so it is the same for every one of them.
#
# ## What you will be able to do
#
# 1. See which pages of a file are in memory, and what one read brings in.
# 2. Say from a *trace*, a list of requests, how many of them a cache of any size answers itself (its *hits*).
# 3. Tell before it happens that more data, or a *scan* (a pass from end to end), takes all hits away.
# 4. Decide whether two machines hold the same data or a half each, and give requests that spoil a cache a machine of
#    their own.
# 5. Put a server to work that is *warm*: its memory holds what is asked for.
#
# ## Invariants
#
# 1. Each request is a hit or a read. Hits and reads add up to the requests.
# 2. A page that was never asked for before is always read.
# 3. An *LRU* cache gives up the page that was asked for longest ago. A larger one answers everything that a smaller
#    one answers, on every trace.
# 4. A page that has changed in memory is not dropped before it is written.
#
# Cells below assert the first three. The fourth is the kernel's; you watch it.

# %% [markdown]
# ## Which pages are in memory
#
# `mincore` tells for each page of one's own file whether it is in memory. So one can look before and after a read.
# With `posix_fadvise` a program advises the kernel how it is going to use a file: that its order will be random, or
# that its pages are not needed any more.
#
# **Predict.** A cold file, and one byte at its start is read. How many KiB of the file are in memory afterwards?
# Write your guess in place of the three dots before you run on, and leave the name as it is. A guess after the
# measurement does not count.

# %%
predict("one_byte_read_kib", ...)


# %%
map_pages = 256
middle = map_pages // 2
experiments = {  # which pages a byte is read of, in order, and whether the kernel is told that the order is random
    "nothing": ([], False),
    "1 byte, hint: random": ([middle], True),
    "1 byte in the middle": ([middle], False),
    "1 byte at the start": ([0], False),
    "16 pages, in order": (range(16), False),
    "all pages, in order": (range(map_pages), False),
}


# %%
def read_bytes(path, pages, told_random):
    """Read one byte of each page."""
    with path.open("rb", buffering=0) as file:
        if told_random:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for page in pages:
            os.pread(file.fileno(), 1, page * PAGE)


# %%
def residency():
    """Which pages each experiment leaves in memory; where this machine does not show it, the reason."""
    maps = {}
    with own_file([content[: map_pages * PAGE]]) as path:
        try:
            for name, (pages, told_random) in experiments.items():
                evict(path)
                read_bytes(path, pages, told_random)
                maps[name] = resident(path)
        except NotCold as refusal:
            return {}, str(refusal)
    return maps, ""


# %%
maps, no_map = residency()
kib = {name: int(there.sum()) * mmap.PAGESIZE // 1024 for name, there in maps.items()}
for name, held in kib.items():
    print(f"{name:22} {held:5,} KiB of {map_pages * PAGE // 1024:,} in memory")
print(no_map or f"The smallest amount is a page: {mmap.PAGESIZE:,} bytes.")
if kib:
    measured("one_byte_read_kib", kib["1 byte at the start"])


# %%
def draw_map(axes, maps):
    """A bar for each run of pages that are in memory, a row an experiment."""
    for row, there in enumerate(maps.values()):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], there, [0])))).reshape(-1, 2)
        axes.broken_barh([(0, len(there))], (row - 0.35, 0.7), facecolor=FAINT)
        axes.broken_barh([(start, stop - start) for start, stop in edges], (row - 0.35, 0.7), facecolor=BLUE)
    axes.set(ylim=(len(maps) - 0.5, -0.5), xlim=(0, map_pages * PAGE // mmap.PAGESIZE))
    axes.set_yticks(range(len(maps)), maps)
    axes.grid(visible=False)


told = "; ".join(f"{name}: {held} KiB" for name, held in kib.items()) or no_map

# %%
if maps:
    with picture(
        "A byte brings a page, and often more",
        x="page of the file (number)",
        y=None,
        alt=f"A map of the file's pages, a row an experiment; dark is in memory. {told}.",
        caption="Blue: in memory after a cold start. Each row is named after what was read.",
        height_inches=0.5 + 0.4 * len(maps),
    ) as drawn:
        draw_map(drawn.axes, maps)
drawn if maps else no_map

# %% [markdown]
# Where the machine shows it, three things are to be seen.
#
# - **Granularity.** Told that the order is random, the kernel reads what it must: the page that the byte lies in.
# - **Readahead.** A read at the start of a file looks like the beginning of a whole pass. So the kernel reads on,
#   and goes on doing so as long as the guess holds: the bytes of the pages after it are there before they are asked
#   for. The window that it reads ahead grows from one step to the next, up to a limit.
# - A pass over all pages leaves the whole file in memory. Nobody asked for that. Linux may use all free memory for
#   this cache, and takes it back, page by page, when programs need it.


# %%
def meminfo():
    """What the kernel tells about memory, in KiB by name; nothing where it does not tell."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return {}
    return {name: int(kib) for name, kib in re.findall(r"^(\S+): +(\d+) kB$", text, re.MULTILINE)}


# %%
memory = meminfo()
if memory.keys() >= {"MemTotal", "MemFree", "Cached"}:
    total, free, cached = (memory[name] / 2**20 for name in ("MemTotal", "MemFree", "Cached"))
    print(f"Of {total:.1f} GiB on this machine, {free:.1f} are free and {cached:.1f} hold pages of files.")
if kib:
    ahead = kib["1 byte at the start"] / kib["1 byte, hint: random"]
    print(
        f"A byte at the start brought {ahead:.0f} times as much as one read with the hint that order is random."
    )
    more = kib["16 pages, in order"] - 16 * PAGE // 1024
    print(f"After 16 pages in order, {more:,} KiB more were there than had been asked for.")

# %% [markdown]
# ### The page of three systems
#
# **A correction.** The book reads "a block", 4 KB. That is the operating system's page. PostgreSQL reads and caches
# 8 KB at a time, MySQL's InnoDB 16 KB. A page is what the cache holds, even when one row of 100 bytes is wanted. So
# the same memory holds fewer rows that are wanted, when they lie far apart. Arithmetic first: rows, one a page, in
# 1 GiB.

# %%
page_sizes = {"Linux": 4096, "PostgreSQL": 8192, "InnoDB": 16_384}
for name, size in page_sizes.items():
    print(f"{name:11} {size:6,} bytes: {2**30 // size:8,} rows that lie far apart fit into 1 GiB")

# %% [markdown]
# Now synthetic requests for rows of 100 bytes, popular ones spread over the table, and an LRU cache of 1/16 of it:

# %%
rows = max(scaled(400_000), 20_000)
asked_rows = page_requests(max(scaled(200_000), 20_000), rows)
row_hits = {}
for name, size in page_sizes.items():
    hits = lru_hits(asked_rows * 100 // size, rows * 100 // 16 // size)
    row_hits[name] = float(hits[len(hits) // 2 :].mean())
    print(f"pages of {size:6,} bytes: {row_hits[name]:.0%} of the requests are hits")
assert row_hits["Linux"] > row_hits["PostgreSQL"] > row_hits["InnoDB"]

# %% [markdown]
# So "compact rows, and what is asked for together lies together" is a rule about caches, too.
#
# ### Pages that are dirty
#
# A write changes the page in memory and returns. The page is *dirty*: memory is newer than the disk. Dropping it
# would lose the write, so the kernel refuses. `fsync` writes it down, and takes the time that the write did not
# take.


# %%
def seconds_of(run):
    """The seconds of one call: here a second call would be another thing."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def drop(file, path):
    """Ask the kernel to drop a file; return how many of its pages stay."""
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return int(resident(path).sum())


# %%
def write_and_drop():
    """The seconds of a write and of two fsyncs after it; how many pages a drop leaves, before and after."""
    with own_file([content]) as path, path.open("r+b", buffering=0) as file:
        can_drop = not why_not_cold(path)
        seconds = {"write": seconds_of(lambda: file.write(content))}
        dirty = drop(file, path) if can_drop else None
        file.seek(0)
        file.write(content)
        for name in ("fsync", "fsync again"):
            seconds[name] = seconds_of(lambda: os.fsync(file.fileno()))
        return seconds, dirty, drop(file, path) if can_drop else None


# %%
seconds, dirty_stay, clean_stay = write_and_drop()
for name, taken in seconds.items():
    print(f"{name:12} {1000 * taken:8.2f} ms for {len(content) / 1e6:.0f} MB")
if dirty_stay is not None:
    print(
        f"Asked to drop the file after the write, the kernel kept {dirty_stay:,} of {kernel_pages:,} pages;"
    )
    print(f"after fsync it kept {clean_stay:,}.")

# %% [markdown]
# The second `fsync` finds nothing to write. Some of the dirty pages may be gone already: being asked to drop them,
# the kernel starts to write them down. What it had to keep, it kept.
#
# ## A cache in small steps
#
# A cache of three pages, and one rule for what to give up: the page that was asked for longest ago (*least recently
# used*, LRU). As a list, the newest first:


# %%
def ask(recent, page, capacity):
    """Ask for a page: the list afterwards, and whether the page was there."""
    others = [one for one in recent if one != page]
    return [page, *others][:capacity], page in recent


recent = []
toy = [1, 2, 3, 1, 4, 2, 2, 1]
for page in toy:
    recent, was_there = ask(recent, page, capacity=3)
    print(f"page {page}: {'hit ' if was_there else 'read'}  then {recent}")

# %% [markdown]
# The list is searched at each request: a cache of a million pages would be too slow for its own purpose. The
# exercise `LRUCache` does each request in constant time.
#
# **All sizes at once.** In the list of an *unbounded* cache, count the pages before the one that is asked for: its
# *stack distance*. A cache of `c` pages has the first `c` of that list. So a request is a hit exactly when its page
# was asked for before and its distance is below `c`, and one pass over a trace gives the hits for every size. The
# exercise `hit_rate_curve` is about it. The chapter takes an *engine*, that is, the course's own finished and fast
# version of such a thing: `solutions/engines/caches.py`. First proof that it does what the list does:


# %%
def toy_hits(trace, capacity):
    """Which requests the list answers."""
    recent, hits = [], []
    for page in trace:
        recent, was_there = ask(recent, page, capacity)
        hits.append(was_there)
    return hits


print("stack distances:", stack_distances(toy).tolist(), f"({FIRST}: never asked for before)")
part = page_requests(500, pages=60)
by_size = np.array([lru_hits(part, capacity) for capacity in range(61)])
for capacity in range(1, 61):
    assert by_size[capacity].tolist() == toy_hits(part.tolist(), capacity)
assert (by_size[1:] >= by_size[:-1]).all()  # invariant 3
assert not by_size[:, stack_distances(part) == FIRST].any()  # invariant 2

# %% [markdown]
# ## Hits against size
#
# What people ask for is skewed: a few pages have most of the requests. Published figures fit Zipf's law: the page
# of popularity rank r gets requests in proportion to 1 / r^a, with a from 0.6 to 1.03. **The requests below are
# synthetic**, with the exponent that the next line prints.

# %%
data_pages = max(scaled(20_000), 1000)
traffic = page_requests(10 * data_pages, data_pages)
counts = np.sort(np.bincount(traffic, minlength=data_pages))[::-1]
print(f"exponent {EXPONENT}, {len(traffic):,} requests, {data_pages:,} pages")
popular = counts[: data_pages // 10].sum() / len(traffic)
print(f"The most popular tenth of the pages has {popular:.0%} of the requests.")

# %% [markdown]
# **Predict.** An LRU cache holds 10 % of the pages. How many per cent of these requests does it answer, once it is
# warm?

# %%
predict("tenth_cache_hits_percent", ...)

# %% [markdown]
# "Once it is warm" is a rule of the book: *measure a server when its cache is warm*. So the first half of the
# requests fills the cache and does not count.


# %%
def hit_share(trace, capacity):
    """The share of hits in the second half of a trace; the first half warms the cache."""
    return float(lru_hits(trace, capacity)[len(trace) // 2 :].mean())


shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1]
zipf_hits = {share: hit_share(traffic, round(share * data_pages)) for share in shares}
for share, hits in zipf_hits.items():
    print(f"cache of {share:4.0%} of the data: {hits:5.1%} hits, {1 - hits:6.2%} reads")
measured("tenth_cache_hits_percent", 100 * zipf_hits[0.1])
first = float((stack_distances(traffic)[len(traffic) // 2 :] == FIRST).mean())
print(f"{first:.2%} of the counted requests are the first of their page: no cache answers those.")
assert round(first + zipf_hits[1], 9) == 1
assert zipf_hits[0.1] > zipf_hits[1] - zipf_hits[0.5]

# %% [markdown]
# The curve rises fast and then ever more slowly: the first tenth of memory is worth more than the last half. That
# is the book's *balance of cost*: each further gigabyte buys fewer hits than the one before. Not even a cache with
# room for all data answers everything: some pages are asked for the first time in the half that counts.
#
# The picture of this curve comes below, in "The cliff", beside a trace that has another one.

# %% [markdown]
# ## More memory, less reading: a real cache
#
# The kernel's cache cannot be given a size without root. PostgreSQL's can: `shared_buffers`, in pages of 8 KB. The
# course starts a private server, of which nothing is left afterwards. Each row of its table fills a page, and each
# request names a row by its place, so one request is one page. PostgreSQL itself counts hits and reads. A read asks
# the operating system, which may still hold the page in its own cache: so pages are counted here, and not seconds.

# %%
table_pages = max(scaled(1024), 256)
asked = page_requests(20 * table_pages, table_pages).tolist()
loop = list(range(table_pages))
buffer_counts = [table_pages * part // 16 for part in (2, 4, 8, 12, 14, 15, 16, 18, 20)]


def with_buffers(server, buffers):
    """Hits and reads of warm traffic and of a warm loop over the table, with so many buffers."""
    server.restart(shared_buffers=buffers)
    with server.connect() as connection:
        ask_pages(connection, asked[: len(asked) // 2])
        warm = ask_pages(connection, asked[len(asked) // 2 :])
        passes = [ask_pages(connection, loop) for _ in range(3)]
    return warm, passes[-1]


# %% [markdown]
# One more thing is measured while the server runs: what a *sequential scan* of the whole table leaves in buffers
# that have room for twice the table.


# %%
def scanned(server):
    """How many pages of the table are in the buffers after a sequential scan, and after a loop of requests."""
    server.restart(shared_buffers=2 * table_pages)
    with server.connect() as connection:
        scan_pages(connection)
        after_scan = pages_in_buffers(connection)
        ask_pages(connection, loop)
        return after_scan, pages_in_buffers(connection)


# %%
counted, after_scan, after_loop, no_postgres = {}, 0, 0, ""
model_reads = {buffers: round((1 - hit_share(asked, buffers)) * len(asked) / 2) for buffers in buffer_counts}
print(f"{len(asked) // 2:,} requests for {table_pages:,} pages, at each size the same requests")
try:
    with Postgres(shared_buffers=2 * table_pages) as server:
        with server.connect() as connection:
            make_pages(connection, table_pages)
        for buffers, model in model_reads.items():
            warm, _ = counted[buffers] = with_buffers(server, buffers)
            print(f"{buffers:5,} buffers: PostgreSQL reads {warm.reads:6,} pages, LRU {model:6,}")
        after_scan, after_loop = scanned(server)
except NoPostgres as refusal:
    no_postgres = "PostgreSQL does not run here, so this shows the LRU model alone."
    print(no_postgres, refusal)

# %%
assert all(sum(warm) == len(asked) // 2 for warm, _ in counted.values())  # invariant 1
told = "; ".join(f"{buffers} buffers: {count}" for buffers, count in model_reads.items())
real_reads = {buffers: warm.reads for buffers, (warm, _) in counted.items()}
real = "; ".join(f"{buffers}: {count}" for buffers, count in real_reads.items())
look = {"color": BLUE, "marker": "o", "linestyle": "", "clip_on": False, "zorder": 3}

# %%
with picture(
    "More memory, less reading",
    x="shared_buffers (pages of 8 KB)",
    y="pages read (count)",
    alt=f"Reads fall as memory grows. LRU model, {told}. PostgreSQL, {real or 'not run here'}.",
    caption=f"The same {len(asked) // 2:,} requests for {table_pages:,} pages each time; dotted line: all fit.",
) as drawn:
    drawn.axes.plot(list(model_reads), list(model_reads.values()), color=INK, marker="", label="LRU, model")
    if counted:
        drawn.axes.plot(list(real_reads), list(real_reads.values()), label="PostgreSQL, counted", **look)
    drawn.axes.axvline(table_pages, color=INK, linestyle=":")
    drawn.axes.set(ylim=(0, None), xlim=(0, None))
    for axis in (drawn.axes.xaxis, drawn.axes.yaxis):
        axis.set_major_formatter("{x:,.0f}")
drawn

# %% [markdown]
# The book's rule, *more memory, less I/O*, is this line. It falls steeply first and ends where the data fits.
#
# Two things set PostgreSQL apart from LRU. First, its *catalogs*, the tables in which it keeps what it knows about
# tables, take buffers, too. So with as many buffers as pages of the table (the dotted line), the data may not quite
# fit.
#
# Second, PostgreSQL does not keep a list. Each buffer has a small counter; a hand goes round like a clock's, lowers
# the counters and takes the first buffer that has none left. That is cheaper than a list that all processes would
# have to lock. It gives up other pages than LRU, sometimes better and sometimes worse ones:

# %%
if counted:
    apart = max(abs(real_reads[buffers] - model_reads[buffers]) for buffers in real_reads)
    print(
        f"At no size are the clock and LRU further apart than {2 * apart / len(asked):.1%} of the requests."
    )
    more = sum(real_reads[buffers] > model_reads[buffers] for buffers in real_reads)
    fewer = sum(real_reads[buffers] < model_reads[buffers] for buffers in real_reads)
    print(f"PostgreSQL reads more than LRU at {more} of {len(real_reads)} sizes, and less at {fewer}.")
    extra = real_reads[table_pages] - model_reads[table_pages]
    print(f"With as many buffers as pages of the table: {extra:+,} reads against LRU.")

# %%
if counted:
    print(
        f"{2 * table_pages:,} buffers. A sequential scan of {table_pages:,} pages left {after_scan:,} in them;"
    )
    print(f"requests for the same pages, one by one, left {after_loop:,}.")

# %% [markdown]
# **A trap.** Whoever wants to warm PostgreSQL up with `select count(*)` warms little. A scan of a table that is
# larger than a quarter of the buffers goes through a small ring of them and takes no others. This protects what
# everybody else has in the cache. Why a scan needs to be kept out at all is the next section.

# %% [markdown]
# ### Your own cache
#
# `mine("LRUCache")` loads your solution from `work/`. It gets the same requests as PostgreSQL; the hits must be
# those of the engine. Then its point stands in the next picture, and its speed on the *ladder*: a picture near the
# end of the chapter, in which each way to do the same work is a bar, called a *rung*.
#
# Solved later? Save the exercise notebook. Then run again here: the cells of this section, those that draw the cliff
# (from `own_x = ...` to the picture), and those of the section "The ladder".


# %%
def ask_all(cache, trace):
    """Which requests of a trace the trainee's cache answers."""
    hits = []
    for page in trace:
        hits.append(cache.get(page) is not None)
        if not hits[-1]:
            cache.put(page, page)
    return hits


# %%
def own_hits(make, trace, capacity):
    """The same for a new cache, and for a second one; the reason where they do not run."""
    try:
        hits, again = [ask_all(make(capacity), trace) for _ in range(2)]
    except Exception as error:
        return None, f"raises {type(error).__name__}"
    same = hits == again == lru_hits(trace, capacity).tolist()
    return (hits, "") if same else (None, "has other hits than an LRU cache")


# %%
own_cache, own_capacity = mine("LRUCache"), 3 * table_pages // 8
own, own_why = own_hits(own_cache, asked, own_capacity) if own_cache else (None, "not solved yet")
print(mine.why("LRUCache") or f"LRUCache: {own_why or 'in the picture, and on the ladder'}")

# %% [markdown]
# ## The cliff
#
# A job reads a file of 1,000 pages, over and over. The cache has room for 1,000 pages. After the first pass it
# reads nothing: all is there. Over night the file grows by one page.
#
# **Predict.** The cache is LRU and has room for 1,000 pages. How many pages does each pass over 1,001 pages read?

# %%
predict("loop_reads_pages", ...)


# %%
def reads_a_pass(length, capacity=1000, hits_of=lru_hits):
    """How many pages of a loop are read in its sixth pass."""
    return int((~hits_of(np.tile(np.arange(length), 6), capacity)[-length:]).sum())


for length in (999, 1000, 1001, 1100, 2000):
    print(f"loop over {length:5,} pages, LRU cache of 1,000: {reads_a_pass(length):5,} reads a pass")
measured("loop_reads_pages", reads_a_pass(1001))
assert reads_a_pass(1000) == 0 and reads_a_pass(1001) == 1001

# %% [markdown]
# **One page more than the cache holds, and not one request is a hit.** LRU gives up the page that was asked for
# longest ago. In a loop that is the page that comes next. So each read throws out what the next request needs, all
# the way round.
#
# Now the loop against the skewed traffic, in one picture. PostgreSQL has been through the same loop.


# %%
def percent(blocks):
    """The hits of counted blocks in per cent."""
    return 100 * blocks.hits / sum(blocks)


real = {100 * buffers / table_pages: (warm, last) for buffers, (warm, last) in counted.items()}
told = [f"{x:g} %: loop {percent(last):.0f}, skewed {percent(warm):.0f}" for x, (warm, last) in real.items()]

# %%
own_x, own_y = 100 * own_capacity / table_pages, 100 * np.mean(own[len(own) // 2 :]) if own else None
words = {
    "x": "cache, as a share of the data (%)",
    "y": "requests that are hits (%)",
    "alt": "Hits against cache size. The loop has none below 100 % and all from there on; skewed traffic rises "
    f"in a curve, {hit_share(asked, table_pages // 4):.0%} at a quarter. PostgreSQL, {'; '.join(told) or 'not run'}."
    + (f" Your LRUCache, skewed traffic at {own_x:g} %: {own_y:.0f} % hits." if own else ""),
    "caption": "Lines: the LRU model. Hollow marks: PostgreSQL, counted."
    + (" Diamond with a blue rim: your LRUCache, on the blue curve's traffic." if own else ""),
}
loop_line = [(10, 99.9, 100, 130), (0, 0, 100, 100)]
sizes = np.linspace(0.01, 1.3, 60)
skewed_line = (100 * sizes, [100 * hit_share(asked, round(size * table_pages)) for size in sizes])

# %%
looks = {  # a small square fits into a large circle: neither hides the other
    "skewed": {"color": BLUE, "marker": "o", "markersize": 11},
    "loop": {"color": VERMILLION, "marker": "s", "markersize": 5},
}
hollow = {"linestyle": "", "markerfacecolor": "none", "markeredgewidth": 1.8}
rim = {"markeredgecolor": BLUE, "markeredgewidth": 2.2, "markersize": 11, "zorder": 4}  # the curve's colour
counted_marks = {
    name: ((list(real), [percent(both[which]) for both in real.values()]), looks[name])
    for which, name in enumerate(looks if real else ())
}


# %%
with picture("One page more than fits, and LRU has no hit", height_inches=4.2, **words) as climax:
    axes = climax.axes
    axes.plot(*skewed_line, color=BLUE, marker="", linestyle="-", label="skewed, LRU")
    axes.plot(*loop_line, color=VERMILLION, marker="", linestyle="--", label="loop, LRU")
    for name, ((x, y), look) in counted_marks.items():
        axes.plot(x, y, label=f"{name}, PostgreSQL", **look, **hollow)
    if own:
        axes.plot(own_x, own_y, color=YOURS, marker="D", linestyle="", label="LRUCache (yours)", **rim)
    axes.set(xlim=(0, 132), ylim=(-4, 106))
climax

# %% [markdown]
# Read it from right to left: the data grows, the cache does not. Skewed traffic gets slower by degrees, and
# somebody notices in time. A loop gives no warning. A nightly job, a backup, a report, a full scan are loops, and
# they do this to everybody who shares the cache with them.
#
# PostgreSQL's clock is no LRU list. The same loop, counted:

# %%
for x, (_, last) in real.items():
    model = 100.0 if x >= 100 else 0.0
    print(f"cache of {x:6g} % of the loop: PostgreSQL {percent(last):5.1f} % hits, LRU {model:5.1f} %")
softer = [x for x, (_, last) in real.items() if x < 100 and percent(last) > 1]
if softer:
    print(
        f"From {min(softer):g} % on the clock's hand passes over some buffers: their pages survive the round."
    )
by_degrees = " The clock loses its hits by degrees, over several of these sizes." if softer else ""
print(no_postgres or f"LRU loses every hit when the loop is one page longer than the cache.{by_degrees}")

# %% [markdown]
# **At exactly 100 %** the loop can be all hits, although PostgreSQL's catalogs need buffers. The loop is counted in
# its third pass. By then the reads before it have taken the catalogs' buffers, one by one, for the data; and what a
# connection needs of the catalogs it keeps in memory of its own.
#
# What helps, in the order of its price:
#
# - **Turn round.** A job that reads forwards, and the next time backwards, begins with what is still there.
# - **Keep the loop out** of the cache: PostgreSQL's ring, `posix_fadvise`, reads that bypass it.
# - **Make the data smaller**, or the memory larger. Both come below.

# %%
there = np.arange(1001)
zigzag = np.concatenate([there, there[::-1]] * 3)
back = int((~lru_hits(zigzag, 1000)[-1001:]).sum())
print(f"always forwards: {reads_a_pass(1001):,} reads a pass; back and forth: {back:,}")

# %% [markdown]
# ## How far Linux is from LRU
#
# **A correction.** The book, like many texts, calls Linux's cache LRU. It is that only roughly. Linux keeps *two*
# lists. A page that was read once stands on the *inactive* list, from which pages are dropped. Only a page that is
# asked for again moves to the *active* list. `/proc/meminfo` shows both lengths, for the whole machine. So: read a
# cold file of one's own three times, and see where its pages stand.


# %%
def file_lists():
    """The pages of files on both lists of the whole machine; nothing where the kernel does not tell."""
    names = ("Inactive(file)", "Active(file)")
    told = meminfo()
    return {name: told[name] * 1024 // mmap.PAGESIZE for name in names} if told.keys() >= set(names) else {}


# %%
def pages_moved(path):
    """How many pages each list gained while the file was read once."""
    before = file_lists()
    path.read_bytes()
    after = file_lists()
    return {name: after[name] - before[name] for name in after}


# %%
with own_file([content]) as path:
    no_lists = why_not_cold(path) or ("" if file_lists() else "The kernel does not show its lists here.")
    moved = [] if no_lists else [pages_moved(path) for _ in range(3)]
for time_read, gained in enumerate(moved, start=1):
    inactive, active = gained.values()
    print(f"reading {time_read}: inactive list {inactive:+8,} pages, active list {active:+8,} pages")
print(no_lists or f"The file has {kernel_pages:,} pages. What other programs read meanwhile is counted, too.")

# %%
two_lists_seen = bool(moved) and moved[0]["Inactive(file)"] > kernel_pages / 2 < moved[1]["Active(file)"]
if two_lists_seen:
    print("Read once: inactive. Read twice: active. LRU would have one list, and no difference.")
elif moved:
    print("Two lists do not show here: another kernel, or other programs moved more pages than this file.")

# %% [markdown]
# What follows for a scan? To *see* Linux drop pages, its memory would have to run out, and with it that of every
# other program on this machine. The course does not do that. So what comes now is a **model, not a measurement**:
# two lists, much simplified. The active list holds at most half of the cache's pages; when one more comes to it, its
# oldest page goes back to the inactive list. A set of 300 pages is asked for twice, then a scan of 2,000 pages goes
# by, then the set is asked for again.

# %%
hot = np.arange(300)
mixed = np.concatenate([hot, hot, np.arange(1000, 3000), hot])
survive = {
    name: int(run(mixed, 1000)[-len(hot) :].sum())
    for name, run in (("LRU", lru_hits), ("two lists", two_list_hits))
}
for name, hits in survive.items():
    print(f"{name:9}: {hits:3} of {len(hot)} pages survive the scan")
half = len(traffic) // 2
two = float(two_list_hits(traffic, data_pages // 10)[half:].mean())
print(f"skewed traffic, a tenth in memory: LRU {zipf_hits[0.1]:.1%} hits, two lists {two:.1%}")
looped = reads_a_pass(1001, hits_of=two_list_hits)
assert looped == 1001 and survive == {"LRU": 0, "two lists": min(len(hot), 1000 // 2)}
print(f"loop over 1,001 pages, cache of 1,000: two lists read {looped:,} a pass")

# %% [markdown]
# So plain LRU is a fair *model* for skewed traffic (two lists do a little better: they keep what was asked for
# twice) and too dark a picture for a scan that goes by once. The loop stays a cliff with two lists as well: no page
# of it is asked for a second time before it is dropped, so none becomes active.
#
# ## Compress to fit
#
# The book: 4 GB of text do not fit into 2 GB of memory; compressed to 2 GB they do. Here each tag has a list of the
# ids of its entries, in ascending order. As 32-bit ids, each takes 4 bytes.
#
# *VB code* (variable byte code) writes the gap to the id before in place of the id, and each gap in as few bytes as
# it needs, with 7 bits of the number in each. Long lists have small gaps, so most of these take one byte. Chapter 6
# builds it; here only the sizes count.
#
# The memory holds half of the first file. A request asks for one tag; it touches the pages that the tag's ids lie on.

# %%
lines = list(bookmark_lines(max(scaled(50_000), 5000)))
lists = [np.fromstring(line.partition(b"\t")[2], np.uint32, sep=",") for line in lines]
lengths = {
    "32-bit ids": np.array([4 * len(ids) for ids in lists]),
    "VB code": np.array([len(vb_code.encode(np.diff(ids, prepend=np.uint32(0)))) for ids in lists]),
}
tags = page_requests(max(scaled(60_000), 20_000), len(lists))
memory_pages = int(lengths["32-bit ids"].sum()) // 2 // PAGE


# %%
def pages_touched(lengths, tags):
    """The pages that requests for tags touch, one after the other; the lists lie one behind the other."""
    ends = np.cumsum(lengths)
    first, last = (ends - lengths)[tags] // PAGE, (ends[tags] - 1) // PAGE
    counts = last - first + 1
    return np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())


def traffic_on(lengths):
    """The pages that are asked for, the reads of the second half of the requests, and of all of them."""
    touched = pages_touched(lengths, tags)
    missed = ~lru_hits(touched, memory_pages)
    late = len(pages_touched(lengths, tags[len(tags) // 2 :]))
    return len(np.unique(touched)), int(missed[-late:].sum()), touched[missed].tolist()


# %%
on_pages, warm_reads, disk_seconds = {}, {}, {}
for name, sizes in lengths.items():
    on_pages[name], warm_reads[name], missed = traffic_on(sizes)
    disk = Machine2009()
    disk_seconds[name] = sum(disk.read(page * PAGE, PAGE) for page in missed) / 1e6
print(f"memory of {memory_pages:,} pages, {len(tags):,} requests")
for name, sizes in lengths.items():
    print(f"{name:10} {sizes.sum() / 1e6:5.2f} MB; {on_pages[name]:,} of its ", end="")
    print(
        f"{-(-int(sizes.sum()) // PAGE):,} pages are asked for; the second half reads {warm_reads[name]:,};"
    )
    print(f"{'':10} the reads of both halves take the disk of 2009 {disk_seconds[name]:.1f} s")
shrunk = int(lengths["VB code"].sum()) / int(lengths["32-bit ids"].sum())
print(f"VB code takes {shrunk:.0%} of the bytes.")

# %% [markdown]
# Whether compressed data is *read* faster depends on the decoder; chapter 6 measures that. Here is the other half of
# the answer. What fits is read once and then no more; from then on the decoder is all that is left to pay.
#
# ## Two copies, or two partitions
#
# One machine is not enough, so there are two, each with memory for a tenth of the data. Either both hold a **copy**
# of everything, and a balancer sends each request to any of them. Or the data is **partitioned**: half of the pages
# here, half there, and each request goes where its page lives. The book parts by table; here the parity of the page
# number parts.
#
# **Predict.** Copies have the hit rate of a tenth, which you know from above. How many per cent of the requests are
# hits with partitions?

# %%
predict("partition_hits_percent", ...)


# %%
def fleet_hits(trace, machine, capacity):
    """The share of hits of machines that see a part of the requests each, warm."""
    return sum(hit_share(trace[machine == one], capacity) * np.mean(machine == one) for one in (0, 1))


each = data_pages // 10
anywhere = np.random.default_rng(4).integers(0, 2, len(traffic))
copies, partitions = fleet_hits(traffic, anywhere, each), fleet_hits(traffic, traffic % 2, each)
measured("partition_hits_percent", 100 * partitions)
busier = max(np.mean(traffic % 2), 1 - np.mean(traffic % 2))
print(f"two copies:     {copies:.1%} hits, {1 - copies:.1%} reads")
print(f"two partitions: {partitions:.1%} hits, {1 - partitions:.1%} reads")
print(f"of the two partitions, the busier machine has {busier:.1%} of the requests")
print(f"one machine with the memory of both: {zipf_hits[0.2]:.1%} hits")

# %% [markdown]
# With copies both memories hold the *same* popular pages: the second gigabyte repeats the first. With partitions
# they add up. This is the book's distribution that respects *locality*. Its price: when a machine dies, copies lose
# speed, and partitions lose data that must come from elsewhere. And each request must know where to go.
#
# ## Islands: bots apart from people
#
# A search bot asks for every page, the oldest too, and comes back when it is through. Such requests are a loop:
# they fill the cache with what nobody else wants. But a bot does not mind waiting. So the book puts bots on
# machines of their own, an *island*. Public summaries of the book name its fleet: 5 application servers for people,
# 6 for bots. Here bots send requests in that proportion, ten at a time.
#
# Two machines, each with a disk of 2009 and memory for a tenth of the data. Either both take all requests in turn,
# or one takes the people and one the bots. Time is **virtual**: each request has an arrival and a service time, and
# a queue is arithmetic (Lindley's formula: a request waits for what is left of the work before it). No load
# generator can lag, because none runs.


# %%
def response_us(arrival_us, service_us):
    """From arrival to answer on one machine that serves in order (Lindley 1952), in microseconds."""
    done = np.cumsum(service_us)
    return done + np.maximum.accumulate(arrival_us - (done - service_us)) - arrival_us


free_at, slow_way = 0.0, []
arrivals, services = [0, 10, 11, 50], [20, 5, 5, 5]
for arrival, service in zip(arrivals, services, strict=True):
    free_at = max(free_at, arrival) + service
    slow_way.append(free_at - arrival)
assert np.array_equal(response_us(np.array(arrivals), np.array(services)), slow_way)

# %% [markdown]
# A hit costs 0.1 ms of the processor; a read costs that and what the disk of 2009 takes.


# %%
CPU_US = 100


def service_us(pages, capacity):
    """What each request costs a machine: processor, and disk when the page is not there."""
    disk, hits = Machine2009(), lru_hits(pages, capacity)
    reads = [
        0.0 if hit else disk.read(page * PAGE, PAGE) for page, hit in zip(pages.tolist(), hits, strict=True)
    ]
    return CPU_US + np.array(reads)


def arrivals_us(count, per_second, seed):
    """Random arrivals, on average so many a second."""
    return np.cumsum(np.random.default_rng(seed).exponential(1e6 / per_second, count))


# %%
people_rate, bots_rate, burst = 75, 90, 10  # requests a second, 5 to 6; a bot asks for ten pages at once
seconds = max(scaled(240), 60)
people_pages = page_requests(people_rate * seconds, data_pages, seed=5)
crawl = np.random.default_rng(8).permutation(data_pages)  # old pages lie anywhere
bot_pages = np.resize(crawl, bots_rate * seconds // burst * burst)
people_at = arrivals_us(len(people_pages), people_rate, 1)
bots_at = np.repeat(arrivals_us(len(bot_pages) // burst, bots_rate / burst, 2), burst)
order = np.argsort(np.concatenate([people_at, bots_at]), kind="stable")
at = np.concatenate([people_at, bots_at])[order]
pages = np.concatenate([people_pages, bot_pages])[order]
is_person = order < len(people_pages)

# %% [markdown]
# **Predict.** The *99th percentile*, p99, is the time within which 99 of 100 requests are answered. By which factor
# does the p99 of people fall when the bots get an island? Both ways have two machines and the same requests.

# %%
predict("people_p99_times", ...)


# %%
def run_fleet(machine):
    """Response (us) of each request, which are hits, and the load of both machines in the second half."""
    response, hits, load = np.empty(len(at)), np.empty(len(at), dtype=bool), []
    for one in (0, 1):
        here = machine == one
        service = service_us(pages[here], each)
        response[here], hits[here] = response_us(at[here], service), service == CPU_US
        load.append(service[len(service) // 2 :].sum() / (at[here][-1] - at[here][len(service) // 2]))
    return response, hits, load


# %%
warm = np.arange(len(at)) >= len(at) // 2
together = run_fleet(np.arange(len(at)) % 2)
islands = run_fleet(np.where(is_person, 0, 1))

p99 = {}
for name, (response, hits, load) in (("mixed", together), ("islands", islands)):
    p99[name] = [np.percentile(response[warm & group], 99) / 1000 for group in (is_person, ~is_person)]
    print(f"{name:8} p99 of people {p99[name][0]:6.1f} ms, of bots {p99[name][1]:8.1f} ms; ", end="")
    print(f"people's hits {hits[warm & is_person].mean():.0%}; machines busy {load[0]:.0%} and {load[1]:.0%}")

# %%
overload = "Invalid: a machine gets more than it can do, so the p99 of its requests grows with the run."
for_people = overload if max(*together[2], islands[2][0]) >= 1 else ""
for_bots = overload if max(*together[2], islands[2][1]) >= 1 else ""
islands_pay = p99["mixed"][0] / p99["islands"][0]
if not for_people:
    measured("people_p99_times", islands_pay)
print(f"p99 of people: {for_people or 'valid'}")
print(f"p99 of bots: {for_bots or 'valid'}")


# %%
def two_lines(axes, lines):
    """The way that hurts, dashed, and the better one."""
    looks = ({"color": VERMILLION, "linestyle": "--"}, {"color": BLUE, "linestyle": "-"})
    for (name, (x, y)), look in zip(lines.items(), looks, strict=True):
        axes.plot(x, y, label=name, marker="", **look)


slower = np.geomspace(100, 0.01, 80)  # per cent of people's requests
people = {
    name: (np.percentile(response[warm & is_person], 100 - slower) / 1000, slower)
    for name, response in (("bots mixed in", together[0]), ("bots on an island", islands[0]))
}

# %%
less = islands_pay > 1.05 and not for_people
with picture(
    "The same machines, and people wait less" if less else "The same machines, with and without an island",
    x="response, log scale (ms)",
    y="people's requests, log scale (%)",
    alt=f"Share of people's requests above a response time. p99 mixed {p99['mixed'][0]:.0f} ms, "
    f"with an island for bots {p99['islands'][0]:.0f} ms.",
    caption="How many requests take longer than so many ms. Where a curve crosses the dotted line, 1 %, is its p99. "
    f"The step at {disk_us / 1000:.0f} ms: a read that waits for nothing but the disk. {for_people}".rstrip(),
    height_inches=3.9,
) as drawn:
    two_lines(drawn.axes, people)
    drawn.axes.axhline(1, color=INK, linestyle=":", linewidth=1.2)
    drawn.axes.set(xscale="log", yscale="log", xlim=(1, None), ylim=(0.05, 100))
drawn

# %%
way = (
    f"falls to 1/{islands_pay:.1f}"
    if islands_pay > 1.05
    else f"does not fall: {1 / islands_pay:.1f} times as long"
)
word = "wait longer, and nobody minds" if p99["islands"][1] > p99["mixed"][1] else "do not even wait longer"
print(f"People's p99 {way}. {for_people}".rstrip())
print(f"The bots {'have this p99' if for_bots else word}: {p99['islands'][1]:.0f} ms. {for_bots}".rstrip())

# %% [markdown]
# Nothing was bought. People's pages stay in their machine's memory, because no bot throws them out: that is the
# gain in hits. And no ten requests of a bot stand before them in the queue. The checkpoint asks which counts more.
#
# ## A cold server under load
#
# The book's first rule of operation: *never put a freshly started server under load*. Its memory is empty, so every
# first request for a page goes to the disk, and under the load of a full day the disk cannot follow. Reading the
# files once from end to end (`cat file > /dev/null`) fills the memory first. (`posix_fadvise` with `WILLNEED` asks
# the kernel to do so in the background.)
#
# One machine of 2009 whose memory holds all the data, and 200 requests a second. Its disk takes more than 10 ms for
# each page, so alone it answers fewer than 100 a second. How much is there to read?

# %%
print(
    f"The data: {data_pages:,} pages of 4 KB, {data_pages * PAGE / 1e6:.0f} MB, all of which fit into memory."
)
print(f"The most popular tenth of the pages has {popular:.0%} of the requests, as before.")

# %% [markdown]
# **Predict.** The machine starts cold, and at first requests wait long. When is that over: after how many seconds
# comes the last request that waits longer than 100 ms?

# %%
predict("cold_server_slow_s", ...)

# %%
load_rate = 200
load_pages = page_requests(load_rate * max(scaled(240), 30), data_pages, seed=5)
load_at = arrivals_us(len(load_pages), load_rate, 1)
cold = response_us(load_at, service_us(load_pages, data_pages))
warmed = response_us(load_at, np.full(len(load_pages), float(CPU_US)))
slow = load_at[cold > 100_000] / 1e6
cat_seconds = Machine2009().read(0, data_pages * PAGE) / 1e6
print(f"cold: the longest wait is {cold.max() / 1e6:.1f} s; warmed: {warmed.max() / 1000:.1f} ms")
print(f"Reading all {data_pages * PAGE / 1e6:.0f} MB from end to end takes that disk {cat_seconds:.1f} s.")
until = measured("cold_server_slow_s", slow.max()) if len(slow) else None
if until:
    print(f"Started cold, requests wait longer than 100 ms until {until:.0f} s have passed.")

# %%
window = np.minimum((load_at / 2e6).astype(int), int(load_at[-1] / 2e6))  # of two seconds


def p99_over_time(response):
    """Seconds since the start, and the p99 in ms of each two of them."""
    windows = np.unique(window)
    return 2 * windows, [np.percentile(response[window == one], 99) / 1000 for one in windows]


over_time = {"started cold": p99_over_time(cold), "started warm": p99_over_time(warmed)}
highest = {name: max(values) for name, (_, values) in over_time.items()}

# %%
with picture(
    "Never put a cold server under load",
    x="time since the start (s)",
    y="p99, log scale (ms)",
    alt=f"p99 over time: cold up to {highest['started cold']:,.0f} ms, warm up to {highest['started warm']:.1f} ms.",
    caption=f"The disk of 2009, {load_rate} requests a second; p99 of each two seconds. "
    f"Warming the server up first takes {cat_seconds:.1f} s.",
) as drawn:
    two_lines(drawn.axes, over_time)
    drawn.axes.set(yscale="log", xlim=(0, None))
drawn

# %% [markdown]
# The queue explains the height: while a request waits for the disk, those behind it wait, too, even for pages that
# are there.
#
# And here? All pages of a cold file of one's own, once in the order in which requests come, once with a `cat`
# before.


# %%
def warm_up_here():
    """Seconds of all pages in random order, cold; of a cat; and of the same order after it."""
    every = (np.random.default_rng(6).permutation(file_pages) * PAGE).tolist()
    with own_file([content]) as path:
        refused = why_not_cold(path)
        by_requests = read_seconds(path, every).sum()
        if not refused:
            evict(path)
        cat = seconds_of(path.read_bytes)
        return refused, by_requests, cat, read_seconds(path, every).sum()


# %%
refused, by_requests, cat_here, afterwards = warm_up_here()
print(refused or f"A cold file of {file_pages:,} pages:")
print(f"by random requests {1000 * by_requests:7.1f} ms")
print(
    f"by cat             {1000 * cat_here:7.1f} ms, and the random requests after it {1000 * afterwards:.1f} ms"
)
if not refused:
    gain = by_requests / (cat_here + afterwards)
    print(f"Requests alone take {gain:.1f} times as long as cat and requests together.")

# %% [markdown]
# ## Claims
#
# *Predicted* is arithmetic or the LRU model; your guess stands beside it when you made one.


# %%
def with_guess(predicted, name):
    """What was predicted, and the trainee's own guess."""
    own = guess(name)
    return number(predicted) + (f" (you: {number(own)})" if own else "")


def reads_fall(reads):
    """By what factor the reads fall from a quarter of the pages in memory to a half."""
    return reads[table_pages // 4] / max(reads[table_pages // 2], 1)


fall, fall_here = reads_fall(model_reads), reads_fall(real_reads) if counted else None
at_most = max((percent(last) for x, (_, last) in real.items() if x < 100), default=None)
cat_here_all = cat_here * data_pages / file_pages

# %%
clock_why = "PostgreSQL's clock gives up other pages than LRU, and its catalogs need buffers, too."
halves_why = "The two halves are not equally popular."
why = {
    "memory": no_postgres or reason(fall_here, fall, below=clock_why, above=clock_why),
    "partitions": reason(partitions, zipf_hits[0.2], below=halves_why, above=halves_why, within=1.02),
    "cat": refused or reason(cat_here_all, cat_seconds, below="This device is faster than 58 MB/s.",
                             above="This device is slower than 58 MB/s.")
    + " Here: the smaller file's time, scaled to as many bytes.",
    "lists": no_lists or ("Linux is only roughly LRU: it keeps two lists." if two_lists_seen
                          else "Another kernel, or other programs moved more pages than this file."),
}  # fmt: skip

# %%
why["page"] = why["ahead"] = no_map
if maps:
    one_page, at_start = kib["1 byte, hint: random"], kib["1 byte at the start"]
    too_few, too_many = "Less than a page cannot be.", "This system reads more than a page at a time."
    why["page"] = reason(one_page * 1024, mmap.PAGESIZE, below=too_few, above=too_many)
    why["ahead"] = reason(at_start, 4, below=too_few, above="The kernel reads ahead: a pass seems to begin.")

# %%
every_page_s = data_pages * disk_us / 1e6
island_pays = (
    "Predicted: no gain, as the machines are the same. But people keep their cache, and their queue."
)
overloaded = " The bots' machine gets more than it can do: no fair trade." if for_bots else ""
too_small = "One machine alone is too little for the people."
soon_hits = "Predicted: a seek for every page. Popular pages come first, and soon most requests are hits."
outlasts = "The queue of the first seconds outlasts the reads."
survive_a_round = "Its clock passes over some buffers, so some pages survive a round."

# %%
first_reads = "Tags asked for the first time are still read." if warm_reads["VB code"] else "They agree."
why |= {
    "island": for_people or reason(islands_pay, 1, below=too_small, above=island_pays) + overloaded,
    "cold": reason(until, every_page_s, below=soon_hits, above=outlasts)
    if until
    else "No request waited so long.",
    "clock": no_postgres or (survive_a_round if at_most else "They agree: no page survives a round here."),
    "fits": first_reads if on_pages["VB code"] <= memory_pages else "It does not fit, either.",
}

# %%
claims = [
    Claim("A page of the cache", 4096, mmap.PAGESIZE, one_page * 1024 if maps else None, "bytes", why["page"]),
    Claim("One byte at the start of a file", "4 KB", with_guess(4, "one_byte_read_kib"), at_start if maps else None,
          "KiB", why["ahead"]),
    Claim("LRU cache of a tenth of the data", None, with_guess(100 * popular, "tenth_cache_hits_percent"),
          100 * zipf_hits[0.1], "% hits", "Predicted: a cache that knows the popular tenth. LRU knows the latest."),
    Claim("Twice the memory (1/4 to 1/2): reads fall by", "fewer", fall, fall_here, "times", why["memory"]),
    Claim("Loop one page larger than the cache, LRU", None, with_guess(1001, "loop_reads_pages"), reads_a_pass(1001),
          "reads a pass", "They agree. One page more is not one read more."),
    Claim("Loop larger than the cache, PostgreSQL", None, 0, at_most, "% hits at most", why["clock"]),
]  # fmt: skip

# %%
claims += [
    Claim("Linux: pages on another list once read twice", "LRU: none", kernel_pages,
          moved[1]["Active(file)"] if moved else None, "pages", why["lists"]),
    Claim(f"VB code, {shrunk:.0%} of the bytes: reads left in warm traffic", "none, it fits", 0,
          100 * warm_reads["VB code"] / max(warm_reads["32-bit ids"], 1), "%",
          why["fits"]),
    Claim("Two partitions, as one cache of both memories", "locality",
          with_guess(100 * zipf_hits[0.2], "partition_hits_percent"), 100 * partitions, "% hits", why["partitions"]),
    Claim("p99 of people falls, bots on an island", "faster", with_guess(1, "people_p99_times"), islands_pay, "times",
          why["island"]),
    Claim("Started cold: waits over 0.1 s end after", "disk access only",
          with_guess(every_page_s, "cold_server_slow_s"), until, "s", why["cold"]),
    Claim("Warming up by cat", "cat the files", cat_seconds, cat_here_all, "s", why["cat"]),
]  # fmt: skip

# %%
table(claims)

# %% [markdown]
# ## The ladder
#
# Requests a second of four ways to find the hits of the same trace, a rung each, the cache three eighths of the
# data. The list is the toy above. `functools.lru_cache` is Python's own, in C: it calls a function for a page that
# is not there, so a request without a call is a hit. Stack distances give the hits of all sizes; the rung takes
# those of one. Numba turns their Python into machine code. No limit is drawn: nothing that is measured here bounds
# this work.

# %%
few = asked[:1000]


def python_own():
    """Which requests functools.lru_cache answers without a call."""
    called, hits = [], []
    cached = lru_cache(maxsize=own_capacity)(called.append)
    for page in asked:
        before = len(called)
        cached(page)
        hits.append(len(called) == before)
    return hits


runs = {"a list": lambda: toy_hits(few, own_capacity), "functools.lru_cache": python_own}
runs["stack distances, Numba"] = lambda: lru_hits(asked, own_capacity)

# %%
amounts = {"a list": len(few)} | dict.fromkeys((*list(runs)[1:], "LRUCache"), len(asked))
for name, run in runs.items():
    assert np.array_equal(run(), lru_hits(asked[: amounts[name]], own_capacity)), name
if own:
    runs["LRUCache"] = lambda: ask_all(own_cache(own_capacity), asked)
timings = clock(runs, 5)
rungs = [
    Rung(name, timing.rate(amounts[name]) / 1e6, yours=name == "LRUCache") for name, timing in timings.items()
]
rungs += [] if own else [Rung("LRUCache", None, yours=True, absent=own_why)]

# %%
ladder(
    "Finding the hits, rung by rung",
    sorted(rungs, key=lambda rung: (rung.rate is None, rung.rate or 0)),
    unit="million requests/s",
    output_form="hit or read, for each request",
)

# %% [markdown]
# ## Checkpoint: measure three things
#
# 1. **Readahead.** Add rows to `experiments`: a byte of every 2nd page, `range(0, map_pages, 2)`, then of every 4th,
#    8th, 16th and 40th. What does the map show, and at which distance does the kernel stop guessing?
# 2. **A larger hot set.** Give `hot` 400, 500, 600 and 800 pages. Up to which size do the two lists carry it
#    through the scan, and which rule of the model sets that size?
# 3. **Bots.** Set `burst` to 1: how much of people's gain is left, and why? Then raise `bots_rate` to 120. What
#    does the run say about itself?
#
# ## Recap
#
# - The system keeps what was read, in pages, as long as memory is free. It reads ahead when the order looks
#   familiar.
# - An LRU cache answers skewed traffic by degrees. It answers a loop wholly or not at all.
# - One pass over a trace, by stack distances, tells the hits for every size.
# - Smaller data, and data that is parted, make the same memory hold more. Copies do not.
# - Requests that spoil a cache belong on an island. A server belongs under load when it is warm.
# - Neither Linux nor PostgreSQL is LRU. The model is close on skewed traffic, and must be checked on scans.
#
# The assignment `ch03_os_cache` builds the cache, the curve and the choice of partitions. Chapter 4 puts an index
# under the same buffers.

# %% [markdown]
# ## Questions
#
# Answer each one for yourself, then unfold the answer.

# %% [markdown]
# **1.** A colleague doubles the memory of a server, and the nightly report is as slow as before. The report reads one
# table from end to end. What do you ask about the table's size before you order more?
#
# <details><summary>Answer</summary>
#
# Is the table larger than the new memory, too? A pass from end to end, night after night, is a loop. Left of 100 % in
# the picture of the cliff LRU answers nothing of it, with half of the memory as with all of it. More memory helps
# from the size on at which the table fits, together with what others ask for between two nights.
#
# And does the report read through PostgreSQL's buffers? A scan of a table that is larger than a quarter of them goes
# through the small ring, so only the kernel's cache can keep the table. (If the table stayed in memory before, the
# report waits for something else than reads.)
#
# </details>

# %% [markdown]
# **2.** Which of the two is hurt more when the cache is emptied by a restart: a machine whose data is ten times the
# memory, or one whose data fits? How long, in each case?
#
# <details><summary>Answer</summary>
#
# The one whose data fits. Warm, it reads almost nothing, so it may have a load that its disk cannot carry. Cold,
# almost every request is a read, and a queue grows, as in "Never put a cold server under load". The other one reads
# all the time, for all requests but the share `zipf_hits[0.1]`. Its disk carries that already. It loses this share,
# no more.
#
# How long: a cache is full after as many reads as it has pages, and these reads keep that disk busy for at most pages
# of memory x `disk_us`, in both cases. The popular pages come first, so the long waits end before every page has been
# read: for data that fits the chapter measured `until`. Reading the files from end to end first takes `cat_seconds`.
# The other machine can warm up in this way only what fits.
#
# </details>

# %% [markdown]
# **3.** The popularity of pages changes each hour: news. Which of the figures above would be worse, and which would
# stay?
#
# <details><summary>Answer</summary>
#
# Worse: all hits of skewed traffic (`zipf_hits`, and with it the partitions and people's p99). What becomes popular
# has to be read first, and what was popular takes room until it is dropped. LRU is quick to learn: about a read for
# each page that is newly wanted. A cache that is filled once with the popular tenth (`popular`) would be worse each
# hour.
#
# The same: what does not ask for popularity. The loop and its cliff, readahead, the size of a page, dirty pages, the
# seconds of a `cat`.
#
# To measure it, cut `traffic` into pieces, rename the pages of each piece by a permutation of its own, and give the
# result to `hit_share`.
#
# </details>

# %% [markdown]
# **4.** PostgreSQL's pages lie in its buffers and, once more, in the kernel's cache. When is that a waste, and what
# did the word "read" mean in the picture "More memory, less reading"?
#
# <details><summary>Answer</summary>
#
# It is a waste when both hold the same pages, and the data would fit if each page were held once: the second memory
# repeats the first, as with two copies. It is none when one of the two is much larger. Then a page that is missing in
# small buffers is found in the kernel's cache, and not on the disk.
#
# A "read" in the picture is a page that PostgreSQL did not have, so that it asked the operating system. Whether a
# device was asked, the count does not tell. That is why the chapter counts pages there, and no seconds.
#
# </details>

# %% [markdown]
# ## Your guesses so far

# %%
off_by()
