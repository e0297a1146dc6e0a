"""choose_partition: judged by the misses that its choice causes, as many choices may be right."""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Outcome

Requests = list[tuple[int, int]]


def misses(requests: Requests, capacity: int, servers: Sequence[int]) -> int:
    """How many requests miss when each class goes to its server?"""
    caches: tuple[OrderedDict[int, None], ...] = (OrderedDict(), OrderedDict())
    count = 0
    for number, page in requests:
        cache = caches[servers[number]]
        count += page not in cache
        cache[page] = None
        cache.move_to_end(page)
        if len(cache) > capacity:
            cache.popitem(last=False)
    return count


def at_most(best: int) -> int:
    """The most misses that still count: 5 % more than the best choice has."""
    return best * 21 // 20


def few_misses(arguments: Arguments, got: Outcome, expected: Outcome) -> str:
    """What is asked for instead of a choice with too many misses."""
    requests, capacity = arguments
    if not is_choice(got, expected):
        return f"a list of {len(expected.value)} servers, each 0 or 1"
    limit = at_most(misses(requests, capacity, expected.value))
    own = misses(requests, capacity, got.value)
    return "" if own <= limit else f"at most {limit} misses; this choice has {own}"


def is_choice(got: Outcome, expected: Outcome) -> bool:
    """Is there a server for each class?"""
    is_list = type(got.value) is list and len(got.value) == len(expected.value)
    return is_list and all(type(server) is int and server in (0, 1) for server in got.value)


def classes_of(requests: Requests) -> list[int]:
    return sorted({number for number, _ in requests})


def choices(requests: Requests) -> list[tuple[int, ...]]:
    """All choices, those with class 0 on server 0 first: the others are their mirror images."""
    return list(itertools.product((0, 1), repeat=len(classes_of(requests))))


def heaviest_first(weights: Sequence[int]) -> list[int]:
    """Each class, the heaviest first, goes to the server that has less weight so far."""
    loads, servers = [0, 0], [0] * len(weights)
    for number in sorted(range(len(weights)), key=lambda number: -weights[number]):
        servers[number] = loads.index(min(loads))
        loads[servers[number]] += weights[number]
    return servers


def balances_requests(requests: Requests, _capacity: int) -> list[int]:
    counts = Counter(number for number, _ in requests)
    return heaviest_first([counts[number] for number in classes_of(requests)])


def balances_pages(requests: Requests, _capacity: int) -> list[int]:
    counts = Counter(number for number, _ in set(requests))
    return heaviest_first([counts[number] for number in classes_of(requests)])


def alternates(requests: Requests, _capacity: int) -> list[int]:
    return [number % 2 for number in classes_of(requests)]


def counts_different_pages(requests: Requests, capacity: int) -> list[int]:
    """The fewest pages that do not fit, whatever the order of the requests."""

    def excess(servers: Sequence[int]) -> int:
        held = [{page for number, page in requests if servers[number] == server} for server in (0, 1)]
        return sum(max(len(pages) - capacity, 0) for pages in held)

    fewest = min(choices(requests), key=excess)
    return list(fewest)


def class_by_class(requests: Requests, capacity: int) -> list[int]:
    """Each class goes to the better server for the classes so far; none is moved later."""
    servers: list[int] = []
    for number in classes_of(requests):
        so_far = [request for request in requests if request[0] <= number]
        servers.append(min((0, 1), key=lambda server: misses(so_far, capacity, [*servers, server])))
    return servers


def splits_as(twin: Callable[[Requests, int], list[int]]) -> Callable[[Arguments, Outcome, Outcome], bool]:
    """Return the question: does the answer split the classes as a twin does, whichever server is called 0?"""

    def question(arguments: Arguments, got: Outcome, expected: Outcome) -> bool:
        servers = twin(*arguments)
        return is_choice(got, expected) and got.value in (servers, [1 - server for server in servers])

    return question


def in_turn(*classes: Sequence[int]) -> Requests:
    """Requests of several classes, one of each in turn, until all pages have been asked for.

    >>> in_turn([1], [8, 9])
    [(0, 1), (1, 8), (1, 9)]
    """
    turns = range(max(map(len, classes)))
    return [(number, own[turn]) for turn in turns for number, own in enumerate(classes) if turn < len(own)]


def woven(*pages: Sequence[int], rounds: int) -> Requests:
    """Requests of several classes in turn, each class through its own pages again and again.

    >>> woven([1], [8, 9], rounds=2)
    [(0, 1), (1, 8), (0, 1), (1, 9)]
    """
    return in_turn(*((list(own) * rounds)[:rounds] for own in pages))


PEOPLE, NEWS, SHOP, OLD = [1, 2, 3], [4, 5], [6, 7, 8], [*range(100, 200)]
TEXT = [(0, 1), (1, 8), (2, 1), (1, 9), (0, 2), (1, 7), (2, 2), (1, 6), (0, 1), (1, 5), (2, 2)]

TURNED = [({0: 0, 1: 2, 2: 1}[number], page) for number, page in TEXT]  # classes 0 and 1 read alike
PAGE_0 = [
    (0, 2),
    (2, 1),
    (1, 0),
    (0, 2),
    (2, 0),
    (0, 1),
    (0, 0),
    (0, 0),
    (1, 2),
    (2, 0),
    (2, 0),
]  # its hits decide

