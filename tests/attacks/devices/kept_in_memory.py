# title: Devices of its own, which keep all in memory and count nothing
# wants: the points for few moves without any
# layer: check: fewer moves than memory allows are a fault, and the peak of the process is measured
# exercise: external_sort
# pays: 2.5
# says: kept in lists
class Free:
    def __init__(self, records):
        self.records = records

    def read(self, start, count):
        return self.records[start : start + count]


def external_sort(src, disk, out, memory_records):
    records = []
    while part := src.read(memory_records):
        records += part
    free = Free(sorted(records))
    type(disk).read = lambda _self, start, count: free.read(start, count)
    for start in range(0, len(records), memory_records):
        out.write(disk.read(start, memory_records))
