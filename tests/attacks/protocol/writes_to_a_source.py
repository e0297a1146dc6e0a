# title: Writes into the device that it is to read
# wants: another input than the grader's
# layer: feeds: what is written into a source is not read
# exercise: decompress_postings
# with: channel
def decompress_postings(src):
    channel().send({"put": 0, "data": b"VBP1" * 1000})
    channel().send({"put": 0, "data": b"x"})
    yield from ()
