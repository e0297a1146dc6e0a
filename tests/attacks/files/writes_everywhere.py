# title: Writes into the course, the packages, Python and home
# wants: code that the next grading runs
# layer: room: only libraries are there; Landlock
import os
import sysconfig

folders = ["@COURSE@", "@COURSE@/autograde", "@PACKAGES@", "@PACKAGES@/numpy", "@HOME@", "@HOME@/.ipython/profile_default/startup",
           sysconfig.get_path("stdlib"), "/tmp", "/var/tmp", "/dev/shm", "/", "/usr/lib"]
done = []
for folder in folders:
    for name in ("sitecustomize.py", "usercustomize.py", "x@TOKEN@.pth"):
        try:
            open(os.path.join(folder, name), "x").close()
            done.append(folder)
        except OSError:
            pass
if done:
    raise SystemError(f"HARM wrote into {done}")



def gaps(ids):
    return []
