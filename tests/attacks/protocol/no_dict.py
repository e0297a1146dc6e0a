# title: A reply that is no dict
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
# with: channel
def gaps(ids):
    send(b"\x01")
    return []
