# ==== right: a dict and a doubly linked list
class Node:
    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.before = self.after = self


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError(capacity)
        self.capacity = capacity
        self.nodes = {}
        self.ring = Node()

    def _unlink(self, node):
        node.before.after, node.after.before = node.after, node.before

    def _link(self, node):
        node.before, node.after = self.ring, self.ring.after
        node.before.after = node.after.before = node

    def get(self, key):
        node = self.nodes.get(key)
        if node is None:
            return None
        self._unlink(node)
        self._link(node)
        return node.value

    def put(self, key, value):
        if key in self.nodes:
            self.get(key)
            self.nodes[key].value = value
            return None
        evicted = None
        if len(self.nodes) == self.capacity:
            oldest = self.ring.before
            self._unlink(oldest)
            evicted = oldest.key
            del self.nodes[evicted]
        self.nodes[key] = node = Node(key, value)
        self._link(node)
        return evicted

    def keys(self):
        found, node = [], self.ring.after
        while node is not self.ring:
            found.append(node.key)
            node = node.after
        return found


# ==== right: OrderedDict with pop
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if not capacity >= 1:
            raise ValueError("capacity")
        self._room = capacity
        self._data = OrderedDict()

    def get(self, key):
        if key in self._data:
            value = self._data.pop(key)
            self._data[key] = value
            return value

    def put(self, key, value):
        self._data.pop(key, None)
        self._data[key] = value
        if len(self._data) > self._room:
            oldest, _ = self._data.popitem(False)
            return oldest

    def keys(self):
        return [*self._data][::-1]


# ==== right: a subclass of OrderedDict, newest in front
from collections import OrderedDict


class LRUCache(OrderedDict):
    def __init__(self, capacity):
        super().__init__()
        if capacity <= 0:
            raise ValueError
        self.capacity = capacity

    def get(self, key):
        if key not in self:
            return None
        self.move_to_end(key, last=False)
        return self[key]

    def put(self, key, value):
        evicted = None
        if key not in self and len(self) >= self.capacity:
            evicted = self.popitem()[0]
        self[key] = value
        self.move_to_end(key, last=False)
        return evicted

    def keys(self):
        return list(self)


# ==== right: a queue of uses, of which old ones are skipped
from collections import deque


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, {}
        self.uses, self.pending = deque(), {}

    def _use(self, key):
        self.uses.append(key)
        self.pending[key] = self.pending.get(key, 0) + 1
        if len(self.uses) > 2 * self.capacity + 10:  # leave only the latest use of each key
            self.uses = deque(reversed(dict.fromkeys(reversed(self.uses))))
            self.pending = dict.fromkeys(self.uses, 1)

    def get(self, key):
        if key not in self.values:
            return None
        self._use(key)
        return self.values[key]

    def put(self, key, value):
        evicted = None
        if key not in self.values and len(self.values) == self.capacity:
            while True:
                evicted = self.uses.popleft()
                self.pending[evicted] -= 1
                if not self.pending[evicted]:
                    break
            del self.values[evicted], self.pending[evicted]
        self.values[key] = value
        self._use(key)
        return evicted

    def keys(self):
        return list(dict.fromkeys(reversed(self.uses)))


# ==== right: ten times slower
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity = capacity
        self.rows = [OrderedDict() for _ in range(10)]

    def get(self, key):
        for row in self.rows:
            if key in row:
                row.move_to_end(key)
        return self.rows[0].get(key)

    def put(self, key, value):
        evicted = None
        for row in self.rows:
            row[key] = value
            row.move_to_end(key)
            if len(row) > self.capacity:
                evicted, _ = row.popitem(last=False)
        return evicted

    def keys(self):
        return list(self.rows[-1])[::-1]


# ==== wrong: a list, newest last | message must contain: slower than the input grows
class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values, self.row = capacity, {}, []

    def get(self, key):
        if key not in self.values:
            return None
        self.row.remove(key)
        self.row.append(key)
        return self.values[key]

    def put(self, key, value):
        if key in self.values:
            self.row.remove(key)
        self.values[key] = value
        self.row.append(key)
        if len(self.row) > self.capacity:
            evicted = self.row.pop(0)
            del self.values[evicted]
            return evicted

    def keys(self):
        return self.row[::-1]


