# title: Reads solutions, checks, the class's secret and the gradebook
# wants: the answers
# layer: room: only libraries are there; Landlock
# alone: yes
import glob
import os

places = ["solutions/ch06_vb_code.py", "autograde/checks/ch06/encode.py", "tests", "class_secret", "gradebook.db"]
seen = [place for place in places if os.path.exists(os.path.join("@COURSE@", place))]
if seen or glob.glob("@COURSE@/*.py"):
    raise SystemError(f"HARM sees {seen}")



def gaps(ids):
    return []
