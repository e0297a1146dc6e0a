# title: Computes for ever, and ignores signals
# wants: a grading that never ends
# layer: limits: processor time of a call
# exercise: breaks_padding_decoder
import signal

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass


def breaks_padding_decoder():
    while True:
        pass
