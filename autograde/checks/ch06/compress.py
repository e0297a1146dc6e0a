"""compress_postings."""

from __future__ import annotations

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Growth, Lines, Memory, Sink
from autograde.checks import common
from autograde.checks.ch06 import compress_twins as twins
from autograde.checks.ch06 import values
from autograde.perform import perform


def call(*lines: bytes) -> Arguments:
    """A call with these lines."""
    return Lines(lines), Sink()


def calls(strategy: st.SearchStrategy[list[bytes]]) -> st.SearchStrategy[Arguments]:
    """Calls with generated lines."""
    return st.tuples(strategy.map(lambda lines: Lines(tuple(lines))), st.just(Sink()))


BAD_LINES = [
    b"perl\t3,2",
    b"perl\t-1",
    b"perl\tone",
    b"perl\t1,,2",
    b"perl\t1,",
    b"perl 1,2",
    b"perl",
    b"",
    b"perl\t1\t2",
    b"perl\t1,2\t",
    b"\t1",
    b"\t",
    b"perl\t1.5",
]
CHANGED_LINES = [
    b"perl\t007",
    b"perl\t00",
    b"perl\t+5",
    b"perl\t 5",
    b"perl\t1, 5",
    b"perl\t5 ",
    b"perl\t1_000",
    b"perl\t-0",
    "perl\t٣".encode(),
    b"perl\t5\n",
    b"perl\t5\r",
    b"pe\nrl\t5",
]
broken_lines = st.builds(
    lambda tag, tab, ids: tag + tab + b",".join(ids),
    st.sampled_from([b"", b"a", b"a", "검색".encode()]),
    st.sampled_from([b"\t", b"\t", b"\t", b"\t\t", b" ", b""]),
    st.lists(st.sampled_from([b"1", b"2", b"12", b"x", b"", b"-1"]), max_size=3),
)

