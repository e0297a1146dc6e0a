# title: A hundred replies to one call
# wants: replies out of order, that some call takes as its own
# layer: protocol: a reply is a claim; the grader compares
# with: channel
def gaps(ids):
    for _ in range(100):
        send(b"\x81\xa5value\x91\x01")
    return []
