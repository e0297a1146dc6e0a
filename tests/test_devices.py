"""Devices: what they count, and that an answer in its own process gets the same from them, and no more."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograde import wire
from autograde.check import Arguments, Cause, Check, Counted, Counts, Exercise, Outcome, Steps
from autograde.compare import call_text, matches
from autograde.examples import _decoded, _encoded
from autograde.judging import Trial
from autograde.limits import Died
from autograde.perform import perform
from autograde.plan import Case, Plan
from autograde.report import Fault
from autograde.runner import Runner
from autograde.worker_process import WorkerProcess
from workbench import devices
from workbench.devices import Device, RecordDisk, RecordSink, RecordSource, TooMuch

BLOCK, MEMORY = 4, 12


@devices.device
class PageDevice(Device):
    """Pages of bytes, as chapter 4 has them: shows that a device of another kind needs nothing but its class."""

    methods: ClassVar[Sequence[str]] = ("read", "write", "allocate")
    attributes: ClassVar[Sequence[str]] = ("page_count", "page_size")

    def __init__(self, page_size: int) -> None:
        super().__init__()
        self.page_size = page_size
        self._pages: list[bytes] = []

    @property
    def page_count(self) -> int:
        return len(self._pages)

    @property
    def outcome(self) -> list[bytes]:
        return list(self._pages)

    def allocate(self) -> int:
        self.count(pages=1)
        self.take_bytes(self.page_size)
        self._pages.append(bytes(self.page_size))
        return len(self._pages) - 1

    def read(self, no: int) -> bytes:
        if not 0 <= no < len(self._pages):
            raise IndexError(f"no page {no}")
        self.count(reads=1)
        return self._pages[no]

    def write(self, no: int, data: bytes) -> None:
        if type(data) is not bytes or len(data) != self.page_size:
            raise ValueError("a page of bytes is asked for")
        if not 0 <= no < len(self._pages):
            raise IndexError(f"no page {no}")
        self.count(writes=1)
        self._pages[no] = data


def source(records: Sequence[int]) -> Counted:
    return Counted("RecordSource", {"records": records, "block_records": BLOCK, "memory_records": MEMORY})


def scratch(kind: str) -> Counted:
    return Counted(kind, {"block_records": BLOCK, "memory_records": MEMORY})


def call(records: Sequence[int]) -> Arguments:
    return source(records), scratch("RecordDisk"), scratch("RecordSink")


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    with WorkerProcess([]) as process:
        yield process


def run(worker: WorkerProcess, body: str, arguments: Arguments) -> Outcome:
    """What a function with this body does with devices, in the process of a submission."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    assert worker.run_cell("f", f"def f(src, disk, out):\n{lines}", 5).error is None
    (outcome,) = worker.call("f", [arguments], False, 5)
    return outcome


