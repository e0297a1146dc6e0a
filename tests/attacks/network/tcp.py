# title: Connects to a listener on this machine
# wants: the network
# layer: network namespace, seccomp, Landlock
# alone: yes
import socket

try:
    socket.create_connection(("127.0.0.1", @TCP@), 2)
except OSError:
    pass
else:
    raise SystemError(f"HARM connected")


def gaps(ids):
    return []
