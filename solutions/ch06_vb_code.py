# %% [markdown]
# # Exercises of chapter 6: compress postings with VB code
#
# You build the codec that chapter 10's search engine stores its postings with: gaps, variable byte code,
# a file format that notices damage, and a query that runs on compressed data. The chapter itself, the notebook
# of the same name in `chapters/`, measures what it is good for. Read it first.
#
# **Run the three code cells below first, and again after each restart of the kernel.** They hold `check`, your
# helpers, and the names that the signatures use.

# %% helpers
# Helpers: imports and functions of your own that the exercises share. Graded together with them.
### BEGIN SOLUTION
import functools
import itertools
import zlib

### END SOLUTION
# %% given
# Run this cell and the two above it first, after each restart: the signatures below use these names.
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

# %% [markdown]
# ## The problem
#
# A bookmark service keeps a text file. Each line is a tag, a TAB, and the ids of all entries that carry
# the tag, ascending:
#
# ```
# perl<TAB>3,5,20,21,23,76,77,78
# 검색<TAB>0,130,430
# 検索<TAB>5,5000000
# ```
#
# The book's file has 172 MB. The book's disk reads 58 MB/s, so one pass over the file takes about 3
# seconds, and a server with little memory cannot keep it cached. Make it four times smaller, and both
# problems shrink by four.

# %% [markdown]
# ## Who needs it
#
# The search engine reads these lists for each query. What it reads from disk costs more than what it
# computes. So the codec has two goals: few bytes, and a decoder that keeps up with the disk.

# %% [markdown]
# ## What you will be able to do
#
# 1. Turn sorted ids into small numbers, and small numbers into few bytes.
# 2. Read and write a binary format with bounded memory.
# 3. Refuse a file that was cut or damaged, whatever bit it was.
# 4. Answer "which entries carry both tags?" from compressed lists.
#
# Write each answer into its cell, run the cell, then run the `check` cell under it. `check` starts a
# fresh process with your helpers and your solution cells, as you last ran them. Its first line says which
# run that was: `In [7]` is the number beside the cell. After a change, run the cell before you check it.
# What you tried elsewhere in the notebook does not count.

# %% [markdown]
# ## 1. Gaps
#
# **Why.** Ids are large, and larger each day. The distance from one id to the next stays small when a tag
# is frequent. Small numbers are what a code can make short.
#
# **The rule.** The first gap is the first id itself. Each further gap is an id minus the id before it.
#
# **Example**, the book's list:
#
# ```
# ids   3  5 20 21 23 76 77 78
# gaps  3  2 15  1  2 53  1  1
# ```
#
# **Edges.** No ids give no gaps. The id 0 is an id like any other. Two equal ids give the gap 0. Ids that
# decrease, or a negative id, raise `ValueError`: a sorted list was promised, and a wrong one must not be
# stored.


# %% solution gaps points=3 minutes=10 difficulty=1
def gaps(ids: list[int]) -> list[int]:
    """Return the gaps of ascending ids: the first id, then each id minus the one before it.

    Parameters: ids, integers >= 0 of any size, ascending; equal neighbours are allowed.
    Returns: a new list of as many integers >= 0.
    Raises: ValueError when an id is negative or smaller than the one before it.
    Running time: linear in the number of ids.

    >>> gaps([3, 5, 20, 21, 23, 76, 77, 78])
    [3, 2, 15, 1, 2, 53, 1, 1]
    >>> gaps([])
    []
    """
    ### BEGIN SOLUTION
    steps = [after - before for before, after in itertools.pairwise([0, *ids])]
    if any(step < 0 for step in steps):
        raise ValueError("ids must be zero or more, and must not decrease")
    return steps
    ### END SOLUTION


# %% [markdown]
# ## 2. Back to ids
#
# **Why.** A compressor that cannot be undone is a shredder. `ungaps` undoes `gaps` exactly.
#
# **The rule.** An id is the sum of all gaps up to and including its own. One running sum gives all of
# them. To add up from the start for each id gives the same answer and takes quadratic time: 50,000 ids
# then cost more than a billion additions.
#
# **Example.** The gaps 3, 2, 15 give the ids 3, 5, 20.
#
# **Edges.** No gaps give no ids. The gap 0 repeats an id. A negative gap raises `ValueError`.


