# ==== right: written bit by bit as text
import zlib


def compress_postings(lines, out):
    crc = 0

    def emit(data):
        nonlocal crc
        crc = zlib.crc32(data, crc)
        out.write(data)

    emit(b"VBP1")
    for line in lines:
        parts = line.split(b"\t")
        if len(parts) != 2 or not parts[0] or b"\n" in line:
            raise ValueError(line)
        tag, text = parts
        emit(vb_encode([len(tag)]))
        emit(tag)
        numbers = []
        for digits in text.split(b",") if text else ():
            if not digits.isdigit() or (digits[:1] == b"0" and digits != b"0"):
                raise ValueError(digits)
            numbers.append(int(digits))
        emit(vb_encode([len(numbers)]))
        emit(vb_encode(gaps(numbers)))
    emit(b"\x80")
    out.write(crc.to_bytes(4, "big"))


# ==== right: a regular expression and one write a line, flushed each time
import re
import struct
import zlib


def compress_postings(lines, out):
    number = rb"(?:0|[1-9][0-9]*)"
    pattern = re.compile(rb"([^\t\n]+)\t((?:%s(?:,%s)*)?)" % (number, number))
    crc = zlib.crc32(b"VBP1")
    out.write(b"VBP1")
    for line in lines:
        match = pattern.fullmatch(line)
        if match is None:
            raise ValueError("not a line of postings")
        tag = match[1]
        ids = list(map(int, match[2].split(b","))) if match[2] else []
        steps = []
        last = 0
        for i in ids:
            if i < last:
                raise ValueError("decreasing")
            steps.append(i - last)
            last = i
        data = vb_encode([len(tag)]) + tag + vb_encode([len(ids)] + steps)
        crc = zlib.crc32(data, crc)
        out.write(data)
        out.flush()
    crc = zlib.crc32(b"\x80", crc)
    out.write(b"\x80" + struct.pack(">I", crc))


# ==== right: an object that writes and sums up, ten times the work
import zlib


class Summing:
    def __init__(self, out):
        self.out, self.crc = out, 0

    def write(self, data):
        for byte in data if len(data) < 9000 else [data]:
            piece = byte if isinstance(byte, bytes) else bytes([byte])
            self.crc = zlib.crc32(piece, self.crc)
            self.out.write(piece)


def compress_postings(lines, out):
    summing = Summing(out)
    summing.write(b"VBP1")
    for line in lines:
        tag, text = line.split(b"\t")
        if not tag or b"\n" in line:
            raise ValueError
        ids = []
        for digits in text.split(b",") if text else []:
            ids.append(int(digits))
            if str(ids[-1]).encode() != digits:
                raise ValueError
        summing.write(vb_encode([len(tag)]))
        summing.write(tag)
        summing.write(vb_encode([len(ids)]))
        for gap in gaps(ids):
            summing.write(vb_encode([gap]))
    summing.write(vb_encode([0]))
    out.write(bytes([summing.crc >> 24, summing.crc >> 16 & 255, summing.crc >> 8 & 255, summing.crc & 255]))


# ==== wrong: all lines at once | message must contain: holds too much in memory
import zlib


def compress_postings(lines, out):
    body = bytearray(b"VBP1")
    for line in lines:
        body += encode_line(line)
    body += b"\x80"
    out.write(body)
    out.write(zlib.crc32(body).to_bytes(4, "big"))


# ==== wrong: a list of lines first | message must contain: holds too much in memory
import zlib


def compress_postings(lines, out):
    lines = list(lines)
    crc = zlib.crc32(b"VBP1")
    out.write(b"VBP1")
    for line in lines:
        data = encode_line(line)
        crc = zlib.crc32(data, crc)
        out.write(data)
    crc = zlib.crc32(b"\x80", crc)
    out.write(b"\x80" + crc.to_bytes(4, "big"))


# ==== wrong: the line is split again for each id | message must contain: slower than the input grows
import zlib


def slow_line(line):
    encode_line(line[:1] + b"\t") if b"\t" in line[1:] else encode_line(line)
    tag, rest = line.split(b"\t")
    count = rest.count(b",") + 1 if rest else 0
    ids = [parse_id(rest.split(b",")[i]) for i in range(count)]
    if b"\n" in tag:
        raise ValueError
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = zlib.crc32(b"VBP1")
    out.write(b"VBP1")
    for line in lines:
        data = slow_line(line)
        crc = zlib.crc32(data, crc)
        out.write(data)
    crc = zlib.crc32(b"\x80", crc)
    out.write(b"\x80" + crc.to_bytes(4, "big"))


