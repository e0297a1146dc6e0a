# title: Forks without end
# wants: the machine
# layer: seccomp: a submission is one process
import os
import time

made = 0
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)
        made += 1
    except OSError:
        break
if made:
    raise SystemError(f"HARM forked {made} times")



def gaps(ids):
    return []
