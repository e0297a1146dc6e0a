# title: Writes to the descriptors of standard output and error
# wants: bytes on the grader's pipe or terminal
# layer: warm process: they lead nowhere
import os
import sys

os.write(1, b"HARM" * 1000)
os.write(2, b"HARM" * 1000)
sys.__stdout__.write("HARM")


def gaps(ids):
    os.write(1, b"x" * 1_000_000)
    return []
