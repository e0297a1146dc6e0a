"""Requests for pages: synthetic, with the popularity that real services show (Zipf)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EXPONENT = 0.8  # published figures for web traffic range from 0.6 to 1.03


def page_requests(
    requests: int, pages: int, exponent: float = EXPONENT, seed: int = 2009
) -> npt.NDArray[np.int64]:
    """Return the page numbers that requests ask for, 0 to pages - 1, each drawn on its own.

    The page of popularity rank r is asked for in proportion to 1 / r ** exponent; which page has which rank is
    shuffled. The same arguments give the same requests, as far as numpy keeps its random streams. Synthetic: real
    requests also come in bursts. O(requests log pages). Raises ValueError unless there is at least one page.

    >>> asked = np.bincount(page_requests(10_000, pages=100), minlength=100)
    >>> int(asked.sum()), bool(asked.max() > 5 * asked.min())
    (10000, True)
    """
    if pages < 1:
        raise ValueError(f"Requests need at least one page, not {pages}.")
    random = np.random.default_rng(seed)
    shares = np.cumsum(np.arange(1, pages + 1, dtype=np.float64) ** -exponent)
    ranks = np.searchsorted(shares, random.random(requests) * shares[-1], side="right")
    return random.permutation(pages)[np.minimum(ranks, pages - 1)]
