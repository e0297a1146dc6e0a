"""The references of ch06_vb_code against oracles that share no code with them."""

from __future__ import annotations

import io
import re
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograde.paths import SOLUTIONS
from solutions import ch06_vb_code as ch06

BOOK_IDS = [3, 5, 20, 21, 23, 76, 77, 78]
BOOK_GAPS = [3, 2, 15, 1, 2, 53, 1, 1]
BOOK_BITS = {  # the write-ups that print other bits are wrong
    5: "10000101",
    130: "00000001 10000010",
    300: "00000010 10101100",
    1_000_000: "00111101 00000100 11000000",
}
TEXTBOOK = {  # Introduction to Information Retrieval, table 5.4
    824: "00000110 10111000",
    214577: "00001101 00001100 10110001",
}
HARD_NUMBERS = [0, 1, 127, 128, 129, 255, 256, 16383, 16384, 2**21 - 1, 2**21, 2**32, 2**64 - 1, 2**64, 2**70]

numbers = st.one_of(
    st.sampled_from(HARD_NUMBERS), st.integers(0, 300), st.integers(0, 2**64), st.integers(0, 2**200)
)
sorted_ids = st.lists(numbers).map(sorted)
tags = st.one_of(
    st.sampled_from(["perl", "검색", "検索", " 공백 ", "tag\r", "가" * 50, "検" * 100]).map(str.encode),
    st.binary(min_size=1, max_size=300).filter(lambda tag: b"\t" not in tag and b"\n" not in tag),
)
postings = st.lists(st.tuples(tags, sorted_ids), max_size=5)


