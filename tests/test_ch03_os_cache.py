"""The references of ch03_os_cache against oracles that share no code with them."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from autograde.check import Outcome
from autograde.checks.ch03 import fifo
from autograde.checks.ch03.partition import at_most, few_misses
from autograde.checks.ch03.partition import misses as misses_of_the_checks
from autograde.paths import SOLUTIONS
from solutions import ch03_os_cache as ch03

traces = st.lists(st.integers(-2, 9), max_size=60)
capacities = st.integers(1, 6)


def library_hits(trace: Sequence[int], capacity: int) -> int:
    """Hits of functools.lru_cache."""
    read = functools.lru_cache(maxsize=capacity)(lambda key: key)
    for key in trace:
        read(key)
    return read.cache_info().hits


# --- LRUCache


class LRUCacheMachine(RuleBasedStateMachine):
    """The reference beside a row of pairs in a list."""

    @initialize(capacity=capacities)
    def start(self, capacity: int) -> None:
        self.capacity = capacity
        self.cache = ch03.LRUCache(capacity)
        self.row: list[tuple[int, int]] = []  # the newest first

    @rule(key=st.integers(-2, 7))
    def get(self, key: int) -> None:
        found = [pair for pair in self.row if pair[0] == key]
        self.row = found + [pair for pair in self.row if pair[0] != key]
        assert self.cache.get(key) == (found[0][1] if found else None)

    @rule(key=st.integers(-2, 7), value=st.integers(-2, 2))
    def put(self, key: int, value: int) -> None:
        self.row = [(key, value), *(pair for pair in self.row if pair[0] != key)]
        evicted = self.row.pop()[0] if len(self.row) > self.capacity else None
        assert self.cache.put(key, value) == evicted

    @invariant()
    def rows_agree(self) -> None:
        if hasattr(self, "cache"):
            assert self.cache.keys() == [key for key, _ in self.row]


TestLRUCache = LRUCacheMachine.TestCase


@given(traces, capacities)
def test_the_cache_hits_when_the_librarys_does(trace: list[int], capacity: int) -> None:
    cache, hits = ch03.LRUCache(capacity), 0
    for key in trace:
        hits += cache.get(key) is not None
        cache.put(key, 0)
    assert hits == library_hits(trace, capacity)


@pytest.mark.parametrize("capacity", [0, -1, -(10**12)])
def test_a_capacity_below_one_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        ch03.LRUCache(capacity)


def test_zero_is_a_key_and_a_value() -> None:
    cache = ch03.LRUCache(1)
    assert (cache.put(0, 0), cache.get(0), cache.put(1, 0), cache.get(0)) == (None, 0, 0, None)


# --- FIFO and LRU


@given(traces)
def test_the_given_functions_are_the_caches_that_they_are_named_after(trace: list[int]) -> None:
    assert sum(ch03.lru_hits(trace)) == library_hits(trace, 3)
    came_in: list[int] = []
    for key, hit in zip(trace, ch03.fifo_hits(trace), strict=True):
        held = came_in[-3:]
        assert hit is (key in held)
        came_in += [] if hit else [key]


def canonical_traces(length: int) -> list[list[int]]:
    """All traces up to the names of the keys: each new key is the smallest number not used yet."""
    found: list[list[int]] = [[]]
    for _ in range(length):
        found = [[*trace, key] for trace in found for key in range(len({*trace}) + 1)]
    return found


def test_no_trace_of_fewer_requests_breaks_a_fifo_cache() -> None:
    differ: Callable[[list[int]], bool] = lambda trace: ch03.fifo_hits(trace) != ch03.lru_hits(trace)  # noqa: E731
    shortest = next(n for n in range(10) if any(map(differ, canonical_traces(n))))
    assert shortest == fifo.FEWEST_REQUESTS == len(ch03.breaks_fifo_cache())
    assert differ(ch03.breaks_fifo_cache())


def test_either_cache_may_be_the_better_one() -> None:
    hits = {(sum(ch03.lru_hits(t)), sum(ch03.fifo_hits(t))) for t in canonical_traces(6)}
    assert any(lru > first for lru, first in hits) and any(lru < first for lru, first in hits)


# --- the hit rate at every capacity


@given(traces)
@example([])
@example([1, 2, 1, 1, 3, 2])
@example([*range(20)] * 3)
def test_the_curve_is_that_of_a_cache_for_each_capacity(trace: list[int]) -> None:
    curve = ch03.hit_rate_curve(trace)
    expected = [library_hits(trace, capacity) / (len(trace) or 1) for capacity in range(len({*trace}) + 1)]
    assert curve == pytest.approx(expected, rel=1e-12) and all(type(rate) is float for rate in curve)


@given(st.integers(0, 3), st.integers(200, 400), st.integers(20, 200))
def test_the_curve_of_a_long_trace(seed: int, length: int, distinct: int) -> None:
    trace = np.random.default_rng(seed).integers(0, distinct, length).tolist()
    curve = ch03.hit_rate_curve(trace)
    for capacity in {0, 1, distinct // 3, len(curve) // 2, len(curve) - 1}:
        assert curve[capacity] == pytest.approx(library_hits(trace, capacity) / length, rel=1e-12)


def test_the_cliff_of_a_loop() -> None:
    assert ch03.hit_rate_curve([*range(5)] * 4) == [0.0] * 5 + [15 / 20]


@given(traces)
def test_more_memory_never_hits_less(trace: list[int]) -> None:
    curve = ch03.hit_rate_curve(trace)
    assert curve == sorted(curve) and curve[0] == 0.0
    assert curve[-1] == pytest.approx((len(trace) - len({*trace})) / (len(trace) or 1))


# --- two servers

requests = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=40).filter(
    lambda pairs: {number for number, _ in pairs} == set(range(len({number for number, _ in pairs})))
)


def library_misses(pairs: Sequence[tuple[int, int]], capacity: int, servers: Sequence[int]) -> int:
    """Misses of two functools.lru_cache."""
    parts = [[page for number, page in pairs if servers[number] == server] for server in (0, 1)]
    return sum(len(part) - library_hits(part, capacity) for part in parts)


@given(requests, st.integers(1, 4))
@example([], 1)
def test_no_choice_has_fewer_misses(pairs: list[tuple[int, int]], capacity: int) -> None:
    servers = ch03.choose_partition(pairs, capacity)
    classes = len({number for number, _ in pairs})
    assert len(servers) == classes and {*servers} <= {0, 1} and all(type(server) is int for server in servers)
    costs = [library_misses(pairs, capacity, c) for c in itertools.product((0, 1), repeat=classes)]
    assert library_misses(pairs, capacity, servers) == min(costs)


@given(requests, st.integers(1, 4), st.lists(st.integers(0, 1), min_size=4, max_size=4))
def test_the_checks_count_misses_as_the_library_does(
    pairs: list[tuple[int, int]], capacity: int, servers: list[int]
) -> None:
    assert misses_of_the_checks(pairs, capacity, servers) == library_misses(pairs, capacity, servers)


def test_five_percent_more_misses_count_and_no_more() -> None:
    assert [at_most(best) for best in (0, 1, 19, 20, 39, 40, 100)] == [0, 1, 19, 21, 40, 42, 105]


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        ([0, 1, 0], ""),
        ([1, 0, 1], ""),
        ([0, 0, 0], "at most 7 misses; this choice has 9"),
        ([0, 1, 1], "at most 7 misses; this choice has 10"),
        ([0, 1], "a list of 3 servers"),
        ([0, 1, 2], "a list of 3 servers"),
        ([0, 1, -1], "a list of 3 servers"),
        ([0, True, 0], "a list of 3 servers"),
        ([0, 1.0, 0], "a list of 3 servers"),
        ([0, [], 0], "a list of 3 servers"),
    ],
)
def test_a_choice_is_judged_by_its_misses(servers: list[int], words: str) -> None:
    text = [(0, 1), (1, 8), (2, 1), (1, 9), (0, 2), (1, 7), (2, 2), (1, 6), (0, 1), (1, 5), (2, 2)]
    asked = few_misses((text, 2), Outcome(value=servers), Outcome(value=ch03.choose_partition(text, 2)))
    assert asked.startswith(words) and bool(asked) is bool(words)


# --- the text


def test_the_texts_examples_are_what_the_references_do() -> None:
    text = re.sub(
        r"^# ?", "", (SOLUTIONS / "ch03_os_cache.py").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    calls = re.findall(
        r"^cache\.(\w+)\(([\d, ]*)\) +(None|\d+|\[3, 1\])(?: {2,}(\d[ \d]*?))?(?: {3,}.*)?$", text, re.M
    )
    assert len(calls) == 6
    cache = ch03.LRUCache(2)
    for method, arguments, result, row in calls:
        assert repr(getattr(cache, method)(*eval(f"[{arguments}]"))) == result
        assert not row or row.split() == list(map(str, cache.keys()))
    assert "So the curve is 0/6, 1/6, 2/6, 3/6" in text
    assert ch03.hit_rate_curve([1, 2, 1, 1, 3, 2]) == [0 / 6, 1 / 6, 2 / 6, 3 / 6]
    (pairs,) = re.findall(r"^requests = (.*)$", text, re.MULTILINE)
    counts = [library_misses(eval(pairs), 2, servers) for servers in ([0, 1, 0], [0, 0, 0], [0, 1, 1])]
    assert "[0, 1, 0]    7 misses" in text and counts[0] == 7 < min(counts[1:])
