# title: A frame that says it has four gigabytes
# long: yes
# wants: the grader's memory
# layer: wire: the length is looked at first
# exercise: breaks_padding_decoder
# with: channel
def breaks_padding_decoder():
    out = channel()._replies
    out.write(b"\xff\xff\xff\xff" + bytes(1000))
    out.flush()
    return []
