# title: Connects to a socket without a folder
# wants: services of this machine
# layer: network namespace, seccomp, Landlock
# alone: yes
import socket

try:
    socket.socket(socket.AF_UNIX).connect("\x00@TOKEN@")
except OSError:
    pass
else:
    raise SystemError(f"HARM connected")


def gaps(ids):
    return []
