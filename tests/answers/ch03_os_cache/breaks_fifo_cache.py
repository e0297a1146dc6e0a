# ==== right: the page that LRU has given up
def breaks_fifo_cache():
    return [1, 2, 3, 1, 4, 2]


# ==== right: found by search, shortest first
from itertools import product


def breaks_fifo_cache():
    for length in range(10):
        for trace in product(range(4), repeat=length):
            if fifo_hits(list(trace)) != lru_hits(list(trace)):
                return list(trace)


# ==== right: other keys, the second page is the oldest
def breaks_fifo_cache():
    return [0, -5, 10**9, 0, 77, -5]


# ==== wrong: nothing is evicted | message must contain: No page is ever evicted
def breaks_fifo_cache():
    return [1, 2, 3, 1, 2, 3]


# ==== wrong: both evict the same page | message must contain: answer each request alike
def breaks_fifo_cache():
    return [1, 2, 3, 4, 1, 2]


# ==== wrong: no request | message must contain: No page is ever evicted
def breaks_fifo_cache():
    return []


# ==== wrong: longer than needed | message must contain: a shorter trace tells them apart
def breaks_fifo_cache():
    return [1, 2, 3, 1, 4, 5, 1]


# ==== wrong: far too long | message must contain: more than 100 requests
def breaks_fifo_cache():
    return [1, 2, 3, 1, 4, 1] * 20


# ==== wrong: a string | message must contain: no list
def breaks_fifo_cache():
    return "123141"


# ==== wrong: letters | message must contain: something else than integers
def breaks_fifo_cache():
    return list("abcada")


# ==== wrong: the functions are replaced in the notebook | message must contain: No page is ever evicted
def lru_hits(trace):
    return "other"


def breaks_fifo_cache():
    return [1]


# ==== wrong: an error | message must contain: raises an error
def breaks_fifo_cache():
    raise ValueError
