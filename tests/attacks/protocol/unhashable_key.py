# title: A list as a key
# wants: a grader that stops in the middle of a class
# layer: wire: what is no value is refused
# with: channel
def gaps(ids):
    send(b"\x81\xa5value\x81\x90\x90")
    return []
