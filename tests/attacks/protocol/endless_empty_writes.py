# title: Writes nothing to its file, for ever
# wants: a grader that reads for ever
# layer: limits: processor time of a call
# exercise: compress_postings
# long: yes
import struct
import sys


def channel():
    frame = sys._getframe()
    while frame:
        own = frame.f_locals.get("self")
        if hasattr(own, "_channel"):
            return own._channel
        frame = frame.f_back


def send(body):
    out = channel()._replies
    out.write(struct.pack(">I", len(body)) + body)
    out.flush()


def compress_postings(lines, out):
    if next(lines, b"") != b"perl\t3,50":
        raise ValueError("once is enough")
    while True:
        channel().send({"put": 1, "data": b""})
