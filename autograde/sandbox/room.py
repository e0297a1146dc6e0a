"""The warm process's own room: a file system of its own that holds what may be read, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from autograde.sandbox import kernel

SCRATCH = "/scratch"  # each submission's own, in memory
_NEW_ROOT = "/proc"  # a folder that every Linux has, and that the room leaves out
_EMPTY = "mode=755,size=1m"


def enter(readable: Sequence[str], covered: Iterable[str]) -> None:
    """Leave this process only the readable paths, read-only, and an empty folder for scratch. Raises OSError.

    As a plain user it also enters a user namespace, in which no further one can be made.
    """
    if os.geteuid() == 0:
        kernel.unshare(kernel.CLONE_NEWNS)
    else:
        _become_owner_of_a_namespace()
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("none", _NEW_ROOT, "tmpfs", kernel.MS_NOSUID, _EMPTY)
    empty = [_inside(path) for path in covered if _is_below(path, readable)]
    _furnish([path for path in readable if not _is_below(path, covered)])
    for path in empty:
        kernel.mount("none", path, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, _EMPTY)
    _furnish([path for path in readable if _is_below(path, covered)])
    os.makedirs(_inside(SCRATCH), exist_ok=True)
    for path in (*empty, _NEW_ROOT):
        _seal(path)
    kernel.change_root(_NEW_ROOT)


def _become_owner_of_a_namespace() -> None:
    """Enter a user namespace under the same ids; it grants the right to mount, in this room only."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _write("/proc/sys/user/max_user_namespaces", "0")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _furnish(paths: Iterable[str]) -> None:
    """Show files and folders at their own places in the room; links stay links."""
    for path in paths:
        target = _inside(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.islink(path):
            if not os.path.lexists(target):
                os.symlink(os.readlink(path), target)
            continue
        if not os.path.lexists(target):
            os.mkdir(target) if os.path.isdir(path) else os.close(os.open(target, os.O_CREAT, 0o444))
        kernel.bind_read_only(path, target)


def _seal(path: str) -> None:
    """Make a tmpfs of the room read-only."""
    flags = kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID
    kernel.mount("none", path, "tmpfs", flags, _EMPTY)


def _inside(path: str) -> str:
    return _NEW_ROOT + path


def _is_below(path: str, folders: Iterable[str]) -> bool:
    """Is a path below one of the folders?"""
    return any(path.startswith(folder + "/") for folder in folders)
