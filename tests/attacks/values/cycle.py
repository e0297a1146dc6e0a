# title: A list that holds itself
# wants: a grader that never ends
# layer: wire: nesting is bounded
def gaps(ids):
    value = []
    value.append(value)
    return value