# %% solution ungaps points=2 minutes=10 difficulty=1 needs=["gaps"]
def ungaps(gaps: list[int]) -> list[int]:
    """Return the ids whose gaps are given: the running sums.

    Parameters: gaps, integers >= 0 of any size.
    Returns: a new list of as many ids, ascending.
    Raises: ValueError when a gap is negative.
    Running time: linear in the number of gaps.

    >>> ungaps([3, 2, 15, 1, 2, 53, 1, 1])
    [3, 5, 20, 21, 23, 76, 77, 78]
    """
    ### BEGIN SOLUTION
    if any(gap < 0 for gap in gaps):
        raise ValueError("a gap is zero or more")
    return list(itertools.accumulate(gaps))
    ### END SOLUTION


# %% [markdown]
# ## 3. Variable byte code
#
# **Why.** A fixed 32-bit integer spends four bytes on 5. The number 5 needs three bits. VB code (Variable
# Byte code) spends as many bytes as the number needs.
#
# **The rule.** Write the number in binary and cut it into groups of 7 bits, from the right. Each group
# becomes one byte, the most significant group first. Seven bits leave one bit free in each byte: the high
# bit. It is 1 on the **last** byte of a number and 0 on all bytes before it, so the reader knows where a
# number ends.
#
# **Example.**
#
# ```
#    number                                       bits   hexadecimal
#         5                                   10000101            85
#       130                          00000001 10000010         01 82
#       300                          00000010 10101100         02 ac
# 1,000,000                 00111101 00000100 11000000      3d 04 c0
# ```
#
# From here on, texts and reports write bytes in hexadecimal, two digits a byte. A first digit of 8 or more
# means that the high bit is set. `bytes.fromhex("01 82")` makes such bytes, `.hex(" ")` shows them.
#
# Several public write-ups of the book print other bits for these numbers. Take 130 by hand: it is 1 x 128
# + 2, so the groups are 1 and 2, and the high bit goes on the second.
#
# **Edges.** Zero needs one byte, 10000000. A group of seven zero bits in the middle of a number is a byte
# like any other. A number may have any size. A negative number raises `ValueError`: the code has no sign.


# %% solution vb_encode points=4 minutes=20 difficulty=2
def vb_encode(numbers: list[int]) -> bytes:
    """Return the variable byte code of numbers, one after the other.

    Each number: 7-bit groups, the most significant first, no leading zero group; the high bit (128) is set on
    the last byte of the number and on no other.

    Parameters: numbers, integers >= 0 of any size.
    Returns: bytes; b"" for no numbers.
    Raises: ValueError when a number is negative.
    Running time: linear in the number of bytes, for numbers of bounded size.
    Source: Manning, Raghavan, Schütze, Introduction to Information Retrieval, section 5.3.1.

    >>> vb_encode([5, 130, 300]).hex(" ")
    '85 01 82 02 ac'
    >>> vb_encode([1_000_000]) == bytes([0b00111101, 0b00000100, 0b11000000])
    True
    """
    ### BEGIN SOLUTION
    code = bytearray()
    for number in numbers:
        code += encode_number(number)
    return bytes(code)


def encode_number(number: int) -> bytes:
    """The code of one number, built from its last byte to its first."""
    if number < 0:
        raise ValueError("VB code has no negative numbers")
    groups = [number & 127 | 128]
    while number > 127:
        number >>= 7
        groups.append(number & 127)
    return bytes(reversed(groups))
    ### END SOLUTION


