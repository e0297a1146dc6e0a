# title: Searches its own memory for the references' text
# wants: the answers, left over from before the fork
# layer: warm process: its own exec, which never reads solutions or checks
import ctypes

needle = b"### BEGIN " + b"SOLUTION"
try:
    maps = open("/proc/self/maps").read()
except OSError:
    maps = ""
for line in maps.splitlines():
    start, end = (int(part, 16) for part in line.split()[0].split("-"))
    if " rw" in line and end - start < 1 << 26 and needle in ctypes.string_at(start, end - start):
        raise SystemError("HARM found a reference in memory")


def gaps(ids):
    return []
