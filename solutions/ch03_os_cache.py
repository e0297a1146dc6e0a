# %% [markdown]
# # Exercises of chapter 3: the OS cache
#
# You build the cache that the chapter measures. Then you work out its hit rate at every size at once, and
# share requests between two servers so that their memories hold different pages. The chapter itself, the
# notebook of the same name in `chapters/`, shows what a cache is worth. Read it first.
#
# **Run the two code cells below first, and again after each restart of the kernel.** They hold `check` and
# your helpers.

# %% helpers
# Helpers: imports and functions of your own that the exercises share. Graded together with them.
### BEGIN SOLUTION
import itertools
from collections import OrderedDict

### END SOLUTION

# %% [markdown]
# ## The problem
#
# A page in memory is read in microseconds. The same page on a disk costs milliseconds. So the operating
# system keeps each page that was read in the memory that nobody else needs: the page cache. Sooner or later
# that memory is full, and the next page needs a place. One page has to go, and the choice decides how many
# reads the disk sees.

# %% [markdown]
# ## The words
#
# - A **page** is a block of 4 KB. Here it is an integer, its key.
# - A **request** asks for a page. A list of requests, in order, is a **trace**.
# - A **hit** is a request whose page is in the cache. Any other request is a **miss**: the page is read from
#   disk and put into the cache. A cache starts empty, so the first request for a page is always a miss.
# - The **capacity** is the number of pages that the cache can hold.
# - To **evict** a page is to give its place to another one.

# %% [markdown]
# ## What you will be able to do
#
# 1. Build a cache that finds, keeps and evicts pages in constant time.
# 2. Show on a few requests that two rules of eviction differ.
# 3. Compute the hit rate at every capacity from one pass over a trace.
# 4. Share classes of requests between two servers by what they read.
#
# Write each answer into its cell, run the cell, then run the `check` cell under it. `check` starts a
# fresh process with your helpers and your solution cells, as you last ran them. Its first line says which
# run that was: `In [7]` is the number beside the cell. After a change, run the cell before you check it.
# What you tried elsewhere in the notebook does not count.

# %% [markdown]
# ## 1. The LRU cache
#
# **Why.** What was used a moment ago is often used again soon. So the page to give up is the one that was
# not used for the longest time: the **least recently used** one, LRU for short. Linux approximates this
# rule.
#
# **The rule.** All pages stand in one row, from the newest to the oldest.
#
# - `get` finds a page and moves it to the newest end. It returns the value, or `None` when the page is not
#   there.
# - `put` stores a value at the newest end, also when the page was in the cache before. When there is one page
#   too many now, the oldest one goes: `put` returns the key that it evicts, and `None` when it evicts nothing.
# - `keys` lists the keys, newest first. To look at the row moves nothing.
#
# **Example**, a cache of two pages:
#
# ```
# cache = LRUCache(2)
# cache.put(1, 10)    None    the row is  1
# cache.put(2, 20)    None                2 1
# cache.get(1)        10                  1 2    1 was used: it is the newest now
# cache.put(3, 30)    2                   3 1    2 was the oldest
# cache.get(2)        None                3 1
# cache.keys()        [3, 1]
# ```

# %% [markdown]
# **Edges.** Keys and values may be 0 or negative: 0 is not `None`. Storing a key that is there replaces its
# value, moves it to the newest end, and evicts nothing. A `get` of a missing key changes nothing. A cache of
# one page is a cache. A capacity below 1 raises `ValueError`.
#
# **Constant time.** `get` and `put` may not get slower as the capacity grows. A list is too slow: `remove`
# and `in` walk along it. Two structures do it. One is a dict that leads to the nodes of a doubly linked list.
# The other is `collections.OrderedDict`, which is both in one (`move_to_end`, `popitem`).
#
# **A trap.** A plain `dict` keeps the order, too. But a deleted key leaves an empty place in it, and
# `next(iter(d))` walks over all empty places at the front. Delete at the front again and again, and each
# look for the oldest key takes longer. `OrderedDict` has no such places.


