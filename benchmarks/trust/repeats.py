"""Do the checks of costs say the same each time? Right and costly answers again and again, on a busy machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograde.check import Arguments, Counts, Growth, Memory, Outcome
from autograde.growth import slope
from autograde.judging import SLOPE_LIMIT, Trial
from autograde.plan import Case
from autograde.report import Fault
from autograde.runner import Runner
from benchmarks.trust.answers import Answer, all_answers, cells_with
from benchmarks.trust.judge import cost_fault, judge
from benchmarks.trust.pool import PROCESSES, each
from benchmarks.trust.record import assignment_sources, by_assignment, sources_hash
from workbench.scale import scaled

RIGHT, COSTLY = (
    200,
    50,
)  # how often each right answer is judged, and each costly one; WORKBENCH_SCALE=0.1: a tenth
BLOCK = 25  # repeats in one process of the answer
CLAIMS = {"slower than the input grows": Growth, "holds too much in memory": Memory}
_PARTS = ("answers", "judge", "repeats")
# A spinner ends when its parent is gone, however that came.
SPIN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    for _ in range(10**6): pass"


@dataclass(frozen=True)
class Block:
    """Some repeats of one check of costs on one answer."""

    answer: Answer
    check: int  # its place among the exercise's checks of costs
    repeats: int


@dataclass(frozen=True)
class Judged:
    """What came of a block: how often a fault was found, and each measured figure.

    figures: of Growth, slopes; of Memory, how much more than the reference's the peak is, as a share of the slack.
    """

    faults: int
    figures: Sequence[float]


def measure(
    right: int | None = None,
    costly: int | None = None,
    names: Sequence[str] | None = None,
    processes: int = PROCESSES,
) -> dict[str, Any]:
    """Judge the costs of all answers again and again while every core is busy; return counts and worst figures.

    right, costly: how often each right answer is judged, and each costly one; names: of assignments; without it,
    those that have changed since they were measured. Running time, as the cores are busy: up to 1 s for a right
    answer in each of the processes, up to 20 s for a costly one, so about an hour for all.
    """
    counts = right or scaled(RIGHT), costly or scaled(COSTLY)
    return by_assignment("repeats", sources_of, lambda name: _measured(name, *counts, processes), names)


def sources_of(name: str) -> str:
    """Return the hash of what the verdicts on the costs of an assignment follow from."""
    return sources_hash([*assignment_sources(name), *(f"benchmarks/trust/{part}.py" for part in _PARTS)])


def _measured(name: str, right: int, costly: int, processes: int) -> dict[str, Any]:
    """Counts and worst figures of one assignment."""
    plan = list(blocks(name, right, costly))
    with busy_cores():
        judged = each(f"{name}: blocks of repeats", run_block, plan, _block_name, processes)
    groups: dict[tuple[str, str], list[tuple[Block, Judged]]] = {}
    for block, found in zip(plan, judged, strict=True):
        groups.setdefault((block.answer.exercise, _kind(block)), []).append((block, found))
    return {
        "each_right": right,
        "each_costly": costly,
        "slope_limit": SLOPE_LIMIT,
        "busy_processes": os.cpu_count(),
        "checks": [
            {"exercise": exercise, "kind": kind} | _row(found) for (exercise, kind), found in groups.items()
        ],
    }


def passed(result: Mapping[str, Any]) -> bool:
    """Was no right answer failed, and no costly one passed?"""
    return not any(row["false_failures"] or row["false_passes"] for row in rows(result))


def rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of all checks of costs, in the course's order."""
    return [row for part in result["assignments"] for row in part["checks"]]


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the counts of each check, and the figures that came nearest to the limit, from both sides."""
    first = result["assignments"][0]
    yield f"With {first['busy_processes']} processes that keep the cores busy. A fault: a slope above"
    yield f"{first['slope_limit']}; or a peak of memory above the reference's by more than the slack, a share of 1."
    yield f"{'':<32}{'right':>8}{'failed':>8}{'largest':>9}{'costly':>9}{'passed':>8}{'smallest':>10}"
    for row in rows(result):
        yield (
            f"{row['exercise'] + ', ' + row['kind']:<32}{row['right']:>8}{row['false_failures']:>8}"
            f"{_figure(row['largest_of_right']):>9}{row['costly']:>9}{row['false_passes']:>8}"
            f"{_figure(row['smallest_of_costly']):>10}"
        )


def blocks(assignment: str, right: int, costly: int) -> Iterator[Block]:
    """Yield the work: every check of costs on every right answer, and on the wrong ones that it is there for."""
    for answer in all_answers(assignment):
        repeats = right if answer.is_right else costly
        for place, check in enumerate(judge(assignment).costs(answer.exercise)):
            if isinstance(check, Counts):  # counts are the same each time
                continue
            if answer.is_right or isinstance(check, _claimed(answer)):
                for start in range(0, repeats, BLOCK):
                    yield Block(answer, place, min(BLOCK, repeats - start))


def run_block(block: Block) -> Judged:
    """Judge one answer by one check some times over, in one process of the answer."""
    answer = block.answer
    cells = cells_with(answer.assignment, answer.source)
    check = judge(answer.assignment).costs(answer.exercise)[block.check]
    with judge(answer.assignment).trial(cells, answer.exercise, Measured) as trial:
        faults, figures = 0, []
        for _ in range(block.repeats):
            trial.figures.clear()
            faults += cost_fault(trial, check) is not None
            figures += [min(trial.figures)] if trial.figures else []
    return Judged(faults, figures)


class Measured(Trial):
    """A trial that keeps the figures which its verdicts follow from.

    figures: of Growth, the slope of each measurement (the smaller one decides); of Memory, the excess over the
    reference's peak as a share of the slack.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.figures: list[float] = []
        self._peaks: list[int] = []

    def memory(self, check: Memory) -> Fault | None:
        """Judge as every trial does, and keep by how much the peak was over the reference's."""
        self._peaks.clear()
        fault = super().memory(check)
        if len(self._peaks) == 2:
            self.figures.append((self._peaks[0] - self._peaks[1]) / check.slack_bytes)
        return fault

    def _looked(self, check: Growth) -> float | Fault | None:
        looked = super()._looked(check)
        self.figures += [looked] if isinstance(looked, float) else []
        return looked

    def _limit(self, *call: Any) -> tuple[int | None, Outcome]:
        student = self._peaks[:1]
        limit, outcome = super()._limit(*call)
        self._peaks = [*student, limit] if limit is not None else student
        return limit, outcome

    def _cost_ratios(self, check: Growth, cases: Sequence[Case]) -> list[float]:
        ratios = super()._cost_ratios(check, cases)
        self.figures.append(slope(check.sizes[: len(ratios)], ratios))
        return ratios

    def _peak(
        self, runner: Runner, arguments: Arguments, preload: Sequence[str]
    ) -> tuple[int | None, Outcome]:
        peak, outcome = super()._peak(runner, arguments, preload)
        self._peaks += [peak] if peak is not None else []
        return peak, outcome


