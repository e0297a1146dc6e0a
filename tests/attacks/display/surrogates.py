# title: Half surrogate pairs in a message, a value and printed text
# wants: a report that cannot be written to a file
# layer: worker_process: texts are made printable
def gaps(ids):
    print("\ud800")
    if ids:
        raise RuntimeError("\udfff")
    return ["\ud800"]
