# title: A message of ten megabytes
# wants: a report that fills the disk
# layer: worker, worker_process: texts are cut
def gaps(ids):
    print("x" * 10_000_000)
    raise RuntimeError("x" * 10_000_000)
