"""What the text of external_sort allows its devices to count."""

from __future__ import annotations

import itertools

from autograde.check import Arguments, Counts
from workbench.devices import MOST_REQUESTS
from workbench.held import HELD

NO_LIMIT = 3 * MOST_REQUESTS  # the three devices of a call take no more requests


def blocks_and_runs(arguments: Arguments) -> tuple[int, int, int]:
    """Blocks of the records, blocks that memory holds, and runs."""
    settings = arguments[0].settings
    blocks = -(-len(settings["records"]) // settings["block_records"])
    most = arguments[3] // settings["block_records"]
    return blocks, most, -(-blocks // most)


def allowed_moves(arguments: Arguments) -> int:
    """The limit of the text on moves."""
    blocks, most, runs = blocks_and_runs(arguments)
    passes = next(p for p in itertools.count() if (most - 1) ** p >= runs)
    return 2 * blocks * (1 + passes)


def least_moves(arguments: Arguments) -> int:
    """Each record comes and goes once; before the first goes, all came, and memory held only a part of them."""
    settings = arguments[0].settings
    blocks = blocks_and_runs(arguments)[0]
    beyond = max(0, len(settings["records"]) - arguments[3])
    return 2 * blocks + 2 * (beyond // settings["block_records"])


def allowed_records(arguments: Arguments) -> int:
    """What the text allows to be held: memory, and a record for each block of it, as a merge looks at each run's."""
    return arguments[3] + blocks_and_runs(arguments)[1]


def seeks_if_limited(arguments: Arguments) -> int:
    """The limit of the text on seeks, which has none where two or more passes are needed."""
    _, most, runs = blocks_and_runs(arguments)
    return allowed_seeks(arguments) if runs < most else NO_LIMIT


def allowed_seeks(arguments: Arguments) -> int:
    """The limit of the text on seeks, where one pass is enough."""
    blocks, most, runs = blocks_and_runs(arguments)
    piece = most // (runs + 1)
    return 2 * (2 + runs + -(-blocks // piece))


LIMITS = [
    Counts(
        "memory of the examples",
        points=0,
        counted=HELD,
        calls=(),
        limit=allowed_records,
        rule="memory_records, and one for each block of memory",
    ),
    Counts(
        "moves of the examples",
        points=0,
        counted="moves",
        calls=(),
        limit=allowed_moves,
        rule="2 * blocks * (1 + passes)",
        least=least_moves,
    ),
    Counts(
        "seeks of the examples",
        points=0,
        counted="seeks",
        calls=(),
        limit=seeks_if_limited,
        rule="2 * (2 + runs + blocks / piece)",
    ),
]
