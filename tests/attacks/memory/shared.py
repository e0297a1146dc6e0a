# title: Memory that outlives its process
# wants: the machine's memory, and words for the next submission
# layer: seccomp, room: no shared memory
import ctypes
import mmap
from multiprocessing import shared_memory

done = []
try:
    shared_memory.SharedMemory("x@TOKEN@", create=True, size=1 << 20)
    done.append("posix")
except OSError:
    pass
libc = ctypes.CDLL(None)
if libc.shmget(1234, 1 << 20, 0o1666) >= 0:
    done.append("sysv")
if libc.memfd_create(b"x", 0) >= 0:
    done.append("memfd")
if done:
    raise SystemError(f"HARM made {done}")



def gaps(ids):
    return []
