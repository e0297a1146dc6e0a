"""decompress_postings."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Growth, Memory, Source
from autograde.checks import common
from autograde.checks.ch06 import values
from solutions.ch06_vb_code import (
    CheckedReader,
    compress_postings,
    decompress_postings,
    gaps,
    ungaps,
    vb_encode,
)


class _OtherFormat(ValueError):
    pass


def decompressor(
    header: bool = True, crc: bool = True, end: bool = True, cut: bool = True
) -> Callable[[BinaryIO], Iterator[bytes]]:
    """A decompressor that leaves out one of its looks: at the header, the checksum, what follows, an early end."""

    def decompress(src: BinaryIO) -> Iterator[bytes]:
        reader = CheckedReader(src)
        try:
            if reader.take(4) != b"VBP1" and header:
                raise _OtherFormat
            while length := reader.number():
                tag = reader.take(length)
                ids = ungaps([reader.number() for _ in range(reader.number())])
                yield values.line(tag, ids)
            right, stored = reader.crc.to_bytes(4, "big"), reader.take(4)
        except _OtherFormat:
            raise ValueError from None
        except ValueError:
            if cut:
                raise
            return
        if (crc and stored != right) or (end and src.read(1)):
            raise ValueError

    return decompress


def stops_at_end_marker(src: BinaryIO) -> Iterator[bytes]:
    reader = CheckedReader(src)
    reader.take(4)
    while length := reader.number():
        tag = reader.take(length)
        yield values.line(tag, ungaps([reader.number() for _ in range(reader.number())]))


no_header_look = decompressor(header=False)
no_crc_look = decompressor(crc=False)
no_look_behind = decompressor(end=False)
cut_is_fine = decompressor(cut=False)


def each_line(change: Callable[[bytes], Any]) -> Callable[[BinaryIO], Iterator[Any]]:
    """A decompressor whose lines come out in another form."""
    return lambda src: map(change, decompress_postings(src))


def line_with_gaps(line: bytes) -> bytes:
    tag, _, rest = line.rpartition(b"\t")
    ids = [int(part) for part in rest.split(b",")] if rest else []
    return values.line(tag, gaps(ids))


adds_newline = each_line(lambda line: line + b"\n")
gives_text = each_line(lambda line: line.decode("utf-8", "replace"))
gives_gaps = each_line(line_with_gaps)
drops_tab = each_line(lambda line: line.removesuffix(b"\t"))
gives_pairs = each_line(lambda line: tuple(line.rsplit(b"\t", 1)))


def file_of(*lines: bytes) -> bytes:
    """The bytes that the reference compressor makes of lines."""
    out = io.BytesIO()
    compress_postings(iter(lines), out)
    return out.getvalue()


def sources(datas: Iterable[bytes]) -> list[Arguments]:
    """Calls with these files."""
    return [(Source(data),) for data in datas]


def flipped(data: bytes, bit: int) -> bytes:
    """The data with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def crafted(body: bytes) -> bytes:
    """A file whose checksum is right, whatever it holds."""
    return body + zlib.crc32(body).to_bytes(4, "big")


TEXT = file_of("검색\t0,130,430".encode())  # the file that the text draws
SMALL = file_of("가\t0,130".encode())
TWO = file_of("검색\t0,130,430".encode(), b"a\t")
LONG_TAG = file_of(b"a tag of many letters\t5")  # one changed bit makes its length a number of 20 digits
whole = values.lines.map(lambda lines: file_of(*lines))
# Tags without long runs of bytes below 128: a changed length stays below a gigabyte in these.
short = st.lists(
    st.builds(values.line, st.sampled_from([b"a", "검색".encode()]), values.ids), max_size=3
).map(lambda lines: file_of(*lines))

