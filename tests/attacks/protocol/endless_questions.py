# title: Asks for a device for ever
# wants: a grader that answers for ever
# layer: limits: processor time of a call
# exercise: decompress_postings
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


def decompress_postings(src):
    while True:
        channel().ask(ask=0, count=0)
    yield b""
