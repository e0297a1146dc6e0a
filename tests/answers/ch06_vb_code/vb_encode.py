# ==== right: divmod and recursion
def vb_encode(numbers):
    return b"".join(one(number) for number in numbers)


def one(number):
    if number < 0:
        raise ValueError(number)
    high, low = divmod(number, 128)
    return high_part(high) + bytes([low + 128])


def high_part(number):
    if number == 0:
        return b""
    high, low = divmod(number, 128)
    return high_part(high) + bytes([low])


# ==== right: prepend, as the textbook does
def vb_encode(numbers):
    stream = []
    for number in numbers:
        if number < 0:
            raise ValueError("negative")
        groups = []
        while True:
            groups.insert(0, number % 128)
            if number < 128:
                break
            number //= 128
        groups[-1] += 128
        stream.extend(groups)
    return bytes(stream)


# ==== right: from the number's bit length
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        size = max(1, (n.bit_length() + 6) // 7)
        for place in range(size - 1, 0, -1):
            out.append(n >> 7 * place & 0x7F)
        out.append(n & 0x7F | 0x80)
    return bytes(out)


# ==== wrong: flag bits of BER, as Perl's pack w | message must contain: flag bit is on the wrong byte
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127]
        while n > 127:
            n >>= 7
            groups.append(n & 127 | 128)
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: least significant group first | message must contain: least significant group comes first
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        while n > 127:
            out.append(n & 127)
            n >>= 7
        out.append(n | 128)
    return bytes(out)


# ==== wrong: marked byte first, bytes reversed | message must contain: reverse order
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        out.append(n & 127 | 128)
        while n > 127:
            n >>= 7
            out.append(n & 127)
    return bytes(out)


# ==== wrong: zero has no bytes | message must contain: Zero gives no bytes
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = []
        while n:
            groups.append(n & 127)
            n >>= 7
        if groups:
            groups[0] |= 128
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: zero groups are dropped | message must contain: seven zero bits is dropped
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127 | 128]
        n >>= 7
        while n:
            if n & 127:
                groups.append(n & 127)
            n >>= 7
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: 128 in one byte | message must contain: seven bits end at 127
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127 | 128]
        while n > 128:
            n >>= 7
            groups.append(n & 127)
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: five groups are enough for 32 bits | message must contain: stops at 32 bits
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        n &= 0xFFFFFFFF
        groups = [n & 127 | 128]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: struct's fixed width | message must contain: four bytes a number
import struct


def vb_encode(numbers):
    return b"".join(struct.pack(">I", n) for n in numbers)


# ==== wrong: negative numbers pass | message must contain: negative number passes
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        groups = [n & 127 | 128]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: a negative number runs for ever | message must contain: was stopped
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        last = 128
        groups = []
        while n or last:
            groups.append(n & 127 | last)
            n >>= 7
            last = 0
            if len(groups) > 1000:
                groups.pop()
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: a list of bytes | message must contain: returns a list
def vb_encode(numbers):
    out = []
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127 | 128]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        out += reversed(groups)
    return out


# ==== wrong: a bytearray | message must contain: bytearray
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127 | 128]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        out += bytes(reversed(groups))
    return out


# ==== wrong: the bits as text | message must contain: returns a str
def vb_encode(numbers):
    if any(n < 0 for n in numbers):
        raise ValueError
    return " ".join(f"{n:08b}" for n in numbers)


# ==== wrong: a table of the printed examples | message must contain: None
def vb_encode(numbers):
    return {(5,): b"\x85", (130, 300): b"\x01\x82\x02\xac", (1000000,): b"\x3d\x04\xc0"}.get(tuple(numbers))


# ==== wrong: only the first 50 numbers | message must contain: differs
def vb_encode(numbers):
    out = bytearray()
    if any(n < 0 for n in numbers):
        raise ValueError
    for n in numbers[:50]:
        groups = [n & 127 | 128]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        out += bytes(reversed(groups))
    return bytes(out)


# ==== wrong: the flag bit on the first byte | message must contain: flag bit is on the wrong byte
def vb_encode(numbers):
    out = bytearray()
    for n in numbers:
        if n < 0:
            raise ValueError
        groups = [n & 127]
        while n > 127:
            n >>= 7
            groups.append(n & 127)
        groups[-1] |= 128
        out += bytes(reversed(groups))
    return bytes(out)