@contextlib.contextmanager
def busy_cores() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep every core busy with a process of its own until the end of the block."""
    with contextlib.ExitStack() as stack:
        spinners = []
        for _ in range(os.cpu_count() or 1):
            spinners.append(stack.enter_context(subprocess.Popen([sys.executable, "-c", SPIN])))
            stack.callback(spinners[-1].kill)
        yield spinners


def _row(found: Sequence[tuple[Block, Judged]]) -> dict[str, Any]:
    """Counts and worst figures of one check."""
    right = [(block, judged) for block, judged in found if block.answer.is_right]
    costly = [(block, judged) for block, judged in found if not block.answer.is_right]
    return {
        "right": sum(block.repeats for block, _ in right),
        "false_failures": sum(judged.faults for _, judged in right),
        "largest_of_right": max((f for _, judged in right for f in judged.figures), default=None),
        "costly": sum(block.repeats for block, _ in costly),
        "false_passes": sum(block.repeats - judged.faults for block, judged in costly),
        "smallest_of_costly": min((f for _, judged in costly for f in judged.figures), default=None),
    }


def _claimed(answer: Answer) -> tuple[type, ...]:
    """The kinds of check that a wrong answer is there for, by the words that its message must contain."""
    return tuple(kind for words, kind in CLAIMS.items() if words in answer.words)


def _kind(block: Block) -> str:
    check = judge(block.answer.assignment).costs(block.answer.exercise)[block.check]
    return type(check).__name__.lower()


def _block_name(block: Block) -> str:
    return f"{block.answer.exercise}, {_kind(block)}: {block.answer.title}"


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"
