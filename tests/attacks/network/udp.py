# title: Sends a datagram
# wants: the network
# layer: network namespace, seccomp, Landlock
# alone: yes
import socket

try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", @UDP@))
except OSError:
    pass
else:
    raise SystemError(f"HARM sent")


def gaps(ids):
    return []
