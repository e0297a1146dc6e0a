# title: Asks for minus one and for 2^62 bytes
# wants: bytes that it was not to see, or a grader that stops
# layer: feeds: a count is bounded
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
    for count in (-1, -(2**62), 2**62):
        channel().ask(ask=0, count=count)
    yield b""
