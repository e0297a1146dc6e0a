"""Calls of the methods of an LRUCache."""

from __future__ import annotations

from autograde.check import Arguments, Burst

FIRST_KEY = 10**6
Call = tuple[str, Arguments]


def get(key: int) -> Call:
    return "get", (key,)


def put(key: int, value: int = 7) -> Call:
    return "put", (key, value)


KEYS: Call = ("keys", ())


def puts(*keys: int) -> list[Call]:
    """Stores under each key; the value is ten times the key."""
    return [put(key, 10 * key) for key in keys]


def timed(n: int) -> Arguments:
    """Three evictions for each key of a full cache; then, by put and by get, the newest key again and again and the
    oldest quarter of the keys.

    A list walks along all keys for the newest or for the oldest, whichever end is which. Just above a third of a
    power of two, n leaves the most empty places of deleted keys in a plain dict.
    """
    keys = [*range(FIRST_KEY, FIRST_KEY + 4 * n)]
    older, newer = keys[-n : -n + n // 4], keys[-n + n // 4 :]
    again = [many_puts(newer[-1:] * len(older)), many_puts(older)]
    gets = [("get", (older[-1:] * len(older),)), ("get", (newer[: n // 4],))]
    return n, Burst([many_puts(keys), *again, *gets])


def many_puts(keys: list[int]) -> Call:
    return "put", (keys, [7] * len(keys))
