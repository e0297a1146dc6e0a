# title: Walks up the stack for expected values
# wants: the answers
# layer: warm process: it never holds checks, references or secrets
import sys


def gaps(ids):
    frame = sys._getframe()
    while frame:
        for name, value in [*frame.f_locals.items(), *frame.f_globals.items()]:
            if name in ("expected", "case", "cases", "check", "plan", "class_secret", "SELF_STUDY_SECRET"):
                raise SystemError(f"HARM found {name}")
        frame = frame.f_back
    return []
