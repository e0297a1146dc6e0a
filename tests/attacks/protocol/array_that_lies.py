# title: An array with another shape than its bytes
# wants: a grader that stops in the middle of a class
# layer: wire: what is no value is refused
# with: channel
def gaps(ids):
    send(b"\x81\xa5value\xc7\x0a\x05\x93\xa3|u1\x91\xcd\x7f\xff\xc4\0")
    return []
