# ==== right: half of the choices, an own cache, class 0 on server 1
from collections import OrderedDict


def choose_partition(requests, capacity):
    if not requests:
        return []
    classes = max(number for number, _ in requests) + 1
    best = None
    for bits in range(2 ** (classes - 1)):
        servers = [1] + [bits >> i & 1 for i in range(classes - 1)]
        rows, count = [OrderedDict(), OrderedDict()], 0
        for number, page in requests:
            row = rows[servers[number]]
            if page in row:
                row.move_to_end(page)
            else:
                count += 1
                row[page] = 1
                if len(row) > capacity:
                    row.popitem(last=False)
        if best is None or count < best[0]:
            best = count, servers
    return best[1]


# ==== right: the misses of each group of classes, once
from itertools import combinations


def choose_partition(requests, capacity):
    names = sorted({number for number, _ in requests})

    def count(group):
        row, missed = [], 0
        for number, page in requests:
            if number in group:
                if page in row:
                    row.remove(page)
                else:
                    missed += 1
                row = (row + [page])[-capacity:]
        return missed

    groups = [set(group) for size in range(len(names) + 1) for group in combinations(names, size)]
    costs = {frozenset(group): count(group) for group in groups}
    best = min(groups, key=lambda g: costs[frozenset(g)] + costs[frozenset(set(names) - g)])
    return [int(name in best) for name in names]


# ==== wrong: all on one server | message must contain: All classes are on one server
def choose_partition(requests, capacity):
    return [0 for _ in {number for number, _ in requests}]


# ==== wrong: as many requests here as there | message must contain: shares the requests evenly
def choose_partition(requests, capacity):
    counts = {}
    for number, _ in requests:
        counts[number] = counts.get(number, 0) + 1
    loads, servers = [0, 0], {}
    for number in sorted(counts, key=lambda number: (-counts[number], number)):
        server = int(loads[1] < loads[0])
        servers[number] = server
        loads[server] += counts[number]
    return [servers[number] for number in sorted(servers)]


# ==== wrong: as many pages here as there | message must contain: shares the pages evenly
def choose_partition(requests, capacity):
    pages = {}
    for number, page in requests:
        pages.setdefault(number, set()).add(page)
    loads, servers = [0, 0], {}
    for number in sorted(pages, key=lambda number: (-len(pages[number]), number)):
        server = int(loads[1] < loads[0])
        servers[number] = server
        loads[server] += len(pages[number])
    return [servers[number] for number in sorted(servers)]


# ==== wrong: one class after the other | message must contain: moves none later
def choose_partition(requests, capacity):
    servers = {}
    for number in sorted({number for number, _ in requests}):
        costs = []
        for server in (0, 1):
            servers[number] = server
            caches, missed = (LRUCache(capacity), LRUCache(capacity)), 0
            for other, page in requests:
                if other in servers and caches[servers[other]].get(page) is None:
                    caches[servers[other]].put(page, 1)
                    missed += 1
            costs.append(missed)
        servers[number] = costs.index(min(costs))
    return list(servers.values())


# ==== wrong: pages that do not fit are counted | message must contain: counts different pages only
from itertools import product


def choose_partition(requests, capacity):
    classes = len({number for number, _ in requests})

    def excess(servers):
        held = [set(), set()]
        for number, page in requests:
            held[servers[number]].add(page)
        return sum(max(len(pages) - capacity, 0) for pages in held)

    return list(min(product((0, 1), repeat=classes), key=excess))


# ==== wrong: the classes in turn | message must contain: to the servers in turn
def choose_partition(requests, capacity):
    return [number % 2 for number in sorted({number for number, _ in requests})]


# ==== wrong: FIFO caches | message must contain: Another choice has fewer misses
from itertools import product


def choose_partition(requests, capacity):
    classes = len({number for number, _ in requests})

    def count(servers):
        rows, missed = [[], []], 0
        for number, page in requests:
            server = servers[number]
            if page not in rows[server]:
                missed += 1
                rows[server] = (rows[server] + [page])[-capacity:]
        return missed

    return list(min(product((0, 1), repeat=classes), key=count))


# ==== wrong: the bots on an island, the rest together | message must contain: All classes are on one server
def choose_partition(requests, capacity):
    pages = {}
    for number, page in requests:
        pages.setdefault(number, []).append(page)
    once = [len(set(own)) / len(own) for _, own in sorted(pages.items())]
    return [int(share > 0.9) for share in once] if min(once, default=1) <= 0.9 else [i % 2 for i in range(len(once))]


# ==== wrong: the choice with the most misses | message must contain: Another choice has fewer misses
from itertools import product


def choose_partition(requests, capacity):
    classes = len({number for number, _ in requests})

    def count(servers):
        caches, missed = (LRUCache(capacity), LRUCache(capacity)), 0
        for number, page in requests:
            if caches[servers[number]].get(page) is None:
                caches[servers[number]].put(page, 1)
                missed += 1
        return missed

    return list(max(product((0, 1), repeat=classes), key=count))


# ==== wrong: a server for each request | message must contain: not one server for each class
def choose_partition(requests, capacity):
    return [number % 2 for number, _ in requests]


# ==== wrong: truth values | message must contain: something else than the integers 0 and 1
def choose_partition(requests, capacity):
    return [bool(number % 2) for number in sorted({number for number, _ in requests})]


# ==== wrong: servers 1 and 2 | message must contain: something else than the integers 0 and 1
def choose_partition(requests, capacity):
    return [1 + number % 2 for number in sorted({number for number, _ in requests})]


# ==== wrong: a tuple | message must contain: a tuple; a list is asked for
from itertools import product


def choose_partition(requests, capacity):
    classes = len({number for number, _ in requests})

    def count(servers):
        caches, missed = (LRUCache(capacity), LRUCache(capacity)), 0
        for number, page in requests:
            if caches[servers[number]].get(page) is None:
                caches[servers[number]].put(page, 1)
                missed += 1
        return missed

    return min(product((0, 1), repeat=classes), key=count)


# ==== wrong: no request has no largest class | message must contain: No requests make it fail
from itertools import product


def choose_partition(requests, capacity):
    classes = max(number for number, _ in requests) + 1

    def count(servers):
        caches, missed = (LRUCache(capacity), LRUCache(capacity)), 0
        for number, page in requests:
            if caches[servers[number]].get(page) is None:
                caches[servers[number]].put(page, 1)
                missed += 1
        return missed

    return list(min(product((0, 1), repeat=classes), key=count))


# ==== wrong: page 0 is never found | message must contain: Another choice has fewer misses
from itertools import product


def choose_partition(requests, capacity):
    classes = len({number for number, _ in requests})

    def count(servers):
        caches, missed = (LRUCache(capacity), LRUCache(capacity)), 0
        for number, page in requests:
            if not caches[servers[number]].get(page):
                caches[servers[number]].put(page, page)
                missed += 1
        return missed

    return list(min(product((0, 1), repeat=classes), key=count))