# ==== wrong: little-endian checksum | message must contain: little-endian
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(encode_line, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "little"))


# ==== wrong: the checksum starts behind the header | message must contain: leaves out the four bytes VBP1
import zlib


def compress_postings(lines, out):
    crc = 0
    out.write(b"VBP1")
    for data in [*map(encode_line, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: the checksum ends before the end marker | message must contain: leaves out the end marker
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(encode_line, lines)]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(b"\x80" + crc.to_bytes(4, "big"))


# ==== wrong: no end marker | message must contain: end marker is missing
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(encode_line, lines)]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: a zero byte as the end marker | message must contain: end marker is the byte 00
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(encode_line, lines), b"\x00"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: no checksum | message must contain: CRC-32 is missing
def compress_postings(lines, out):
    for data in [b"VBP1", *map(encode_line, lines), b"\x80"]:
        out.write(data)


# ==== wrong: no header | message must contain: header VBP1 is missing
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [*map(encode_line, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: the length in characters | message must contain: counts characters
import zlib


def as_text(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    return vb_encode([len(tag.decode("utf-8", "replace"))]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(as_text, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: the tag's length in one plain byte | message must contain: length is a plain byte
import zlib


def plain(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    return bytes([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(plain, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: at most 127 ids | message must contain: count is limited to one byte
import zlib


def limited(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    return vb_encode([len(tag)]) + tag + bytes([len(ids) & 127 | 128]) + vb_encode(gaps(ids))


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(limited, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: ids instead of gaps | message must contain: ids are written as they are
import zlib


def unsorted(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    gaps(ids)
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *ids])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(unsorted, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: a set of ids | message must contain: Equal ids are dropped
import zlib


def distinct(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    gaps(ids)
    ids = sorted(set(ids))
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(distinct, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: a newline is expected | message must contain: last byte of each line is cut off
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *(encode_line(line[:-1]) for line in lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: the line is stripped | message must contain: stripped
import zlib


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *(encode_line(line.strip()) for line in lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: what int reads | message must contain: int() reads more than plain digits
import zlib


def trusting(line):
    tag, rest = line.split(b"\t")
    if not tag:
        raise ValueError
    ids = [int(part) for part in rest.split(b",")] if rest else []
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = zlib.crc32(b"VBP1")
    out.write(b"VBP1")
    for line in lines:
        data = trusting(line)
        crc = zlib.crc32(data, crc)
        out.write(data)
    crc = zlib.crc32(b"\x80", crc)
    out.write(b"\x80" + crc.to_bytes(4, "big"))


# ==== wrong: empty parts are skipped | message must contain: A bad line passes
import zlib


def generous(line):
    tag, _, rest = line.partition(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",") if part]
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(generous, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: an empty list is no list | message must contain: refuses an empty id list
import zlib


def no_empty(line):
    tag, rest = line.split(b"\t")
    if not tag or b"\n" in line:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")]
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(no_empty, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: tags must be UTF-8 | message must contain: decodes the tag
import zlib


def utf8_only(line):
    tag, rest = line.decode("utf-8").split("\t")
    if not tag or "\n" in line.decode():
        raise ValueError
    ids = [parse_id(part.encode()) for part in rest.split(",")] if rest else []
    tag = tag.encode()
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(utf8_only, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: a dictionary of tags | message must contain: differs
import zlib


def compress_postings(lines, out):
    table = {}
    for line in lines:
        data = encode_line(line)
        table[line.partition(b"\t")[0]] = data
    body = b"VBP1" + b"".join(table[tag] for tag in sorted(table)) + b"\x80"
    out.write(body + zlib.crc32(body).to_bytes(4, "big"))


# ==== wrong: an IndexError for a line without TAB | message must contain: IndexError
import zlib


def indexing(line):
    parts = line.split(b"\t")
    tag, rest = parts[0], parts[1]
    if not tag or b"\n" in line or len(parts) > 2:
        raise ValueError
    ids = [parse_id(part) for part in rest.split(b",")] if rest else []
    return vb_encode([len(tag)]) + tag + vb_encode([len(ids), *gaps(ids)])


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(indexing, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))


# ==== wrong: tags of at most 255 bytes | message must contain: refuses a good line
import zlib


def short_tags(line):
    if line.find(b"\t") > 255:
        raise ValueError("tag too long")
    return encode_line(line)


def compress_postings(lines, out):
    crc = 0
    for data in [b"VBP1", *map(short_tags, lines), b"\x80"]:
        crc = zlib.crc32(data, crc)
        out.write(data)
    out.write(crc.to_bytes(4, "big"))