# %% solution LRUCache points=6 minutes=35 difficulty=2
class LRUCache:
    """A cache that evicts the least recently used key.

    Parameters: capacity, how many keys it holds at most.
    Raises: ValueError when the capacity is below 1.
    Running time: get and put take constant time on average, whatever the capacity; keys is linear.

    >>> cache = LRUCache(2)
    >>> cache.put(1, 10), cache.put(2, 20), cache.get(1), cache.put(3, 30)
    (None, None, 10, 2)
    >>> cache.get(2), cache.keys()
    (None, [3, 1])
    """

    def __init__(self, capacity: int) -> None:
        ### BEGIN SOLUTION
        if capacity < 1:
            raise ValueError("a cache holds at least one key")
        self.capacity = capacity
        self.values: OrderedDict[int, int] = OrderedDict()  # the oldest first
        ### END SOLUTION

    def get(self, key: int) -> int | None:
        """Return the value of a key, which becomes the newest; None when the key is not there."""
        ### BEGIN SOLUTION
        if key not in self.values:
            return None
        self.values.move_to_end(key)
        return self.values[key]
        ### END SOLUTION

    def put(self, key: int, value: int) -> int | None:
        """Store a value under a key, which becomes the newest; return the key that is evicted, else None."""
        ### BEGIN SOLUTION
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) <= self.capacity:
            return None
        return self.values.popitem(last=False)[0]
        ### END SOLUTION

    def keys(self) -> list[int]:
        """Return all keys, the newest first; their order stays."""
        ### BEGIN SOLUTION
        return list(reversed(self.values))
        ### END SOLUTION


# %% [markdown]
# ## 2. Break a simpler cache
#
# **Why.** LRU has to do something at each hit. A simpler cache does not: it evicts the page that **came in**
# first, whether it was used since or not. First in, first out: FIFO. Is the work at each hit worth it? On
# many traces both caches answer alike.
#
# Run the cell. Both functions tell for each request of a trace whether it is a hit, in a cache of three
# pages. `lru_hits` uses your `LRUCache`.


# %% given
def fifo_hits(trace: list[int]) -> list[bool]:
    """Tell for each request whether a FIFO cache of three pages holds the page; it starts empty."""
    pages: list[int] = []
    hits = []
    for key in trace:
        hits.append(key in pages)
        if key not in pages:
            pages = [*pages, key][-3:]  # the first one in is the first one out
    return hits


def lru_hits(trace: list[int]) -> list[bool]:
    """Tell for each request whether an LRU cache of three pages holds the page; it starts empty."""
    cache = LRUCache(3)
    hits = []
    for key in trace:
        hits.append(cache.get(key) is not None)
        if not hits[-1]:
            cache.put(key, 1)
    return hits


# %% [markdown]
# **The task.** Return a trace on which the two caches differ, with as few requests as possible. `[1, 2, 3, 1]`
# is no such trace: both caches answer miss, miss, miss, hit. One point is for a trace on which they differ at
# all, one for a shortest one. More than one trace is shortest, and each of them counts.
#
# Try traces of your own in a cell below: compare `fifo_hits(t)` with `lru_hits(t)`.
#
# **Edges.** The trace has at most 100 requests. Its keys are integers. Either cache may be the better one.


# %% solution breaks_fifo_cache points=2 minutes=15 difficulty=2 needs=["LRUCache"]
def breaks_fifo_cache() -> list[int]:
    """Return a shortest trace on which fifo_hits and lru_hits differ.

    Parameters: none.
    Returns: a list of integers, the keys that are requested, in order.
    Raises: nothing.
    """
    ### BEGIN SOLUTION
    return [1, 2, 3, 1, 4, 1]
    ### END SOLUTION