# %% [markdown]
# ## 4. Decode it
#
# **Why.** The file is written once and read for years. The decoder is the part that has to meet bytes
# which nobody promised to be right.
#
# **The rule.** Start at 0. For each byte, shift what you have by 7 bits to the left and put the byte's
# low 7 bits in. A byte with the high bit set ends the number.
#
# **Example.** In `85 01 82` the byte 85 ends the number 5. Then 01 starts a number, and 82 ends it: 1 x
# 128 + 2 is 130.
#
# **Edges.** No bytes hold no numbers. When the last byte has no high bit, the data was cut in the middle
# of a number: raise `ValueError`, whatever the number is so far. The bytes `00 85` are 5 with a needless
# zero group: `vb_encode` never writes that, `vb_decode` reads it as 5.
#
# Do not cut the bytes that you have read off the front of `data`: each cut copies all the rest, and the
# time becomes quadratic.


# %% solution vb_decode points=4 minutes=20 difficulty=2 needs=["vb_encode"]
def vb_decode(data: bytes) -> list[int]:
    """Return the numbers that variable byte code holds.

    Parameters: data, the code of any count of numbers; leading zero groups are allowed.
    Returns: a list of integers; [] for b"".
    Raises: ValueError when the last number has no last byte (one with the high bit set).
    Running time: linear in the number of bytes, for numbers of bounded size.

    >>> vb_decode(bytes.fromhex("85 01 82 02 ac"))
    [5, 130, 300]
    >>> vb_decode(bytes.fromhex("00 85"))
    [5]
    """
    ### BEGIN SOLUTION
    if data and data[-1] < 128:
        raise ValueError("the last number is cut off")
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers
    ### END SOLUTION


# %% [markdown]
# ## The file format VBP1
#
# Now the whole file. A reader has to know three things from the bytes alone: where each part ends, that
# the file is complete, and that no bit was changed.
#
# ```
#      "VBP1"                                           four bytes: what this file is
#      +--------------+-----+-----------+-------------+
#      | VB(len(tag)) | tag | VB(count) | VB(gaps)... |  one record a line, in the order of the lines
#      +--------------+-----+-----------+-------------+
#      ...
#      VB(0)                                            end marker: no tag has length 0
#      CRC-32                                           four bytes, big-endian: of all bytes before it
# ```
#
# - `len(tag)` counts **bytes**. In UTF-8 `검색` is two characters and six bytes. A tag need not be UTF-8 at
#   all.
# - `count` is the number of ids. It may be 0.
# - CRC-32 is `zlib.crc32`, written as four bytes, the most significant first (big-endian). It can be
#   continued: `zlib.crc32(b, zlib.crc32(a)) == zlib.crc32(a + b)`.

# %% [markdown]
# One line, `검색<TAB>0,130,430`, becomes these bytes:
#
# ```
# 56 42 50 31         "VBP1"
# 86                  the tag has 6 bytes
# ea b2 80 ec 83 89   검색
# 83                  3 ids
# 80  01 82  02 ac    the gaps 0, 130, 300
# 80                  end marker
# c6 f7 8f 99         CRC-32 of the 18 bytes above
# ```

# %% [markdown]
# ## 5. Compress
#
# **Why.** The file has 172 MB today and no upper bound tomorrow. Its lines come from an iterator, one at
# a time, and leave as records, one at a time.
#
# **The rule.** Write the header, a record for each line, the end marker, the CRC-32. Hold one line at a
# time: memory does not grow with the number of lines. The checks compare byte for byte.
#
# **Example.** The line `perl<TAB>3,50` becomes the record `84 70 65 72 6c 82 83 af`.
#
# **What a line is.** A tag of at least one byte, exactly one TAB, the ids with a comma between two. No
# newline, in or out. The id list may be empty: `empty<TAB>`. Spaces and all other bytes are part of the
# tag and stay.
#
# **Edges.** These raise `ValueError`: an empty tag; no TAB or two; an id that is no number; ids that are
# negative or decrease.

# %% [markdown]
# **What cannot come back must not go in.** `int()` reads `+5`, ` 5`, `1_000` and `007`, and even `٣`. But
# they would come back as `5`, `1000`, `7` and `3`: the compressor would change what it stores. So an id
# is written in the digits 0-9, without sign, space or leading zero (`0` itself is fine). Any other id,
# and a newline anywhere in the line, raises `ValueError`.


