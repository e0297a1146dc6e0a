# title: A right answer that prints and warns
# wants: its points
# layer: none: an honest answer keeps its points
# pays: 3
import sys
import warnings


def gaps(ids):
    if any(b < a for a, b in zip([0, *ids], ids)):
        raise ValueError("they decrease")
    print("working", file=sys.stderr)
    warnings.warn("slow")
    print(ids)
    return [b - a for a, b in zip([0, *ids], ids)]