# ==== wrong: a plain dict and next(iter()) | message must contain: slower than the input grows
class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, {}

    def get(self, key):
        if key not in self.values:
            return None
        self.values[key] = value = self.values.pop(key)
        return value

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) > self.capacity:
            oldest = next(iter(self.values))
            del self.values[oldest]
            return oldest

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: FIFO | message must contain: That is FIFO
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        return self.values.get(key)

    def put(self, key, value):
        self.values[key] = value
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: get does not refresh | message must contain: get does not refresh the key
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        return self.values.get(key)

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: room is made before it looks | message must contain: again evicts another one
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        evicted = None
        if len(self.values) >= self.capacity:
            evicted = self.values.popitem(last=False)[0]
        self.values[key] = value
        self.values.move_to_end(key)
        return evicted

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: a value of 0 is not found | message must contain: A value that is 0 counts as absent: get returns None
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        value = self.values.get(key)
        if not value:
            return None
        self.values.move_to_end(key)
        return value

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: a list, newest first | message must contain: slower than the input grows
class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values, self.row = capacity, {}, []

    def get(self, key):
        if key not in self.row:
            return None
        self.row.insert(0, self.row.pop(self.row.index(key)))
        return self.values[key]

    def put(self, key, value):
        if key in self.row:
            self.row.remove(key)
        self.row.insert(0, key)
        self.values[key] = value
        if len(self.row) > self.capacity:
            evicted = self.row.pop()
            del self.values[evicted]
            return evicted

    def keys(self):
        return list(self.row)


# ==== wrong: a deque | message must contain: slower than the input grows
from collections import deque


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values, self.row = capacity, {}, deque()

    def get(self, key):
        if key in self.values:
            self.row.remove(key)
            self.row.append(key)
        return self.values.get(key)

    def put(self, key, value):
        if key in self.values:
            self.row.remove(key)
        self.row.append(key)
        self.values[key] = value
        if len(self.row) > self.capacity:
            evicted = self.row.popleft()
            del self.values[evicted]
            return evicted

    def keys(self):
        return list(reversed(self.row))


# ==== wrong: the smallest time of use is searched | message must contain: slower than the input grows
class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values, self.used, self.now = capacity, {}, {}, 0

    def _use(self, key):
        self.now += 1
        self.used[key] = self.now

    def get(self, key):
        if key in self.values:
            self._use(key)
        return self.values.get(key)

    def put(self, key, value):
        evicted = None
        if key not in self.values and len(self.values) == self.capacity:
            evicted = min(self.used, key=self.used.get)
            del self.used[evicted], self.values[evicted]
        self.values[key] = value
        self._use(key)
        return evicted

    def keys(self):
        return sorted(self.used, key=self.used.get, reverse=True)


# ==== wrong: holds one too many | message must contain: it holds one too many
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        evicted = None
        if key not in self.values and len(self.values) > self.capacity:
            evicted = self.values.popitem(last=False)[0]
        self.values[key] = value
        self.values.move_to_end(key)
        return evicted

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: the newest goes | message must contain: evicts the newest key
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        evicted = None
        if key not in self.values and len(self.values) == self.capacity:
            evicted, _ = self.values.popitem()
        self.values[key] = value
        self.values.move_to_end(key)
        return evicted

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: the value is told | message must contain: The value that is evicted comes from put
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[1]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: keys, oldest first | message must contain: oldest first
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(self.values)


# ==== wrong: the keys of a dict are no list | message must contain: odict_keys
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key, last=False)
            return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key, last=False)
        if len(self.values) > self.capacity:
            return self.values.popitem()[0]

    def keys(self):
        return self.values.keys()


# ==== wrong: a missing key raises | message must contain: missing key raises KeyError
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        self.values.move_to_end(key)
        return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: any capacity | message must contain: A capacity below 1 passes
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: only 0 is refused | message must contain: A negative capacity passes
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if not capacity:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
            return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: a value of 0 is not found, by or | message must contain: A value that is 0 counts as absent: get returns None
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
        return self.values.get(key) or None

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))


# ==== wrong: a value of 0 is not refreshed | message must contain: A value that is 0 counts as absent: a get that finds it
from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError
        self.capacity, self.values = capacity, OrderedDict()

    def get(self, key):
        value = self.values.get(key)
        if value:
            self.values.move_to_end(key)
        return value

    def put(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.capacity:
            return self.values.popitem(last=False)[0]

    def keys(self):
        return list(reversed(self.values))
