"""The calls of the Linux kernel that Python 3.11 does not offer: namespaces, mounts, privileges."""

from __future__ import annotations

import ctypes
import os
import signal

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_CAPABILITY_VERSION_3 = 0x2008_0522
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def checked(what: str, result: int) -> int:
    """Return the result of a system call; raises OSError, which names what was tried, when it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: object) -> int:
    """Make a system call by number; raises OSError."""
    ctypes.set_errno(0)
    return checked(what, _libc.syscall(ctypes.c_long(number), *arguments))


def machine() -> str:
    """Return the processor's family as the kernel calls it, such as x86_64."""
    return os.uname().machine


def unshare(flags: int) -> None:
    """Give the calling process namespaces of its own; raises OSError."""
    checked("unshare", _libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system, or with MS_BIND a folder or file a second time; raises OSError."""
    words = (source.encode(), target.encode(), kind.encode())
    result = _libc.mount(*words, ctypes.c_ulong(flags), options.encode())
    checked(f"mount on {target}", result)


def bind_read_only(source: str, target: str) -> None:
    """Make source visible at target, for reading only; what is mounted below source is left out."""
    mount(source, target, flags=MS_BIND)
    # What the mount under it forbids has to be forbidden again: a user namespace may not loosen it.
    found = os.statvfs(target).f_flag & (os.ST_NODEV | os.ST_NOEXEC | os.ST_NOATIME | os.ST_RELATIME)
    mount("", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | _mount_flags(found))


def _mount_flags(found: int) -> int:
    pairs = (
        (os.ST_NODEV, MS_NODEV),
        (os.ST_NOEXEC, MS_NOEXEC),
        (os.ST_NOATIME, 1024),
        (os.ST_RELATIME, 1 << 21),
    )
    return sum(flag for bit, flag in pairs if found & bit)


def change_root(new_root: str) -> None:
    """Make a mounted folder the root, and forget the old one; raises OSError."""
    os.chdir(new_root)
    syscall("pivot_root", _PIVOT_ROOT[machine()], b".", b".")
    checked("umount2", _libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")


def bound_capabilities() -> None:
    """No program that this process or a child of it starts gains privileges; what it has now, it keeps."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == -1:
            break  # this kernel knows no higher one, or this user may not give them up


def drop_capabilities() -> None:
    """Give up all privileges for good; raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    checked("capset", _libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())))
    forbid_new_privileges()


def forbid_new_privileges() -> None:
    """From now on no program gains privileges by being started; raises OSError."""
    checked("no_new_privs", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends; raises OSError."""
    checked("pdeathsig", _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
