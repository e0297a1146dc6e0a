# title: Large frames as fast as the pipe takes them
# wants: the grader's memory, in frames that wait
# layer: connection: few frames wait
# long: yes
# with: channel
def gaps(ids):
    body = b"\x81\xa5value\xc6" + struct.pack(">I", 7 << 20) + bytes(7 << 20)
    for _ in range(90):
        send(body)
    return []
