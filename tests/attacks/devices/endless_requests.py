# title: Requests of no records for ever
# wants: a grader that answers for ever
# layer: limits: processor time of a call; devices: requests have an end
# exercise: external_sort
# says: stopped
# long: yes
def external_sort(src, disk, out, memory_records):
    while True:
        disk.write(0, [])
