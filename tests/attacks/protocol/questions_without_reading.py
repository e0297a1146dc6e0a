# title: Asks for a device and never reads the answers
# wants: a grader that blocks when it writes
# layer: worker_process: writing is watched like reading
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
        channel().send({"ask": 0, "count": 256})
