# title: Waits for ever
# wants: a grading that never ends
# layer: limits: waiting time of a call
# exercise: breaks_padding_decoder
# long: yes
import time


def breaks_padding_decoder():
    while True:
        time.sleep(1000)
