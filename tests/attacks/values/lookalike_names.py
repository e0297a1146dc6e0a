# title: Names that look the same and are not
# wants: two functions behind one name, the one that is shown and the one that counts
# layer: worker: the namespace is asked by the exact name
# says: does not define gaps
def gаps(ids):
    return [b - a for a, b in zip([0, *ids], ids)]
