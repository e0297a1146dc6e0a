"""The bookmark file of chapter 6: synthetic lines `tag<TAB>id,id,...`, like those of a bookmark service.

The data is synthetic. Real is only its shape: few tags have most of the bookmarks (Zipf), and a tag is used
in bursts, when many people mark the pages of one event or one author within hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datasets.cache import made_file
from datasets.tags import tag

ENTRY_BITS = 24  # 16,777,216 bookmarked pages: the book's tables have 16 million entries
BURST_USES = 12  # mean number of uses in a burst
GAP_BITS = 14  # within a burst, ids are 1 to 2^13 apart, small gaps first: log-uniform
RAREST = 4  # ids of the rarest tag that caught on; a quarter of those with fewer than 8 did not, and have one
BATCH_IDS = 1 << 19  # ids in memory at a time; a longer line is a batch of its own

Numbers = npt.NDArray[np.uint64]
U = np.uint64


class Size(NamedTuple):
    """One size of the file: its number of lines, its length in bytes and its SHA-256."""

    tags: int
    bytes: int
    sha256: str


SIZES = {
    "small": Size(620, 99_552, "f706a87926403853c88476c89ce7ce05a77238fa663c2599b85b01a003275646"),
    "10MB": Size(46_300, 9_989_650, "3b0e080e85ba155b97e7e207c63af215e603b0f2617e469405ecf1476df1b321"),
    "150MB": Size(637_000, 150_076_818, "4ead48cef41d809927bd5b68c785b27a5c4406f4d105a107f78a93c42caf5c11"),
}


def bookmark_lines(tags: int = SIZES["small"].tags, seed: int = 2010) -> Iterator[bytes]:
    """Yield one line a tag, in no order of popularity: the tag, a TAB, its ids in ascending order.

    Parameters: the number of lines, and the seed; the same two give the same bytes on every machine.
    Yields: bytes without a newline; ids below 2^24, no id twice in a line, at least one.
    Running time: about 0.4 s per million ids; memory: one batch of ids and 16 bytes a tag.

    >>> for line in bookmark_lines(tags=4):
    ...     print(line.decode().replace("\\t", "<TAB>"))
    ウェブ<TAB>6337703,6337741,6337743,6337776,6338070
    웹<TAB>0,4,435,3260,3273,3285,3287
    web<TAB>0,3,236,240,255,327,329,330,447,464,468,671,711
    server<TAB>0,56,63,75
    """
    if tags < 1:
        raise ValueError(f"tags must be at least 1, got {tags}")
    shuffle = _random(2 * seed, 0, tags)
    ranks = np.argsort(shuffle, kind="stable")
    counts = _counts(tags, shuffle)[ranks]
    ends = np.cumsum(counts)
    start = 0
    while start < tags:
        drawn = int(ends[start] - counts[start])  # random numbers used up by the lines before
        stop = max(start + 1, int(np.searchsorted(ends, drawn + BATCH_IDS, side="right")))
        random = _random(2 * seed + 1, drawn, int(ends[stop - 1]))
        yield from _batch(ranks[start:stop], counts[start:stop], random)
        start = stop


def bookmark_file(size: str, folder: Path) -> Path:
    """Return the file of a size ("small", "10MB" or "150MB") in folder, every line ended by a newline.

    It is made on the first call (150 MB in about 6 s) and checked by length and SHA-256 on every later one;
    a damaged file is made again. An interrupted call leaves no half file, and of two calls at once one waits.
    Raises ValueError for another size, OSError for a full disk or a folder that cannot be written.
    """
    if size not in SIZES:
        raise ValueError(f"no bookmark file of size {size!r}; there are {', '.join(SIZES)}")
    tags, length, sha256 = SIZES[size]
    lines = (line + b"\n" for line in bookmark_lines(tags))
    return made_file(folder / f"bookmarks-{size}.txt", length, sha256, lines)


def _random(seed: int, start: int, stop: int) -> Numbers:
    """Numbers start to stop of a random sequence: the finisher of SplitMix64 (Steele, Lea, Flood 2014).

    Integer arithmetic only, so that no version of Python or numpy changes a bit of it.
    """
    x = (np.arange(start, stop, dtype=U) + U(seed << 40)) * U(0x9E3779B97F4A7C15)
    x = (x ^ (x >> U(30))) * U(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> U(27))) * U(0x94D049BB133111EB)
    return x ^ (x >> U(31))


def _counts(tags: int, random: Numbers) -> npt.NDArray[np.int64]:
    """How many ids the tag of each rank draws: Zipf's law with exponent 7/8, and a tail of tags used once.

    The power is made of square roots, whose every bit IEEE 754 prescribes; pow() differs between machines.
    """
    ranks = np.arange(1, tags + 1, dtype=np.float64)
    powers = ranks / np.sqrt(np.sqrt(np.sqrt(ranks)))
    counts = (RAREST * powers[-1] / powers).astype(np.int64)
    return np.where((counts < 2 * RAREST) & (random % U(4) == 0), 1, counts)


def _batch(ranks: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], random: Numbers) -> Iterator[bytes]:
    """The lines of some tags; random has one number for each id."""
    firsts = np.cumsum(counts) - counts
    oldest = (ranks & (ranks + 1)) == 0  # ranks 0, 1, 3, 7, ... stand on entry 0 already
    ids = _ids(random, firsts, firsts[oldest])
    lines = np.repeat(np.arange(len(ranks), dtype=U), counts)
    keys = np.sort((lines << U(ENTRY_BITS)) | ids)  # all lines at once
    keys = keys[np.diff(keys, prepend=~keys[0]) != 0]  # an id drawn twice counts once
    ends = np.searchsorted(keys >> U(ENTRY_BITS), np.arange(1, len(ranks) + 1, dtype=U))
    ids = keys & U((1 << ENTRY_BITS) - 1)
    start = 0
    for rank, end in zip(ranks.tolist(), ends.tolist(), strict=True):
        yield tag(rank) + b"\t" + ",".join(map(str, ids[start:end].tolist())).encode()
        start = end


def _ids(random: Numbers, firsts: npt.NDArray[np.int64], zeros: npt.NDArray[np.int64]) -> Numbers:
    """Ids in bursts: each burst starts anywhere, then goes on in small steps. Those at zeros start at id 0.

    A random number is cut into: bits 0-15 does a burst start here, 16-31 the magnitude of the step,
    32-47 the step, 40-63 the start of the burst (used only where there is no step).
    """
    begins = (random & U(0xFFFF)) % U(BURST_USES) == 0
    begins[firsts] = True
    magnitude = ((random >> U(16)) & U(0xFFFF)) % U(GAP_BITS)
    steps = U(1) + ((random >> U(32)) & ((U(1) << magnitude) - U(1)))
    steps[begins] = 0
    walked = np.cumsum(steps)
    places = random >> U(64 - ENTRY_BITS)
    places[zeros] = 0
    burst = np.maximum.accumulate(np.where(begins, np.arange(len(random)), 0))  # where each id's burst begins
    return (places[burst] + walked - walked[burst]) & U((1 << ENTRY_BITS) - 1)
