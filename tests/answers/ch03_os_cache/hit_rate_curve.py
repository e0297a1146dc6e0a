# ==== right: a sorted list of marks and bisect
from bisect import bisect_left


def hit_rate_curve(trace):
    marks, latest = [], {}
    hits = [0] * (len(set(trace)) + 1)
    for place, key in enumerate(trace):
        if key in latest:
            index = bisect_left(marks, latest[key])
            hits[len(marks) - index] += 1
            del marks[index]
        marks.append(place)
        latest[key] = place
    curve, sum_ = [], 0
    for count in hits:
        sum_ += count
        curve.append(sum_ / len(trace) if trace else 0.0)
    return curve


# ==== right: a tree of sums over all places
def hit_rate_curve(trace):
    if not trace:
        return [0.0]
    size = 1
    while size < len(trace):
        size *= 2
    tree = [0] * (2 * size)

    def add(place, count):
        place += size
        while place:
            tree[place] += count
            place //= 2

    def from_on(place):
        place += size
        total = tree[place]
        while place > 1:
            if place % 2 == 0:
                total += tree[place + 1]
            place //= 2
        return total

    latest, distances = {}, {}
    for place, key in enumerate(trace):
        if key in latest:
            distance = from_on(latest[key])
            distances[distance] = distances.get(distance, 0) + 1
            add(latest[key], -1)
        add(place, 1)
        latest[key] = place
    curve = [0.0]
    hits = 0
    for capacity in range(1, len(latest) + 1):
        hits += distances.get(capacity, 0)
        curve.append(hits / len(trace))
    return curve


# ==== right: blocks of marks, each with its sum, rates added up as floats
def hit_rate_curve(trace):
    width = 64
    marks = bytearray(len(trace) + width)
    sums = [0] * (len(trace) // width + 2)
    wide = [0] * (len(trace) // width // width + 2)
    latest = {}
    counts = [0] * (len(set(trace)) + 1)
    for place, key in enumerate(trace):
        if key in latest:
            mark = latest[key]
            block = mark // width
            group = block // width
            before = sum(wide[:group]) + sum(sums[group * width : block]) + sum(marks[block * width : mark])
            counts[len(latest) - before] += 1
            marks[mark] = 0
            sums[block] -= 1
            wide[group] -= 1
        marks[place] = 1
        sums[place // width] += 1
        wide[place // width // width] += 1
        latest[key] = place
    curve, rate = [], 0.0
    for count in counts:
        rate += count / max(len(trace), 1)
        curve.append(rate)
    return curve


# ==== right: five times slower
def hit_rate_curve(trace):
    for _ in range(5):
        n = len(trace)
        tree, latest, hits = [0] * (n + 1), {}, [0] * (len(set(trace)) + 1)

        def add(i, step):
            while i <= n:
                tree[i] += step
                i += i & -i

        for i, key in enumerate(trace, 1):
            if key in latest:
                j, before = latest[key] - 1, 0
                while j > 0:
                    before += tree[j]
                    j &= j - 1
                hits[len(latest) - before] += 1
                add(latest[key], -1)
            add(i, 1)
            latest[key] = i
    for capacity in range(1, len(hits)):
        hits[capacity] += hits[capacity - 1]
    return [float(count) / (n or 1) for count in hits]


# ==== wrong: a simulation for each capacity | message must contain: slower than the input grows
def hit_rate_curve(trace):
    if not trace:
        return [0.0]
    curve = [0.0]
    for capacity in range(1, len(set(trace)) + 1):
        cache, hits = LRUCache(capacity), 0
        for key in trace:
            if cache.get(key) is None:
                cache.put(key, 1)
            else:
                hits += 1
        curve.append(hits / len(trace))
    return curve


# ==== wrong: a list of pages, newest first | message must contain: slower than the input grows
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            index = stack.index(key)
            hits[index + 1] += 1
            del stack[index]
        stack.insert(0, key)
    curve, total = [], 0
    for count in hits:
        total += count
        curve.append(total / max(len(trace), 1))
    return curve


# ==== wrong: all requests since the last one are counted | message must contain: each page between them counts once
def hit_rate_curve(trace):
    latest, hits = {}, [0] * (len(set(trace)) + 1)
    for place, key in enumerate(trace):
        if key in latest and place - latest[key] < len(hits):
            hits[place - latest[key]] += 1
        latest[key] = place
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total / max(len(trace), 1))
    return curve


# ==== wrong: first requests hit | message must contain: first request for a page is counted as a hit
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        else:
            hits[1] += 1
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total / max(len(trace), 1))
    return curve


# ==== wrong: one capacity too low | message must contain: one capacity too low
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key)] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total / max(len(trace), 1))
    return curve


# ==== wrong: FIFO | message must contain: the curve of FIFO
def hit_rate_curve(trace):
    curve = [0.0]
    for capacity in range(1, len(set(trace)) + 1):
        pages, hits = [], 0
        for key in trace:
            if key in pages:
                hits += 1
            else:
                pages = (pages + [key])[-capacity:]
        curve.append(hits / len(trace))
    return curve


# ==== wrong: a list of pages, newest last, a set beside it | message must contain: slower than the input grows
from itertools import accumulate


def hit_rate_curve(trace):
    stack, seen, hits = [], set(), [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in seen:
            index = stack.index(key)
            hits[len(stack) - index] += 1
            del stack[index]
        seen.add(key)
        stack.append(key)
    return [total / max(len(trace), 1) for total in accumulate(hits)]


# ==== wrong: the set of the requests between | message must contain: slower than the input grows
from itertools import accumulate


def hit_rate_curve(trace):
    latest, hits = {}, [0] * (len(set(trace)) + 1)
    for place, key in enumerate(trace):
        if key in latest:
            hits[len(set(trace[latest[key] : place]))] += 1
        latest[key] = place
    return [total / max(len(trace), 1) for total in accumulate(hits)]


# ==== wrong: a walk along a dict | message must contain: slower than the input grows
from itertools import accumulate


def hit_rate_curve(trace):
    row, hits = {}, [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in row:
            for distance, other in enumerate(reversed(row), 1):
                if other == key:
                    break
            hits[distance] += 1
            del row[key]
        row[key] = None
    return [total / max(len(trace), 1) for total in accumulate(hits)]


# ==== wrong: not added up | message must contain: share of each stack distance alone
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    return [count / max(len(trace), 1) for count in hits]


# ==== wrong: no capacity 0 | message must contain: no entry for capacity 0
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits[1:]:
        total += count
        curve.append(total / max(len(trace), 1))
    return curve


# ==== wrong: shares of the repeated requests | message must contain: shares of the repeated requests
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total / max(sum(hits), 1))
    return curve


# ==== wrong: an empty trace divides by zero | message must contain: An empty trace makes it fail
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total / len(trace))
    return curve


# ==== wrong: the whole number 0 | message must contain: no floats
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(total and total / len(trace))
    return curve


# ==== wrong: rounded | message must contain: differs
def hit_rate_curve(trace):
    stack, hits = [], [0] * (len(set(trace)) + 1)
    for key in trace:
        if key in stack:
            hits[stack.index(key) + 1] += 1
            stack.remove(key)
        stack.insert(0, key)
    total, curve = 0, []
    for count in hits:
        total += count
        curve.append(round(total / max(len(trace), 1), 4))
    return curve
