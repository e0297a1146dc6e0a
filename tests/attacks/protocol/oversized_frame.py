# title: A frame that says it has four gigabytes
# long: yes
# wants: the grader's memory
# layer: wire: the length is looked at first
# exercise: breaks_padding_decoder
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


def breaks_padding_decoder():
    out = channel()._replies
    out.write(b"\xff\xff\xff\xff" + bytes(1000))
    out.flush()
    return []
