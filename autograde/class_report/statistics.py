"""Statistics of a class for each check: how many pass it, and what those who do not most often do wrong.

No name of a student and no text of a submission is in them: a fault that quotes one is told without the quotation.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograde.report import UNSOLVED

Report = Mapping[str, Any]  # an entry of `grade --json`
HEAD = (
    "exercise", "check", "points", "submissions", "passed", "share_passed", "not_solved",
    "most_common_fault", "have_that_fault",
)  # fmt: skip
_BEHIND_HELPERS = re.compile(r"^The helpers cell .*?: mend that first\..*$", re.DOTALL)
_CALLS_ANOTHER = re.compile(r" It calls your (\w+), .*$", re.DOTALL)
_PLACE = re.compile(r" \((?:\w+, )?line \d+.*\)", re.DOTALL)
_NOT_DEFINED = re.compile(r"^(?:name '.*' is not defined|.*No module named|cannot import name).*$", re.DOTALL)
_RAISES = re.compile(r"\braises (\w+)")
_KIND = re.compile(r"\b(holds an?|returns a finished) ([\w.]+)")
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")


@dataclass(frozen=True)
class CheckStatistics:
    """One check of a class.

    submissions: all that were graded; not_solved: those who left the exercise as it was, or lack its cell; fault:
    what those who fail this check most often have as the first thing to mend in the exercise, and how many of them.
    """

    exercise: str
    check: str
    points: float
    submissions: int
    passed: int
    not_solved: int
    fault: str
    fault_count: int

    @property
    def share(self) -> float:
        """Passed of all submissions, 0 to 1."""
        return self.passed / self.submissions


@dataclass(frozen=True)
class CommonFault:
    """What those who tried an exercise and fail it most often do wrong, and how many of them do."""

    exercise: str
    fault: str
    count: int


def check_statistics(reports: Iterable[Report]) -> list[CheckStatistics]:
    """Return a row for each check, in the order of the assignment. Running time: linear."""
    exercises = _by_exercise(reports)
    rows = []
    for name, entries in exercises.items():
        checks = next(([*e["checks"]] for e in entries if e["checks"]), [])
        for check in checks:
            failing = [entry for entry in entries if not _passes(entry, check["name"])]
            tried = [entry for entry in failing if not _is_unsolved(entry)]
            fault, count = _most_common(tried)
            passed, open_ones = len(entries) - len(failing), len(failing) - len(tried)
            row = (name, check["name"], check["points"], len(entries), passed, open_ones, fault, count)
            rows.append(CheckStatistics(*row))
    return rows


def common_faults(reports: Iterable[Report]) -> list[CommonFault]:
    """Return the most common fault of each exercise that has one, in the order of the assignment."""
    found = []
    for name, entries in _by_exercise(reports).items():
        failing = [entry for entry in entries if entry["status"] != "passed" and not _is_unsolved(entry)]
        fault, count = _most_common(failing)
        if count:
            found.append(CommonFault(name, fault, count))
    return found


def table(statistics: Sequence[CheckStatistics]) -> list[list[str]]:
    """Return the rows of checks.csv, the head first."""
    rows = [
        [s.exercise, s.check, f"{s.points:g}", str(s.submissions), str(s.passed), f"{s.share:.3f}",
         str(s.not_solved), s.fault, str(s.fault_count)]
        for s in statistics
    ]  # fmt: skip
    return [list(HEAD), *rows]


def without_quotation(message: str) -> str:
    """Return the message of a fault without what it quotes of a submission: lines, names, own kinds of errors.

    >>> without_quotation("It raises KimsError on valid input (line 3: raise KimsError).")
    'It raises an error of its own on valid input.'
    >>> without_quotation("name 'kim' is not defined (line 2: kim). Only helpers and solution cells count; ...")
    'A name or a module is not defined where the code is graded.'
    """
    if _BEHIND_HELPERS.match(message):
        return "The helpers cell does not run."
    if _NOT_DEFINED.match(message):
        return "A name or a module is not defined where the code is graded."
    told = _PLACE.sub("", _CALLS_ANOTHER.sub("", message))
    told = _RAISES.sub(
        lambda found: f"raises {found[1] if _is_builtin(found[1]) else 'an error of its own'}", told
    )
    return _KIND.sub(
        lambda found: f"{found[1]} {found[2] if _is_known(found[2]) else 'thing of its own'}", told
    )


def _is_builtin(name: str) -> bool:
    return isinstance(getattr(builtins, name, None), type)


def _is_known(kind: str) -> bool:
    """Whether the name of a type is Python's or numpy's, not a submission's."""
    return (
        _is_builtin(kind) or kind in ("generator", "iterator") or kind.startswith(("numpy.", "collections."))
    )


def _by_exercise(reports: Iterable[Report]) -> dict[str, list[Mapping[str, Any]]]:
    """The entries of each exercise. One whose cell is missing lists no check, and passes none."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for report in reports:
        for entry in report.get("exercises", ()):
            found.setdefault(entry["name"], []).append(entry)
    return found


def _passes(entry: Mapping[str, Any], check: str) -> bool:
    return any(found["name"] == check and found["status"] == "passed" for found in entry["checks"])


def _is_unsolved(entry: Mapping[str, Any]) -> bool:
    return UNSOLVED in entry["message"] or entry["status"] == "missing"


def _most_common(entries: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The message that most have, and how many; messages that differ in numbers alone are one."""
    told = [without_quotation(entry["message"]) for entry in entries]
    if not told:
        return "", 0
    kinds = Counter(_NUMBER.sub("#", text) for text in told)
    kind, count = max(kinds.items(), key=lambda item: (item[1], item[0]))
    texts = Counter(text for text in told if _NUMBER.sub("#", text) == kind)
    return max(texts.items(), key=lambda item: (item[1], item[0]))[0], count
