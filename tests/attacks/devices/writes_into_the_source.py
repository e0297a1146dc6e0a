# title: Writes sorted records into the device that is read only
# wants: an input that is sorted already
# layer: worker_process: a device answers to its methods and attributes only
# exercise: external_sort
# says: that has not
# with: channel
def external_sort(src, disk, out, memory_records):
    channel().ask(call=0, name="write", arguments=[0, [1, 2, 3]], named={})