# %% solution compress_postings points=5 minutes=35 difficulty=3 needs=["gaps", "vb_encode"]
def compress_postings(lines: Iterator[bytes], out: BinaryIO) -> None:
    r"""Write lines of postings to out in the format VBP1.

    Parameters: lines, an iterator of b"tag<TAB>id,id,..." without newline, ids in ASCII digits, ascending, of any
    size that int() reads (4,300 digits); out, a binary file open for writing, which stays open.
    Returns: None.
    Raises: ValueError for an empty tag, a line without exactly one TAB, an id that is not written as Python
    prints it, ids that are negative or decrease, a newline. What was written before stays in out.
    Running time: linear in the number of bytes. Memory: one line.

    >>> import io
    >>> out = io.BytesIO()
    >>> compress_postings(iter(["검색\t0,130,430".encode()]), out)
    >>> out.getvalue().hex(" ")
    '56 42 50 31 86 ea b2 80 ec 83 89 83 80 01 82 02 ac 80 c6 f7 8f 99'
    """
    ### BEGIN SOLUTION
    crc = 0
    for block in itertools.chain([b"VBP1"], map(encode_line, lines), [vb_encode([0])]):
        crc = zlib.crc32(block, crc)
        out.write(block)
    out.write(crc.to_bytes(4, "big"))


def encode_line(line: bytes) -> bytes:
    """The record of one line."""
    tag, tab, rest = line.partition(b"\t")
    if not tag or not tab or b"\n" in line:
        raise ValueError("a line is a tag, a TAB and ids, without a newline")
    ids = [parse_id(digits) for digits in rest.split(b",")] if rest else []
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def parse_id(digits: bytes) -> int:
    """The id that is written in digits, if Python writes it in the same way."""
    number = int(digits)
    if b"%d" % number != digits:
        raise ValueError(f"not an id: {digits!r}")
    return number
    ### END SOLUTION


# %% [markdown]
# ## 6. Decompress
#
# **Why.** The disk fills up in the middle of a write. A cable flips a bit. A download stops. The reader
# is the one who must notice, because the writer is gone.
#
# **The rule.** Read record by record and yield a line for each: `tag<TAB>id,id,...` as bytes, without
# newline. Hold one line at a time. After the end marker compare the CRC-32, then see that nothing
# follows.
#
# **Example.** The bytes of the drawing above give the one line `검색<TAB>0,130,430`.
#
# **Edges.** Each of these raises `ValueError`, at the latest when the iteration ends: any part cut off
# the end, any single bit changed, any byte added behind. A line may be handed out before the damage
# behind it is known, so a careful caller trusts the lines only after the last one.

# %% [markdown]
# **A length that lies.** One changed bit can turn the length of the tag `python` from 6 into billions: the
# reader takes the letters for more digits of the number. `src.read(n)` on a real file then asks the
# system for all of that memory at once and dies of `MemoryError` or `OverflowError` instead of saying
# that the file is damaged. Ask for no more than a bounded piece at a time, and stop when the file has no
# more.
#
# Only `compress_postings` writes this format, and it never writes needless zero groups. A reader may
# accept them or refuse them: no check asks.


# %% solution decompress_postings points=5 minutes=40 difficulty=4 needs=["ungaps", "vb_decode", "compress_postings"]
def decompress_postings(src: BinaryIO) -> Iterator[bytes]:
    r"""Yield the lines of postings that a file in the format VBP1 holds.

    Parameters: src, a binary file open for reading; it may not be seekable.
    Returns: an iterator of b"tag<TAB>id,id,..." without newline, in the order of the file.
    Raises: ValueError while it is iterated, at the latest at its end, when the file was cut, changed or lengthened.
    Running time: linear in the number of bytes. Memory: one line.

    >>> import io
    >>> data = bytes.fromhex("56425031 86eab280ec8389 83 80 0182 02ac 80 c6f78f99")
    >>> [line.decode() for line in decompress_postings(io.BytesIO(data))]
    ['검색\t0,130,430']
    """
    ### BEGIN SOLUTION
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError("this is no VBP1 file")
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError("the file was changed, or goes on after its end")


