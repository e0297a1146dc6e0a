"""Compressors that each make one usual mistake: the likely causes of compress_postings."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from autograde.checks.ch06.gap_lists import forgets_first_id
from solutions.ch06_vb_code import encode_line, gaps, vb_encode


def lenient_line(line: bytes) -> bytes:
    """What int() and split() let through."""
    tag, _, rest = line.partition(b"\t")
    ids = [int(part) for part in rest.split(b",")] if rest else []
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def record_if_good(line: bytes) -> bytes:
    """A twin that raised ValueError would stand for every answer that raises it."""
    try:
        return encode_line(line)
    except ValueError:
        return b""


def line_without_duplicates(line: bytes) -> bytes:
    tag, _, rest = line.partition(b"\t")
    return tag + b"\t" + b",".join(dict.fromkeys(rest.split(b",")))


def record(
    line: bytes,
    length: Callable[[bytes], bytes] = lambda tag: vb_encode([len(tag)]),
    count: Callable[[list[int]], bytes] = lambda ids: vb_encode([len(ids)]),
    steps: Callable[[list[int]], list[int]] = gaps,
) -> bytes:
    """The record of a good line, one of its parts in another way."""
    encode_line(line)
    tag, _, rest = line.partition(b"\t")
    ids = [int(part) for part in rest.split(b",")] if rest else []
    return length(tag) + tag + count(ids) + vb_encode(steps(ids))


def compressor(
    one: Callable[[bytes], bytes] = encode_line,
    header: bytes = b"VBP1",
    end: bytes = b"\x80",
    checksum: Callable[[bytes, bytes], bytes] = lambda head, rest: zlib.crc32(head + rest).to_bytes(4, "big"),
) -> Callable[[Iterator[bytes], BinaryIO], None]:
    """A compressor that differs from the right one in one part."""

    def compress(lines: Iterator[bytes], out: BinaryIO) -> None:
        body = b"".join(map(one, lines)) + end
        out.write(header + body + checksum(header, body))

    return compress


def big_endian(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


def characters(tag: bytes) -> bytes:
    return vb_encode([len(tag.decode("utf-8", "replace"))])


length_in_characters = compressor(lambda line: record(line, length=characters))
plain_length = compressor(lambda line: record(line, length=lambda tag: bytes([len(tag) % 256])))
marked_length = compressor(lambda line: record(line, length=lambda tag: bytes([len(tag) % 128 | 128])))
plain_count = compressor(lambda line: record(line, count=lambda ids: bytes([len(ids) % 256])))
marked_count = compressor(lambda line: record(line, count=lambda ids: bytes([len(ids) % 128 | 128])))
no_count = compressor(lambda line: record(line, count=lambda _: b""))
count_of_bytes = compressor(
    lambda line: record(line, count=lambda ids: vb_encode([len(vb_encode(gaps(ids)))]))
)
ids_instead_of_gaps = compressor(lambda line: record(line, steps=list))
first_gap_missing = compressor(lambda line: record(line, steps=forgets_first_id))
duplicates_missing = compressor(lambda line: encode_line(line_without_duplicates(line)))
cuts_last_byte = compressor(lambda line: record_if_good(line[:-1]))
keeps_newline = compressor(lambda line: encode_line(line) + b"\n")
strips_tag = compressor(lambda line: record_if_good(line.strip()))
strips_parts = compressor(lambda line: record_if_good(b"\t".join(map(bytes.strip, line.split(b"\t")))))
little_endian = compressor(checksum=lambda head, rest: zlib.crc32(head + rest).to_bytes(4, "little"))
crc_without_header = compressor(checksum=lambda _, rest: big_endian(rest))
crc_without_end = compressor(checksum=lambda head, rest: big_endian(head + rest[:-1]))
crc_without_both = compressor(checksum=lambda _, rest: big_endian(rest[:-1]))
crc_as_text = compressor(checksum=lambda head, rest: b"%08x" % zlib.crc32(head + rest))
no_crc = compressor(checksum=lambda _head, _rest: b"")
no_end = compressor(end=b"")
zero_byte_end = compressor(end=b"\x00")
no_header = compressor(header=b"")
lenient = compressor(lenient_line)
