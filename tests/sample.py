"""A small assignment for tests of the grader: its references and their checks, without a notebook."""

from types import ModuleType

from hypothesis import strategies as st

from autograde.check import (
    Arguments,
    Breaks,
    Burst,
    Cause,
    Check,
    Exercise,
    Growth,
    Lines,
    Memory,
    Outcome,
    Sink,
    Source,
    Steps,
)
from autograde.forms import Form
from autograde.plan import Plan

REFERENCE = """
def double(numbers):
    if min(numbers, default=0) < 0:
        raise ValueError("negative")
    return [2 * n for n in numbers]

def copy(lines, out):
    for line in lines:
        out.write(line)

def tens(source):
    while part := source.read(10_000):
        yield part

def broken_double(numbers):
    while len(numbers) > 2:
        pass
    return [n + 2 for n in numbers]

class Stack:
    def __init__(self, most):
        if most < 1:
            raise ValueError("most")
        self.most, self.items = most, []

    def push(self, item):
        if len(self.items) == self.most:
            raise OverflowError("full")
        self.items.append(item)

    def pop(self):
        return self.items.pop()

def place_of_largest(numbers):
    return numbers.index(max(numbers))
"""


def plus_one(numbers: list[int]) -> list[int]:
    """A usual mistake."""
    return [n + 1 for n in numbers]


DOUBLE = Exercise(
    "double",
    examples=[([3],)],
    checks=[
        Check("small numbers", 1, edges=[([],), ([0],)], strategy=st.tuples(st.lists(st.integers(0, 2000)))),
        Check(
            "negative numbers", 1, edges=[([-1],), ([1],)], strategy=st.tuples(st.lists(st.integers(-9, 9)))
        ),
        Growth("time", 1, make=lambda n: (list(range(n)),), sizes=(2000, 4000, 8000, 16000, 32000)),
    ],
    causes=[Cause("It adds one instead.", hints=["What is 3 doubled?", "2 * n"], like=plus_one)],
)
COPY = Exercise(
    "copy",
    checks=[
        Check("bytes", 1, edges=[(Lines([b"a", b"bc"]), Sink())]),
        Memory("memory", 1, make=lambda: (Lines([bytes(1 << 16)] * 256), Sink())),
    ],
)
TENS = Exercise(
    "tens",
    drains=True,
    checks=[
        Check("parts", 1, edges=[(Source(b""),), (Source(bytes(70_001)),)]),
        Memory("memory", 1, make=lambda: (Source(bytes(16 << 20)),)),
    ],
)
_FULL = (1, Steps([("push", (1,)), ("push", (2,))]))
_PUSH = st.tuples(st.just("push"), st.tuples(st.integers(0, 99)))
_STEPS = st.lists(st.one_of(_PUSH, st.just(("pop", ()))), min_size=1).map(Steps)
STACK = Exercise(
    "Stack",
    examples=[(2, Steps([("push", (5,)), ("pop", ())]))],
    checks=[
        Check(
            "steps",
            1,
            edges=[(1, Steps([("push", (1,)), ("push", (2,))]))],
            strategy=st.tuples(st.integers(1, 3), _STEPS),
        ),
        Check("a bad size", 1, edges=[(0, Steps([("pop", ())])), (1, Steps([("push", (3,)), ("pop", ())]))]),
        Growth(
            "a push takes constant time",
            1,
            make=lambda n: (2 * n, Burst([("push", ([7] * n,)), ("push", ([*range(n)],))])),
            sizes=(1000, 2000, 4000, 8000, 16000),
        ),
    ],
)
BREAKS_DOUBLE = Exercise(
    "breaks_double",
    checks=[
        Breaks(
            "they differ",
            1,
            like=[],
            right="double",
            broken="broken_double",
            takes=Form("at most three numbers", most=3),
        )
    ],
    cpu_seconds=0.5,
)


def any_place_of_largest(arguments: Arguments, got: Outcome, _expected: Outcome) -> str:
    """What is asked for instead of a wrong place."""
    (numbers,) = arguments
    return "" if got.value >= 0 and numbers[got.value] == max(numbers) else f"a place of {max(numbers)}"


PLACE_OF_LARGEST = Exercise(
    "place_of_largest",
    examples=[([3, 5],)],
    checks=[Check("places", 1, edges=[([3],)], strategy=st.tuples(st.lists(st.integers(0, 3), min_size=1)))],
    causes=[Cause("It is the place behind.", hints=["Where?", "- 1."], like=lambda numbers: len(numbers))],
    asks=any_place_of_largest,
)


class SamplePlan(Plan):
    """The plan of the sample, whose reference has no file."""

    def reference_source(self) -> str:
        """Return the text of the references."""
        return REFERENCE


def sample_plan() -> SamplePlan:
    """Return a fresh plan of the sample."""
    module = ModuleType("sample_reference")
    exec(REFERENCE, module.__dict__)
    return SamplePlan("sample", [DOUBLE, COPY, TENS, STACK, BREAKS_DOUBLE, PLACE_OF_LARGEST], module)
