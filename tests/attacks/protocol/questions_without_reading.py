# title: Asks for a device and never reads the answers
# wants: a grader that blocks when it writes
# layer: worker_process: writing is watched like reading
# exercise: compress_postings
# long: yes
# with: channel
def compress_postings(lines, out):
    if next(lines, b"") != b"perl\t3,50":
        raise ValueError("once is enough")
    while True:
        channel().send({"ask": 0, "count": 256})
