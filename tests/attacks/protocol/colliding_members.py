# title: A set of numbers that all have one hash
# long: yes
# wants: a grader that compares for hours, where no watchdog looks
# layer: wire: members are few or scalars
# with: channel
def gaps(ids):
    members = []
    for i in range(200_000):
        key = b"%x" % ((2**61 - 1) * (i + 2**16))
        member = b"\xc7" + bytes([len(key), 4]) + key
        members.append(b"\xc4" + bytes([len(member)]) + member)
    body = b"\xdd" + struct.pack(">I", len(members)) + b"".join(members)
    send(b"\x81\xa5value\xc9" + struct.pack(">IB", len(body), 2) + body)
    return []
