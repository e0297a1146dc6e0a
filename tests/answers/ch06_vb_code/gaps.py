# ==== right: a running previous id
def gaps(ids):
    result = []
    before = 0
    for number in ids:
        if number < before:
            raise ValueError("not ascending")
        result.append(number - before)
        before = number
    return result


# ==== right: numpy-free zip, checked by sorting first
def gaps(ids):
    if list(ids) != sorted(ids) or (ids and ids[0] < 0):
        raise ValueError(ids)
    return ids[:1] + [b - a for a, b in zip(ids, ids[1:])]


# ==== right: a subclass of ValueError, and ten times the work
class NotAscending(ValueError):
    pass


def gaps(ids: list[int]) -> list[int]:
    for _ in range(10):
        result = [ids[i] - (ids[i - 1] if i else 0) for i in range(len(ids))]
    for gap in result:
        if gap < 0:
            raise NotAscending
    return result


# ==== wrong: the first id is forgotten | message must contain: first id is lost
def gaps(ids):
    if ids != sorted(ids) or (ids and ids[0] < 0):
        raise ValueError
    return [b - a for a, b in zip(ids, ids[1:])]


# ==== wrong: nothing is refused | message must contain: decreases, or starts below 0
def gaps(ids):
    return [b - a for a, b in zip([0] + ids, ids)]


# ==== wrong: a negative first id passes | message must contain: only neighbours are compared
def gaps(ids):
    result = ids[:1]
    for before, after in zip(ids, ids[1:]):
        if after < before:
            raise ValueError
        result.append(after - before)
    return result


# ==== wrong: a set loses equal ids | message must contain: Equal ids are dropped
def gaps(ids):
    if ids != sorted(ids) or (ids and ids[0] < 0):
        raise ValueError
    ids = sorted(set(ids))
    return [b - a for a, b in zip([0] + ids, ids)]


# ==== wrong: strictly ascending is asked for | message must contain: Equal ids are refused
def gaps(ids):
    result = ids[:1]
    if ids and ids[0] < 0:
        raise ValueError
    for before, after in zip(ids, ids[1:]):
        if after <= before:
            raise ValueError
        result.append(after - before)
    return result


# ==== wrong: id 0 taken for no gap | message must contain: the first id 0
def gaps(ids):
    result, before = [], 0
    for number in ids:
        if number - before <= 0:
            raise ValueError
        result.append(number - before)
        before = number
    return result


# ==== wrong: sorts what is not sorted | message must contain: sorts the ids silently
def gaps(ids):
    ids = sorted(ids)
    if ids and ids[0] < 0:
        raise ValueError
    return [b - a for a, b in zip([0] + ids, ids)]


# ==== wrong: sorts the caller's list | message must contain: changes an argument
def gaps(ids):
    if any(b < a for a, b in zip(ids, ids[1:])) or (ids and ids[0] < 0):
        raise ValueError
    for i in range(len(ids) - 1, 0, -1):
        ids[i] -= ids[i - 1]
    return ids


# ==== wrong: numpy integers come back | message must contain: numpy.int64
import numpy as np


def gaps(ids):
    if any(b < a for a, b in zip(ids, ids[1:])) or (ids and ids[0] < 0):
        raise ValueError
    return list(np.diff(np.array(ids, dtype=np.int64), prepend=0)) if ids else []


# ==== wrong: 64-bit floats on the way | message must contain: differs
import numpy as np


def gaps(ids):
    if any(b < a for a, b in zip(ids, ids[1:])) or (ids and ids[0] < 0):
        raise ValueError
    return [int(x) for x in np.diff(np.array(ids, dtype=np.float64), prepend=0)] if ids else []


# ==== wrong: an empty list is forgotten | message must contain: empty list
def gaps(ids):
    result = [ids[0]]
    if ids[0] < 0:
        raise ValueError
    for before, after in zip(ids, ids[1:]):
        if after < before:
            raise ValueError
        result.append(after - before)
    return result


# ==== wrong: a generator | message must contain: generator
def gaps(ids):
    before = 0
    for number in ids:
        if number < before:
            raise ValueError
        yield number - before
        before = number


# ==== wrong: an assertion instead of ValueError | message must contain: AssertionError
def gaps(ids):
    result = [b - a for a, b in zip([0] + ids, ids)]
    assert all(gap >= 0 for gap in result)
    return result
