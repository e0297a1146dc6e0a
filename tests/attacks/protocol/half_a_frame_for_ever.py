# title: Half a frame, and nothing more
# wants: a grader that waits for the other half
# layer: limits: waiting time of a call
# exercise: breaks_padding_decoder
# long: yes
# with: channel
import time


def breaks_padding_decoder():
    out = channel()._replies
    out.write(struct.pack(">I", 1000) + b"x")
    out.flush()
    time.sleep(1000)
