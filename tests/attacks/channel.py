"""What the attacks of the protocol start with: the worker's own pipe. The reader of attacks puts it before them."""

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
