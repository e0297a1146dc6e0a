# title: A reply that is no dict
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
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
    send(b"\x01")
    return []
