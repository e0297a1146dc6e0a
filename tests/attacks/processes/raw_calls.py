# title: Forbidden system calls by number, the other tables' and future ones
# wants: namespaces, other processes' memory, the kernel's doors
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
X86 = {
    "unshare": (272, 0x10000000), "mount": (165, 0, 0, 0, 0, 0), "ptrace": (101, 16, @GRADER@, 0, 0), "process_vm_readv": (310, @GRADER@, 0, 0, 0, 0, 0),
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(120)), "memfd_create": (319, b"x", 0), "keyctl": (250, 0, -1, 1), "add_key": (248, b"user", b"x", b"y", 1, -2),
    "userfaultfd": (323, 1), "clone": (56, 17, 0, 0, 0, 0), "vfork": (58,), "fork": (57,), "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0),
    "setns": (308, 0, 0), "pidfd_open": (434, os.getpid(), 0), "open_by_handle_at": (304, 0, 0, 0), "shmget": (29, 0, 4096, 0o1600), "msgget": (68, 0, 0o1600),
    "semget": (64, 0, 1, 0o1600), "mq_open": (240, b"x", 0o102, 0o600, 0), "socket": (41, 2, 1, 0), "setpriority": (141, 0, 0, 19), "personality": (135, 0x0040000),
    "prlimit": (302, @GRADER@, 7, 0, 0), "sched_setaffinity": (203, @GRADER@, 8, b"\1" * 8), "tkill": (200, @GRADER@, 0), "clone3": (435, 0, 0),
    "x32 fork": (0x40000000 | 57,), "x32 getpid": (0x40000000 | 39,), "setuid": (105, 0), "setresuid": (117, 0, 0, 0), "capset": (126, 0, 0), "reboot": (169, 0, 0, 0),
    "future": (470, 0, 0), "name_to_handle_at": (303, -100, b"/", 0, 0, 0), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1), "swapoff": (168, b"x"),
}
done = []
if os.uname().machine == "x86_64":
    for name, (number, *arguments) in X86.items():
        if libc.syscall(ctypes.c_long(number), *(a if isinstance(a, (bytes, ctypes.Array)) else ctypes.c_long(a) for a in arguments)) >= 0:
            if name.endswith("fork") or name == "clone":
                os._exit(3)
            done.append(name)
if done:
    raise SystemError(f"HARM {done}")



def gaps(ids):
    return []
