# ==== right: a loop with the place of the head
def access_time(reads, seek_us, bytes_per_us):
    head = None
    seeks = 0
    size = 0
    for offset, length in reads:
        if head != offset:
            seeks += 1
        head = offset + length
        size += length
    return float(seeks * seek_us + size / bytes_per_us)


# ==== right: a sum over pairs of neighbours
import itertools


def access_time(reads, seek_us, bytes_per_us):
    if not reads:
        return 0.0
    jumps = 1 + sum(a[0] + a[1] != b[0] for a, b in itertools.pairwise(reads))
    return math.fsum([jumps * seek_us, *(length / bytes_per_us for _, length in reads)])


# ==== right: each read by itself
def cost(end, read, seek_us, bytes_per_us):
    return (0 if read[0] == end else seek_us) + read[1] / bytes_per_us


def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, -1
    for read in reads:
        total += cost(end, read, seek_us, bytes_per_us)
        end = read[0] + read[1]
    return total


# ==== wrong: only forward jumps seek | message must contain: A read that goes backwards
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, -1
    for offset, length in reads:
        total += (offset > end) * seek_us + length / bytes_per_us
        end = offset + length
    return total


# ==== wrong: the head starts at zero | message must contain: also when it starts at 0
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, 0
    for offset, length in reads:
        total += (offset != end) * seek_us + length / bytes_per_us
        end = offset + length
    return total


# ==== wrong: the first read has no seek | message must contain: The first read has no seek
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, None
    for offset, length in reads:
        if end is not None and offset != end:
            total += seek_us
        total += length / bytes_per_us
        end = offset + length
    return total


# ==== wrong: a seek for each read | message must contain: Each read has a seek
def access_time(reads, seek_us, bytes_per_us):
    return float(sum(seek_us + length / bytes_per_us for _, length in reads))


# ==== wrong: one seek for all | message must contain: Only the first read has a seek
def access_time(reads, seek_us, bytes_per_us):
    return float(bool(reads) * seek_us + sum(length for _, length in reads) / bytes_per_us)


# ==== wrong: compared with the start of the one before | message must contain: it counts where that ended
def access_time(reads, seek_us, bytes_per_us):
    total, last = 0.0, None
    for offset, length in reads:
        total += (offset != last) * seek_us + length / bytes_per_us
        last = offset
    return total


# ==== wrong: bytes times rate | message must contain: multiplied by the rate
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, -1
    for offset, length in reads:
        total += (offset != end) * seek_us + length * bytes_per_us
        end = offset + length
    return total


# ==== wrong: the end stays at the farthest byte | message must contain: not at the farthest byte
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, -1
    for offset, length in reads:
        total += (offset != end) * seek_us + length / bytes_per_us
        end = max(end, offset + length)
    return total


# ==== wrong: an int for no reads | message must contain: a float is asked for
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0, -1
    for offset, length in reads:
        total += (offset != end) * seek_us + length / bytes_per_us
        end = offset + length
    return total


# ==== wrong: sorted first, as an elevator would | message must contain: A read that goes backwards
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, -1
    for offset, length in sorted(reads):
        total += (offset != end) * seek_us + length / bytes_per_us
        end = offset + length
    return total
