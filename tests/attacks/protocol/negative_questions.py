# title: Asks for minus one and for 2^62 bytes
# wants: bytes that it was not to see, or a grader that stops
# layer: feeds: a count is bounded
# exercise: decompress_postings
# with: channel
def decompress_postings(src):
    for count in (-1, -(2**62), 2**62):
        channel().ask(ask=0, count=count)
    yield b""
