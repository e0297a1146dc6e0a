# title: Starts programs in five ways
# wants: a shell
# layer: seccomp, Landlock: no program can be started
import ctypes
import os
import subprocess
import sys

done = []
for name, deed in {
    "subprocess": lambda: subprocess.run([sys.executable, "-c", ""]), "spawn": lambda: os.posix_spawn(sys.executable, ["x"], {}),
    "system": lambda: None if os.system("true") else 1 // 0 and None, "popen": lambda: os.popen("true").read() or 1 / 0,
}.items():
    try:
        deed()
        done.append(name)
    except (OSError, ZeroDivisionError):
        pass
    except BaseException as error:
        done.append(repr(error))
if ctypes.CDLL(None).execv(b"/usr/bin/env", (ctypes.c_char_p * 2)(b"env", None)) == 0:
    done.append("execv")
done = [name for name in done if name != "system"]
if done:
    raise SystemError(f"HARM started {done}")



def gaps(ids):
    return []
