# title: Calls the kernel by the 32-bit door, in machine code
# wants: calls that a filter by 64-bit numbers lets through
# layer: seccomp: another table's call ends the process
import ctypes
import mmap
import os

if os.uname().machine != "x86_64":
    os._exit(0)
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid of i386); int 0x80; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
raise SystemError(f"HARM called getpid: {ctypes.CFUNCTYPE(ctypes.c_int)(address)()}")
