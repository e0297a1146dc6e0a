# title: Writes into an open folder
# wants: a trace on the disk
# layer: room: only libraries are there; Landlock
# alone: yes
try:
    open("@OPEN@/written", "w").write("x")
except OSError:
    pass
else:
    raise SystemError(f"HARM wrote a file")


def gaps(ids):
    return []
