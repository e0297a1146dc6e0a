# title: Full pipes and socket pairs
# wants: memory of the kernel, that no process holds
# layer: jail: a limit of descriptors; seccomp: pipes cannot grow
import fcntl
import os
import socket

held, size = [], 0
try:
    while len(held) < 5000:
        pair = os.pipe() if len(held) % 2 else [end.detach() for end in socket.socketpair()]
        held.append(pair)
        os.set_blocking(pair[1], False)
        try:
            fcntl.fcntl(pair[1], 1031, 1 << 20)
        except OSError:
            pass
        try:
            while True:
                size += os.write(pair[1], bytes(1 << 16))
        except BlockingIOError:
            pass
except OSError:
    pass
for pair in held:
    for descriptor in pair:
        os.close(descriptor)
if size > 64 << 20:
    raise SystemError(f"HARM holds {size} bytes in the kernel")



def gaps(ids):
    return []
