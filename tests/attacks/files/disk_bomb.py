# title: Fills the disk
# wants: the disk of the grader
# layer: jail: a small scratch space in memory; limits of file sizes
import itertools

written = 0
try:
    for number in itertools.count():
        with open(f"/scratch/{number}", "wb") as file:
            for _ in range(8):
                written += file.write(bytes(1 << 20))
except OSError:
    pass
if written > 64 << 20:
    raise SystemError("HARM wrote more than 64 MB")



def gaps(ids):
    return []
