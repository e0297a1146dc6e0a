"""LRUCache."""

from __future__ import annotations

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Growth, Steps
from autograde.checks import common
from autograde.checks.ch03 import lru_twins as twins
from autograde.checks.ch03.lru_calls import KEYS, Call, get, put, puts, timed

numbers = st.one_of(st.integers(0, 4), st.sampled_from([-1, 10**12]))
put_calls = st.builds(put, numbers, st.integers(-1, 3))
calls = st.one_of(put_calls, put_calls, st.builds(get, numbers), st.just(KEYS))


def steps(call: st.SearchStrategy[Call], most: int = 20) -> st.SearchStrategy[Arguments]:
    """A cache of a few keys, and calls."""
    return st.tuples(st.integers(1, 4), st.lists(call, min_size=1, max_size=most).map(Steps))


# Both mistakes look alike from outside: None comes where an evicted key should.
NO_EVICTION = "The cache is full, and no evicted key comes from put: it holds one too many, or does not tell."
NO_EVICTION_HINTS = [
    "How many keys are there after this put, and how many may there be?",
    "Evict as soon as there are more keys than the capacity, and return the key that has gone.",
]

LRU_CACHE = Exercise(
    "LRUCache",
    examples=[
        (3, Steps([put(1, 10), put(2, 20), put(3, 30), get(1), put(1, 11), get(3), put(4, 40)])),
        (2, Steps([put(1, 10), put(2, 20), get(1), put(3, 30), get(2), KEYS])),
        (2, Steps([put(1, 10), put(2, 20), put(1, 11), KEYS, get(1), put(3, 30)])),
        (3, Steps([put(0, 0), get(0), put(5, 1), put(6, 1), put(7, 1)])),
        (2, Steps([put(1, 0), put(-2, 20), get(1), put(3, 30), KEYS])),
        (1, Steps([put(4, 40), put(5, 50), get(4), KEYS])),
        (0, Steps([KEYS])),
        (-1, Steps([KEYS])),
    ],
    checks=[
        Check(
            "put evicts the oldest key and tells which",
            points=1,
            edges=[
                (2, Steps(puts(4, 6, 5))),
                (1, Steps(puts(3, 8, 9))),
                (3, Steps(puts(9, 8, 7, 6, 5))),
                (2, Steps([put(0, 5), put(-1, 5), put(3, 5), put(4, 0), put(0, 0), put(6, 1)])),
                (50, Steps(puts(*range(100, 200)))),
            ],
            strategy=steps(st.builds(put, st.integers(0, 40), st.integers(-1, 3))),
            count=20,
        ),
        Check(
            "storing a key again replaces its value, refreshes it and evicts nothing",
            points=1,
            edges=[
                (2, Steps([put(1, 1), put(2, 2), put(1, 3), put(5, 5)])),
                (1, Steps([put(4, 1), put(4, 2), put(5, 3)])),
                (3, Steps([*puts(1, 2, 3), put(2, 9), *puts(4, 5, 6)])),
                (2, Steps([put(8, 1), put(8, 0), get(8), put(9, 2), put(7, 3)])),
            ],
            strategy=steps(put_calls),
            count=25,
        ),
        Check(
            "get finds the value and refreshes the key",
            points=1,
            edges=[
                (2, Steps([put(5, 50), get(5)])),
                (2, Steps([put(5, 0), get(5), put(-1, -2), get(-1)])),
                (2, Steps([*puts(1, 2), get(1), put(3, 30), get(2), get(1)])),
                (3, Steps([*puts(1, 2, 3), get(2), get(1), get(9), *puts(4, 5, 6)])),
                (2, Steps([*puts(1, 2), get(7), get(8), put(3, 0), get(3), put(4, 0), put(5, 0)])),
                (40, Steps([*puts(*range(40)), *map(get, range(0, 40, 3)), *puts(*range(50, 90))])),
            ],
            strategy=steps(st.one_of(put_calls, st.builds(get, numbers))),
            count=30,
        ),
        Check(
            "keys lists the newest first",
            points=0.5,
            edges=[
                (3, Steps([*puts(2, 5, 4), KEYS])),
                (3, Steps([*puts(6, 5, 4, 9), KEYS, KEYS, put(7, 1), KEYS])),
                (2, Steps([*puts(1, 3), KEYS, put(2, 2), put(4, 4)])),
            ],
            strategy=steps(st.one_of(st.builds(put, st.integers(0, 99)), st.just(KEYS)), 12).filter(
                lambda arguments: ("keys", ()) in arguments[1].calls
            ),
            count=20,
        ),
        Check(
            "all methods together",
            points=0.5,
            edges=[(2, Steps([*puts(3, 1), get(3), KEYS, put(2, 5), put(3, 0), get(1), KEYS]))],
            strategy=steps(calls, 30),
            count=30,
        ),
        Check(
            "a capacity below 1 is refused",
            points=0.5,
            edges=[(capacity, Steps([put(5, 50), put(6, 60)])) for capacity in (0, 1, -1, 2, -7)],
            strategy=st.tuples(st.integers(-3, 3), st.just(Steps(puts(7, 8, 9)))),
            count=10,
        ),
        Growth(
            "get and put take constant time",
            points=1.5,
            make=timed,
            sizes=(700, 1400, 2800, 5600, 11200),
            hints=[
                "How many keys, or empty places, does one get or one put walk over in a cache of n keys?",
                "A list walks along its keys in `in`, index and remove; min looks at all of them; in a plain dict "
                "next(iter(d)) walks over the places of deleted keys. OrderedDict.move_to_end and "
                "popitem(last=False) take one step.",
            ],
        ),
    ],
    causes=[
        Cause(
            "A negative capacity passes.",
            ["Is 0 the only capacity that makes no sense?", "Compare with < 1, not with == 0."],
            when=lambda arguments, got, expected: (
                arguments[0] < 0 and common.accepted(arguments, got, expected)
            ),
        ),
        Cause(
            "A capacity below 1 passes.",
            [
                "How many keys can a cache of capacity 0 hold?",
                "Raise ValueError in __init__ for capacity < 1.",
            ],
            when=common.accepted,
        ),
        Cause(
            "A capacity of 1 is refused; a cache of one key is a cache.",
            ["Which is the smallest capacity that makes sense?", "Compare with < 1."],
            like=twins.RefusesOne,
        ),
        Cause(
            "A missing key raises KeyError; None is asked for.",
            [
                "What does a dict do with a key that it lacks?",
                "Return None when the key is not in the cache.",
            ],
            when=lambda arguments, got, expected: (
                common.raised("KeyError")(arguments, got.last(), expected)
                and arguments[-1].calls[-1][0] == "get"
            ),
        ),
        Cause(
            "A key that is 0 counts as absent: put returns None when it evicts 0.",
            ["Is 0 true or false?", "Compare with `is None`; do not ask whether the key is true."],
            like=twins.MissesZeroKeys,
        ),
        Cause(
            "A value that is 0 counts as absent: get returns None for it.",
            ["Is 0 true or false?", "Ask whether the key is in the cache, not whether its value is true."],
            like=twins.MissesZeroValues,
        ),
        Cause(
            "A value that is 0 counts as absent: a get that finds it does not refresh the key.",
            ["Is 0 true or false?", "Ask whether the key is in the cache, not whether its value is true."],
            like=twins.RefreshesTrueValues,
        ),
        Cause(
            "A get does not refresh the key: it stays as old as it was.",
            [
                "Where in the row is a key after a get?",
                "Move the key to the newest end before get returns its value.",
            ],
            like=twins.GetDoesNotRefresh,
        ),
        Cause(
            "Storing a key again does not refresh it.",
            [
                "Where in the row is a key that is stored again?",
                "Move the key to the newest end in put, too.",
            ],
            like=twins.OverwritingDoesNotRefresh,
        ),
        Cause(
            "It evicts the key that came in first: neither get nor put refreshes a key. That is FIFO.",
            [
                "What has to happen in the row when a key is used?",
                "Move the key to the newest end in get and in put.",
            ],
            like=twins.NeverRefreshes,
        ),
        Cause(
            "Storing a key again evicts another one, though no place is needed.",
            [
                "How many keys are there after a key is stored again?",
                "Evict only when there are more keys than places.",
            ],
            like=twins.OverwritingEvicts,
        ),
        Cause(
            "Storing a key again returns that key; nothing is evicted, so None is asked for.",
            ["Did the key leave the cache?", "Return a key only when it has gone."],
            like=twins.OverwritingTellsTheKey,
        ),
        Cause(
            "Storing a key again keeps the old value.",
            [
                "What does get find after the second put?",
                "Assign the value in any case: values[key] = value.",
            ],
            like=twins.KeepsTheOldValue,
        ),
        Cause(
            "It evicts the newest key; the oldest has to go.",
            [
                "Which key was not used for the longest time?",
                "OrderedDict.popitem takes the last item; popitem(last=False) takes the first.",
            ],
            like=twins.EvictsTheNewest,
        ),
        Cause(
            "The value that is evicted comes from put; the key is asked for.",
            [
                "What can the caller do with a key, and what with a value?",
                "popitem gives a pair: return its first part.",
            ],
            like=twins.TellsTheValue,
        ),
        Cause(
            "A pair comes from put; only the key that is evicted is asked for.",
            ["What does popitem give?", "Return the first part of the pair."],
            like=twins.TellsKeyAndValue,
        ),
        Cause(
            "The key that is stored comes from put; the key that is evicted is asked for.",
            ["Which key has gone?", "Return the evicted key, or None when no key had to go."],
            like=twins.TellsTheStoredKey,
        ),
        Cause(NO_EVICTION, NO_EVICTION_HINTS, like=twins.TellsNothing),
        Cause(NO_EVICTION, NO_EVICTION_HINTS, like=twins.OneTooMany),
        Cause(
            "It holds one key less than its capacity.",
            [
                "How many keys are there right before the eviction?",
                "Evict only when there are more keys than capacity.",
            ],
            like=twins.OneTooFew,
        ),
        Cause(
            "The keys come with the oldest first.",
            ["At which end of the row is the newest key?", "Turn the list around: list(reversed(...))."],
            like=twins.OldestFirst,
        ),
        Cause(
            "A get of a missing key puts it into the cache.",
            [
                "How many keys are there after a get that finds nothing?",
                "Return None before anything is changed.",
            ],
            like=twins.GetStores,
        ),
        Cause(
            "It evicts the key that was used least often; the one not used for the longest time has to go.",
            [
                "Does an old page with many uses stay for ever?",
                "Keep an order, not a count: a use moves a key to the end.",
            ],
            like=twins.EvictsTheLeastUsed,
        ),
    ],
)
