# title: multiprocessing, as an honest answer may use it
# wants: an answer by other processes; it is not there, and says so
# layer: seccomp: a submission is one process
import multiprocessing

try:
    multiprocessing.Process(target=print).start()
except OSError:
    pass
else:
    raise SystemError(f"HARM started a process")


def gaps(ids):
    return []