# ---- what they count, against a count block by block


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, MEMORY)), max_size=30),
    st.integers(1, 7),
)
def test_a_disk_moves_the_blocks_that_a_request_touches(
    requests: list[tuple[bool, int, int]], block: int
) -> None:
    disk = RecordDisk(block, MEMORY)
    for start in range(0, 60, MEMORY):
        disk.write(start, list(range(start, start + MEMORY)))
    model, seeks, moves, end = list(range(60)), 0, 0, -1
    before = dict(disk.counts)
    disk.read(59, 1)
    end, moves, seeks = 60, 1, 1
    for is_write, start, count in requests:
        if is_write:
            disk.write(start, [-1] * count)
            model[start : start + count] = [-1] * count
        else:
            assert disk.read(start, count) == model[start : start + count]
        moves += len({place // block for place in range(start, start + count)})
        seeks += bool(count) and start != end
        end = start + count if count else end
    counted = {name: number - before[name] for name, number in disk.counts.items()}
    assert counted == {"requests": len(requests) + 1, "moves": moves, "seeks": seeks}


def test_a_write_may_skip_to_the_next_block_and_the_gap_cannot_be_read() -> None:
    disk = RecordDisk(BLOCK, MEMORY)
    disk.write(0, [1, 2])
    disk.write(4, [5])
    assert disk.read(0, 2) + disk.read(4, 1) == [1, 2, 5]
    for start, count in ((1, 2), (2, 1), (3, 2), (4, 2)):
        with pytest.raises(IndexError):
            disk.read(start, count)
    disk.write(2, [3, 4])
    assert disk.read(0, 5) == [1, 2, 3, 4, 5]
    disk.write(8, [])
    with pytest.raises(IndexError):
        disk.write(9, [1])


@given(st.lists(st.integers()), st.lists(st.integers(0, MEMORY), min_size=200, max_size=200))
def test_a_source_gives_its_records_once_and_in_order(records: list[int], counts: list[int]) -> None:
    src, out = RecordSource(records, BLOCK, MEMORY), RecordSink(BLOCK, MEMORY)
    for count in counts:
        out.write(src.read(count))
    assert out.outcome == records[: sum(counts)]
    assert src.counts["seeks"] == out.counts["seeks"] == int(any(counts) and bool(records))


BAD = [
    ("src.read(-1)", "ValueError"),
    ("src.read(13)", "ValueError"),
    ("src.read(2**70)", "ValueError"),
    ("src.read(-10**5000)", "ValueError"),
    ("src.read(True)", "TypeError"),
    ("src.read(1.0)", "TypeError"),
    ("src.read()", "TypeError"),
    ("src.read(1, 2)", "TypeError"),
    ("src.read(size=1)", "TypeError"),
    ("disk.read(0, 1)", "IndexError"),
    ("disk.read(-1, 1)", "IndexError"),
    ("disk.read(10**5000, 1)", "IndexError"),
    ("disk.read('0', 1)", "TypeError"),
    ("disk.write(1, [5])", "IndexError"),
    ("disk.write(-1, [5])", "IndexError"),
    ("disk.write(0, [5] * 13)", "ValueError"),
    ("disk.write(0, (5,))", "TypeError"),
    ("disk.write(0, [True])", "TypeError"),
    ("disk.write(0, [None])", "TypeError"),
    ("disk.write(0, b'5')", "TypeError"),
    ("out.write([5.0])", "TypeError"),
    ("out.write([5] * 13)", "ValueError"),
    ("out.write({5})", "TypeError"),
]


@pytest.mark.parametrize(("request_", "error"), BAD)
def test_a_bad_request_is_refused_alike_in_a_notebook_and_in_a_graded_process(
    request_: str, error: str, worker: WorkerProcess
) -> None:
    """And it counts nothing and changes nothing."""
    body = f"try:\n    {request_}\nexcept Exception as error:\n    return type(error).__name__, str(error)"
    got = run(worker, body, call([1, 2, 3]))
    namespace: dict[str, Any] = {}
    exec("def f(src, disk, out):\n" + "\n".join(f"    {line}" for line in body.splitlines()), namespace)
    by_hand = perform(namespace["f"], call([1, 2, 3]))
    assert got.value[0] == error and len(got.value[1]) <= 300
    assert (got.value, got.written, got.counts) == (by_hand.value, [], by_hand.counts)
    assert set(got.counts.values()) == {0}


def test_what_is_no_plain_data_is_refused_before_it_is_sent(worker: WorkerProcess) -> None:
    body = (
        "import numpy\ntry:\n    out.write(list(numpy.arange(2)))\nexcept TypeError as e:\n    return str(e)"
    )
    assert "numpy.int64" in run(worker, body, call([])).value


def test_an_answer_sees_what_is_listed_and_nothing_else(worker: WorkerProcess) -> None:
    names = "return [[n for n in dir(d) if not n.startswith('_')] for d in (src, disk, out)]"
    assert run(worker, names, call([])).value == [
        ["block_records", "read", "record_count"],
        ["block_records", "read", "write"],
        ["block_records", "write"],
    ]
    assert run(worker, "return src.block_records, src.record_count", call([7])).value == (BLOCK, 1)
    assert run(worker, "return disk.counts", call([])).error[:1] == ("AttributeError",)  # type: ignore[index]


REVERSES = """
n = 0
while records := src.read(3):
    disk.write(n, records)
    n += len(records)
for start in range(n - 1, -1, -1):
    out.write(records=disk.read(start, count=1))
"""


@given(st.lists(st.integers(), max_size=20))
def test_a_graded_process_and_a_notebook_get_the_same_from_a_device(
    worker: WorkerProcess, records: list[int]
) -> None:
    got = run(worker, REVERSES, call(records))
    namespace: dict[str, Any] = {}
    exec("def f(src, disk, out):" + REVERSES.replace("\n", "\n    "), namespace)
    by_hand = perform(namespace["f"], call(records))
    assert got.error is None and matches(got, by_hand) and got.counts == by_hand.counts
    assert got.written == records[::-1]


def test_each_call_has_new_devices(worker: WorkerProcess) -> None:
    worker.run_cell("f", "def f(src, disk, out):\n    out.write(src.read(2))\n    disk.write(0, [1])", 5)
    same = call([7, 8, 9])
    counted = {"requests": 3, "moves": 3, "seeks": 3, "records held": 2}
    outcomes = list(worker.call("f", [same, same], False, 5))
    assert [outcome.written for outcome in outcomes] == [[7, 8]] * 2
    assert outcomes[0].counts == outcomes[1].counts == counted


def test_pages_work_as_records_do_and_each_step_tells_the_counts_so_far(worker: WorkerProcess) -> None:
    code = """
class Log:
    def __init__(self, device):
        self.device = device
    def put(self, text):
        no = self.device.allocate()
        self.device.write(no, text.encode().ljust(self.device.page_size))
        return self.device.page_count
    def get(self, no):
        return self.device.read(no)
"""
    assert worker.run_cell("Log", code, 5).error is None
    steps = Steps([("put", ("a",)), ("put", ("b",)), ("get", (0,)), ("get", (2,)), ("get", (-1,))])
    arguments = (Counted("PageDevice", {"page_size": 3}), steps)
    (got,) = worker.call("Log", [arguments], False, 5)
    assert [step.value for step in got.steps] == [1, 2, b"a  ", None, None]
    assert [step.error[0] for step in got.steps if step.error] == ["IndexError"] * 2
    assert got.written == [b"a  ", b"b  "]
    assert [step.counts["requests"] for step in got.steps] == [2, 4, 5, 5, 5]
    assert got.counts == {"requests": 5, "pages": 2, "writes": 2, "reads": 1}
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    by_hand = perform(namespace["Log"], arguments)
    assert matches(got, by_hand) and [s.counts for s in got.steps] == [s.counts for s in by_hand.steps]


# ---- hostile requests: the grader's process keeps its own counts, and ends what is no request


HOSTILE = {
    "no such place": {"call": 7, "name": "read", "arguments": [], "named": {}},
    "a place that is no number": {"call": True, "name": "read", "arguments": [], "named": {}},
    "what lies behind a device": {"call": 1, "name": "__init__", "arguments": [4, 12], "named": {}},
    "its counts": {"call": 1, "name": "counts", "arguments": [], "named": {}},
    "its outcome": {"call": 2, "name": "outcome", "arguments": [], "named": {}},
    "a method of another one": {"call": 0, "name": "write", "arguments": [0, [1]], "named": {}},
    "no arguments": {"call": 0, "name": "read"},
    "arguments that are no list": {"call": 0, "name": "read", "arguments": (1,), "named": {}},
    "names that are no texts": {"call": 0, "name": "read", "arguments": [], "named": {1: 2}},
    "a name that is no text": {"call": 0, "name": 5, "arguments": [], "named": {}},
    "a question for a stream": {"ask": 0, "count": 5},
    "data for a stream": {"put": 2, "data": b"x"},
}


@pytest.mark.parametrize("title", HOSTILE)
def test_what_is_no_request_ends_the_process(title: str) -> None:
    code = f"""
import sys
def f(src, disk, out):
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "_channel"):
        frame = frame.f_back
    frame.f_locals["self"]._channel.ask(**{HOSTILE[title]!r})
"""
    with WorkerProcess([]) as hostile:
        assert hostile.run_cell("f", code, 5).error is None
        with pytest.raises(Died, match="no answer"):
            list(hostile.call("f", [call([1])], False, 5))


def test_requests_and_bytes_have_an_end() -> None:
    disk = RecordDisk(BLOCK, MEMORY)
    with pytest.raises(TooMuch, match="requests"):
        for _ in itertools.repeat(None, devices.MOST_REQUESTS + 1):
            disk.read(0, 0)
    sink = RecordSink(BLOCK, MEMORY)
    with pytest.raises(TooMuch, match="MB") as caught:
        for _ in itertools.repeat(None, 100):
            sink.write([1 << (8 << 20)])
    assert caught.value.reason == "memory" and sum(map(int.bit_length, sink.outcome)) < devices.MOST_BYTES * 8


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True:\n    out.write([1 << 8_000_000])", "memory"),
        ("while True:\n    disk.block_records", "timeout"),
    ],
)
def test_an_answer_without_an_end_is_stopped(body: str, reason: str) -> None:
    with WorkerProcess([]) as endless:
        start = time.monotonic()
        with pytest.raises(Died) as death:
            run(endless, body, call([]))
        assert death.value.reason == reason and time.monotonic() - start < 40


