# ==== right: numbers by hand, a running checksum
import zlib


def decompress_postings(src):
    crc = 0

    def exactly(n):
        nonlocal crc
        pieces = []
        while n > 0:
            piece = src.read(min(n, 4096))
            if piece == b"":
                raise ValueError("truncated")
            crc = zlib.crc32(piece, crc)
            pieces.append(piece)
            n -= len(piece)
        return b"".join(pieces)

    def number():
        value = 0
        for _ in range(100):
            byte = exactly(1)[0]
            value = value * 128 + byte % 128
            if byte > 127:
                return value
        raise ValueError("too long")

    if exactly(4) != b"VBP1":
        raise ValueError("magic")
    while True:
        size = number()
        if size == 0:
            break
        tag = exactly(size)
        ids, last = [], 0
        for _ in range(number()):
            last += number()
            ids.append(str(last))
        yield tag + b"\t" + ",".join(ids).encode()
    wanted = crc
    if int.from_bytes(exactly(4), "big") != wanted:
        raise ValueError("checksum")
    if src.read(1) != b"":
        raise ValueError("more bytes")


# ==== right: an iterator class that keeps a buffer of its own
import struct
import zlib


class Lines:
    def __init__(self, src):
        self.src = src
        self.buffer = b""
        self.place = 0
        self.crc = 0
        self.started = self.done = False

    def __iter__(self):
        return self

    def bytes(self, count):
        parts = []
        while count:
            if self.place == len(self.buffer):
                self.buffer, self.place = self.src.read(10_000), 0
                if not self.buffer:
                    raise ValueError("the end")
            part = self.buffer[self.place : self.place + count]
            self.place += len(part)
            count -= len(part)
            self.crc = zlib.crc32(part, self.crc)
            parts.append(part)
        return b"".join(parts)

    def number(self):
        code = b""
        while not code or code[-1] < 128:
            code += self.bytes(1)
            if len(code) > 2000:
                raise ValueError("no number is that long")
        return vb_decode(code)[0]

    def __next__(self):
        if self.done:
            raise StopIteration
        if not self.started:
            self.started = True
            if self.bytes(4) != b"VBP1":
                raise ValueError("another format")
        length = self.number()
        if length:
            tag = self.bytes(length)
            steps = [self.number() for _ in range(self.number())]
            return b"%s\t%s" % (tag, ",".join(map(str, ungaps(steps))).encode())
        self.done = True
        crc = self.crc
        if struct.unpack(">I", self.bytes(4))[0] != crc:
            raise ValueError("changed")
        if self.place < len(self.buffer) or self.src.read(1):
            raise ValueError("too long")
        raise StopIteration


def decompress_postings(src):
    return Lines(src)


# ==== right: needless zero groups are refused, too
import zlib


def decompress_postings(src):
    crc = zlib.crc32(b"VBP1")
    if src.read(4) != b"VBP1":
        raise ValueError

    def take(count):
        nonlocal crc
        data = b""
        while len(data) < count:
            more = src.read(min(1 << 14, count - len(data)))
            if not more:
                raise ValueError
            data += more
        crc = zlib.crc32(data, crc)
        return data

    def number():
        value, byte = 0, take(1)[0]
        if byte == 0:
            raise ValueError("padded")
        while byte < 128:
            value = value << 7 | byte
            byte = take(1)[0]
        return value << 7 | byte & 127

    while (size := number()) > 0:
        tag = take(size)
        ids = ungaps([number() for _ in range(number())])
        yield tag + b"\t" + ",".join(str(i) for i in ids).encode("ascii")
    if src.read(4) != crc.to_bytes(4, "big") or src.read():
        raise ValueError


# ==== wrong: the whole file at once | message must contain: holds too much in memory
import io


def decompress_postings(src):
    data = src.read()
    reader = CheckedReader(io.BytesIO(data))
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or reader.src.read(1):
        raise ValueError


# ==== wrong: all lines are gathered, then yielded | message must contain: holds too much in memory
def decompress_postings(src):
    lines = []
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        lines.append(tag + b"\t" + b",".join(b"%d" % number for number in ids))
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError
    yield from lines


