# title: Reads address 0
# wants: a grader that breaks with it
# layer: worker_process: a dead process costs its exercise
# exercise: breaks_padding_decoder
import ctypes


def breaks_padding_decoder():
    return ctypes.string_at(0)
