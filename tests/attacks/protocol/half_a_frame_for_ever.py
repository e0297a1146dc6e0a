# title: Half a frame, and nothing more
# wants: a grader that waits for the other half
# layer: limits: waiting time of a call
# exercise: breaks_padding_decoder
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


import time


def breaks_padding_decoder():
    out = channel()._replies
    out.write(struct.pack(">I", 1000) + b"x")
    out.flush()
    time.sleep(1000)