COMPRESS_POSTINGS = Exercise(
    "compress_postings",
    examples=[
        call(b"perl\t3,50"),
        call("검색\t0,130,430".encode()),
        call(b" a b \t5"),
        call(b"empty\t"),
        call(b"perl\t5,3"),
        call(b"perl\t007"),
    ],
    checks=[
        Check(
            "lines become records",
            points=1.5,
            edges=[
                call(b"perl\t3,5,20"),
                call(b"a\t1", b"bc\t2,300"),
                call(),
                call(b"a\t0", b"b\t0,1"),
                call(b" a b \t5"),
                call(b"a\t", b"b\t7"),
                call(b"a\t4,4,4"),
            ],
            strategy=calls(
                st.lists(
                    st.builds(values.line, st.sampled_from([b"a", b"bc", b"perl"]), values.small_ids),
                    max_size=4,
                )
            ),
        ),
        Check(
            "tags of any bytes, lists and ids of any size",
            points=0.5,
            edges=[
                call("가\t1".encode(), "検索エンジン\t1,2".encode()),
                call(b"\xff\xfe\x00\t5", b"a\r\t1"),
                *(call(values.line(b"x" * n, [n])) for n in (127, 128, 255, 256, 300)),
                *(call(values.line(b"x", range(n))) for n in (127, 128, 255, 256, 300, 2000)),
                call(values.line(b"x", [0, 2**32, 2**64, 2**70, 10**40])),
            ],
            strategy=calls(values.lines),
        ),
        Check(
            "bad lines are refused",
            points=1,
            edges=[*map(call, BAD_LINES), call(b"a\t1", b"b\t3,2"), call(b"a\t1,2"), call(b"a\t")],
            strategy=calls(st.lists(broken_lines, min_size=1, max_size=2)),
        ),
        Check(
            "what could not come back is refused",
            points=0.5,
            edges=[*map(call, CHANGED_LINES), call(b"a\t5"), call(b" a \t0,10"), call(b"a\r\t1000")],
        ),
        Growth(
            "time grows in step with the number of ids",
            points=0.5,
            make=lambda n: call(values.line(b"tag", range(0, 3 * n, 3))),
            sizes=(400, 800, 1600, 3200, 6400),
            hints=[
                "How often is one id of a line looked at?",
                "Split the line once, and subtract neighbours.",
            ],
        ),
        Memory(
            "one line at a time",
            points=1,
            make=lambda: call(*(values.line(b"%04d" % i * (1 << 14), [i]) for i in range(96))),
            hints=[
                "How many lines are held before the first byte is written?",
                "Write each record before you take the next line; zlib.crc32(record, crc) goes on from crc.",
            ],
        ),
    ],
    causes=[
        Cause(
            "The CRC-32 is written little-endian; the format has it big-endian.",
            ["Which end of the number comes first?", "Use crc.to_bytes(4, 'big')."],
            like=twins.little_endian,
        ),
        Cause(
            "The CRC-32 leaves out the four bytes VBP1; it covers everything before it.",
            ["Where does the checksum start?", "Begin with zlib.crc32(b'VBP1')."],
            like=twins.crc_without_header,
        ),
        Cause(
            "The CRC-32 leaves out the end marker; it covers everything before it.",
            [
                "What is the last byte in front of the checksum?",
                "Take the end marker into the checksum, too.",
            ],
            like=twins.crc_without_end,
        ),
        Cause(
            "The CRC-32 covers the records only; header and end marker belong to it.",
            ["Which bytes stand before the checksum?", "Run all that you write through zlib.crc32."],
            like=twins.crc_without_both,
        ),
        Cause(
            "The CRC-32 is written as text; the format has it as four bytes.",
            ["How many bytes has a 32-bit number?", "Use crc.to_bytes(4, 'big')."],
            like=twins.crc_as_text,
        ),
        Cause(
            "The CRC-32 is missing.",
            ["What would tell the reader of a changed bit?", "Write zlib.crc32 of all before it at the end."],
            like=twins.no_crc,
        ),
        Cause(
            "The end marker is missing.",
            ["How does the reader know that no line follows?", "Write vb_encode([0]) after the last line."],
            like=twins.no_end,
        ),
        Cause(
            "The end marker is the byte 00; it is VB(0), the byte 80.",
            ["What is 0 in VB code?", "Write vb_encode([0])."],
            like=twins.zero_byte_end,
        ),
        Cause(
            "The header VBP1 is missing.",
            ["How does a reader tell this file from any other?", "Write b'VBP1' before the first record."],
            like=twins.no_header,
        ),
        Cause(
            "The tag's length counts characters; the format counts bytes.",
            ["How many bytes has 검색?", "Leave the line as bytes, and take len(tag) of those."],
            like=twins.length_in_characters,
        ),
        Cause(
            "The tag's length is limited to one byte; tags may be longer.",
            ["How would a tag of 300 bytes be written?", "Write vb_encode([len(tag)])."],
            like=twins.marked_length,
        ),
        Cause(
            "The tag's length is a plain byte; the format has it in VB code.",
            ["How would a tag of 300 bytes be written?", "Write vb_encode([len(tag)])."],
            like=twins.plain_length,
        ),
        Cause(
            "The count is limited to one byte; lists may be longer.",
            ["How would 300 ids be counted?", "Write vb_encode([len(ids)])."],
            like=twins.marked_count,
        ),
        Cause(
            "The count is a plain byte; the format has it in VB code.",
            ["How would 300 ids be counted?", "Write vb_encode([len(ids)])."],
            like=twins.plain_count,
        ),
        Cause(
            "The count of the ids is missing.",
            [
                "How does the reader know where the next tag begins?",
                "Write vb_encode([len(ids)]) before the gaps.",
            ],
            like=twins.no_count,
        ),
        Cause(
            "The count counts the bytes of the gaps; the format counts ids.",
            ["How many ids has a\\t2,300?", "Write vb_encode([len(ids)])."],
            like=twins.count_of_bytes,
        ),
        Cause(
            "The ids are written as they are; the format has their gaps.",
            ["Which of your functions makes the numbers small?", "Write vb_encode(gaps(ids))."],
            like=twins.ids_instead_of_gaps,
        ),
        Cause(
            "The first id is missing.",
            ["What is the first gap?", "Write as many gaps as there are ids, the first id in front."],
            like=twins.first_gap_missing,
        ),
        Cause(
            "Equal ids are dropped; each has to come back.",
            ["Does the count agree with what comes back?", "Keep the list as it is: no set."],
            like=twins.duplicates_missing,
        ),
        Cause(
            "White space is stripped; it is part of the tag.",
            ["What comes back for the tag ' a '?", "Split at the TAB and change nothing else."],
            like=twins.strips_tag,
        ),
        Cause(
            "White space is stripped around tag or ids; nothing in a line may change.",
            ["What comes back for the tag ' a '?", "Split at the TAB and change nothing else."],
            like=twins.strips_parts,
        ),
        Cause(
            "It decodes the tag; a tag may be any bytes, UTF-8 or not.",
            [
                "Which step needs text instead of bytes?",
                "bytes have split and partition, too: leave out decode.",
            ],
            when=common.raised("UnicodeDecodeError"),
        ),
        Cause(
            "It refuses an empty id list, which is allowed.",
            ["What does b''.split(b',') give?", "Make no ids when nothing follows the TAB."],
            when=lambda arguments, got, expected: (
                common.refused(arguments, got, expected)
                and any(line.endswith(b"\t") for line in arguments[0].items)
            ),
        ),
        Cause(
            "It refuses a good line.",
            [
                "Which of tag, count and ids is special in this call?",
                "Tags are any bytes, lists may have any length.",
            ],
            when=common.refused,
        ),
        Cause(
            "The last byte of each line is cut off; lines come without a newline.",
            ["What is the last byte of a line here?", "Take the line as it is."],
            like=twins.cuts_last_byte,
        ),
        Cause(
            "A newline is written after each record; the format has none.",
            [
                "What would the reader take that byte for?",
                "Records follow each other without anything between.",
            ],
            like=twins.keeps_newline,
        ),
        Cause(
            "It lets through an id that would come back in another form: int() reads more than plain digits.",
            ["What does the reader print for this id?", "Compare b'%d' % int(text) with text."],
            when=lambda arguments, got, expected: (
                common.accepted(arguments, got, expected)
                and got.written == perform(twins.lenient, arguments).written
            ),
        ),
        Cause(
            "A bad line passes.",
            [
                "Which rule for lines does this one break?",
                "Look at tag, TAB and ids before you write the record.",
            ],
            when=common.accepted,
        ),
    ],
)
