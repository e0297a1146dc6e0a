# title: Requests whose answers are read late, and answers that nobody asked for
# wants: an answer to another request than the grader counted
# layer: worker_process: requests are served and counted in the order in which they come
# exercise: external_sort
# says: Nothing, or not all
# with: channel
def external_sort(src, disk, out, memory_records):
    pipe = channel()
    for _ in range(3):
        pipe.send({"call": 0, "name": "read", "arguments": [1], "named": {}})
    pipe.send({"call": 2, "name": "write", "arguments": [[5]], "named": {}})
    for _ in range(4):
        pipe.receive()
    pipe.send({"call": 2, "name": "write", "arguments": [[True]], "named": {}})
    assert pipe.receive()[0] == "TypeError"