# ---- how a check uses them


def test_a_bundle_keeps_devices_as_data() -> None:
    example = Case(call([5, 3, 2**70]), Outcome(written=[3, 5, 2**70]))
    again = _decoded(_encoded(Exercise("f", checks=[]), example))
    assert again.arguments == example.arguments and again.expected.written == example.expected.written
    assert wire.pack([argument.settings for argument in again.arguments])


def test_a_call_with_devices_is_small_and_readable() -> None:
    text = call_text("f", (*call([5, 3]), 12))
    assert text == "f(<src [5, 3], 4 records a block>, <disk>, <out>, 12)"
    assert len(call_text("f", call(range(10_000)))) < 150
    assert "<20,001 bits>" in call_text("f", call([1 << 20_000]))


REFERENCE = """
def copy(src, disk, out):
    while records := src.read(12):
        out.write(records)
"""
ONE_BY_ONE = REFERENCE.replace("12", "1")


def one_by_one(src: RecordSource, _disk: RecordDisk, out: RecordSink) -> None:
    while records := src.read(1):
        out.write(records)


COPY = Exercise(
    "copy",
    checks=[
        Check("copies", 1, edges=[call([]), call([1, 2, 3])]),
        Counts(
            "few moves",
            1,
            counted="moves",
            calls=[call(range(100))],
            limit=lambda arguments: len(arguments[0].settings["records"]) // BLOCK * 2,
            rule="2 * blocks",
            causes=[Cause("It moves single records.", hints=["How many?", "More."], like=one_by_one)],
            hints=["general"],
        ),
    ],
)


