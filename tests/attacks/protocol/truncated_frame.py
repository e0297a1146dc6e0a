# title: Half a frame, and the end
# wants: a grader that waits for the other half
# layer: wire: a cut frame ends the process
# with: channel
import os


def gaps(ids):
    out = channel()._replies
    out.write(struct.pack(">I", 1000) + b"x")
    out.flush()
    os._exit(0)
