# title: An object that runs code when it is unpickled
# wants: code that runs in the grader
# layer: wire: plain data only, never pickle
# alone: no
import os


class Bomb:
    def __reduce__(self):
        return (os.system, ("touch @OPEN@/pickled-@TOKEN@",))


def gaps(ids):
    return Bomb()
