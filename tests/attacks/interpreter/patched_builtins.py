# title: Builtins that find everything equal
# wants: a grader that asks them
# layer: the grader's own process: it shares no interpreter with a submission
import builtins

builtins.isinstance = lambda *_: True
builtins.type = lambda *_: list
builtins.sorted = builtins.list
builtins.all = builtins.any = lambda *_: True


def gaps(ids):
    return ids
