# title: A source that overflows a parser's stack
# wants: a grader that breaks when it looks for imports
# layer: runner: a source that cannot be parsed has no imports
@REPEAT ~ 20000@1


def gaps(ids):
    return []
