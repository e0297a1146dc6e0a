# ==== right: a running sum
def ungaps(gaps):
    ids, last = [], 0
    for gap in gaps:
        if gap < 0:
            raise ValueError(gap)
        last += gap
        ids.append(last)
    return ids


# ==== right: reduce
from functools import reduce


def ungaps(gaps):
    if min(gaps, default=0) < 0:
        raise ValueError("negative gap")
    result = reduce(lambda ids, gap: (ids.append(ids[-1] + gap), ids)[1], gaps, [0])
    return result[1:]


# ==== right: ten times slower
def ungaps(gaps):
    for _ in range(10):
        ids = []
        for i in range(len(gaps)):
            if gaps[i] < 0:
                raise ValueError
            ids.append((ids[i - 1] if i else 0) + gaps[i])
    return ids


# ==== wrong: quadratic sums | message must contain: slower than the input grows
def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    return [sum(gaps[: i + 1]) for i in range(len(gaps))]


# ==== wrong: the start of the sum is an id | message must contain: one id too many
def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    ids = [0]
    for gap in gaps:
        ids.append(ids[-1] + gap)
    return ids


# ==== wrong: neighbours are added | message must contain: adds two neighbouring gaps
def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    return gaps[:1] + [a + b for a, b in zip(gaps, gaps[1:])]


# ==== wrong: only ids below 0 are refused | message must contain: hide behind a large id
def ungaps(gaps):
    ids, last = [], 0
    for gap in gaps:
        last += gap
        if last < 0:
            raise ValueError
        ids.append(last)
    return ids


# ==== wrong: nothing is refused | message must contain: negative gap passes
from itertools import accumulate


def ungaps(gaps):
    return list(accumulate(gaps))


# ==== wrong: zero gaps are refused | message must contain: gap of 0 is refused
from itertools import accumulate


def ungaps(gaps):
    if any(gap <= 0 for gap in gaps):
        raise ValueError
    return list(accumulate(gaps))


# ==== wrong: zero gaps are skipped | message must contain: Gaps of 0 are dropped
def ungaps(gaps):
    ids, last = [], 0
    for gap in gaps:
        if gap < 0:
            raise ValueError
        if gap:
            last += gap
            ids.append(last)
    return ids


# ==== wrong: numpy sums | message must contain: numpy.int64
import numpy as np


def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    return list(np.cumsum(gaps))


# ==== wrong: numpy sums overflow | message must contain: OverflowError
import numpy as np


def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    return np.cumsum(np.array(gaps, dtype=np.int64)).tolist()


# ==== wrong: an iterator | message must contain: accumulate
from itertools import accumulate


def ungaps(gaps):
    if any(gap < 0 for gap in gaps):
        raise ValueError
    return accumulate(gaps)