# %% [markdown]
# ## 3. The hit rate at every capacity
#
# **Why.** Would twice the memory halve the reads? Before you buy it, compute it from a trace: the share of
# requests that hit, for each capacity. To run a cache once for each capacity gives the answer, and takes too
# long: a trace of a million requests for 100,000 pages would need 100,000 runs.
#
# **The idea.** An LRU cache of `c` pages always holds the `c` pages that were used last. So a larger cache
# holds all that a smaller one holds, and each request has one number that decides for all capacities. That
# number is its **stack distance**: how many different pages were requested since the last request for the
# same page, that one included. A request hits in each cache whose capacity is at least its stack distance,
# and in no smaller one. The first request for a page has none: it hits in no cache. (The chapter's list of
# distances leaves the page itself out: each is one smaller there.)
#
# **Example.** The trace 1, 2, 1, 1, 3, 2:
#
# ```
# request          1  2  1  1  3  2
# stack distance   -  -  2  1  -  3
# ```
#
# One request hits with one page of memory, two hit with two pages, three with three. There are six requests.
# So the curve is 0/6, 1/6, 2/6, 3/6, for the capacities 0, 1, 2, 3.

# %% [markdown]
# **How to count.** Remember for each page the place of its latest request, and put a mark on that place.
# There is one mark for each page seen so far. When a page is requested again, its stack distance is the
# number of marks from its own mark on, its own included. Then its mark moves to the new place. Two structures
# count marks quickly:
#
# - A **sorted list** of the marks. New marks are the largest, so `append` keeps the order, and
#   `bisect.bisect_left` finds a mark in a few steps. To delete a mark moves the ones behind it, which the
#   processor does fast. Strictly, these moves make it slower than O(n log n). At the lengths that are checked
#   they hardly count, and the list gets all points.
# - A **Fenwick tree**, in which each step takes about log2(n) additions. It is a list of partial sums. The sum
#   at index `i`, from 1 on, covers as many places as the lowest set bit of `i` says, `i & -i`, up to and
#   including place `i`. To count the marks up to `i`, add `sums[i]`, subtract `i & -i` from `i`, and go on
#   until it is 0. To put a mark on place `i`, add 1 to `sums[i]`, add `i & -i` to `i`, and go on to the end of
#   the list.
#
# To keep the pages in a list, newest first, and to look for the page in it, is right and too slow: each look
# walks along the list.
#
# **Edges.** The curve has one rate for each capacity from 0 to the number of different pages, so it has one
# entry more than there are pages. The rate at capacity 0 is 0.0. Rates are shares of all requests, the first
# ones of each page included. A page is any integer, also 0 or a negative one. A trace has up to 32,000
# requests. An empty trace has no page and no request: its curve is `[0.0]`.


# %% solution hit_rate_curve points=5 minutes=45 difficulty=4
def hit_rate_curve(trace: list[int]) -> list[float]:
    """Return the hit rate of an LRU cache on a trace, for each capacity from 0 to the number of different keys.

    Parameters: trace, the requested keys in order, integers; each cache starts empty.
    Returns: a list of floats; entry c is the share of all requests that hit with capacity c; [0.0] for no request.
    Raises: nothing.
    Running time: O(n log n) for n requests, however many keys differ.
    Source: Mattson, Gecsei, Slutz, Traiger, Evaluation techniques for storage hierarchies, 1970 (stack distances);
    Bennett, Kruskal, LRU stack processing, 1975 (counted in a tree).

    >>> hit_rate_curve([1, 2, 1, 1])
    [0.0, 0.25, 0.5]
    >>> hit_rate_curve([])
    [0.0]
    """
    ### BEGIN SOLUTION
    marks = Marks(len(trace))
    latest: dict[int, int] = {}
    hits = [0] * (len(set(trace)) + 1)  # by the smallest capacity that is enough
    for place, key in enumerate(trace):
        if key in latest:
            hits[len(latest) - marks.before(latest[key])] += 1
            marks.add(latest[key], -1)
        marks.add(place, 1)
        latest[key] = place
    return [count / (len(trace) or 1) for count in itertools.accumulate(hits)]


