# title: The reply of a cell with parts of the wrong types
# wants: a grader that stops in the middle of a class
# layer: worker_process: the parts of a reply have the protocol's types
# with: channel
send(b"\x83\xa5error\x91\x05\xa7message\x93\x01\x02\x03\xa5where\x81\x01\x02")


def gaps(ids):
    return []
