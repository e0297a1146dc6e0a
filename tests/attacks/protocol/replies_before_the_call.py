# title: A hundred replies sent while the cell runs
# wants: replies that come before their calls
# layer: protocol: a reply is a claim; the grader compares
# with: channel
for _ in range(100):
    send(b"\x81\xa5value\x90")


def gaps(ids):
    return []
