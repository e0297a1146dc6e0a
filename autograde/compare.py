"""Is an outcome the expected one, and how does one say what differs?

Bytes are written as the texts write them, in hexadecimal, in a form that can be typed: bytes.fromhex('01 82'). Within
a list, where they are mostly lines of text, they stay as Python prints them.
"""

from __future__ import annotations

import math
import reprlib
from dataclasses import replace
from typing import Any

from autograde.check import Arguments, Burst, Counted, Exercise, Lines, Outcome, Sink, Source, Steps
from autograde.wire import type_name

TEXT_CHARACTERS = 300
ARGUMENT_CHARACTERS = 120
SHOWN_STEPS = 12
SHOWN_BYTES = 24
MOST_BITS = 10_000  # of a number that is written with its digits


_FLAT = {int, str, bytes, bool, type(None)}  # of these, == tells all but the type


class _Short(reprlib.Repr):
    """Writes values in few characters."""

    def repr_int(self, number: int, level: int) -> str:
        """Write a number; one that Python does not write out is told by its size."""
        if number.bit_length() > MOST_BITS:
            return f"<an int of {number.bit_length():,} bits>"
        return super().repr_int(number, level)


_short = _Short()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = 12
_short.maxstring = _short.maxother = _short.maxlong = 80
_short.maxlevel = 6


def matches(got: Outcome, expected: Outcome) -> bool:
    """Is the outcome right? Values and types are exact; an error is the expected class or a subclass of it.

    >>> matches(Outcome(value=[1]), Outcome(value=[True])), matches(Outcome(value=[1]), Outcome(value=[1]))
    (False, True)
    """
    if got.stranger or got.changed:
        return False
    if expected.error is not None:
        return got.error is not None and expected.error[0] in got.error
    if got.error is not None or got.written != expected.written:
        return False
    if len(got.steps) != len(expected.steps):
        return False
    return same(got.value, expected.value) and all(map(matches, got.steps, expected.steps))


def is_right(exercise: Exercise, arguments: Arguments, got: Outcome, expected: Outcome) -> bool:
    """Is an outcome of an exercise right: equal to the expected one, or one of the many that are?"""
    if _is_compared(exercise, got, expected):
        return matches(got, expected)
    return not _asked(exercise, arguments, got, expected)


def asked_for(exercise: Exercise, arguments: Arguments, got: Outcome, expected: Outcome) -> str:
    """Write what is asked for instead of a wrong outcome."""
    if _is_compared(exercise, got, expected):
        return outcome_texts(got.last(), expected.last())[1]
    return _asked(exercise, arguments, got, expected)


def _is_compared(exercise: Exercise, got: Outcome, expected: Outcome) -> bool:
    """Whether equality decides: it does in most exercises, and on errors and odd values in all."""
    if exercise.asks is None or got.error or expected.error:
        return True
    return type(got.value) is not type(expected.value) or any(
        o.stranger or o.changed for o in (got, *got.steps)
    )


def _asked(exercise: Exercise, arguments: Arguments, got: Outcome, expected: Outcome) -> str:
    """What the exercise asks for; an answer that it cannot read is wrong: a claim may hold anything."""
    assert exercise.asks is not None
    try:
        return exercise.asks(arguments, got, expected)
    except Exception:
        return f"{a_type_text(expected.value)} such as {value_text(expected.value)}"


def same(got: Any, expected: Any) -> bool:
    """Are two values of plain data equal, types included, at every depth? Floats may differ by rounding.

    >>> same([1, (2.0, b"x")], [1, (2.0, b"x")]), same(1, 1.0), same({1: "a"}, {1: "b"})
    (True, False, False)
    >>> same(0.1 + 0.2, 0.3), same(0.3, 0.3001), same(float("inf"), 0.3), same(float("nan"), float("nan"))
    (True, False, False, False)
    """
    if type(got) is not type(expected):
        return False
    if type(got) in (list, tuple):
        if len(got) != len(expected):
            return False
        if set(map(type, expected)) <= _FLAT:  # values of 10,000 numbers are usual: no Python at each
            return got == expected and list(map(type, got)) == list(map(type, expected))
        return all(map(same, got, expected))
    if type(got) is float:
        return math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12)
    if type(got) is dict:
        return list(map(type, got)) == list(map(type, expected)) and same(
            list(got.items()), list(expected.items())
        )
    if hasattr(got, "dtype"):
        return got.dtype == expected.dtype and got.shape == expected.shape and bool((got == expected).all())
    return bool(got == expected)


def up_to_difference(
    arguments: Arguments, got: Outcome, expected: Outcome
) -> tuple[Arguments, Outcome, Outcome]:
    """Return a call and its outcomes without the steps behind the first that differs; others as they are."""
    pairs = zip(got.steps, expected.steps, strict=False)
    place = next((i for i, pair in enumerate(pairs, start=1) if not matches(*pair)), None)
    if place is None:
        return arguments, got, expected
    *made, steps = arguments
    cut = (*made, Steps(steps.calls[:place]))
    return cut, replace(got, steps=got.steps[:place]), replace(expected, steps=expected.steps[:place])


