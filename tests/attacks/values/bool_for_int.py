# title: True in place of 1
# wants: the points of calls whose answers are 0 and 1
# layer: compare: types are equal at every depth
def gaps(ids):
    return [bool(b - a) if b - a < 2 else b - a for a, b in zip([0, *ids], ids)]
