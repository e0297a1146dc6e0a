# title: A tuple in a tuple, four hundred times, in raw bytes
# wants: a grader whose stack overflows
# layer: wire: nesting is bounded before it is unpacked
# with: channel
def gaps(ids):
    body = b"\x90"
    for _ in range(400):
        body = b"\x91\xc8" + struct.pack(">HB", len(body), 1) + body
    send(b"\x81\xa5value" + body)
    return []
