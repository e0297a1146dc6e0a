# title: An error without a class
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
# with: channel
def gaps(ids):
    send(b"\x81\xa5error\x90")
    return []
