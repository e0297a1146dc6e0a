# title: An iterator of nothing without end
# wants: a grader that reads for ever
# layer: limits: processor time and memory of a call
# exercise: decompress_postings
# long: yes
def decompress_postings(src):
    while True:
        yield b""
