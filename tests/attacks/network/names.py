# title: Asks for the address of a name
# wants: words to the outside, by way of the name server
# layer: network namespace, seccomp, Landlock
import socket

try:
    socket.getaddrinfo("a.example", 80)
    raise SystemError("HARM")
except OSError:
    pass
else:
    raise SystemError(f"HARM asked")


def gaps(ids):
    return []
