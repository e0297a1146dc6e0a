# title: Requests for ever whose answers are never read
# wants: a grader that waits for ever, or keeps all answers
# layer: worker_process: writing is watched like reading
# exercise: external_sort
# says: stopped
# long: yes
# with: channel
def external_sort(src, disk, out, memory_records):
    pipe = channel()
    pipe.ask(call=1, name="write", arguments=[0, [1 << 200_000]], named={})
    while True:
        pipe.send({"call": 1, "name": "read", "arguments": [0, 1], "named": {}})
