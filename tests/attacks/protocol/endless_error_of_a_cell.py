# title: The reply of a cell with a message of seven megabytes
# wants: a report that fills the disk
# layer: worker_process: texts are cut
# with: channel
size = 7 << 20
send(b"\x82\xa5error\x91\xa1E\xa7message\xdb" + struct.pack(">I", size) + b"x" * size)


def gaps(ids):
    return []
