# title: Starts a process
# wants: a process that outlives it
# layer: seccomp: a submission is one process
# alone: yes
import os

try:
    if os.fork() == 0:
        os._exit(0)
except OSError:
    pass
else:
    raise SystemError(f"HARM forked")


def gaps(ids):
    return []
