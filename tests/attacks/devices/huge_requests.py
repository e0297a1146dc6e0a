# title: Requests for 2^62 records, at places beyond all numbers
# wants: a grader that takes memory without end, or stops
# layer: devices: a request is looked at before it is served
# exercise: external_sort
# says: memory holds
def external_sort(src, disk, out, memory_records):
    requests = (
        lambda: disk.read(0, 2**62),
        lambda: disk.read(10**4000, 1),
        lambda: disk.write(10**4000, [1]),
        lambda: disk.write(2**40, [1]),
        lambda: out.write([1] * 20_000),
    )
    for request in requests:
        try:
            request()
        except (IndexError, ValueError):
            continue
        raise RuntimeError("HARM a request was served")
    src.read(2**62)
