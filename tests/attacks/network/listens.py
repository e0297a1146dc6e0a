# title: Listens for others
# wants: a way in
# layer: network namespace, seccomp, Landlock
# alone: yes
import socket

try:
    socket.create_server(("127.0.0.1", 0))
except OSError:
    pass
else:
    raise SystemError(f"HARM listens")


def gaps(ids):
    return []
