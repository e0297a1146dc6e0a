"""hit_rate_curve."""

from __future__ import annotations

import itertools
import random

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Growth
from autograde.checks import common
from solutions.ch03_os_cache import hit_rate_curve

LOOP = [*range(5)] * 6
MANY = [number * number % 1009 for number in range(3000)]  # 505 different keys
SKEWED = [number & -number for number in range(1, 2000)]  # half of all requests for one key


def stack_distances(trace: list[int]) -> list[int]:
    """The stack distance of each request, 0 for the first one of a key."""
    newest_first: list[int] = []
    distances = []
    for key in trace:
        distances.append(newest_first.index(key) + 1 if key in newest_first else 0)
        newest_first = [key, *(other for other in newest_first if other != key)]
    return distances


def rates(trace: list[int], distances: list[int]) -> list[float]:
    """The curve that follows from distances; 0 hits nowhere."""
    capacities = range(len({*trace}) + 1)
    hits = [sum(0 < distance <= capacity for distance in distances) for capacity in capacities]
    return [count / (len(trace) or 1) for count in hits]


def reuse_times(trace: list[int]) -> list[float]:
    """All requests since the last one for the same key are counted, repeated ones included."""
    places: dict[int, int] = {}
    distances = []
    for place, key in enumerate(trace):
        distances.append(place - places[key] if key in places else 0)
        places[key] = place
    return rates(trace, distances)


def fifo_curve(trace: list[int]) -> list[float]:
    return [fifo_hits(trace, capacity) / (len(trace) or 1) for capacity in range(len({*trace}) + 1)]


def fifo_hits(trace: list[int], capacity: int) -> int:
    pages: list[int] = []
    hits = 0
    for key in trace:
        hits += key in pages
        if key not in pages and capacity:
            pages = [*pages, key][-capacity:]
    return hits


def without_itself(trace: list[int]) -> list[float]:
    """The pages between two requests, without the requested one: distances are one too small."""
    seen: set[int] = set()
    counted = []
    for key, distance in zip(trace, stack_distances(trace), strict=True):
        counted.append(distance - 1 if key in seen else len({*trace}) + 1)
        seen.add(key)
    capacities = range(len({*trace}) + 1)
    return [sum(d <= capacity for d in counted) / (len(trace) or 1) for capacity in capacities]


def needs_more(trace: list[int]) -> list[float]:
    """A hit only where the capacity is above the distance."""
    curve = hit_rate_curve(trace)
    return [0.0, *curve[:-1]]


def without_zero(trace: list[int]) -> list[float]:
    return hit_rate_curve(trace)[1:]


def without_last(trace: list[int]) -> list[float]:
    return hit_rate_curve(trace)[:-1]


def one_each_request(trace: list[int]) -> list[float]:
    """Capacities up to the number of requests."""
    curve = hit_rate_curve(trace)
    return curve + curve[-1:] * (len(trace) + 1 - len(curve))


def hits_cold(trace: list[int]) -> list[float]:
    """The first request for a page is a hit, too."""
    cold = len({*trace}) / (len(trace) or 1)
    return [0.0, *(rate + cold for rate in hit_rate_curve(trace)[1:])]


def of_warm_requests(trace: list[int]) -> list[float]:
    """First requests are left out of the count of requests."""
    warm = len(trace) - len({*trace})
    return [rate * len(trace) / (warm or 1) for rate in hit_rate_curve(trace)]


def miss_rates(trace: list[int]) -> list[float]:
    return [1 - rate for rate in hit_rate_curve(trace)]


def counts(trace: list[int]) -> list[int]:
    return [round(rate * len(trace)) for rate in hit_rate_curve(trace)]


def percent(trace: list[int]) -> list[float]:
    return [100 * rate for rate in hit_rate_curve(trace)]


def of_one_distance(trace: list[int]) -> list[float]:
    """The share of each distance alone, not summed up."""
    curve = hit_rate_curve(trace)
    return [0.0, *(after - before for before, after in itertools.pairwise(curve))]


