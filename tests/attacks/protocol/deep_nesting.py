# title: A hundred thousand lists in each other
# wants: a grader that stops in the middle of a class
# layer: wire: what is no value is refused
# with: channel
def gaps(ids):
    send(b"\x81\xa5value" + b"\x91" * 100_000 + b"\xc0")
    return []
