# title: A right answer that computes in threads
# wants: its points
# layer: none: an honest answer keeps its points
# pays: 3
import concurrent.futures


def gaps(ids):
    if any(b < a for a, b in zip([0, *ids], ids)):
        raise ValueError("they decrease")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda pair: pair[1] - pair[0], zip([0, *ids], ids)))
