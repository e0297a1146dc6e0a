"""What a checks module is written with: exercises, checks, likely causes, and the devices they hand over.

Inputs are tuples of arguments. Expected outcomes are never written down: the reference of the same name in
solutions/ makes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis.strategies import SearchStrategy

from autograde.forms import Form
from workbench import devices

Arguments = tuple[Any, ...]
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Lines:
    """An argument that reaches the student as an iterator of bytes, fed by the grader."""

    items: Sequence[bytes]


@dataclass(frozen=True)
class Source:
    """An argument that reaches the student as a readable BinaryIO, fed by the grader."""

    data: bytes


@dataclass(frozen=True)
class Sink:
    """An argument that reaches the student as a writable BinaryIO; what is written is part of the outcome."""


@dataclass(frozen=True)
class Counted:
    """An argument that reaches the student as a device whose calls come back to the grader, which counts them.

    kind: the name of a class in workbench.devices; settings: what its objects are made with, plain data. Each call
    gets a new one. In the outcome are its counts, and what it holds in the end where that is part of the answer.
    """

    kind: str
    settings: Mapping[str, Any]

    def make(self) -> devices.Device:
        """Return a new device."""
        return devices.KINDS[self.kind](**self.settings)


DEVICES = (Lines, Source, Sink, Counted)


@dataclass(frozen=True)
class Steps:
    """Calls of methods, one after the other, on the object that a class makes: the last argument of its call.

    The object stays in the student's process; what each method returns or raises is a step of the outcome.
    """

    calls: Sequence[tuple[str, Arguments]]


@dataclass(frozen=True)
class Burst(Steps):
    """Many calls of a few methods, whose results come back together, as a list that is the value of the call.

    A step that is answered by itself costs more than a quick method does: where methods are timed, and only there,
    they are called in a burst. Each of its calls stands for many: instead of an argument it has a list of them, and
    the method is called with the first of each list, then with the second, and so on. What it raises ends the burst.
    """


@dataclass(frozen=True)
class Outcome:
    """What one call did: it returned a value, or raised; and what it wrote, printed and changed."""

    value: Any = None
    written: Any = None  # into a Sink, or what a Counted device holds in the end
    error: tuple[str, ...] | None = None  # class names, the raised class first, then its bases
    message: str = ""  # of the error
    where: str = ""  # the student's line that raised
    stranger: str = ""  # name of a returned type that is no plain data
    changed: bool = False  # an argument was changed
    output: str = ""  # what the call printed, at most 500 characters
    steps: tuple[Outcome, ...] = ()  # of a class: what each of its Steps did
    counts: Mapping[str, int] = field(default_factory=dict)  # of all its Counted devices so far

    def last(self) -> Outcome:
        """Return the last step; of what is no class, the outcome itself."""
        return self.steps[-1] if self.steps else self


@dataclass(frozen=True)
class Cause:
    """A likely reason for a wrong outcome, found by behaviour.

    like: a broken implementation; it matches when the student's outcome is the one that it has.
    when: or a question on (arguments, got: Outcome, expected: Outcome).
    hints: from a question to nearly the fix; later tries see later hints.
    """

    text: str
    hints: Sequence[str] = ()
    like: Callable[..., Any] | None = None
    when: Callable[[Arguments, Outcome, Outcome], bool] | None = None


@dataclass(frozen=True)
class Check:
    """Outcomes on written-down edge cases, then on a generated corpus, equal the reference's.

    count: size of the generated corpus.
    """

    name: str
    points: float
    edges: Sequence[Arguments] = ()
    strategy: SearchStrategy[Arguments] | None = None
    count: int = 40


@dataclass(frozen=True)
class Growth:
    """CPU time grows with the input no faster than the reference's does.

    make(n) gives the arguments of size n; sizes are five, spanning at least 16x. Judged by the slope of
    log(student CPU / reference CPU) against log n, which must stay at or below 0.5.
    """

    name: str
    points: float
    make: Callable[[int], Arguments]
    sizes: Sequence[int]
    hints: Sequence[str] = ()


@dataclass(frozen=True)
class Memory:
    """The peak memory of a fresh process stays within slack_bytes of the reference's in the same call."""

    name: str
    points: float
    make: Callable[[], Arguments]
    slack_bytes: int = 3 * MEGABYTE
    hints: Sequence[str] = ()


@dataclass(frozen=True)
class Counts:
    """What the devices of a call count stays within a limit; judged on right answers only.

    counted: the name of the count, as moves; limit: from the arguments; rule: the limit in the words of the text;
    least: what no honest answer stays below, as what does not fit in memory has to be written.
    A cause matches when its twin's count in the same call is the student's, give or take a tenth.
    """

    name: str
    points: float
    counted: str
    calls: Sequence[Arguments]
    limit: Callable[[Arguments], int]
    rule: str
    least: Callable[[Arguments], int] = lambda _: 0
    causes: Sequence[Cause] = ()
    hints: Sequence[str] = ()


@dataclass(frozen=True)
class Breaks:
    """The answer is an input on which a right and a broken function of the assignment differ.

    like: a value of the type that is asked for; right, broken: names of the functions. Both run on the answer in the
    reference's process, locked in like any submission.
    takes: the form of an answer that may be given to them; more: their other arguments.
    """

    name: str
    points: float
    like: Any
    right: str
    broken: str
    takes: Form
    more: Arguments = ()


@dataclass(frozen=True)
class Near:
    """Asks for a number that is as near to the reference's as the text says; a bundle knows this rule."""

    tolerance: float

    def __call__(self, _arguments: Arguments, got: Outcome, expected: Outcome) -> str:
        """Return what is asked for when a number is too far away."""
        if math.isfinite(got.value) and abs(got.value - expected.value) <= self.tolerance:
            return ""
        return f"{expected.value:.2f}, give or take {self.tolerance}"


@dataclass(frozen=True)
class Exercise:
    """One function or class that the trainee writes, and what it must show.

    examples: the calls that the text prints, and edges that it states; they carry no points and ship with the
    student bundle.
    drains: the result is an iterator; it is read to its end, and the list of its items is the value.
    imports: packages that its code may import beside the standard library and numpy.
    cpu_seconds: limit on the processor time of one call.
    asks: where many answers are right: returns what is asked for when got is none of them, else "". It is called
    with (arguments, got, expected) when neither raised an error; got.value is a claim, of the expected value's type.
    limits: what the text allows the devices of an example to count; a student bundle judges by them, for no points.
    answers: all values that such a call may be answered with, where they are few: a bundle holds the right ones.
    shown: where the beginning of long arguments does not tell which call is meant: writes the call, or "" for one
    that is written as usual.
    """

    name: str
    checks: Sequence[Check | Counts | Growth | Memory | Breaks]
    examples: Sequence[Arguments] = ()
    causes: Sequence[Cause] = ()
    drains: bool = False
    imports: Sequence[str] = field(default=())
    cpu_seconds: float = 2.0
    asks: Callable[[Arguments, Outcome, Outcome], str] | None = None
    limits: Sequence[Counts] = ()
    answers: Callable[[Arguments], Iterable[Any]] | None = None
    shown: Callable[[Arguments], str] | None = None

    @property
    def points(self) -> float:
        """Sum of the points of its checks."""
        return sum(check.points for check in self.checks)
