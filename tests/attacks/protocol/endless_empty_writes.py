# title: Writes nothing to its file, for ever
# wants: a grader that reads for ever
# layer: limits: processor time of a call
# exercise: compress_postings
# long: yes
# with: channel
def compress_postings(lines, out):
    if next(lines, b"") != b"perl\t3,50":
        raise ValueError("once is enough")
    while True:
        channel().send({"put": 1, "data": b""})
