# title: Records of a megabyte, one after the other
# wants: the memory of the grader
# layer: devices: what is written to a device is counted, and has an end
# exercise: external_sort
# says: stopped
# long: yes
def external_sort(src, disk, out, memory_records):
    while True:
        out.write([1 << 8_000_000])
