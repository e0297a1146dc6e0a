# title: Traces, profiles and audits every call
# wants: the grader's frames
# layer: the grader's own process: it shares no interpreter with a submission
import sys
import threading

seen = []
sys.settrace(lambda frame, *_: seen.append(frame.f_code.co_name))
sys.setprofile(lambda frame, *_: seen.append(frame.f_code.co_name))
threading.setprofile(sys.getprofile())
sys.addaudithook(lambda event, _: seen.append(event))


def gaps(ids):
    if {"matches", "correctness"} & {*map(str, seen)}:
        raise SystemError("HARM saw the grader's frames")
    return ids
