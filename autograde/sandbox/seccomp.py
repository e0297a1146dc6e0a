"""A filter of system calls: what Python and numpy need goes on, what reaches beyond the process does not.

The filter is a program of the kernel's classic packet filter (seccomp(2)); numbers are those of the kernel's tables.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import struct
from collections.abc import Iterator

from autograde.sandbox import kernel

_ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_NEWEST_KNOWN = 462  # mseal, Linux 6.10; later calls do not exist for a submission

# name: (x86_64, aarch64); None where that processor has no such call.
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # other programs and processes: each submission is one process
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mknod": (133, None), "mknodat": (259, 33),
    # sockets, but for pairs within the process, as asyncio makes; none may be given a larger buffer
    "socket": (41, 198), "bind": (49, 200), "connect": (42, 203), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "setsockopt": (54, 208),
    # memory that outlives or hides from its process
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "remap_file_pages": (216, 234),
    # the kernel's own doors
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_setup": (206, 0), "fanotify_init": (300, 262),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "vmsplice": (278, 75), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "syslog": (103, 116), "personality": (135, 92),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "lookup_dcookie": (212, 18),
    "vhangup": (153, 58), "sethostname": (170, 161), "setdomainname": (171, 162),
}  # fmt: skip
_CLONE, _CLONE3 = {"x86_64": 56, "aarch64": 220}, 435
_KILL, _TGKILL = {"x86_64": 62, "aarch64": 129}, {"x86_64": 234, "aarch64": 131}
_PRLIMIT, _AFFINITY = {"x86_64": 302, "aarch64": 261}, {"x86_64": 203, "aarch64": 122}
_FCNTL, _IOCTL = {"x86_64": 72, "aarch64": 25}, {"x86_64": 16, "aarch64": 29}
_CLONE_THREAD = 0x0001_0000
_OWNER_COMMANDS = (8, 10, 15, 1031)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: signals by way of a file; F_SETPIPE_SZ
_OWNER_REQUESTS = (0x8901, 0x8902, 0x5412)  # FIOSETOWN, SIOCSPGRP, TIOCSTI

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_SET_MODE_FILTER = 1
_SECCOMP = {"x86_64": 317, "aarch64": 277}

_INSTRUCTION = struct.Struct("<HBBI")
Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(pid: int) -> None:
    """Filter the system calls of this process for good; pid is its own id, as it sees it. Raises OSError."""
    packed = packed_program(kernel.machine(), pid)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    filter_program = _Program(len(packed) // _INSTRUCTION.size, ctypes.addressof(buffer))
    kernel.forbid_new_privileges()
    kernel.syscall("seccomp", _SECCOMP[kernel.machine()], _SET_MODE_FILTER, 0, ctypes.byref(filter_program))


@functools.cache
def packed_program(machine: str, pid: int) -> bytes:
    """Return the filter as the kernel reads it; made once: all first processes of a namespace share it."""
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program(machine, pid))


def program(machine: str, pid: int) -> list[Instruction]:
    """Return the filter for a processor's family and a process; raises KeyError for a family that is not known."""
    column = list(_ARCHITECTURE).index(machine)
    forbidden = [numbers[column] for numbers in _FORBIDDEN.values()]
    return [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _NEWEST_KNOWN + 1),  # calls of the other tables, too
        _refuse(errno.ENOSYS),
        *_when(
            _CLONE3, [_refuse(errno.ENOSYS)]
        ),  # so that the C library takes clone, which can be looked into
        *(step for number in forbidden if number is not None for step in _when(number, [_refuse()])),
        *_when(_CLONE[machine], list(_unless_bits(0, _CLONE_THREAD))),
        *_when(_KILL[machine], list(_unless_one_of(0, (pid,)))),
        *_when(_TGKILL[machine], list(_unless_one_of(0, (pid,)))),
        *_when(_PRLIMIT[machine], list(_unless_one_of(0, (0, pid)))),
        *_when(_AFFINITY[machine], list(_unless_one_of(0, (0, pid)))),
        *_when(_FCNTL[machine], list(_if_one_of(1, _OWNER_COMMANDS))),
        *_when(_IOCTL[machine], list(_if_one_of(1, _OWNER_REQUESTS))),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _when(number: int, steps: list[Instruction]) -> list[Instruction]:
    """Take the steps for one system call only."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _refuse(number: int = errno.EPERM) -> Instruction:
    return (_RETURN, 0, 0, _ERROR | number)


def _unless_bits(argument: int, bits: int) -> Iterator[Instruction]:
    """Refuse a call whose argument has none of the bits."""
    yield _load(argument)
    yield (_HAS_BITS, 1, 0, bits)
    yield _refuse()
    yield (_RETURN, 0, 0, _ALLOW)


def _unless_one_of(argument: int, values: tuple[int, ...]) -> Iterator[Instruction]:
    """Refuse a call whose argument is none of the values."""
    yield _load(argument)
    for index, value in enumerate(values):
        yield (_EQUAL, len(values) - index, 0, value)
    yield _refuse()
    yield (_RETURN, 0, 0, _ALLOW)


def _if_one_of(argument: int, values: tuple[int, ...]) -> Iterator[Instruction]:
    """Refuse a call whose argument is one of the values."""
    yield _load(argument)
    for index, value in enumerate(values):
        yield (_EQUAL, len(values) - index, 0, value)
    yield (_RETURN, 0, 0, _ALLOW)
    yield _refuse()


def _load(argument: int) -> Instruction:
    """Load the low half of an argument: the kernel reads ids, commands and these flags as 32 bits."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)
