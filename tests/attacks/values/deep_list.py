# title: A list in a list, a thousand times
# wants: a grader that overflows its stack
# layer: wire: nesting is bounded
def gaps(ids):
    value = []
    for _ in range(1000):
        value = [value]
    return value
