# title: Asks for a device for ever
# wants: a grader that answers for ever
# layer: limits: processor time of a call
# exercise: decompress_postings
# long: yes
# with: channel
def decompress_postings(src):
    while True:
        channel().ask(ask=0, count=0)
    yield b""
