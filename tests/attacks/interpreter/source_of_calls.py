# title: A source of ten thousand nested calls
# wants: a grader that breaks when it looks for imports
# layer: runner: a source that cannot be parsed has no imports
x = f@REPEAT () 20000@


def gaps(ids):
    return []
