# title: An iterator without end
# wants: a grader that reads for ever
# layer: worker_process: the bytes of all items are bounded
# exercise: decompress_postings
def decompress_postings(src):
    while True:
        yield bytes(1 << 16)
