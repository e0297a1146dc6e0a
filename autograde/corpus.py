"""The inputs of a check: edges as written, then a corpus generated once for a seed and replayed to all."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, strategies

from autograde.check import Arguments
from autograde.paths import ROOT

SELF_STUDY_SECRET = b"self-study: the same inputs at every run"
SECRET_FILE = ROOT / "class_secret"


@functools.cache
def class_secret() -> bytes:
    """Return the class's secret, or the fixed one of self-study where there is no class.

    Inputs follow from it, so a trainee who does not know it cannot precompute answers.
    """
    try:
        return SECRET_FILE.read_bytes().strip()
    except FileNotFoundError:
        return SELF_STUDY_SECRET


def seed(assignment: str, exercise: str, check: str) -> int:
    """Return the seed of a check's corpus."""
    text = "\0".join((assignment, exercise, check)).encode()
    return int.from_bytes(hmac.new(class_secret(), text, hashlib.sha256).digest()[:8], "big")


def generate(strategy: strategies.SearchStrategy[Arguments], count: int, number: int) -> list[Arguments]:
    """Return count tuples of arguments drawn from a strategy; the same ones for the same number.

    Running time: about 1 ms an input.

    >>> draws = strategies.tuples(strategies.integers())
    >>> generate(draws, 5, 1) == generate(draws, 5, 1), len(generate(draws, 5, 2))
    (True, 5)
    """
    drawn: list[Arguments] = []

    @hypothesis.seed(number)
    @hypothesis.settings(_quiet(count), phases=(Phase.generate,))
    @hypothesis.given(strategy)
    def draw(arguments: Arguments) -> None:
        drawn.append(arguments)

    draw()
    return drawn[:count]


def shrink(
    strategy: strategies.SearchStrategy[Arguments],
    fails: Callable[[Arguments], bool],
    number: int,
    known: Arguments,
    seconds: float = 1.5,
) -> Arguments:
    """Return the smallest failing arguments that Hypothesis finds in the given time; at worst the known ones.

    seconds: of this process's own computing, so that a busy machine finds the same; four times as long with all
    waiting. fails may raise: the search then stops with what it has.
    """
    best = known
    ends = (
        (time.process_time, time.process_time() + seconds),
        (time.monotonic, time.monotonic() + 4 * seconds),
    )

    def still_fails(arguments: Arguments) -> bool:
        nonlocal best
        if any(clock() > end for clock, end in ends):
            raise TimeoutError
        failed = fails(arguments)
        if failed and _size(arguments) < _size(best):
            best = arguments
        return failed

    settings = hypothesis.settings(_quiet(300), phases=(Phase.generate, Phase.shrink))
    # No failing input is found, the time is over, or the process under test died: the best so far stands.
    with contextlib.suppress(Exception):
        return hypothesis.find(strategy, still_fails, settings=settings, random=random.Random(number))
    return best


def _size(value: Any) -> int:
    return len(repr(value))


def _quiet(count: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )


def inputs(
    assignment: str,
    exercise: str,
    check: str,
    edges: Sequence[Arguments],
    strategy: strategies.SearchStrategy[Arguments] | None,
    count: int,
) -> list[Arguments]:
    """Return the edges, then the corpus."""
    corpus = [] if strategy is None else generate(strategy, count, seed(assignment, exercise, check))
    return [*edges, *corpus]
