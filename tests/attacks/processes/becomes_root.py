# title: Asks for other users' ids and privileges
# wants: the rights of the grader
# layer: jail: a spare user without capabilities
import os

done = []
for name, deed in {"setuid": lambda: os.setuid(0), "setgid": lambda: os.setgid(0), "groups": lambda: os.setgroups([0]), "nice": lambda: os.setpriority(0, 0, -5)}.items():
    try:
        deed()
        done.append(name)
    except OSError:
        pass
if done or os.getuid() == 0:
    raise SystemError(f"HARM {done}")



def gaps(ids):
    return []
