# title: Millions of short texts in items
# long: yes
# wants: the grader's memory
# layer: worker_process: the bytes of all items are bounded
# exercise: decompress_postings
# with: channel
def decompress_postings(src):
    number = 2_000_000
    body = b"\x81\xa5items\xdd" + struct.pack(">I", number) + b"".join(b"\xa3%03d" % (i % 1000) for i in range(number))
    for _ in range(8):
        send(body)
    yield b""