def oracle_code(number: int) -> bytes:
    """VB code of one number by way of its binary digits as text."""
    digits = f"{number:b}"
    digits = digits.zfill(-(-len(digits) // 7) * 7)
    groups = re.findall(".{7}", digits)
    return bytes(
        int(flag + group, 2) for flag, group in zip("0" * (len(groups) - 1) + "1", groups, strict=True)
    )


def oracle_codes(values: Sequence[int]) -> bytes:
    return b"".join(map(oracle_code, values))


def oracle_numbers(data: bytes) -> list[int]:
    """The numbers of VB code, split by a regular expression, each read as binary digits."""
    assert re.fullmatch(rb"([\x00-\x7f]*[\x80-\xff])*", data)
    codes = re.findall(rb"[\x00-\x7f]*[\x80-\xff]", data)
    return [int("".join(f"{byte:08b}"[1:] for byte in code), 2) for code in codes]


def oracle_file(entries: Sequence[tuple[bytes, list[int]]]) -> bytes:
    """A VBP1 file, put together at once."""
    parts = [b"VBP1"]
    for tag, ids in entries:
        gaps = [b - a for a, b in zip([0, *ids], ids, strict=False)]
        parts += [oracle_code(len(tag)), tag, oracle_code(len(ids)), oracle_codes(gaps)]
    body = b"".join([*parts, b"\x80"])
    return body + struct.pack(">I", zlib.crc32(body))


def line_of(tag: bytes, ids: Sequence[int]) -> bytes:
    return tag + b"\t" + ",".join(map(str, ids)).encode()


def compressed(*lines: bytes) -> bytes:
    out = io.BytesIO()
    ch06.compress_postings(iter(lines), out)
    return out.getvalue()


def decompressed(data: bytes) -> list[bytes]:
    return list(ch06.decompress_postings(io.BytesIO(data)))


def with_checksum(body: bytes) -> bytes:
    return body + struct.pack(">I", zlib.crc32(body))


# --- gaps


def test_the_books_gaps() -> None:
    assert ch06.gaps(BOOK_IDS) == BOOK_GAPS
    assert ch06.ungaps(BOOK_GAPS) == BOOK_IDS


@given(sorted_ids)
def test_gaps_are_the_differences(ids: list[int]) -> None:
    assert ch06.gaps(ids) == np.diff(np.array(ids, dtype=object), prepend=0).tolist()


@given(sorted_ids)
def test_ungaps_undoes_gaps(ids: list[int]) -> None:
    assert ch06.ungaps(ch06.gaps(ids)) == ids


@given(st.lists(st.integers(-5, 5)))
@example([-1])
@example([1, 0])
def test_gaps_refuses_exactly_what_is_not_sorted_or_negative(ids: list[int]) -> None:
    if ids == sorted(ids) and all(number >= 0 for number in ids):
        assert len(ch06.gaps(ids)) == len(ids)
    else:
        with pytest.raises(ValueError, match="must not decrease"):
            ch06.gaps(ids)


@given(st.lists(st.integers(-2, 9)))
def test_ungaps_refuses_exactly_negative_gaps(gaps: list[int]) -> None:
    if min(gaps, default=0) >= 0:
        assert ch06.ungaps(gaps) == [sum(gaps[: i + 1]) for i in range(len(gaps))]
    else:
        with pytest.raises(ValueError, match="zero or more"):
            ch06.ungaps(gaps)


def test_arguments_stay_as_they_are() -> None:
    ids, gaps = list(BOOK_IDS), list(BOOK_GAPS)
    ch06.gaps(ids), ch06.ungaps(gaps), ch06.vb_encode(gaps)
    assert (ids, gaps) == (BOOK_IDS, BOOK_GAPS)


# --- variable byte code


@pytest.mark.parametrize(("number", "bits"), [*BOOK_BITS.items(), *TEXTBOOK.items()])
def test_printed_bits(number: int, bits: str) -> None:
    code = bytes(int(byte, 2) for byte in bits.split())
    assert ch06.vb_encode([number]) == code
    assert ch06.vb_decode(code) == [number]


@given(st.lists(numbers))
@example(HARD_NUMBERS)
def test_vb_encode_agrees_with_binary_digits(values: list[int]) -> None:
    assert ch06.vb_encode(values) == oracle_codes(values)


@given(st.binary())
@example(b"\x00\x85")
def test_vb_decode_agrees_with_binary_digits_and_refuses_what_is_cut(data: bytes) -> None:
    if data and data[-1] < 128:
        with pytest.raises(ValueError, match="cut off"):
            ch06.vb_decode(data)
    else:
        assert ch06.vb_decode(data) == oracle_numbers(data)


@given(st.lists(numbers))
def test_vb_round_trip(values: list[int]) -> None:
    assert ch06.vb_decode(ch06.vb_encode(values)) == values


@pytest.mark.parametrize("values", [[-1], [5, -1], [-128], [-(2**64)]])
def test_vb_encode_refuses_negative_numbers(values: list[int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        ch06.vb_encode(values)


@given(st.lists(numbers, min_size=1), st.data())
def test_cut_code_is_refused(values: list[int], data: st.DataObject) -> None:
    code = ch06.vb_encode(values)
    cut = code[: data.draw(st.integers(1, len(code)))]
    if cut[-1] < 128:
        with pytest.raises(ValueError, match="cut off"):
            ch06.vb_decode(cut)
    else:
        assert ch06.vb_decode(cut) == values[: len(oracle_numbers(cut))]


# --- the file


@given(postings)
@example([("검색".encode(), [0, 130, 430]), (b"empty", []), (b"x" * 300, list(range(0, 3000, 10)))])
def test_compress_writes_the_format(entries: list[tuple[bytes, list[int]]]) -> None:
    assert compressed(*[line_of(tag, ids) for tag, ids in entries]) == oracle_file(entries)


@given(postings)
def test_decompress_reads_the_format(entries: list[tuple[bytes, list[int]]]) -> None:
    assert decompressed(oracle_file(entries)) == [line_of(tag, ids) for tag, ids in entries]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\t",
        b"\t1,2",
        b"tag",
        b"tag 1,2",
        b"tag\t1\t2",
        b"tag\t1,2\t",
        b"tag\t,",
        b"tag\t1,",
        b"tag\t,1",
        b"tag\t1,,2",
        b"tag\tone",
        b"tag\t1.0",
        b"tag\t0x10",
        b"tag\t-1",
        b"tag\t-0",
        b"tag\t2,1",
        b"tag\t+5",
        b"tag\t 5",
        b"tag\t5 ",
        b"tag\t1, 2",
        b"tag\t1_000",
        b"tag\t007",
        b"tag\t00",
        b"tag\t5\n",
        b"tag\t5\r",
        b"ta\ng\t5",
        b"tag\t5\x00",
        b"tag\t\xff",
        "tag\t٣".encode(),
        b"tag\t" + b"9" * 5000,
    ],
)
def test_compress_refuses(line: bytes) -> None:
    with pytest.raises(ValueError):
        compressed(b"good\t1", line)


@given(st.binary(max_size=12))
@example(b"a\t1,1")
def test_what_is_accepted_comes_back_byte_for_byte(line: bytes) -> None:
    try:
        data = compressed(line)
    except ValueError:
        return
    assert decompressed(data) == [line]


SMALL_FILE = oracle_file([("가".encode(), [0, 130]), (b"perl and more", [5]), (b"none", [])])


@pytest.mark.parametrize("length", range(len(SMALL_FILE)))
def test_every_part_cut_off_is_noticed(length: int) -> None:
    with pytest.raises(ValueError):
        decompressed(SMALL_FILE[:length])


@pytest.mark.parametrize("bit", range(8 * len(SMALL_FILE)))
def test_every_changed_bit_is_noticed(bit: int) -> None:
    damaged = bytearray(SMALL_FILE)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError):
        decompressed(bytes(damaged))


def test_another_format_is_refused_even_with_a_right_checksum() -> None:
    with pytest.raises(ValueError, match="no VBP1"):
        decompressed(with_checksum(b"VBP2\x80"))


@given(postings, st.binary(min_size=1))
def test_bytes_behind_the_end_are_noticed(entries: list[tuple[bytes, list[int]]], more: bytes) -> None:
    with pytest.raises(ValueError, match="goes on"):
        decompressed(oracle_file(entries) + more)


@given(postings, st.data())
def test_damage_in_any_file_is_noticed(entries: list[tuple[bytes, list[int]]], data: st.DataObject) -> None:
    whole = oracle_file(entries)
    damaged = bytearray(whole)
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    damaged[bit // 8] ^= 1 << bit % 8
    for part in (bytes(damaged), whole[: data.draw(st.integers(0, len(whole) - 1))]):
        with pytest.raises(ValueError):
            decompressed(part)


@given(st.binary())
def test_any_bytes_give_lines_or_a_value_error(body: bytes) -> None:
    """Crafted files with a right checksum included: what is read is lines, and it ends."""
    for data in (body, with_checksum(b"VBP1" + body), with_checksum(b"VBP1" + body + b"\x80")):
        try:
            lines = decompressed(data)
        except ValueError:
            continue
        assert all(b"\t" in line for line in lines)


class CountingSource(io.BytesIO):
    """A file that notes the largest piece asked for."""

    largest = 0

    def read(self, size: int | None = -1) -> bytes:
        self.largest = max(self.largest, sys.maxsize if size is None or size < 0 else size)
        return super().read(size)


@pytest.mark.parametrize("length", [2**30, 2**40, 2**63, 2**64, 2**1000])
def test_a_length_that_lies_costs_no_memory(length: int) -> None:
    """For the tag and for the count, neither of which the file holds."""
    for body in (oracle_code(length) + b"tag", b"\x81a" + oracle_code(length) + b"\x81"):
        source = CountingSource(with_checksum(b"VBP1" + body))
        tracemalloc.start()
        with pytest.raises(ValueError):
            list(ch06.decompress_postings(source))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1 << 20
        assert source.largest <= 1 << 16


@pytest.mark.parametrize("filling", [b"\x00", b"\x7f", b"a"])
def test_a_number_without_an_end_is_given_up_early(filling: bytes) -> None:
    """A megabyte of one number would take quadratic time to shift together."""
    source = io.BytesIO(b"VBP1" + filling * (1 << 20))
    with pytest.raises(ValueError, match="without an end"):
        list(ch06.decompress_postings(source))
    assert source.tell() < 10_000


def test_a_number_too_long_to_print_is_refused() -> None:
    with pytest.raises(ValueError):
        decompressed(oracle_file([(b"a", [10**4500])]))


def test_one_line_at_a_time_in() -> None:
    """Each record is written before the next line is asked for."""
    out = io.BytesIO()
    written: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(5):
            written.append(len(out.getvalue()))
            yield b"tag\t%d" % number

    ch06.compress_postings(lines(), out)
    assert written == sorted(set(written))


def test_one_line_at_a_time_out() -> None:
    """A line comes before the rest of the file is read."""
    data = oracle_file([(b"x" * 1000, [i]) for i in range(500)])
    source = io.BytesIO(data)
    next(ch06.decompress_postings(source))
    assert source.tell() < len(data) / 2


class Trickle(io.BytesIO):
    """A file that gives one byte at a time, as a pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1))


def test_short_reads_are_no_end() -> None:
    assert list(ch06.decompress_postings(Trickle(SMALL_FILE))) == decompressed(SMALL_FILE)


def test_files_stay_open() -> None:
    out = io.BytesIO()
    ch06.compress_postings(iter([b"a\t1"]), out)
    source = io.BytesIO(out.getvalue())
    list(ch06.decompress_postings(source))
    assert not out.closed
    assert not source.closed


def test_the_bytes_printed_in_the_text() -> None:
    text = (SOLUTIONS / "ch06_vb_code.py").read_text(encoding="utf-8")
    block = re.search(r"becomes these bytes:\n#\n# ```\n(.*?)# ```", text, re.DOTALL)
    assert block is not None
    rows = re.findall(r"^# ((?:[0-9a-f]{2} {1,2})+)", block[1], re.MULTILINE)
    assert bytes.fromhex("".join(rows)) == compressed("검색\t0,130,430".encode())


# --- the query


@given(st.lists(st.integers(0, 40)).map(sorted), st.lists(st.integers(0, 40)).map(sorted))
def test_intersect_is_the_intersection_of_sets(one: list[int], other: list[int]) -> None:
    codes = [oracle_codes(ch06.gaps(ids)) for ids in (one, other)]
    assert ch06.intersect_vb(*codes) == sorted(set(one) & set(other))


@given(sorted_ids, sorted_ids, sorted_ids)
def test_intersect_of_far_ids(common: list[int], one: list[int], other: list[int]) -> None:
    one, other = sorted(common + one), sorted(common + other)
    codes = [oracle_codes(ch06.gaps(ids)) for ids in (one, other)]
    assert ch06.intersect_vb(*codes) == sorted(set(one) & set(other))


@pytest.mark.parametrize("cut", [b"\x00", b"\x85\x01", b"\x85\x85\x00"])
@pytest.mark.parametrize("whole", [b"", b"\x80", b"\x85"])
def test_intersect_refuses_cut_code_on_either_side(cut: bytes, whole: bytes) -> None:
    for pair in ((cut, whole), (whole, cut), (cut, cut)):
        with pytest.raises(ValueError, match="cut off"):
            ch06.intersect_vb(*pair)


# --- the broken decoder


def test_the_broken_decoder_is_right_below_16384() -> None:
    for number in range(16384):
        assert ch06.padding_decode(oracle_code(number)) == [number]
        assert ch06.padding_decode(b"\x00" + oracle_code(number)) == [number]


def test_the_answer_breaks_it() -> None:
    answer = ch06.breaks_padding_decoder()
    assert type(answer) is bytes
    assert len(answer) <= 64
    assert ch06.padding_decode(answer) != oracle_numbers(answer)


def test_the_text_gives_no_breaking_bytes_away() -> None:
    """Every hex string and literal that the trainee sees decodes alike in both."""
    text = (SOLUTIONS / "ch06_vb_code.py").read_text(encoding="utf-8")
    shown = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", text, flags=re.DOTALL)
    for digits in re.findall(r"\b(?:[0-9a-f]{2} ?)+\b", shown):
        data = bytes.fromhex(digits)
        if data[-1] >= 128:
            assert ch06.padding_decode(data) == oracle_numbers(data), digits


# --- the fast decoder


def test_fast_decoder_has_the_asked_type() -> None:
    for data in (b"", b"\x85", oracle_codes([2**64 - 1])):
        answer = ch06.vb_decode_fast(data)
        assert type(answer) is np.ndarray
        assert answer.dtype == np.uint64
        assert answer.shape == (len(oracle_numbers(data)),)


@given(st.lists(st.one_of(st.sampled_from(HARD_NUMBERS), st.integers(0, 2**66), st.integers(0, 300))))
@example([2**64 - 1, 0, 127, 128])
@example([2**64])
@example([2**70, 5])
@example([5, 2**63])
@example([2**128])
def test_fast_decoder_agrees_below_two_to_the_64(values: list[int]) -> None:
    data = oracle_codes(values)
    if max(values, default=0) < 2**64:
        assert ch06.vb_decode_fast(data).tolist() == values
    else:
        with pytest.raises(ValueError, match="64 bits"):
            ch06.vb_decode_fast(data)


@given(st.lists(st.one_of(st.integers(0, 1), st.integers(126, 130), st.integers(0, 255)), max_size=40))
@example([0] * 50 + [0x85])
@example([0x85, 0])
def test_fast_decoder_reads_any_bytes_as_the_slow_one(codes: list[int]) -> None:
    data = bytes(codes)
    if data and data[-1] < 128:
        with pytest.raises(ValueError, match="cut off"):
            ch06.vb_decode_fast(data)
    elif max(oracle_numbers(data), default=0) < 2**64:
        assert ch06.vb_decode_fast(data).tolist() == oracle_numbers(data)
    else:
        with pytest.raises(ValueError, match="64 bits"):
            ch06.vb_decode_fast(data)
