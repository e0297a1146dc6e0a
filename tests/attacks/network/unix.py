# title: Connects to a socket in a folder
# wants: services of this machine
# layer: network namespace, seccomp, Landlock
# alone: yes
import socket

try:
    socket.socket(socket.AF_UNIX).connect("@HOME@/socket")
except OSError:
    pass
else:
    raise SystemError(f"HARM connected")


def gaps(ids):
    return []
