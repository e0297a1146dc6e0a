# title: Leaves a process behind
# wants: work at the machine's cost, and the next submission's secrets
# layer: seccomp: a submission is one process
# alone: yes
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("@OPEN@/pid", "w").write(str(os.getpid()))
            time.sleep(20)
        os._exit(0)
    time.sleep(0.3)
except OSError:
    pass
else:
    raise SystemError(f"HARM left a process")


def gaps(ids):
    return []
