"""The steps by which a fork of the warm process locks itself in, before it runs a submission's code."""

from __future__ import annotations

import os
import resource

from autograde.sandbox import kernel, landlock, room, seccomp

_NAMESPACES = (
    kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET | kernel.CLONE_NEWUTS
)
_SCRATCH_OPTIONS = "size=2m,nr_inodes=256,mode=1777"  # memory that no check of memory sees
_MEGABYTE = 1 << 20
_LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 2 * _MEGABYTE,
    resource.RLIMIT_NOFILE: 24,  # the buffers of pipes and socket pairs are memory that no check sees, too
    resource.RLIMIT_MSGQUEUE: 0,
    resource.RLIMIT_MEMLOCK: _MEGABYTE,
    resource.RLIMIT_SIGPENDING: 64,
}
_THREADS = 64
_HIGHEST_USER = 2_000_000_000  # user ids above this are for submissions
_MOST_PROCESSES = 1 << 22  # the kernel's own bound on process ids


def unshare() -> None:
    """Enter namespaces of one's own; the next fork is their first process, and when it ends all of them does."""
    kernel.unshare(_NAMESPACES)


def lock_in(has_room: bool, readable: list[str], user: int | None) -> None:
    """Give up all that a submission must not have. Raises OSError when a step fails: then nothing may run.

    has_room: the process is in a room of its own (see room); else Landlock alone guards the disk.
    user: the id to take instead of root's; None for a process that is not root.
    """
    os.setsid()
    if has_room:
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("none", room.SCRATCH, "tmpfs", flags, _SCRATCH_OPTIONS)
        os.chdir(room.SCRATCH)
    else:
        os.chdir("/")
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    kernel.drop_capabilities()
    # Without either, the limit would count all that the user's other programs have started.
    limits = {**_LIMITS, resource.RLIMIT_NPROC: _THREADS} if has_room or user is not None else _LIMITS
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    landlock.restrict(
        ["/"] if has_room else readable, [room.SCRATCH, "/dev/null"] if has_room else ["/dev/null"]
    )
    seccomp.install(os.getpid())
    kernel.die_with_parent()


def spare_user(number: int, mapped: str) -> int:
    """Return a user id that only process `number` has; mapped is the text of /proc/self/uid_map.

    >>> spare_user(7, "0 0 4294967295"), spare_user(7, "0 100000 65536")
    (2000000007, 32775)
    """
    first, _, length = map(int, mapped.splitlines()[-1].split())
    if first + length > _HIGHEST_USER + _MOST_PROCESSES:
        return _HIGHEST_USER + number
    return first + length // 2 + number % (length // 2 - 1)
