# ==== right: back to the start
def breaks_forward_time():
    return [(100, 10), (0, 10)]


# ==== right: the same bytes again
def breaks_forward_time():
    return [(0, 1), (0, 1)]


# ==== right: found by search
import random


def breaks_forward_time():
    draw = random.Random(1)
    while True:
        reads = [(draw.randrange(100), draw.randrange(1, 100)) for _ in range(3)]
        if forward_time(reads, 10_000, 58.0) != access_time(reads, 10_000, 58.0):
            return reads


# ==== wrong: one read | message must contain: Both give the same time
def breaks_forward_time():
    return [(0, 4096)]


# ==== wrong: forward with a gap | message must contain: Both give the same time
def breaks_forward_time():
    return [(0, 4096), (4096, 10), (8192, 10)]


# ==== wrong: no reads | message must contain: no list of pairs
def breaks_forward_time():
    return []


# ==== wrong: lists instead of pairs | message must contain: no list of pairs
def breaks_forward_time():
    return [[100, 10], [0, 10]]


# ==== wrong: a tuple of reads | message must contain: no list of pairs
def breaks_forward_time():
    return ((100, 10), (0, 10))


# ==== wrong: before the first byte | message must contain: out of its bounds
def breaks_forward_time():
    return [(100, 10), (-5, 10)]


# ==== wrong: reads of nothing | message must contain: out of its bounds
def breaks_forward_time():
    return [(100, 0), (0, 10)]


# ==== wrong: too many | message must contain: no list of pairs
def breaks_forward_time():
    return [(0, 10)] * 11


# ==== wrong: the model is replaced in the notebook | message must contain: Both give the same time
def forward_time(reads, seek_us, bytes_per_us):
    return -1.0


def breaks_forward_time():
    return [(0, 10)]


# ==== wrong: an error | message must contain: raises an error
def breaks_forward_time():
    raise ValueError
