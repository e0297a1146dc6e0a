# title: Looks for descriptors that it has inherited
# wants: the grader's files and sockets
# layer: warm process: all but two pipes are closed
import os
import stat

kinds = []
for descriptor in range(1024):
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        continue
    if not stat.S_ISCHR(mode):
        kinds.append("pipe" if stat.S_ISFIFO(mode) else "other")
if kinds != ["pipe", "pipe"]:
    raise SystemError(f"HARM holds {kinds}")



def gaps(ids):
    return []