DECOMPRESS_POSTINGS = Exercise(
    "decompress_postings",
    drains=True,
    examples=sources([TEXT, file_of(b"a\t"), TEXT[:12], TEXT[:-1], flipped(TEXT, 100), TEXT + b"\0"]),
    checks=[
        Check(
            "lines come back",
            points=1.5,
            edges=sources(
                [
                    file_of(b"perl\t3,5,20"),
                    file_of(b"a\t1", b"bc\t2,300"),
                    file_of(b"a\t0,0,7"),
                    file_of(b"a\t"),
                    file_of(),
                    file_of("検索\t1".encode(), b"\xff\xfe\t5", b" a \t5", b"a\r\t1"),
                    *(file_of(values.line(b"x" * n, [n])) for n in (127, 128, 256, 300)),
                    *(file_of(values.line(b"x", range(n))) for n in (127, 128, 256, 300, 5000)),
                    file_of(values.line(b"x", [0, 2**32, 2**64, 2**70, 10**40])),
                    file_of(b"x" * 200_000 + b"\t1,2", b"a\t3"),
                ]
            ),
            strategy=st.tuples(whole.map(Source)),
        ),
        Check(
            "a file that is cut off is refused",
            points=0.5,
            edges=sources([TWO[:length] for length in range(len(TWO))] + [SMALL]),
            strategy=st.tuples(
                st.tuples(short, st.integers(0, 60)).map(lambda pair: Source(pair[0][: max(4, pair[1])]))
            ),
            count=30,
        ),
        Check(
            "every changed bit is noticed",
            points=0.5,
            edges=sources(
                [
                    *(flipped(SMALL, bit) for bit in range(8 * len(SMALL))),
                    crafted(b"VBP2" + SMALL[4:-4]),
                    SMALL,
                ]
            ),
            strategy=st.tuples(
                st.tuples(short, st.integers(0, 10**6)).map(
                    lambda pair: Source(flipped(pair[0], pair[1] % (8 * len(pair[0]))))
                )
            ),
            count=30,
        ),
        Check(
            "bytes behind the end are noticed",
            points=0.5,
            edges=sources(
                [SMALL + b"\x00", SMALL + b"\n", SMALL + SMALL, file_of() + b"\x80", TWO, file_of()]
            ),
            strategy=st.tuples(st.builds(lambda a, b: Source(a + b), short, st.binary(max_size=2))),
            count=30,
        ),
        Check(
            "a length that lies is noticed",
            points=0.5,
            edges=sources(
                [
                    flipped(LONG_TAG, 39),
                    crafted(b"VBP1" + vb_encode([2**40]) + b"tag"),
                    crafted(b"VBP1" + vb_encode([2**70]) + b"tag"),
                    crafted(b"VBP1\x81a" + vb_encode([2**40]) + b"\x81"),
                    crafted(b"VBP1\x81a" + vb_encode([2**70]) + b"\x81"),
                    LONG_TAG,
                ]
            ),
        ),
        Growth(
            "time grows in step with the number of ids",
            points=0.5,
            make=lambda n: (Source(file_of(values.line(b"tag", range(0, 100 * n, 100)))),),
            sizes=(400, 800, 1600, 3200, 6400),
            hints=[
                "How many additions does the last id take?",
                "Keep one running sum over the gaps of a line.",
            ],
        ),
        Memory(
            "one line at a time",
            points=1,
            make=lambda: (Source(file_of(*(values.line(b"%04d" % i * (1 << 14), [i]) for i in range(96)))),),
            hints=[
                "How much of the file is read before the first line comes out?",
                "Read one record, yield its line, then read the next; zlib.crc32(part, crc) goes on from crc.",
            ],
        ),
    ],
    causes=[
        Cause(
            "A newline stands at the end of the lines; they carry none.",
            ["What does b'a\\t1' end with?", "Yield the line without b'\\n'."],
            like=adds_newline,
        ),
        Cause(
            "The lines are text; they are bytes, as a tag may be no UTF-8.",
            ["What would the tag b'\\xff' become?", "Leave out the decode, and join with b','."],
            like=gives_text,
        ),
        Cause(
            "It yields tag and ids apart; a line is one bytes object.",
            ["What did the line look like before it was compressed?", "Yield tag + b'\\t' + ids."],
            like=gives_pairs,
        ),
        Cause(
            "The gaps stand in the lines; ids belong there.",
            ["Which of your functions undoes gaps?", "Put the running sums into the line: ungaps(...)."],
            like=gives_gaps,
        ),
        Cause(
            "The TAB is missing where the id list is empty.",
            ["What did the line look like before it was compressed?", "Write the TAB always."],
            like=drops_tab,
        ),
        Cause(
            "A length from the file is believed: it asks for more memory or bytes than there can be.",
            [
                "How many bytes does the file still have?",
                "Read at most 65,536 bytes at a time and raise ValueError when none come.",
            ],
            when=common.raised("MemoryError", "OverflowError"),
        ),
        Cause(
            "The header is not looked at: a file of another format, whose CRC-32 is right, passes.",
            ["What do the first four bytes tell the reader?", "Compare them with b'VBP1' before you go on."],
            like=no_header_look,
        ),
        Cause(
            "Bytes behind the CRC-32 go unnoticed.",
            ["Is there anything left to read?", "After the checksum, src.read(1) has to give b''."],
            like=no_look_behind,
        ),
        Cause(
            "A changed bit goes unnoticed: the CRC-32 is not compared.",
            [
                "What are the last four bytes for?",
                "Compute zlib.crc32 over all that you read before them, and compare.",
            ],
            like=no_crc_look,
        ),
        Cause(
            "It stops at the end marker: the CRC-32 behind it goes unread, so damage goes unnoticed.",
            [
                "What are the last four bytes for?",
                "Read them, and compare them with zlib.crc32 over all bytes before them.",
            ],
            like=stops_at_end_marker,
        ),
        Cause(
            "A file that is cut off ends the iteration as if it were whole.",
            [
                "What does src.read return at the end of a file?",
                "Fewer bytes than asked for: raise ValueError.",
            ],
            like=cut_is_fine,
        ),
        Cause(
            "A damaged file passes.",
            [
                "Which part of this file is not as it was written?",
                "Compare length, end marker, CRC-32 and end.",
            ],
            when=common.accepted,
        ),
        Cause(
            "It refuses a good file.",
            [
                "Which bytes does your CRC-32 cover, and in which order does it read its four bytes?",
                "Everything before the four bytes, from V to the end marker; int.from_bytes(four, 'big').",
            ],
            when=common.refused,
        ),
        Cause(
            "A damaged file makes it fail with an error of another kind; ValueError is asked for.",
            [
                "What does src.read return at the end of a file?",
                "Check the length of each part that you read.",
            ],
            when=lambda _arguments, got, expected: got.error is not None and expected.error is not None,
        ),
    ],
)
