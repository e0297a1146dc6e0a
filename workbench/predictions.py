"""Guesses before measurements: kept, never rewritten afterwards, compared at the end of each chapter."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from workbench import state
from workbench.quantity import is_amount, number, quantity_of

if TYPE_CHECKING:
    from workbench.style import Picture

FILE = "predictions"
_LATE = """\
{name}: this guess came after the measurement, so it does not count. To guess anew, run

    from workbench.predictions import forget
    forget("{name}")

then this cell, then the cell that measures."""
_MISSPELT = """\
You guessed {guessed!r}, but this measures {name!r}, so the two do not meet.
Correct the name in the cell of the guess, and run that cell again."""
_BLANK = (
    "{name}: no guess kept yet. Type a number in place of the three dots (in {unit}), and run this again."
)
_FORGET = "To forget it: `from workbench.predictions import forget; forget({name!r})`."
NEAR = 0.8  # from this likeness on, the name of a guess is taken for a misspelling; 1 is the same name


@dataclass(frozen=True)
class Guess:
    """A guess that counts, and what was measured; its name carries its unit, cold_read_us."""

    name: str
    predicted: float
    measured: float

    @property
    def orders(self) -> float:
        """By how many orders of magnitude the guess was too high; below 0, too low.

        >>> Guess("cold_read_us", predicted=8000, measured=80).orders
        2.0
        """
        return math.log10(self.predicted) - math.log10(self.measured)

    def told(self) -> str:
        """Return the guess as two lines of words: what was guessed, then both values.

        >>> Guess("numpy_block_us", predicted=10, measured=27.61).told()
        'numpy block (us)\\n10, measured 27.6'
        """
        what, unit = quantity_of(self.name)
        return f"{what} ({unit})\n{number(self.predicted)}, measured {number(self.measured)}"


class GuessError(ValueError):
    """A guess that cannot be kept as it was made; its text is the whole message."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


def predict(name: str, value: float | EllipsisType) -> float | None:
    """Keep a guess before the measurement; return the guess that counts.

    In a chapter the value is ..., a blank to fill in: it keeps nothing, and says so where a trainee is there.

    The first guess counts. Later ones are kept as history; so is one that comes after the measurement, and when
    there was none before, None is returned. The guess that counts, or why there is none, is told on standard output.
    What cannot be kept is said on standard error and still returned.
    name is in small letters and ends with its unit, cold_read_us. Raises GuessError for another kind of name,
    for a value that is not a number above 0 (guesses are compared by factors).
    """
    if isinstance(value, EllipsisType):
        return _blank(name)
    _require(name, value)
    counted = _kept(name, lambda entry: _add_guess(entry, value), value)
    if counted is None:
        print(_LATE.format(name=name))
    else:
        print(_told(name, counted, is_first=counted == value))
    return counted


def forget(name: str) -> None:
    """Forget what was measured under a name, so that a guess can come first; a guess that counted still does.

    Where nothing was measured, the guess is forgotten, so that another can count; it becomes history. Raises
    GuessError when the name has neither. What cannot be kept is said on standard error.
    """
    if name in measured_names():
        _kept(name, _unset_measured, 0)
    elif guess(name) is not None:
        _kept(name, _unset_guess, 0)
    else:
        raise GuessError(f"Nothing was measured under the name {name!r}, and nothing guessed.")


def measured(name: str, value: float) -> float:
    """Record what was measured under the name of its guess, and return it; the latest measurement counts.

    From now on a guess is too late to count. A guess that waits under nearly this name is told on standard output,
    unless there is one under this name. Raises GuessError as predict does.
    """
    _require(name, value)
    _kept(name, lambda entry: _set_measured(entry, value), value)
    for guessed in _misspelt(name):
        print(_MISSPELT.format(guessed=guessed, name=name))
    return value


def guess(name: str) -> float | None:
    """Return the guess that counts, or None."""
    try:
        return _entries(state.read(FILE, _is_sound)).get(name, {}).get("value")
    except state.StateError as error:
        print(error, file=sys.stderr)
        return None


def guesses() -> list[Guess]:
    """Return all guesses whose quantity has been measured, in the order in which they were made.

    Raises StateError when the state cannot be read.
    """
    return [
        Guess(name, entry["value"], entry["measured"])
        for name, entry in _entries(state.read(FILE, _is_sound)).items()
        if "value" in entry and "measured" in entry
    ]


def measured_names() -> set[str]:
    """Return the names of all quantities that have been measured. Raises StateError as guesses does."""
    entries = _entries(state.read(FILE, _is_sound))
    return {name for name, entry in entries.items() if "measured" in entry}


def _missing() -> str:
    """The names that have only one of guess and measurement, in sentences; an empty text when there are none."""
    entries = _entries(state.read(FILE, _is_sound))
    heads = (
        ("Guessed, but not measured so far", "value", "measured"),
        ("Measured without a guess before it", "measured", "value"),
    )
    told = {
        head: [name for name, entry in entries.items() if there in entry and lacks not in entry]
        for head, there, lacks in heads
    }
    return " ".join(f"{head}: {', '.join(names)}." for head, names in told.items() if names)


