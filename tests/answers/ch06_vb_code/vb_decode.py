# ==== right: split at the marked bytes
import re


def vb_decode(data):
    if data and not data[-1] & 0x80:
        raise ValueError("truncated")
    numbers = []
    for code in re.findall(rb"[\x00-\x7f]*[\x80-\xff]", data):
        value = 0
        for byte in code:
            value = value * 128 + byte % 128
        numbers.append(value)
    return numbers


# ==== right: a flag that says whether a number is open
def vb_decode(data: bytes) -> list[int]:
    numbers: list[int] = []
    value = 0
    is_open = False
    for byte in data:
        if byte < 128:
            value, is_open = 128 * value + byte, True
        else:
            numbers.append(128 * value + byte - 128)
            value, is_open = 0, False
    if is_open:
        raise ValueError("cut")
    return numbers


# ==== right: by index, ten times the work
def vb_decode(data):
    numbers = []
    for _ in range(5):
        numbers.clear()
        i = 0
        while i < len(data):
            value = 0
            while data[i] < 128:
                value = (value << 7) + data[i]
                i += 1
                if i == len(data):
                    raise ValueError
            numbers.append((value << 7) + data[i] - 128)
            i += 1
    return numbers


# ==== wrong: cut off the front | message must contain: slower than the input grows
def vb_decode(data):
    numbers, value = [], 0
    while data:
        byte, data = data[0], data[1:]
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
        elif not data:
            raise ValueError
    return numbers


# ==== wrong: pop from the front of a list | message must contain: slower than the input grows
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    rest, numbers, value = list(data), [], 0
    while rest:
        byte = rest.pop(0)
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: flag of BER | message must contain: without the high bit for the last one
def vb_decode(data):
    if data and data[-1] & 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte < 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: flag of BER, nothing refused | message must contain: without the high bit for the last one
def vb_decode(data):
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte < 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: least significant group first | message must contain: least significant one
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte & 128:
            numbers.append(value)
            value = shift = 0
    return numbers


# ==== wrong: truncated code passes | message must contain: cut off in the middle of a number passes
def vb_decode(data):
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: the rest becomes a number | message must contain: are made into a number
def vb_decode(data):
    numbers, value, is_open = [], 0, False
    for byte in data:
        value = value << 7 | byte & 127
        is_open = True
        if byte & 128:
            numbers.append(value)
            value, is_open = 0, False
    if is_open:
        numbers.append(value)
    return numbers


# ==== wrong: a rest of zeros is not seen | message must contain: 0 so far is not noticed
def vb_decode(data):
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    if value:
        raise ValueError
    return numbers


# ==== wrong: zero bytes are padding | message must contain: zero byte is skipped
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        if byte == 0:
            continue
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: needless zero groups are refused | message must contain: Needless zero groups are refused
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value, start = [], 0, True
    for byte in data:
        if start and byte == 0:
            raise ValueError("not canonical")
        start = bool(byte & 128)
        value = value << 7 | byte & 127
        if start:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: the number 0 is lost | message must contain: number 0 is dropped
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            if value:
                numbers.append(value)
            value = 0
    return numbers


# ==== wrong: the value is never reset | message must contain: does not start at 0 again
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
    return numbers


# ==== wrong: the flag stays in the number | message must contain: flag bit is added
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = (value << 7) + byte
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: the last byte of nothing | message must contain: No bytes make it fail
def vb_decode(data):
    if data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers


# ==== wrong: 64-bit arithmetic | message must contain: differs
def vb_decode(data):
    if data and data[-1] < 128:
        raise ValueError
    numbers, value = [], 0
    for byte in data:
        value = (value << 7 | byte & 127) & 0xFFFFFFFFFFFFFFFF
        if byte & 128:
            numbers.append(value)
            value = 0
    return numbers
