"""Broken twins of LRUCache: one usual mistake each."""

from __future__ import annotations

from typing import Any

from solutions.ch03_os_cache import LRUCache


class NeverRefreshes(LRUCache):
    """The key that came in first goes: FIFO."""

    def get(self, key: int) -> int | None:
        return self.values.get(key)

    def put(self, key: int, value: int) -> int | None:
        if key in self.values:
            self.values[key] = value
            return None
        return super().put(key, value)


class GetDoesNotRefresh(LRUCache):
    def get(self, key: int) -> int | None:
        return self.values.get(key)


class OverwritingDoesNotRefresh(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        if key in self.values:
            self.values[key] = value
            return None
        return super().put(key, value)


class OverwritingEvicts(LRUCache):
    """Makes room before it looks whether the key is there."""

    def put(self, key: int, value: int) -> int | None:
        evicted = None
        if len(self.values) == self.capacity:
            evicted = self.values.popitem(last=False)[0]
        super().put(key, value)
        return evicted


class OverwritingTellsTheKey(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        was_there = key in self.values
        evicted = super().put(key, value)
        return key if was_there else evicted


class KeepsTheOldValue(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        return super().put(key, self.values.get(key, value))


class EvictsTheNewest(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        evicted = None
        if key not in self.values and len(self.values) == self.capacity:
            evicted = self.values.popitem()[0]
        super().put(key, value)
        return evicted


class EvictsTheLeastUsed(LRUCache):
    """Counts uses: the key with the fewest goes, of equals the oldest."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.uses: dict[int, int] = {}

    def get(self, key: int) -> int | None:
        if key in self.values:
            self.uses[key] += 1
        return super().get(key)

    def put(self, key: int, value: int) -> int | None:
        evicted = None
        if key not in self.values and len(self.values) == self.capacity:
            evicted = min(self.values, key=self.uses.__getitem__)
            del self.values[evicted], self.uses[evicted]
        super().put(key, value)
        self.uses[key] = self.uses.get(key, 0) + 1
        return evicted


class TellsTheValue(LRUCache):
    """put returns the value that it evicts."""

    def put(self, key: int, value: int) -> int | None:
        values = dict(self.values)
        evicted = super().put(key, value)
        return None if evicted is None else {**values, key: value}[evicted]


class TellsKeyAndValue(LRUCache):
    def put(self, key: int, value: int) -> Any:
        values = dict(self.values)
        evicted = super().put(key, value)
        return None if evicted is None else (evicted, {**values, key: value}[evicted])


class TellsTheStoredKey(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        super().put(key, value)
        return key


class TellsNothing(LRUCache):
    def put(self, key: int, value: int) -> int | None:
        super().put(key, value)
        return None


class OneTooMany(LRUCache):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.capacity += 1


class OneTooFew(LRUCache):
    """With a capacity of 1 it holds nothing."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.capacity -= 1


class OldestFirst(LRUCache):
    def keys(self) -> list[int]:
        return list(self.values)


class MissesZeroValues(LRUCache):
    """`if not value`: a value of 0 is taken for none."""

    def get(self, key: int) -> int | None:
        return super().get(key) if self.values.get(key) else None


class RefreshesTrueValues(LRUCache):
    """`if value: move_to_end`: a key whose value is 0 stays as old as it was."""

    def get(self, key: int) -> int | None:
        value = self.values.get(key)
        return super().get(key) if value else value


class MissesZeroKeys(LRUCache):
    """`evicted or None`: the key 0 is taken for none."""

    def put(self, key: int, value: int) -> int | None:
        return super().put(key, value) or None


class GetStores(LRUCache):
    """A get of a missing key makes an entry."""

    def get(self, key: int) -> int | None:
        if key not in self.values:
            self.put(key, None)  # type: ignore[arg-type]
        return super().get(key)


class RefusesOne(LRUCache):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity - 1)
        self.capacity = capacity
