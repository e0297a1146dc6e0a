# title: Asks a device for what is behind its methods
# wants: other counts, or another outcome
# layer: worker_process: a device answers to its methods and attributes only
# exercise: external_sort
# says: that has not
# with: channel
def external_sort(src, disk, out, memory_records):
    for name in ("__setattr__", "counts", "outcome", "_records", "__class__", "count", "take_bytes"):
        channel().ask(call=2, name=name, arguments=[], named={})
