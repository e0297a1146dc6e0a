# title: A program, as an honest answer may use it
# wants: an answer by another program; it is not there, and says so
# layer: seccomp: a submission is one process
# says: PermissionError
import subprocess


def gaps(ids):
    return subprocess.run(["seq", str(len(ids))], capture_output=True, check=True).stdout.split()
