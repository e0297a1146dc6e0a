# title: Takes the import guard away and imports the grader
# wants: references, checks, and packages that are not allowed
# layer: sandbox: what is not allowed is not there
import importlib
import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "AllowedImports"]
sys.path[:0] = ["@COURSE@", "@PACKAGES@"]
got = []
for name in ("solutions.ch06_vb_code", "autograde.checks.ch06_vb_code", "hypothesis", "psutil", "IPython"):
    try:
        importlib.import_module(name)
        got.append(name)
    except ImportError:
        pass
if got:
    raise SystemError(f"HARM imported {got}")


def gaps(ids):
    return []
