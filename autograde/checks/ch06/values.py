"""Numbers and id lists that the exercises of ch06 are tried on."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

BORDERS = [0, 1, 127, 128, 129, 255, 256, 16383, 16384, 2**21 - 1, 2**21, 2**28, 2**32, 2**63]
WIDE = [2**64 - 1, 2**64, 2**70, 10**40]
MANY = [*range(100), *(i * i for i in range(9900))]  # 10,000 numbers of one to four bytes
FAR = [*range(5000), *range(5000, 2**40, 2**27)]  # 13,192 ids, strictly ascending

numbers = st.one_of(
    st.integers(0, 127), st.sampled_from(BORDERS), st.integers(0, 2**21), st.integers(0, 2**80)
)
small_ids = st.lists(st.integers(0, 9), max_size=8).map(sorted)
ids = st.lists(numbers, max_size=12).map(sorted)
tags = st.one_of(
    st.sampled_from(["perl", "검색", "検索エンジン", " a ", "a\r", "가" * 50]).map(str.encode),
    st.binary(min_size=1, max_size=20).filter(lambda tag: not {*tag} & {*b"\t\n"}),
)


def line(tag: bytes, ids: Iterable[int]) -> bytes:
    """A line of postings.

    >>> line(b"perl", [3, 5])
    b'perl\\t3,5'
    """
    return tag + b"\t" + b",".join(b"%d" % number for number in ids)


lines = st.lists(st.builds(line, tags, ids), max_size=4)
