# title: Writes without end into the file that it is given
# wants: memory of the grader
# layer: feeds: what is kept is bounded
# exercise: compress_postings
def compress_postings(lines, out):
    while True:
        out.write(bytes(1 << 20))