def counts_fault(code: str) -> Fault | None:
    class CopyPlan(Plan):
        def reference_source(self) -> str:
            return REFERENCE

    namespace: dict[str, Any] = {}
    exec(REFERENCE, namespace)
    plan = CopyPlan("copies", [COPY], type("References", (), namespace))
    with Runner([("copy", code)], []) as student, Runner([("reference", REFERENCE)], []) as reference:
        student.load()
        check = COPY.checks[1]
        assert isinstance(check, Counts)
        return Trial(plan, COPY, student, reference).counts(check)


def test_counts_within_the_limit_pass() -> None:
    assert counts_fault(REFERENCE) is None
    assert counts_fault(REFERENCE.replace("12", "8")) is None


def test_too_many_moves_are_told_with_both_numbers_and_the_mistake() -> None:
    fault = counts_fault(ONE_BY_ONE)
    assert fault is not None
    assert fault.message == ("Too many moves: 200, and 50 are allowed (2 * blocks). It moves single records.")
    assert (fault.got, fault.expected, fault.hints) == ("200 moves", "at most 50", ["How many?", "More."])


def test_too_many_moves_for_another_reason_have_the_general_hint() -> None:
    fault = counts_fault(REFERENCE.replace("12", "3"))
    assert fault is not None and fault.message.endswith("(2 * blocks).") and fault.hints == ["general"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def copy(src, disk, out):\n    out.write(src.read(12))", "differs"),
        ("def copy(src, disk, out):\n    raise SystemExit", "SystemExit"),
        ("import os\ndef copy(src, disk, out):\n    os._exit(3)", "exit code 3"),
    ],
)
def test_a_wrong_answer_gets_no_points_for_few_moves(code: str, words: str) -> None:
    fault = counts_fault(code)
    assert fault is not None and words in fault.message
