# title: Blocks in many threads
# wants: the machine's memory
# layer: limits: memory, looked at from outside; an address space with an end
# exercise: breaks_padding_decoder
import threading
import time

kept = []


def fill():
    while True:
        kept.append(bytearray(b"x") * (8 << 20))


def breaks_padding_decoder():
    for _ in range(8):
        threading.Thread(target=fill, daemon=True).start()
    time.sleep(60)
