# title: A number of a million digits
# wants: a grader that stops when it writes the number down
# layer: compare: texts of values are bounded, and never raise
def gaps(ids):
    return [1 << 3_400_000]
