# title: The reply of a cell with an error that is a text
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
# with: channel
send(b"\x81\xa5error\xa0")


def gaps(ids):
    return []
