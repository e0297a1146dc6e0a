# title: A sum of fifty thousand terms
# wants: a grader that breaks when it looks for imports
# layer: runner: a source that cannot be parsed has no imports
x = 1@REPEAT +1 50000@


def gaps(ids):
    return []
