# title: Reaches a secret by a symbolic link, a hard link and dots
# wants: the grader's secrets
# layer: room: only libraries are there; Landlock
import os

os.symlink("@SECRET@", "/scratch/soft")
os.symlink("/", "/scratch/top")
for deed in (
    lambda: open("/scratch/soft").read(), lambda: os.link("@SECRET@", "/scratch/hard"),
    lambda: open("/scratch/top/proc/1/root@SECRET@").read(), lambda: open("/../../../..@SECRET@").read(),
):
    try:
        deed()
    except OSError:
        continue
    raise SystemError("HARM reached a secret")



def gaps(ids):
    return []
