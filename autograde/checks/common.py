"""What the checks of several chapters share: ways to write calls, and questions on outcomes for causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograde.check import Arguments, Outcome

Question = Callable[[Arguments, Outcome, Outcome], bool]


def one_each(values: Iterable[Any]) -> list[Arguments]:
    """Return calls with one argument each.

    >>> one_each([3, [4]])
    [(3,), ([4],)]
    """
    return [(value,) for value in values]


def accepted(_arguments: Arguments, got: Outcome, expected: Outcome) -> bool:
    """Did bad input go through?"""
    return expected.error is not None and got.error is None


def refused(_arguments: Arguments, got: Outcome, expected: Outcome) -> bool:
    """Was good input refused with ValueError?"""
    return expected.error is None and got.error is not None and "ValueError" in got.error


def raised(*names: str) -> Question:
    """Return the question: was one of these errors raised?"""
    return lambda _arguments, got, _expected: got.error is not None and bool({*names} & {*got.error})


def returned(kind: type) -> Question:
    """Return the question: is the result of this type?"""
    return lambda _arguments, got, _expected: got.error is None and isinstance(got.value, kind)
