# title: Changes, moves and deletes the packages that it runs on
# wants: code that the next grading runs
# layer: room: only libraries are there; Landlock
import os
import numpy

path = numpy.__file__
done = []
for deed in (
    lambda: open(path, "a"), lambda: os.unlink(path), lambda: os.rename(path, path + ".old"), lambda: os.chmod(path, 0o777),
    lambda: os.truncate(path, 0), lambda: os.utime(path), lambda: os.link(path, "/scratch/link"), lambda: os.symlink("/scratch", path + ".d"),
    lambda: os.setxattr(path, "user.x", b"1"),
):
    try:
        deed()
        done.append(path)
    except OSError:
        pass
if done:
    raise SystemError("HARM changed a package")



def gaps(ids):
    return []
