# title: A million empty sets
# wants: the grader's memory
# layer: wire: the number of parts is bounded, also inside extensions
# with: channel
def gaps(ids):
    number = 2_500_000
    send(b"\x81\xa5value\xdd" + struct.pack(">I", number) + b"\xd4\x02\x90" * number)
    return []
