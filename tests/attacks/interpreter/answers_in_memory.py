# title: Looks through all objects for expected values
# wants: the answers
# layer: warm process: it never holds checks, references or secrets
import gc
import sys
import types

found = [o for o in gc.get_objects() if type(o).__name__ in ("Outcome", "Case", "Check", "Plan", "Exercise")]
gc.unfreeze()
found += [o for o in gc.get_objects() if type(o).__name__ in ("Outcome", "Case", "Check", "Plan", "Exercise")]
names = [n for n in sys.modules if n.startswith(("solutions", "hypothesis", "autograde.checks", "tests"))]
texts = [
    o for o in gc.get_objects()
    if type(o) is types.FunctionType and o.__code__.co_filename.endswith(("judging.py", "plan.py", "ch06_vb_code.py"))
]
if found or names or texts:
    raise SystemError(f"HARM found {found[:1]} {names[:1]} {texts[:1]}")


def gaps(ids):
    return []