class CheckedReader:
    """Reads parts of a file, and keeps the CRC-32 of all that it has read."""

    longest_number = 2048  # bytes; a number of more than 4,300 digits cannot be printed

    def __init__(self, src: BinaryIO) -> None:
        self.src = src
        self.crc = 0

    def take(self, count: int) -> bytes:
        """The next count bytes, fetched in pieces: the count itself may be damaged."""
        data = bytearray()
        while len(data) < count:
            piece = self.src.read(min(count - len(data), 1 << 16))
            if not piece:
                raise ValueError("the file ends too early")
            data += piece
        self.crc = zlib.crc32(data, self.crc)
        return bytes(data)

    def number(self) -> int:
        """The next number."""
        code = self.take(1)
        while code[-1] < 128:
            if len(code) == self.longest_number:
                raise ValueError("a number without an end")
            code += self.take(1)
        return vb_decode(code)[0]
        ### END SOLUTION


# %% [markdown]
# ## 7. Answer a query
#
# **Why.** "Entries tagged `perl` and `검색`" is the intersection of two id lists. It is what a search
# engine does all day, and it runs on the compressed lists.
#
# **The rule.** Two sorted lists meet like a zipper. Look at the head of both. The smaller one cannot be
# in the other list, so drop it. When both are equal, the id is common: keep it once, drop both.
#
# **Example.** The lists 3, 5, 20 and 5, 20, 23 have 5 and 20 in common. What is stored are their gaps: 3, 2,
# 15 and 5, 15, 3. So `a` is `83 82 8f` and `b` is `85 8f 83`.
#
# **Edges.** An id that stands twice in a list is still one id. A list may be empty. When either code is
# cut off, raise `ValueError`, even where the answer is already known. To look each id up in a list (`x in
# other`) is quadratic.


# %% solution intersect_vb points=3 minutes=20 difficulty=3 needs=["ungaps", "vb_decode"]
def intersect_vb(a: bytes, b: bytes) -> list[int]:
    """Return the ids that two compressed lists have in common.

    Parameters: a and b, each the variable byte code of the gaps of ascending ids.
    Returns: the common ids, ascending, each once.
    Raises: ValueError when a or b is cut off in the middle of a number.
    Running time: linear in the number of bytes of both.

    >>> intersect_vb(bytes.fromhex("83 82 8f"), bytes.fromhex("85 8f 83"))
    [5, 20]
    """
    ### BEGIN SOLUTION
    left, right = ungaps(vb_decode(a)), ungaps(vb_decode(b))
    common: list[int] = []
    i = j = 0
    while i < len(left) and j < len(right):
        one, other = left[i], right[j]
        if one == other and one not in common[-1:]:
            common.append(one)
        i += one <= other
        j += other <= one
    return common
    ### END SOLUTION


# %% [markdown]
# ## 8. Break a decoder
#
# **Why.** A test that never fails proves little. Some published solutions of the book's exercise share one
# fault, and pass every test that their authors thought of.
#
# The decoder below takes a zero byte for padding and skips it. It reads the book's numbers, `00 85`, and
# all code of numbers below 16,384 as it should. Run the cell and try it.


# %% given
def padding_decode(data: bytes) -> list[int]:
    """A broken decoder: it skips zero bytes."""
    numbers, value = [], 0
    for byte in data:
        if byte == 0:
            continue
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# %% [markdown]
# **The task.** Return bytes that a correct `vb_decode` reads without an error, and that `padding_decode`
# reads differently. At most 64 bytes. Both decoders run on your bytes.