def growing(n: int) -> Arguments:
    """n requests for n / 4 different keys: all of them first; then one for the oldest, three for rather new ones.

    Whichever end of a list is the newest, a search along it is long for the one or for the others.
    """
    draw = random.Random(n)
    keys = [10**6 + 3 * number for number in range(n // 4)]
    trace = [*keys]
    for key in keys:
        trace.append(key)
        trace += [trace[-1 - draw.randrange(n // 64)] for _ in range(3)]
    return (trace[:n],)


HIT_RATE_CURVE = Exercise(
    "hit_rate_curve",
    examples=common.one_each([[1, 2, 1, 1, 3, 2], [1, 2, 1, 1], [], [4], [4, 4], [0, -1, 0]]),
    checks=[
        Check(
            "stack distances of short traces",
            points=1.5,
            edges=common.one_each(
                [
                    [1, 1, 2],
                    [1, 2, 1],
                    [1, 2, 2, 1],
                    [5, 5, 5],
                    [1, 2, 3, 1, 2, 3],
                    [1, 2, 3, 3, 2, 1],
                    [7, 8, 8, 8, 7, 9],
                    [0, -1, 10**12, 0, 10**12, -1],
                ]
            ),
            strategy=st.tuples(st.lists(st.integers(0, 4), min_size=1, max_size=12)),
        ),
        Check(
            "long traces, loops, traces without a hit",
            points=1,
            edges=common.one_each([[1, 2], [3, 1, 2], [], LOOP, [*range(300)], SKEWED, MANY]),
            strategy=st.tuples(st.lists(st.integers(0, 30), min_size=30, max_size=200)),
            count=20,
        ),
        Growth(
            "time grows in step with the number of requests, however many keys differ",
            points=2.5,
            make=growing,
            sizes=(1000, 2400, 5600, 13000, 32000),
            hints=[
                "How many keys does one request look at when there are n of them?",
                "Mark the place of each key's latest request. Count the marks from there on with bisect in a sorted "
                "list, or with a Fenwick tree.",
            ],
        ),
    ],
    causes=[
        Cause(
            "The rates are no floats.",
            ["What does type(rates[0]) say?", "Divide each count by len(trace), a count of 0 as well."],
            when=lambda _arguments, got, _expected: (
                isinstance(got.value, list)
                and any(type(rate) is not float for rate in got.value)
                and {*map(type, got.value)} <= {int, float}
                and max(got.value, default=0) <= 1
            ),
        ),
        Cause(
            "These are counts of hits; shares of all requests are asked for.",
            ["What is the largest share that there can be?", "Divide each count by len(trace)."],
            like=counts,
        ),
        Cause(
            "These are percentages; shares from 0.0 to 1.0 are asked for.",
            ["What is the share of one request in four?", "Divide by len(trace), and leave it at that."],
            like=percent,
        ),
        Cause(
            "An empty trace makes it fail; its curve is [0.0].",
            ["What is divided by the number of requests?", "Return [0.0] when there are no requests."],
            when=lambda arguments, got, _expected: arguments == ([],) and got.error is not None,
        ),
        Cause(
            "The curve of an empty trace is [0.0]: a capacity of 0, no hit.",
            [
                "Which capacities are there when there are no pages?",
                "Return [0.0] when there are no requests.",
            ],
            when=lambda arguments, got, _expected: arguments == ([],) and got.value == [],
        ),
        Cause(
            "The curve has no entry for capacity 0.",
            ["What is at index 0 of the curve?", "Start with the rate of a cache that holds nothing: 0.0."],
            like=without_zero,
        ),
        Cause(
            "The curve has no entry for the largest capacity, at which all pages fit.",
            ["How many numbers are there from 0 to 3?", "The capacities are range(distinct + 1)."],
            like=without_last,
        ),
        Cause(
            "The curve goes on beyond the capacity at which all pages fit.",
            ["How many different pages are there?", "Count keys, not requests: len(set(trace)) + 1 entries."],
            like=one_each_request,
        ),
        Cause(
            "These are miss rates.",
            ["Does the curve rise with the capacity?", "Count the requests that hit."],
            like=miss_rates,
        ),
        Cause(
            "The first request for a page is counted as a hit; the cache starts empty.",
            [
                "Where does a page come from that was never asked for?",
                "Leave first requests out of the hits.",
            ],
            like=hits_cold,
        ),
        Cause(
            "The rates are shares of the repeated requests; first requests count as requests, too.",
            ["How many requests are there in all?", "Divide by len(trace)."],
            like=of_warm_requests,
        ),
        Cause(
            "It is the share of each stack distance alone; a larger cache has all hits of the smaller ones, too.",
            [
                "Does a request with distance 2 hit in a cache of 3 pages?",
                "Add up: itertools.accumulate(hits).",
            ],
            like=of_one_distance,
        ),
        Cause(
            "The curve lies one capacity too low: the requested page itself is not counted.",
            [
                "Which capacity is enough for a page that is asked for twice in a row?",
                "Its stack distance is 1.",
            ],
            like=without_itself,
        ),
        Cause(
            "The curve lies one capacity too high.",
            [
                "Does a request with distance 2 hit in a cache of 2 pages?",
                "It hits where distance <= capacity.",
            ],
            like=needs_more,
        ),
        Cause(
            "It counts all requests since the last one for the page; each page between them counts once.",
            [
                "How much room do two requests for one page take?",
                "Count different keys, by their latest requests.",
            ],
            like=reuse_times,
        ),
        Cause(
            "It is the curve of FIFO: a hit does not refresh the page.",
            ["What does a hit change in the order of the pages?", "A page that is used becomes the newest."],
            like=fifo_curve,
        ),
    ],
)
