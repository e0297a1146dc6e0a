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


def timed_gets(n: int) -> Arguments:
    """A full cache; then the newest key again and again, then each key from the oldest on.

    A list walks along all keys for the one or for the other, whichever end is the newest.
    """
    keys = [*range(FIRST_KEY, FIRST_KEY + n)]
    return n, Burst([many_puts(keys), ("get", (keys[-1:] * n,)), ("get", (keys,))])


def timed_puts(n: int) -> Arguments:
    """Evictions, three for each key of a full cache; then the newest key and each from the oldest on, overwritten.

    Just above a third of a power of two, n leaves the most room for deleted keys in a plain dict of n keys.
    """
    keys = [*range(FIRST_KEY, FIRST_KEY + 4 * n)]
    return n, Burst([many_puts(keys), many_puts(keys[-1:] * (n // 2)), many_puts(keys[-n : -n // 2])])


def many_puts(keys: list[int]) -> Call:
    return "put", (keys, [7] * len(keys))
