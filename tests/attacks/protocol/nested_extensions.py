# title: A tuple in a tuple, four hundred times, in raw bytes
# wants: a grader whose stack overflows
# layer: wire: nesting is bounded before it is unpacked
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


def gaps(ids):
    body = b"\x90"
    for _ in range(400):
        body = b"\x91\xc8" + struct.pack(">HB", len(body), 1) + body
    send(b"\x81\xa5value" + body)
    return []
