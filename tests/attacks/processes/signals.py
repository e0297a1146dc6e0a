# title: Signals to all, to its parent, its group and the grader
# wants: the end of the grading
# layer: PID namespace, seccomp, Landlock
import os
import signal

done = []
for pid in (-1, 0, os.getppid(), @GRADER@, -@GRADER@):
    try:
        os.kill(pid, signal.SIGKILL)
        done.append(pid)
    except OSError:
        pass
if done:
    raise SystemError(f"HARM sent signals to {done}")



def gaps(ids):
    return []
