# title: Changes root and folder, and mounts
# wants: a way out of its room
# layer: seccomp, no capabilities
import ctypes
import os

libc = ctypes.CDLL(None)
done = []
for name, deed in {
    "chroot": lambda: libc.chroot(b"/scratch"), "mount": lambda: libc.mount(b"none", b"/scratch", b"tmpfs", 0, None),
    "umount": lambda: libc.umount2(b"/scratch", 2), "mknod": lambda: libc.mknod(b"/scratch/sda", 0o60666, 0x800),
    "remount": lambda: libc.mount(b"", b"/usr/lib", b"", 4096 | 32, None),
}.items():
    if deed() == 0:
        done.append(name)
if done:
    raise SystemError(f"HARM {done}")



def gaps(ids):
    return []
