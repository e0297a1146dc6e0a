"""Why is an outcome wrong? The likely cause, found by behaviour, and the hints that go with it."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograde.check import Arguments, Cause, Counts, Exercise, Outcome
from autograde.compare import a_type_text, is_right, matches
from autograde.perform import perform
from autograde.report import UNSOLVED

NEAR = 0.1  # counts as alike as this come from the same mistake
_ADVICE = {
    "numpy": "int(...), float(...) or .tolist() makes plain numbers",
    "bytearray": "bytes(...) makes bytes of it",
}


def likely_cause(
    exercise: Exercise, arguments: Arguments, got: Outcome, expected: Outcome
) -> tuple[str, Sequence[str]]:
    """Return a sentence and its hints; the exercise's own causes come before the general ones.

    Running time: one call of each broken twin.
    """
    for text in filter(None, (question(got.last()) for question in _FIRST)):
        return text, ()
    for cause in exercise.causes:
        if _is_cause(cause, exercise, arguments, got, expected):
            return cause.text, cause.hints
    return _general(got.last(), expected.last()), ()


def counts_cause(check: Counts, arguments: Arguments, count: int) -> Cause | None:
    """Return the likely reason for a count above the limit: the first whose twin has nearly this count."""
    for cause in check.causes:
        assert cause.like is not None
        if abs(perform(cause.like, arguments).counts[check.counted] - count) <= NEAR * count:
            return cause
    return None


def hint_for(hints: Sequence[str], tries: int) -> str:
    """Return the hint for the number of failed tries so far, the first at 1; later tries get later hints.

    >>> hint_for(["a", "b"], 1), hint_for(["a", "b"], 9), hint_for([], 1)
    ('a', 'b', '')
    """
    return hints[min(max(tries, 1), len(hints)) - 1] if hints else ""


def _is_cause(
    cause: Cause, exercise: Exercise, arguments: Arguments, got: Outcome, expected: Outcome
) -> bool:
    if cause.when is not None:
        with contextlib.suppress(Exception):  # an answer may hold what cannot be sorted, hashed or compared
            return cause.when(arguments, got, expected)
        return False
    assert cause.like is not None
    twin = perform(cause.like, arguments, exercise.drains)
    return matches(got, twin) and not is_right(exercise, arguments, twin, expected)


def _unsolved(got: Outcome) -> str:
    return UNSOLVED if got.error and got.error[0] == "NotImplementedError" else ""


def _stranger(got: Outcome) -> str:
    if not got.stranger:
        return ""
    kind = got.stranger
    advice = _ADVICE.get(kind.partition(".")[0], "types are exact here")
    article = "an" if kind[:1] in {*"aeiou"} else "a"
    return f"The result holds {article} {kind}; {advice}."


def _changed(got: Outcome) -> str:
    return "It changes an argument; the caller still needs it as it was." if got.changed else ""


def _not_an_iterator(got: Outcome) -> str:
    if got.error and got.error[0] == "NotAnIterator":
        return f"It returns a finished {got.message}; an iterator is asked for (yield gives one)."
    return ""


def _not_defined(got: Outcome) -> str:
    if got.error and got.error[0] in ("NameError", "ImportError", "ModuleNotFoundError"):
        place = f" ({got.where})" if got.where else ""
        if _lacks_a_module(got):
            return f"{got.message}{place}. Import it in the helpers cell or in this cell."
        return (
            f"{got.message}{place}. Only helpers and solution cells count; `check` knows those that have been "
            "run since the kernel started, so run the ones that this exercise needs, too."
        )
    return ""


def _not_in_this_process(got: Outcome) -> str:
    if not got.error or not {"PermissionError", "FileNotFoundError"} & {*got.error}:
        return ""
    place = f" ({got.where})" if got.where else ""
    return (
        f"It raises {got.error[0]}{place}. Graded code is one process that sees no files and no network and "
        "starts no programs and no processes; threads and small temporary files work."
    )


def _lacks_a_module(got: Outcome) -> bool:
    """Whether a name that is not defined is that of a module."""
    named = re.match(r"name '(\w+)' is not defined", got.message)
    return named is not None and named[1] in {*sys.stdlib_module_names, "numpy", "np"}


_FIRST: tuple[Callable[[Outcome], str], ...] = (
    _unsolved,
    _stranger,
    _changed,
    _not_an_iterator,
    _not_defined,
    _not_in_this_process,
)


def _differs_in_dtype(got: Any, expected: Any) -> bool:
    """Whether two arrays hold the same numbers in different types."""
    if not (hasattr(got, "dtype") and hasattr(expected, "dtype")) or got.dtype == expected.dtype:
        return False
    return got.shape == expected.shape and bool((got == expected).all())


def _none_for(expected: Any) -> str:
    """A sentence on None where a value is asked for; what is false by mistake is mostly a number."""
    if type(expected) in (int, float) and not expected:
        return f"It returns None; {expected} is asked for. Is a return missing, or does {expected} count as absent?"
    return "It returns None: is a return missing?"


def _general(got: Outcome, expected: Outcome) -> str:
    """A sentence that holds for any function."""
    if got.error is not None:
        place = f" ({got.where})" if got.where else ""
        if expected.error is None:
            return f"It raises {got.error[0]} on valid input{place}."
        return f"It raises {got.error[0]}{place}; {expected.error[0]} is asked for."
    if expected.error is not None:
        return f"It accepts input that it must refuse with {expected.error[0]}."
    if got.value is None and expected.value is not None:
        return _none_for(expected.value)
    if _differs_in_dtype(got.value, expected.value):
        return f"It returns the right numbers, dtype {got.value.dtype}; {expected.value.dtype} is asked for."
    if type(got.value) is not type(expected.value):
        return f"It returns {a_type_text(got.value)}; {a_type_text(expected.value)} is asked for."
    return "The result differs from the expected one."
