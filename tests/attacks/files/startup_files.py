# title: Poisons profiles, caches and configurations
# wants: code that runs for the next submission
# layer: jail: the scratch space goes with its process
import os

found = [name for name in os.listdir("/scratch") if not name.startswith("<cell ")]
if found:
    raise SystemError(f"HARM found {found}")
for path in (".ipython/profile_default/startup/0.py", ".config/matplotlib/matplotlibrc", "numba/x.nbi", "sitecustomize.py", "numpy.py"):
    place = os.path.join("/scratch", path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    open(place, "w").write("raise SystemExit")
os.environ["PYTHONSTARTUP"] = "/scratch/sitecustomize.py"
os.environ["PYTHONPATH"] = "/scratch"



def gaps(ids):
    return []