# Each is the first on which one wrong way of choosing fails, and no way before it chooses the same.
ONE_SERVER = (in_turn([1] * 3, [2] * 3), 1)
ALTERNATING = (in_turn([1, 2, 3, 4, 1, 2, 3, 4, 1, 2], [1] * 6, [6, 7, 8] * 3, [6, 7] * 4), 4)
EVEN_REQUESTS = (in_turn([1, 2] * 5, [1] * 8, [5, 6, 7, 5, 6]), 3)
EVEN_PAGES = (in_turn([1, 2, 3] * 2, [1, 2, 3] * 2, [5] * 8), 3)
DIFFERENT_PAGES = (in_turn([5], [9, 10], [5, 6], [5]), 3)
CLASS_BY_CLASS = (in_turn([9, 10], [1, 1], [9, 9]), 2)
FIFO = (in_turn([1, 1], [9, 10, 9, 10], [5, 5]), 2)

request = st.tuples(st.integers(0, 3), st.integers(0, 5))


def renumbered(requests: Requests) -> Requests:
    """Leave no class out."""
    numbers = {number: place for place, number in enumerate(classes_of(requests))}
    return [(numbers[number], page) for number, page in requests]


CHOOSE_PARTITION = Exercise(
    "choose_partition",
    examples=[
        (TEXT, 2),
        ([(0, 1), (1, 8), (0, 1), (1, 9), (0, 1)], 1),
        ([], 3),
        ([(0, 1), (0, 2)], 1),
        (TURNED, 2),
        (PAGE_0, 2),
    ],
    checks=[
        Check(
            "few misses with a few classes",
            points=1,
            edges=[
                ONE_SERVER,
                ALTERNATING,
                EVEN_REQUESTS,
                EVEN_PAGES,
                DIFFERENT_PAGES,
                CLASS_BY_CLASS,
                FIFO,
                (PAGE_0, 2),
                ([], 2),
                ([(0, 0), (0, 0)], 1),
            ],
        ),
        Check(
            "few misses with up to eight classes",
            points=1,
            edges=[
                ([], 1),
                (woven(PEOPLE, OLD, OLD[50:], rounds=12), 3),
                (woven(PEOPLE, PEOPLE, SHOP, SHOP, rounds=9), 3),
                (woven(PEOPLE, SHOP, PEOPLE, NEWS, SHOP, PEOPLE, [1, 6], rounds=12), 4),
                (woven(PEOPLE, OLD, SHOP, NEWS, OLD[50:], PEOPLE, [4, 5, 6], [2, 3], rounds=12), 4),
            ],
            strategy=st.tuples(st.lists(request, min_size=4, max_size=40).map(renumbered), st.integers(1, 3)),
            count=30,
        ),
    ],
    causes=[
        Cause(
            "The list has not one server for each class.",
            [
                "How many classes are there, and how many entries?",
                "Return one 0 or 1 for each class, class 0 first.",
            ],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, list) and len(got.value) != len(expected.value)
            ),
        ),
        Cause(
            "The list holds something else than the integers 0 and 1.",
            ["Which servers are there?", "Return one 0 or 1 for each class, class 0 first."],
            when=lambda _arguments, got, expected: (
                isinstance(got.value, list) and not is_choice(got, expected)
            ),
        ),
        Cause(
            "No requests make it fail; they have no classes: [].",
            ["What is the largest class when there is none?", "Return [] when there are no requests."],
            when=lambda arguments, got, _expected: not arguments[0] and got.error is not None,
        ),
        Cause(
            "All classes are on one server: the memory of the other one is empty.",
            [
                "What does the second cache hold?",
                "Compare the misses of all choices, and take the choice with the fewest.",
            ],
            when=lambda _arguments, got, _expected: len({*got.value}) == 1,
        ),
        Cause(
            "It shares the requests evenly; what counts is which pages meet in one memory.",
            [
                "Which classes read the same pages?",
                "Compare choices by the misses that they cause, not by load.",
            ],
            when=splits_as(balances_requests),
        ),
        Cause(
            "It shares the pages evenly; what counts is which pages are asked for again, and how soon.",
            [
                "Does a page that is asked for once need a place?",
                "Compare choices by the misses that they cause.",
            ],
            when=splits_as(balances_pages),
        ),
        Cause(
            "It counts different pages only; the order of the requests decides which of them are evicted.",
            ["Does a page that is asked for once need a place?", "Run the requests through two LRU caches."],
            when=splits_as(counts_different_pages),
        ),
        Cause(
            "It sends the classes to the servers in turn, whatever they read.",
            ["Which classes read the same pages?", "Compare choices by the misses that they cause."],
            when=splits_as(alternates),
        ),
        Cause(
            "It places one class after the other and moves none later: a good start can be a bad end.",
            [
                "Does the best place of a class depend on classes that come later?",
                "Try all choices: itertools.product.",
            ],
            when=splits_as(class_by_class),
        ),
        Cause(
            "Another choice has fewer misses.",
            [
                "How many choices are there, and have you compared them all?",
                "Run each choice of itertools.product((0, 1), repeat=classes) through two fresh LRU caches.",
            ],
            when=lambda _arguments, got, expected: is_choice(got, expected),
        ),
    ],
    asks=few_misses,
    answers=lambda arguments: map(list, choices(arguments[0])),
)
