# title: Stops its own process by a signal
# wants: a grading that waits for ever
# layer: limits: waiting time of a call
# exercise: breaks_padding_decoder
# long: yes
import os
import signal
import threading


def breaks_padding_decoder():
    os.kill(os.getpid(), signal.SIGSTOP)
    threading.Event().wait()
