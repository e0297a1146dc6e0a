# title: Writes into the device that it is to read
# wants: another input than the grader's
# layer: feeds: what is written into a source is not read
# exercise: decompress_postings
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


def decompress_postings(src):
    channel().send({"put": 0, "data": b"VBP1" * 1000})
    channel().send({"put": 0, "data": b"x"})
    yield from ()
