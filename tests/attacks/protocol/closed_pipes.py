# title: Closes its pipes and goes on
# long: yes
# wants: a grader that waits for ever
# layer: worker_process: a closed pipe is an end
# exercise: breaks_padding_decoder
import os
import time

def breaks_padding_decoder():
    for descriptor in range(64):
        try:
            os.close(descriptor)
        except OSError:
            pass
    time.sleep(1000)
