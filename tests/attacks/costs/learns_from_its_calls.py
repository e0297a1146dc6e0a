# title: Keeps what it was asked, for the next process
# wants: answers prepared from the calls of the first process
# layer: jail: the scratch space goes with its process
import os

if os.path.exists("/scratch/asked"):
    raise SystemError("HARM found the calls of another process")


def gaps(ids):
    with open("/scratch/asked", "a") as file:
        file.write(repr(ids))
    return []
