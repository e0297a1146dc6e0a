# ==== right: numpy alone, by position in the number
import numpy as np


def vb_decode_fast(data):
    raw = np.frombuffer(data, dtype=np.uint8)
    if raw.size == 0:
        return np.empty(0, dtype=np.uint64)
    if raw[-1] < 128:
        raise ValueError("truncated")
    ends = np.flatnonzero(raw >= 128)
    lengths = np.diff(ends, prepend=-1)
    place = np.repeat(ends, lengths) - np.arange(raw.size)
    group = (raw & 127).astype(np.uint64)
    if np.any((place > 9) & (group > 0)) or np.any((place == 9) & (group > 1)):
        raise ValueError("64 bits")
    parts = np.where(place > 9, np.uint64(0), group << (7 * np.minimum(place, 9)).astype(np.uint64))
    return np.bitwise_or.reduceat(parts, ends - lengths + 1)


# ==== right: the slow decoder in an array
import numpy as np


def vb_decode_fast(data):
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return np.array(numbers, dtype=np.uint64)


# ==== right: numba with a branch, compiled when the cell runs
import numpy as np


def vb_decode_fast(data):
    from numba import njit

    global compiled
    if compiled is None:
        compiled = njit(loop)
    out = np.empty(len(data), dtype=np.uint64)
    count = compiled(np.frombuffer(data, dtype=np.uint8), out)
    if count < 0 or (data and data[-1] < 128):
        raise ValueError
    return out[:count]


compiled = None


def loop(raw, out):
    count = 0
    value = np.uint64(0)
    for byte in raw:
        if value > np.uint64((1 << 57) - 1):
            return -1
        value = (value << np.uint64(7)) | np.uint64(byte & 127)
        if byte >= 128:
            out[count] = value
            count += 1
            value = np.uint64(0)
    return count


# ==== wrong: signed numbers | message must contain: another dtype
import numpy as np


def vb_decode_fast(data):
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return np.array(numbers, dtype=np.uint64).astype(np.int64)


# ==== wrong: a list | message must contain: returns a list
def vb_decode_fast(data):
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return numbers


# ==== wrong: numpy chooses the dtype | message must contain: another dtype
import numpy as np


def vb_decode_fast(data):
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return np.array(numbers)


# ==== wrong: high bits are lost | message must contain: loses its high bits silently
import numpy as np


def vb_decode_fast(data):
    return np.array([number % 2**64 for number in vb_decode(data)], dtype=np.uint64)


# ==== wrong: cut off code passes | message must contain: cut off in the middle of a number passes
import numpy as np


def vb_decode_fast(data):
    while data and data[-1] < 128:
        data = data[:-1]
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return np.array(numbers, dtype=np.uint64)


# ==== wrong: a place for each byte | message must contain: places that hold no number
import numpy as np


def vb_decode_fast(data):
    numbers = vb_decode(data)
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    out = np.zeros(len(data), dtype=np.uint64)
    out[: len(numbers)] = numbers
    return out


# ==== wrong: more than ten bytes are refused | message must contain: are refused
import numpy as np


def vb_decode_fast(data):
    numbers, value, used = [], 0, 0
    if data and data[-1] < 128:
        raise ValueError
    for byte in data:
        value, used = value << 7 | byte & 127, used + 1
        if used > 10 or value >= 2**64:
            raise ValueError
        if byte >= 128:
            numbers.append(value)
            value = used = 0
    return np.array(numbers, dtype=np.uint64)


# ==== wrong: zero groups are lost | message must contain: zero byte is skipped
import numpy as np


def vb_decode_fast(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers = vb_decode(data.replace(b"\x00", b""))
    if any(number >= 2**64 for number in numbers):
        raise ValueError
    return np.array(numbers, dtype=np.uint64)


# ==== wrong: a package that is not allowed | message must contain: graded code may import
def vb_decode_fast(data):
    import pandas

    return pandas.Series(vb_decode(data), dtype="uint64").to_numpy()
