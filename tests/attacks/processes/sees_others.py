# title: Looks at the grader's process
# wants: its memory and its command
# layer: PID namespace: no other process is there
# alone: yes
import os

try:
    os.kill(@GRADER@, 0)
except OSError:
    pass
else:
    raise SystemError(f"HARM saw the grader")


def gaps(ids):
    return []
