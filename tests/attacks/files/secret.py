# title: Reads a file of the grader's home
# wants: the grader's secrets
# layer: room: only libraries are there; Landlock
# alone: yes
try:
    open("@SECRET@").read()
except OSError:
    pass
else:
    raise SystemError(f"HARM read a secret")


def gaps(ids):
    return []
