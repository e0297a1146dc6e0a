"""Which requests of a long trace a cache answers, for every size of the cache at once.

An LRU cache of c pages holds the c pages that were asked for last. So a request is a hit exactly when fewer than c
other pages were asked for since the last request of its page. That number, the stack distance, does not depend on c
(Mattson, Gecsei, Slutz, Traiger 1970).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

from solutions.engines.compiled import compiled

FIRST = -1  # the distance of a page that was never asked for before


def stack_distances(trace: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return for each request how many other pages were asked for since its page was last asked for, or FIRST.

    trace: page numbers, any integers. O(n log n) for n requests, about 0.1 us times log n each.

    >>> stack_distances([7, 8, 7, 7, 9, 8]).tolist()
    [-1, -1, 1, 0, -1, 2]
    """
    pages, numbers = np.unique(np.asarray(trace, dtype=np.int64), return_inverse=True)
    distances = np.empty(len(numbers), dtype=np.int64)
    _distances(numbers.ravel(), np.full(len(pages), -1), np.zeros(len(numbers) + 1, np.int64), distances)
    return distances


def lru_hits(trace: npt.ArrayLike, capacity: int) -> npt.NDArray[np.bool_]:
    """Return which requests an LRU cache of capacity pages answers, empty at the start.

    >>> lru_hits([7, 8, 7, 7, 9, 8], capacity=2).tolist()
    [False, False, True, True, False, False]
    """
    distances = stack_distances(trace)
    return (distances != FIRST) & (distances < capacity)


def two_list_hits(trace: npt.ArrayLike, capacity: int) -> npt.NDArray[np.bool_]:
    """Return which requests a cache with two lists answers: a model of Linux's page cache, much simplified.

    A page that is asked for the first time comes to the front of the inactive list. Asked for again there, it moves
    to the active list. That holds at most half of the capacity, as Linux keeps it in small memories; its oldest page
    goes back to the inactive list. The cache drops the oldest page of the inactive list.
    Left out: what Linux does with pages that come back soon after they were dropped. O(n).

    >>> two_list_hits([7, 7, 1, 2, 3, 4, 7], capacity=3).tolist()  # LRU would have dropped 7
    [False, True, False, False, False, False, True]
    """
    inactive: OrderedDict[int, None] = OrderedDict()
    active: OrderedDict[int, None] = OrderedDict()
    hits = np.zeros(len(np.asarray(trace)), dtype=bool)
    for i, page in enumerate(np.asarray(trace).tolist()):
        hits[i] = page in active or page in inactive
        _ask(page, active, inactive, max(capacity // 2, 1))
        if len(active) + len(inactive) > capacity:
            (inactive or active).popitem(last=False)
    return hits


def _ask(page: int, active: OrderedDict[int, None], inactive: OrderedDict[int, None], most: int) -> None:
    """Move a page that is asked for to where it belongs; the active list holds at most so many."""
    if page in active:
        active.move_to_end(page)
    elif page in inactive:
        del inactive[page]
        active[page] = None
        if len(active) > most:
            inactive[active.popitem(last=False)[0]] = None
    else:
        inactive[page] = None


@compiled
def _distances(numbers: Any, last: Any, tree: Any, distances: Any) -> None:
    """Fill distances. The tree (Fenwick 1994) counts the places that are the latest of their page."""
    count = len(numbers)
    for i in range(count):
        before = last[numbers[i]]
        distances[i] = -1
        if before >= 0:
            total, j = 0, i
            while j > 0:
                total, j = total + tree[j], j & (j - 1)
            j = before + 1
            while j > 0:
                total, j = total - tree[j], j & (j - 1)
            distances[i] = total
            j = before + 1
            while j <= count:
                tree[j], j = tree[j] - 1, j + (j & -j)
        j = i + 1
        while j <= count:
            tree[j], j = tree[j] + 1, j + (j & -j)
        last[numbers[i]] = i
