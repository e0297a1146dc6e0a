# title: Recursion until the process breaks
# long: yes
# wants: a grader that breaks with it
# layer: worker_process: a dead process costs its exercise
# exercise: breaks_padding_decoder
import sys

sys.setrecursionlimit(10**9)


def breaks_padding_decoder():
    return [breaks_padding_decoder() for _ in range(1)]
