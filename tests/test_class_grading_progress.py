"""How far a batch is: a line on a terminal, plain lines elsewhere, and an estimate that follows the pace."""

import io
import time

import pytest

from autograde.class_grading.batch import Line
from autograde.class_grading.progress import Progress, duration
from autograde.verbs.autograde import _table


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_the_estimate_counts_what_this_call_has_graded(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = Progress(done=50, count=60, stream=stream)
    clock[0] += 1
    progress.add("ann: 3 / 3")
    clock[0] += 9
    progress.add("ben: 0 / 3")
    for _ in range(8):
        progress.add("more")
    progress.end()
    lines = stream.getvalue().splitlines()
    assert lines[:2] == [
        "[51/60] ann: 3 / 3",
        "[52/60] ben: 0 / 3, about 41 s left",
    ]  # 2 in 10 s, so 8 in 40 s
    assert lines[-1] == "[60/60] more"
    assert "\r" not in stream.getvalue()


def test_a_terminal_has_one_line_that_is_cut_to_its_width(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = _Terminal()
    progress = Progress(done=0, count=2, stream=stream)
    progress.show("Grading 2 of 2 submissions with 1 process.")
    progress.add("a student with a long name: 3 / 3")
    progress.end()
    assert "\n" not in stream.getvalue()
    shown = stream.getvalue().split("\r\x1b[K")
    assert shown == ["", "Grading 2 of 2 subm", "[1/2] a student wit", ""]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "1 s"), (59.5, "60 s"), (60, "1 min"), (3599, "1 h 0 min"), (7260, "2 h 1 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("reasons", "last"),
    [
        ([[], []], "2 graded."),
        ([["cut off"], []], "2 graded; 1 needs a human."),
        ([["a"], ["b"]], "2 graded; 2 need a human."),
    ],
)
def test_the_summary_counts_who_needs_a_human(reasons: list[list[str]], last: str) -> None:
    table = _table([Line(f"s{number}", 1, 2, why) for number, why in enumerate(reasons)])
    assert table[-1] == last
