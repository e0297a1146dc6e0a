"""The cache engines against caches that are walked step by step, and the synthetic requests against Zipf's law."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.traffic import page_requests
from solutions.engines.caches import FIRST, lru_hits, stack_distances, two_list_hits

TRACES = st.lists(st.integers(-3, 12), max_size=60)


@settings(deadline=None)  # the first call compiles
@given(TRACES)
def test_a_distance_is_the_number_of_other_pages_in_between(trace: list[int]) -> None:
    for i, distance in enumerate(stack_distances(trace).tolist()):
        if trace[i] in trace[:i]:
            before = i - 1 - trace[:i][::-1].index(trace[i])
            assert distance == len(set(trace[before + 1 : i]))
        else:
            assert distance == FIRST


@settings(deadline=None)
@given(TRACES, st.integers(1, 14))
def test_the_hits_are_those_of_pythons_own_lru_cache(trace: list[int], capacity: int) -> None:
    calls: list[int] = []
    ask = lru_cache(maxsize=capacity)(calls.append)
    hits = []
    for page in trace:
        before = len(calls)
        ask(page)
        hits.append(len(calls) == before)
    assert lru_hits(trace, capacity).tolist() == hits


def test_a_cache_of_nothing_never_hits() -> None:
    assert not lru_hits([1, 1, 1], 0).any()


def walked(trace: list[int], capacity: int) -> list[bool]:
    """The two lists as plain lists, oldest first, word by word as they are described."""
    inactive: list[int] = []
    active: list[int] = []
    hits = []
    for page in trace:
        hits.append(page in inactive + active)
        if page in active:
            active = [one for one in active if one != page] + [page]
        elif page in inactive:
            inactive = [one for one in inactive if one != page]
            active = [*active, page]
            demoted = active[: max(0, len(active) - max(capacity // 2, 1))]
            active, inactive = active[len(demoted) :], inactive + demoted
        else:
            inactive = [*inactive, page]
        if len(inactive) + len(active) > capacity:
            inactive, active = (inactive[1:], active) if inactive else ([], active[1:])
    return hits


@given(TRACES, st.integers(1, 14))
def test_two_lists_do_what_they_say(trace: list[int], capacity: int) -> None:
    assert two_list_hits(trace, capacity).tolist() == walked(trace, capacity)


def test_two_lists_keep_what_was_asked_for_twice_through_a_scan() -> None:
    hot = [1, 2, 3, 1, 2, 3]
    trace = [*hot, *range(100, 200), *hot]
    assert two_list_hits(trace, 10)[-6:].all()
    assert not lru_hits(trace, 10)[-6:-3].any()


# Requests


def test_requests_follow_zipfs_law_and_their_seed() -> None:
    asked = page_requests(200_000, pages=1000, exponent=0.8)
    counts = np.sort(np.bincount(asked, minlength=1000))[::-1]
    shares = np.arange(1, 1001) ** -0.8
    expected = 200_000 * shares / shares.sum()
    for rank in (0, 9, 99):
        assert abs(counts[rank] - expected[rank]) < 5 * np.sqrt(expected[rank]) + 20
    assert np.array_equal(asked, page_requests(200_000, pages=1000, exponent=0.8))
    assert not np.array_equal(asked, page_requests(200_000, pages=1000, exponent=0.8, seed=1))


@given(st.integers(0, 50), st.integers(1, 20), st.floats(0, 3))
def test_every_request_names_a_page(requests: int, pages: int, exponent: float) -> None:
    asked = page_requests(requests, pages, exponent)
    assert len(asked) == requests and all(0 <= page < pages for page in asked.tolist())


def test_popular_pages_do_not_lie_side_by_side() -> None:
    ranks = np.argsort(np.bincount(page_requests(100_000, pages=100), minlength=100))[::-1]
    assert ranks[:10].tolist() != list(range(10))


def test_no_pages_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one page, not 0"):
        page_requests(5, 0)
