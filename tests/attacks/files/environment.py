# title: Reads the environment
# wants: the grader's variables
# layer: warm process: an environment of its own
import ctypes
import os

environ = ctypes.cast(ctypes.CDLL(None).environ, ctypes.c_char_p)
if "ATTACK_TOKEN" in os.environ or "PATH" in os.environ or b"@TOKEN@" in repr(sorted(os.environ.items())).encode():
    raise SystemError("HARM sees the grader's environment")



def gaps(ids):
    return []
