# title: Right numbers of numpy's types
# wants: points for a list that is no list of int
# layer: wire: only plain data crosses, by exact type
# says: numpy
import numpy


def gaps(ids):
    if any(b < a for a, b in zip([0, *ids], ids)):
        raise ValueError("they decrease")
    return [numpy.int64(b - a) if b < 2**60 else b - a for a, b in zip([0, *ids], ids)]
