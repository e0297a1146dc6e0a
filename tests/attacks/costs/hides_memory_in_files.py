# title: Holds all lines in a file in memory rather than in a list
# wants: the point for memory
# layer: jail: the scratch space is smaller than what is measured
# exercise: compress_postings
# pays: 4
import tempfile
import zlib


def vb(number):
    out = [number % 128 + 128]
    while number := number >> 7:
        out.append(number % 128)
    return bytes(reversed(out))


def compress_postings(lines, out):
    files = [tempfile.TemporaryFile()]
    files[0].write(b"VBP1")
    for line in lines:
        if files[-1].tell() > 4 << 20:
            files.append(tempfile.TemporaryFile())
        body = files[-1]
        if line.count(b"\t") != 1 or b"\n" in line:
            raise ValueError("no TAB, or two")
        tag, _, rest = line.partition(b"\t")
        parts = rest.split(b",") if rest else []
        ids = [int(part) for part in parts if part.isdigit()]
        if not tag or [b"%d" % number for number in ids] != parts or ids != sorted(ids):
            raise ValueError("a bad line")
        body.write(vb(len(tag)) + tag + vb(len(ids)))
        body.write(b"".join(vb(b - a) for a, b in zip([0, *ids], ids)))
    files[-1].write(vb(0))
    crc = 0
    for body in files:
        body.seek(0)
        while part := body.read(1 << 16):
            crc = zlib.crc32(part, crc)
            out.write(part)
    out.write(crc.to_bytes(4, "big"))