# %% solution breaks_padding_decoder points=2 minutes=15 difficulty=2 needs=["vb_decode"]
def breaks_padding_decoder() -> bytes:
    """Return code that padding_decode reads wrongly.

    Parameters: none.
    Returns: 1 to 64 bytes of variable byte code, complete, of any numbers; vb_decode and padding_decode disagree
    on them.
    Raises: nothing.
    """
    ### BEGIN SOLUTION
    return vb_encode([16384])
    ### END SOLUTION


# %% [markdown]
# ## 9. Stretch: a decoder that keeps up with the disk
#
# **Why.** A loop in Python decodes fewer bytes a second than a disk delivers. Then the compressed file is
# read slower than the plain one, and all the work was for nothing.
#
# **The rule.** The same numbers as `vb_decode`, in a numpy array of `uint64`. Numba may be imported here.
# A branch that the processor cannot predict costs more than a write, so a fast loop has none: it writes
# what it has so far for **each** byte, and moves on to the next place in the output by the high bit,
# which is 0 or 1.
#
# **Example.** `85 01 82` gives `array([5, 130], dtype=uint64)`.
#
# **Edges.** As in `vb_decode`: no bytes, truncated code, `00 85`. A number of 2**64 or more does not fit
# into 64 bits: raise `ValueError`. Python's integers grow. A uint64 does not: a shift drops the bits that
# leave it, without an error, and afterwards nothing tells that they were there. The count of bytes does not
# tell it, either: zero groups may stand before a small number. Only right answers are scored; how fast they
# are is shown and never scored.
#
# **A trap in Numba.** A number that you write, such as `7`, is a signed 64-bit integer (int64). No integer
# type holds all values of int64 and of uint64. So Numba makes a float64 of a sum of the two, and of a
# variable that is now one and now the other. A float64 keeps 53 bits, and cannot be shifted: you get wrong
# numbers, or an error that names `lshift(float64, ...)`. Keep all of the loop in uint64; `np.uint64(7)` is a
# 7 of that type.


# %% solution vb_decode_fast points=2 minutes=40 difficulty=4 needs=["vb_decode"] stretch=true
def vb_decode_fast(data: bytes) -> np.ndarray:
    """Return the numbers that variable byte code holds, as an array.

    Parameters: data, the code of any count of numbers; leading zero groups are allowed.
    Returns: a numpy array of shape (count of numbers,) and dtype uint64.
    Raises: ValueError when the last number has no last byte, or a number is 2**64 or more.
    Running time: linear in the number of bytes; the first call may compile.

    >>> vb_decode_fast(bytes.fromhex("85 01 82 02 ac"))
    array([  5, 130, 300], dtype=uint64)
    """
    ### BEGIN SOLUTION
    if data and data[-1] < 128:
        raise ValueError("the last number is cut off")
    codes = np.frombuffer(data, dtype=np.uint8)
    numbers = np.empty(len(codes), dtype=np.uint64)
    count, overflow = compiled_decoder()(codes, numbers)
    if overflow:
        raise ValueError("a number does not fit into 64 bits")
    return numbers[:count].copy()


@functools.cache
def compiled_decoder() -> Any:
    """The inner loop as machine code, made at the first call: importing Numba takes long."""
    from numba import njit

    @njit
    def decode(codes: Any, numbers: Any) -> tuple[int, bool]:
        count, value, lost = 0, np.uint64(0), np.uint64(0)
        for byte in codes:
            lost |= value >> np.uint64(57)
            value = value << np.uint64(7) | np.uint64(byte & 127)
            numbers[count] = value
            last = np.uint64(byte >> 7)
            count += int(last)
            value *= np.uint64(1) - last
        return count, lost != 0

    return decode
    ### END SOLUTION


# %% [markdown]
# ## What you have
#
# - Ids become gaps, gaps become bytes: where the next id is less than 128 away, it costs one byte.
# - The file says where each part ends, that it is complete, and that it is unchanged.
# - Memory is bounded by one line on both sides, so the size of the file does not matter.
#
# **Test your understanding.** Sort the entries by popularity instead of by age: what happens to the gaps?
# Why does the end marker not make the CRC needless, and the CRC not the end marker?