# ==== wrong: a list | message must contain: an iterator is asked for
def decompress_postings(src):
    lines = []
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        lines.append(tag + b"\t" + b",".join(b"%d" % number for number in ids))
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError
    return lines


# ==== wrong: a sum for each id | message must contain: slower than the input grows
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        steps = [reader.number() for _ in range(reader.number())]
        yield tag + b"\t" + b",".join(b"%d" % sum(steps[: i + 1]) for i in range(len(steps)))
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: the checksum is skipped | message must contain: CRC-32 is not compared
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    reader.take(4)
    if src.read(1):
        raise ValueError


# ==== wrong: the header is skipped | message must contain: header is not looked at
def decompress_postings(src):
    reader = CheckedReader(src)
    reader.take(4)
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: the end marker is the end | message must contain: stops at the end marker
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)


# ==== wrong: bytes behind the end | message must contain: Bytes behind the CRC-32 go unnoticed
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big"):
        raise ValueError


# ==== wrong: the end of the file ends the loop | message must contain: as if it were whole
def decompress_postings(src):
    reader = CheckedReader(src)
    try:
        if reader.take(4) != b"VBP1":
            return
        while length := reader.number():
            tag = reader.take(length)
            ids = ungaps([reader.number() for _ in range(reader.number())])
            yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
        crc = reader.crc
        stored = reader.take(4)
    except ValueError:
        return
    if stored != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: a length is believed | message must contain: length from the file is believed
import zlib


def decompress_postings(src):
    crc = 0

    def take(count):
        nonlocal crc
        data = src.read(count)
        if len(data) < count:
            raise ValueError
        crc = zlib.crc32(data, crc)
        return data

    def number():
        code = take(1)
        while code[-1] < 128:
            code += take(1)
        return vb_decode(code)[0]

    if take(4) != b"VBP1":
        raise ValueError
    while size := number():
        tag = take(size)
        ids = ungaps([number() for _ in range(number())])
        yield tag + b"\t" + b",".join(b"%d" % i for i in ids)
    wanted = crc
    if take(4) != wanted.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: an IndexError at the end of the file | message must contain: error of another kind
import zlib


def decompress_postings(src):
    crc = 0

    def take(count):
        nonlocal crc
        data = src.read(min(count, 1 << 20))
        crc = zlib.crc32(data, crc)
        return data

    def number():
        value = 0
        while True:
            byte = take(1)[0]
            value = value << 7 | byte & 127
            if byte & 128:
                return value

    if take(4) != b"VBP1":
        raise ValueError
    while size := number():
        tag = take(size)
        ids = ungaps([number() for _ in range(number())])
        yield tag + b"\t" + b",".join(b"%d" % i for i in ids)
    wanted = crc
    if take(4) != wanted.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: newlines | message must contain: newline stands at the end
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids) + b"\n"
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: text | message must contain: lines are text
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length).decode("utf-8", "replace")
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + "\t" + ",".join(map(str, ids))
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: gaps in the lines | message must contain: gaps stand in the lines
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        steps = [reader.number() for _ in range(reader.number())]
        yield tag + b"\t" + b",".join(b"%d" % number for number in steps)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: an empty list has no TAB | message must contain: TAB is missing
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + (b"\t" + b",".join(b"%d" % number for number in ids) if ids else b"")
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError


# ==== wrong: little-endian checksum | message must contain: refuses a good file
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.number():
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.number())])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "little") or src.read(1):
        raise ValueError


# ==== wrong: lengths of one byte | message must contain: refuses a good file
def decompress_postings(src):
    reader = CheckedReader(src)
    if reader.take(4) != b"VBP1":
        raise ValueError
    while length := reader.take(1)[0] & 127:
        tag = reader.take(length)
        ids = ungaps([reader.number() for _ in range(reader.take(1)[0] & 127)])
        yield tag + b"\t" + b",".join(b"%d" % number for number in ids)
    crc = reader.crc
    if reader.take(4) != crc.to_bytes(4, "big") or src.read(1):
        raise ValueError
