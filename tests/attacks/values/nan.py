# title: Not a number, which no comparison can refute
# wants: points, where a difference is looked for
# layer: compare: equal or wrong
def gaps(ids):
    return [float("nan")] * len(ids)
