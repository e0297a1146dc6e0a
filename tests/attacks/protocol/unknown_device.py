# title: A question about a device that it was not given
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
# with: channel
def gaps(ids):
    send(b"\x82\xa3ask\x07\xa5count\x01")
    return []