def off_by() -> Picture | str:
    """Draw by what factor the guesses were off, in the order in which they were made; a sentence for none.

    What was guessed only, or measured only, is named under the picture or after the sentence.
    Raises StateError when the state cannot be read.
    """
    made, missing = guesses(), "" if state.nobody_is_here() else _missing()
    if not made:
        return f"No guess has been measured yet. {missing}".strip()
    from workbench.guess_picture import picture_of  # matplotlib takes a second to load

    return picture_of(made, missing)


def _blank(name: str) -> float | None:
    """What a blank is answered with: the guess that counts, or what to do; nothing in a build."""
    _require_name(name)
    counted = guess(name)
    if state.nobody_is_here():
        return counted
    if counted is not None:
        print(_told(name, counted))
        return counted
    print(_BLANK.format(name=name, unit=quantity_of(name)[1]))
    for near in _near(name):
        print(f"Is {near!r} meant? That name is known.")
    return None


def _told(name: str, counted: float, is_first: bool = True) -> str:
    """The guess that counts with its unit; before the measurement, also how to forget it."""
    value = f"{number(counted)} {quantity_of(name)[1]}"
    is_measured = False
    with suppress(state.StateError):  # keeping the guess has told it
        is_measured = name in measured_names()
    head = f"{name}: your guess is {value}." if is_first else f"{name}: your first guess counts, {value}."
    if is_measured:
        return head
    rule = "The first guess is the one that counts. " if is_first else ""
    return f"{head} {rule}{_FORGET.format(name=name)}"


def _near(name: str) -> list[str]:
    """The known name, if any, that was meant by one that has neither guess nor measurement."""
    with suppress(state.StateError):  # looking for the guess has told it
        known = _entries(state.read(FILE, _is_sound))
        return [] if name in known else get_close_matches(name, known, n=1, cutoff=NEAR)
    return []


def _kept(name: str, change: Callable[[dict[str, Any]], None], otherwise: float) -> float | None:
    """Change one entry of the file; the guess that counts then, `otherwise` when the file cannot be kept."""
    try:
        content = state.update(FILE, _is_sound, lambda all_of_it: change(_entry(all_of_it, name)))
        return _entries(content)[name].get("value")
    except state.StateError as error:
        print(error, file=sys.stderr)
        return otherwise


def _misspelt(name: str) -> list[str]:
    """The guess, if any, that was meant for this name: not measured, under a name nearly the same."""
    with suppress(state.StateError):  # keeping the measurement has told it
        entries = _entries(state.read(FILE, _is_sound))
        waiting = [one for one, entry in entries.items() if "value" in entry and "measured" not in entry]
        if "value" not in entries.get(name, {}):
            return get_close_matches(name, waiting, n=1, cutoff=NEAR)
    return []


def _add_guess(entry: dict[str, Any], value: float) -> None:
    """The first guess before the measurement counts; running a cell again with the same value adds nothing."""
    one = {"value": float(value), "made": _now()}
    history = entry.get("history", [])
    latest = history[-1] if history else entry
    if "value" not in entry and "measured" not in entry:
        entry.update(one)
    elif latest.get("value") != one["value"]:
        entry["history"] = [*history, one]


def _set_measured(entry: dict[str, Any], value: float) -> None:
    entry.update(measured=float(value), measured_at=_now())


def _unset_measured(entry: dict[str, Any]) -> None:
    for field in ("measured", "measured_at"):
        entry.pop(field, None)


def _unset_guess(entry: dict[str, Any]) -> None:
    one = {field: entry.pop(field) for field in ("value", "made") if field in entry}
    entry["history"] = [*entry.get("history", []), one]


def _entry(content: dict[str, Any], name: str) -> dict[str, Any]:
    return content.setdefault("predictions", {}).setdefault(name, {})


def _entries(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return content.get("predictions", {})


def _is_sound(content: dict[str, Any]) -> bool:
    """Whether each entry has the types that this module writes; unknown fields are somebody else's."""
    entries = content.get("predictions", {})
    return isinstance(entries, dict) and all(
        isinstance(entry, dict)
        and all(is_amount(entry[field]) for field in ("value", "measured") if field in entry)
        and isinstance(entry.get("history", []), list)
        and all(isinstance(one, dict) and is_amount(one.get("value")) for one in entry.get("history", []))
        for entry in entries.values()
    )


def _require_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name):
        raise GuessError(
            f"{name!r}: a guess has a name in small letters that ends with its unit: cold_read_us."
        )


def _require(name: str, value: float) -> None:
    _require_name(name)
    if not is_amount(value):
        raise GuessError(f"{name}: {value!r} is not a number above 0; guesses are compared by factors.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