class Marks:
    """Counts marks on places from 0 on: a Fenwick tree."""

    def __init__(self, places: int) -> None:
        self.sums = [0] * (places + 1)

    def add(self, place: int, count: int) -> None:
        """Put marks on a place; a negative count takes them away."""
        index = place + 1
        while index < len(self.sums):
            self.sums[index] += count
            index += index & -index

    def before(self, index: int) -> int:
        """How many marks stand on places below the index?"""
        total = 0
        while index:
            total += self.sums[index]
            index -= index & -index
        return total
        ### END SOLUTION


# %% [markdown]
# ## 4. Stretch: two servers, two memories
#
# **Why.** Two copies of a server have twice the processors. They do not have twice the cache: both serve the
# same requests, so both hold the same pages. Send each **class** of requests to one server of its own, and
# the two memories hold different pages. People read the same few pages all day. A search bot reads every old
# page once. On one server the bot's pages push out the people's. The book puts bots on an island of their
# own.
#
# **The rule.** A request is a pair: its class and its page. Each class goes to server 0 or to server 1, all of
# it. Each server has an LRU cache of `capacity` pages, which starts empty. Choose the servers so that both
# caches together have as few misses as possible. An answer counts when it has at most 5 % more misses than
# the best choice.
#
# **Example**, two pages on each server:
#
# ```
# requests = [(0, 1), (1, 8), (2, 1), (1, 9), (0, 2), (1, 7), (2, 2), (1, 6), (0, 1), (1, 5), (2, 2)]
# class 0 asks for pages 1 2 1        people
# class 1 asks for pages 8 9 7 6 5    a bot: each page once
# class 2 asks for pages 1 2 2        more people, the same pages
#
# [0, 1, 0]    7 misses: the people's pages 1 and 2 once each, and the bot's five
# [0, 0, 0]    more: the bot's pages push out the people's
# [0, 1, 1]    more: pages 1 and 2 are held twice, and the bot pushes out one of the copies
# ```

# %% [markdown]
# **Edges.** Classes are numbered from 0 without a gap, and there are at most 8. So there are at most 256
# choices: few enough to try them all. Which server is called 0 does not matter: `[1, 0, 1]` is as good as
# `[0, 1, 0]`. Classes may read the same pages. A page may be 0. A trace has at most 100 requests. No requests:
# `[]`.


# %% solution choose_partition points=2 minutes=40 difficulty=3 needs=["LRUCache"] stretch=true
def choose_partition(requests: list[tuple[int, int]], capacity: int) -> list[int]:
    """Return the server, 0 or 1, of each class of requests, so that both caches together miss least.

    Parameters: requests, pairs of a class and a page, in order; classes are 0 to 7 at most, none left out;
    capacity, the pages that each of the two LRU caches holds, 1 or more; both start empty.
    Returns: a list with a server for each class; its misses are at most 5 % above the fewest; [] for no request.
    Raises: nothing.
    Running time: linear in the number of requests, for each choice that is tried.

    >>> choose_partition([(0, 1), (1, 8), (0, 1), (1, 9), (0, 1)], 1)
    [0, 1]
    """
    ### BEGIN SOLUTION
    classes = len({number for number, _ in requests})
    choices = itertools.product((0, 1), repeat=classes)
    best = min(choices, key=lambda servers: misses(requests, capacity, servers))
    return list(best)


def misses(requests: list[tuple[int, int]], capacity: int, servers: tuple[int, ...]) -> int:
    """How many requests miss when each class goes to its server?"""
    caches = LRUCache(capacity), LRUCache(capacity)
    count = 0
    for number, page in requests:
        if caches[servers[number]].get(page) is None:
            caches[servers[number]].put(page, page)
            count += 1
    return count
    ### END SOLUTION


# %% [markdown]
# ## What you have
#
# - A cache that finds and evicts in constant time, however large it is.
# - One pass over a trace tells the hit rate at every capacity: the curve that says what more memory is worth.
# - Two servers whose memories add up, because each reads pages of its own.
#
# **Test your understanding.** A loop over five pages runs again and again through a cache of four. Which
# stack distance does each request have, and what is the hit rate? Which rule of eviction would do better?
# Why can a larger FIFO cache miss more often than a smaller one, and an LRU cache never?
