# title: A pool of processes, as an honest answer may use it
# wants: an answer by other processes; it is not there, and says so
# layer: seccomp: a submission is one process
import concurrent.futures


def gap(pair):
    return pair[1] - pair[0]


def gaps(ids):
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        return list(pool.map(gap, zip([0, *ids], ids)))