def call_text(name: str, arguments: Arguments) -> str:
    """Write a call as the trainee could type it, long parts shortened.

    >>> call_text("vb_encode", ([5, 130],))
    'vb_encode([5, 130])'
    >>> call_text("vb_decode", (b"\\x01\\x82",))
    "vb_decode(bytes.fromhex('01 82'))"
    >>> call_text("Stack", (2, Steps([("push", (5,)), ("pop", ())])))
    'it = Stack(2); it.push(5); it.pop()'
    >>> call_text("Stack", (2, Burst([("push", ([5, 6, 7],))])))
    'it = Stack(2); it.push(5) and 2 more'
    """
    if arguments and isinstance(arguments[-1], Burst):
        first = [(method, tuple(column[0] for column in columns)) for method, columns in arguments[-1].calls]
        more = [f" and {len(columns[0]) - 1:,} more" for _, columns in arguments[-1].calls]
        shown = [f"it.{call_text(*call)}{others}" for call, others in zip(first, more, strict=True)]
        return "; ".join([f"it = {call_text(name, arguments[:-1])}", *shown])
    if arguments and isinstance(arguments[-1], Steps):
        made, calls = call_text(name, arguments[:-1]), arguments[-1].calls
        shown = ["..."] if len(calls) > SHOWN_STEPS else []
        shown += [f"it.{call_text(*call)}" for call in calls[-SHOWN_STEPS:]]
        return "; ".join([f"it = {made}", *shown])
    return f"{name}({', '.join(map(_argument_text, arguments))})"[: 2 * TEXT_CHARACTERS]


def written_call(exercise: Exercise, arguments: Arguments) -> str:
    """Write a call of an exercise, in its own way where it has one."""
    own = exercise.shown(arguments) if exercise.shown else ""
    return own or call_text(exercise.name, arguments)


def outcome_texts(got: Outcome, expected: Outcome) -> tuple[str, str]:
    """Write what came and what should have come; of long values, the part where they first differ."""
    if got.error is None and expected.error is None and not got.stranger:
        pair = (
            (got.written, expected.written)
            if got.written != expected.written
            else (got.value, expected.value)
        )
        place = _first_difference(*pair)
        if place is not None and max(map(len, pair)) > 12:
            return _around(pair[0], place), _around(pair[1], place)
        return value_text(pair[0]), value_text(pair[1])
    return _outcome_text(got), _outcome_text(expected)


def value_text(value: Any, limit: int = TEXT_CHARACTERS) -> str:
    """Write a value, shortened; a long bytes or list says how long it is.

    >>> value_text(list(range(100)))
    '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...] (100 items)'
    >>> value_text(b""), value_text(b"perl"), value_text([b"perl"])
    ("b''", "bytes.fromhex('70 65 72 6c')", "[b'perl']")
    >>> value_text(bytes(28))[-46:]
    "00 00 00 00 00 ... 00 00 00 00') (28 bytes)"
    """
    text = _bytes_text(value) if isinstance(value, bytes) else _short.repr(value)
    cut = text if len(text) <= limit else f"{text[:limit]}..."
    if isinstance(value, (list, tuple, str, bytes)) and "..." in cut:
        return f"{cut} ({len(value):,} {_unit(value)})"
    return cut


def _bytes_text(data: bytes) -> str:
    """Bytes in hexadecimal, the middle of a long run left out; none at all as b''."""
    if not data:
        return "b''"
    head, tail = (data, b"") if len(data) <= SHOWN_BYTES else (data[: SHOWN_BYTES - 4], data[-4:])
    middle = " ... " if tail else ""
    return f"bytes.fromhex('{head.hex(' ')}{middle}{tail.hex(' ')}')"


def printable(text: str) -> str:
    r"""Write what is no visible character as an escape: in a terminal or a page it could change other text.

    >>> print(printable("a \x1b[2J \u202e 검색"))
    a \x1b[2J \u202e 검색
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _argument_text(argument: Any) -> str:
    if isinstance(argument, Lines):
        return f"iter({value_text(list(argument.items), ARGUMENT_CHARACTERS)})"
    if isinstance(argument, Source):
        return f"BytesIO({value_text(argument.data, ARGUMENT_CHARACTERS)})"
    if isinstance(argument, Sink):
        return "out"
    if isinstance(argument, Counted):
        return repr(argument.make())
    return value_text(argument, ARGUMENT_CHARACTERS)


def _outcome_text(outcome: Outcome) -> str:
    if outcome.error is not None and outcome.error[0] == "NotAnIterator":
        return f"a {outcome.message}"
    if outcome.error is not None:
        raised = f"raises {outcome.error[0]}"
        return f"{raised}: {outcome.message}" if outcome.message else raised
    if outcome.stranger:
        return outcome.message or f"a value with {outcome.stranger} in it"
    return value_text(outcome.value if outcome.written is None else outcome.written)


def _first_difference(got: Any, expected: Any) -> int | None:
    """The first index at which two sequences of one type differ; None when they are no such pair."""
    if type(got) is not type(expected) or type(got) not in (list, tuple, str, bytes):
        return None
    for place, (one, other) in enumerate(zip(got, expected, strict=False)):
        if not same(one, other):
            return place
    return min(len(got), len(expected))


def _around(value: Any, place: int) -> str:
    """The part of a long sequence at which it goes wrong."""
    part = value[place : place + 4]
    shown = value_text(part) if len(part) else "nothing"
    return f"{shown} from position {place:,} on ({len(value):,} {_unit(value)} in all)"


def _unit(value: Any) -> str:
    if isinstance(value, bytes):
        return "bytes"
    return "characters" if isinstance(value, str) else "items"


def a_type_text(value: Any) -> str:
    """Name a value's type with its article; of None there is one only.

    >>> a_type_text(1), a_type_text([]), a_type_text(None)
    ('an int', 'a list', 'None')
    """
    if value is None:
        return "None"
    name = type_name(type(value))
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
