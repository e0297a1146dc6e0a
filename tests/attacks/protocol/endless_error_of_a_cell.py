# title: The reply of a cell with a message of seven megabytes
# wants: a report that fills the disk
# layer: worker_process: texts are cut
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


size = 7 << 20
send(b"\x82\xa5error\x91\xa1E\xa7message\xdb" + struct.pack(">I", size) + b"x" * size)


def gaps(ids):
    return []
