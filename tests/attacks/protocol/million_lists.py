# title: A million empty lists, again and again
# long: yes
# wants: the grader's memory
# layer: wire: the number of lists is bounded; worker_process: so is that of all items
# exercise: decompress_postings
# with: channel
def decompress_postings(src):
    body = b"\x81\xa5items\xdd" + struct.pack(">I", 999_000) + b"\x90" * 999_000
    for _ in range(30):
        send(body)
    yield b""
