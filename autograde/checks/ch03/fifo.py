"""breaks_fifo_cache."""

from __future__ import annotations

from autograde.check import Breaks, Cause, Exercise
from autograde.forms import Form
from solutions.ch03_os_cache import fifo_hits, lru_hits

MOST_REQUESTS = 100
FEWEST_REQUESTS = 6  # three fill the cache, one refreshes, one evicts, one tells the difference


BREAKS_FIFO_CACHE = Exercise(
    "breaks_fifo_cache",
    checks=[
        Breaks(
            "the two caches differ",
            points=1,
            takes=Form(f"at most {MOST_REQUESTS} requests", most=MOST_REQUESTS),
            like=[],
            right="lru_hits",
            broken="fifo_hits",
        ),
        Breaks(
            "no shorter trace tells them apart",
            points=1,
            takes=Form("a shorter trace", most=FEWEST_REQUESTS),
            like=[],
            right="lru_hits",
            broken="fifo_hits",
        ),
    ],
    causes=[
        Cause(
            "It raises an error instead of returning a trace.",
            ["Does the cell run?", "Return the trace: return [1, 2, ...]."],
            when=lambda _arguments, got, _expected: got.error is not None,
        ),
        Cause(
            "The answer is no list.",
            ["What do both functions take?", "Return a list of keys, such as [1, 2, 3]."],
            when=lambda _arguments, got, _expected: not isinstance(got.value, list),
        ),
        Cause(
            "The trace holds something else than integers.",
            ["What is a request?", "Return a list of keys only, such as [1, 2, 3]."],
            when=lambda _arguments, got, _expected: any(type(key) is not int for key in got.value),
        ),
        Cause(
            "The trace has more than 100 requests.",
            ["How many pages fill the cache?", "Four different pages are enough."],
            when=lambda _arguments, got, _expected: len(got.value) > MOST_REQUESTS,
        ),
        Cause(
            "No page is ever evicted: a cache of three pages holds all that are asked for.",
            ["How many different pages does it take to fill the cache?", "Ask for a fourth page."],
            when=lambda _arguments, got, _expected: len({*got.value}) <= 3,
        ),
        Cause(
            "Both caches answer each request alike.",
            [
                "Which page does each cache evict, and who asks for it afterwards?",
                "Fill the cache, ask for its oldest page again, ask for a new page, then for a page that only one of "
                "the caches has given up.",
            ],
            when=lambda _arguments, got, _expected: fifo_hits(got.value) == lru_hits(got.value),
        ),
        Cause(
            "The caches differ, but a shorter trace tells them apart, too.",
            [
                "Which requests change nothing in either cache?",
                "Three requests fill the cache; then one to refresh, one to evict and one to see it are enough.",
            ],
            when=lambda _arguments, got, _expected: len(got.value) > FEWEST_REQUESTS,
        ),
    ],
)
