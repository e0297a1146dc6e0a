# ==== right: sets, sorted
def intersect_vb(a, b):
    return sorted(set(ungaps(vb_decode(a))) & set(ungaps(vb_decode(b))))


# ==== right: a zipper over generators, both read to their end
def decoded(code):
    last = value = 0
    done = True
    for byte in code:
        value, done = value * 128 + byte % 128, byte >= 128
        if done:
            last += value
            value = 0
            yield last
    if not done:
        raise ValueError("truncated")


def intersect_vb(a: bytes, b: bytes) -> list[int]:
    left, right = decoded(a), decoded(b)
    one, other = next(left, None), next(right, None)
    found = []
    while one is not None and other is not None:
        if one == other:
            if not found or found[-1] != one:
                found.append(one)
            one = next(left, None)
        elif one < other:
            one = next(left, None)
        else:
            other = next(right, None)
    for _ in left:
        pass
    for _ in right:
        pass
    return found


# ==== right: a dictionary keeps the order
def intersect_vb(a, b):
    left, right = ungaps(vb_decode(a)), set(ungaps(vb_decode(b)))
    return [number for number in dict.fromkeys(left) if number in right]


# ==== wrong: in a list | message must contain: slower than the input grows
def intersect_vb(a, b):
    left, right = ungaps(vb_decode(a)), ungaps(vb_decode(b))
    return [number for number in dict.fromkeys(left) if number in right]


# ==== wrong: the order of a set | message must contain: not ascending
def intersect_vb(a, b):
    return list(set(ungaps(vb_decode(a))) & set(ungaps(vb_decode(b))))


# ==== wrong: ids that stand twice | message must contain: each common id comes once
def intersect_vb(a, b):
    left, right = ungaps(vb_decode(a)), set(ungaps(vb_decode(b)))
    return [number for number in left if number in right]


# ==== wrong: a zipper that keeps pairs | message must contain: each common id comes once
def intersect_vb(a, b):
    left, right = ungaps(vb_decode(a)), ungaps(vb_decode(b))
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            found.append(left[i])
            i, j = i + 1, j + 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return found


# ==== wrong: gaps intersected | message must contain: intersects the gaps
def intersect_vb(a, b):
    return sorted(set(vb_decode(a)) & set(vb_decode(b)))


# ==== wrong: either list | message must contain: ids of either list
def intersect_vb(a, b):
    return sorted(set(ungaps(vb_decode(a))) | set(ungaps(vb_decode(b))))


# ==== wrong: a truncated tail is not read | message must contain: cut off passes
def ids_of(code):
    last = value = 0
    for byte in code:
        value = value * 128 + byte % 128
        if byte >= 128:
            last, value = last + value, 0
            yield last


def intersect_vb(a, b):
    return sorted(set(ids_of(a)) & set(ids_of(b)))


# ==== wrong: an empty list makes it stumble | message must contain: without ids
def intersect_vb(a, b):
    left, right = iter(ungaps(vb_decode(a))), iter(ungaps(vb_decode(b)))
    one, other = next(left), next(right)
    found = []
    try:
        while True:
            if one == other:
                if one not in found[-1:]:
                    found.append(one)
                one = next(left)
            elif one < other:
                one = next(left)
            else:
                other = next(right)
    except StopIteration:
        return found


# ==== wrong: the last id of the shorter list | message must contain: stops too early
def intersect_vb(a, b):
    left, right = ungaps(vb_decode(a)), ungaps(vb_decode(b))
    found, i, j = [], 0, 0
    while i < len(left) - 1 and j < len(right) - 1:
        if left[i] == right[j] and left[i] not in found[-1:]:
            found.append(left[i])
        if left[i] <= right[j]:
            i += 1
        else:
            j += 1
    return found


# ==== wrong: 0 is taken for nothing | message must contain: id 0 is lost
def intersect_vb(a, b):
    left, right = set(ungaps(vb_decode(a))), set(ungaps(vb_decode(b)))
    return sorted(number for number in left if number and number in right)
