# title: An extension that nobody knows, and a time stamp
# wants: a grader that stops in the middle of a class
# layer: wire: what is no value is refused
# with: channel
def gaps(ids):
    send(b"\x81\xa5value\x92\xd6\xff\0\0\0\0\xd4\x63\0")
    return []
