"""Does any damaged notebook crash the reader or the grader, earn a point, or leave its sender without a sentence?"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograde.grading import Grader
from autograde.paths import CourseError, assignment_names
from autograde.report import AssignmentReport
from autograde.submission import Submission, read_submission
from benchmarks.trust.damage import Damaged, damaged
from benchmarks.trust.pool import PROCESSES, each
from benchmarks.trust.record import GRADER, record, sources_hash

SEED = 20090101
NOTEBOOKS = 10_000
GRADINGS = 1000  # of the forms that differ in what was taken: a grading takes 50 times as long as a reading
CHUNK = 50
SOURCES = (
    *GRADER,
    *(f"autograde/{name}.py" for name in ("notebook", "released", "submission", "report")),
    "exercises/*/*.ipynb",
    *(f"benchmarks/trust/{name}.py" for name in ("damage", "damaged_parts", "fuzz")),
)

Place = tuple[int, int]  # the seed and the number of a damaged notebook


@dataclass(frozen=True)
class Reading:
    """What reading one notebook came to: refused or read; cells: a hash of what was taken; fault: what is wrong."""

    number: int
    kinds: tuple[str, ...]
    refused: bool = False
    cells: str = ""
    fault: str = ""


def measure(
    notebooks: int = NOTEBOOKS, gradings: int = GRADINGS, processes: int = PROCESSES, seed: int = SEED
) -> dict[str, Any]:
    """Read damaged notebooks, grade those whose cells no other one had; return the counts, and what went wrong.

    Running time: about 20 ms a notebook and 1 s a grading, in each of the processes.
    """
    places = [(seed, number) for number in range(notebooks)]
    chunks = [places[start : start + CHUNK] for start in range(0, notebooks, CHUNK)]
    parts = each(
        "fifties of notebooks read", read_all, chunks, lambda chunk: f"from {chunk[0][1]:,}", processes
    )
    readings = [reading for part in parts for reading in part]
    first = {reading.cells: reading.number for reading in reversed(readings) if reading.cells}
    chosen = [(seed, number) for number in sorted(first.values())[:gradings]]
    graded = each("notebooks graded", grade_one, chosen, lambda place: f"number {place[1]:,}", processes)
    return {"topic": "fuzz", **record(sources_hash(SOURCES))} | {
        "seed": seed,
        "notebooks": len(readings),
        "refused": sum(reading.refused for reading in readings),
        "read": sum(bool(reading.cells) for reading in readings),
        "different": len(first),
        "graded": len(chosen),
        "kinds": dict(sorted(Counter(kind for reading in readings for kind in reading.kinds).items())),
        "faults": [
            *({"number": reading.number, "fault": reading.fault} for reading in readings if reading.fault),
            *({"number": n, "fault": fault} for (_, n), fault in zip(chosen, graded, strict=True) if fault),
        ],
    }


def passed(result: Mapping[str, Any]) -> bool:
    """Did nothing crash, earn a point, or stay without a sentence?"""
    return not result["faults"]


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the counts, then each fault with the number of its notebook."""
    yield f"{result['notebooks']:,} damaged notebooks (seed {result['seed']}), {len(result['kinds'])} kinds of damage"
    yield f"{result['refused']:>8,}  refused with a sentence"
    yield f"{result['read']:>8,}  read; what was taken from them came in {result['different']:,} forms"
    yield f"{result['graded']:>8,}  of these forms graded"
    yield f"{len(result['faults']):>8,}  crashed, earned a point, or left the sender without a sentence"
    yield from (f"FAULT  number {fault['number']}: {fault['fault']}" for fault in result["faults"])


def read_all(places: Sequence[Place]) -> list[Reading]:
    """Read the damaged notebooks of these places."""
    return [read_one(*place) for place in places]


def read_one(seed: int, number: int) -> Reading:
    """Read one damaged notebook."""
    notebook = _notebook(seed, number)
    try:
        submission = _read(number, notebook.data)
    except CourseError as problem:
        return Reading(number, notebook.kinds, refused=True, fault=sentence_fault(str(problem)))
    except Exception as error:
        return Reading(number, notebook.kinds, fault=f"the reader crashed: {error!r:.200}")
    texts = [*submission.notes, *submission.problems]
    fault = next(filter(None, map(sentence_fault, texts)), "")
    cells = json.dumps(sorted(submission.cells.items())).encode("ascii")
    return Reading(number, notebook.kinds, cells=hashlib.sha256(cells).hexdigest(), fault=fault)


def grade_one(place: Place) -> str:
    """Grade one damaged notebook that can be read; return what is wrong with the report, or an empty text."""
    number = place[1]
    submission = _read(number, _notebook(*place).data)
    try:
        return report_fault(_grader(_assignment(number)).grade(submission))
    except Exception as error:
        return f"the grader crashed: {error!r:.200}"


def report_fault(report: AssignmentReport) -> str:
    """Return what is wrong with the report of a notebook that deserves nothing, or an empty text."""
    for exercise in report.exercises:
        if exercise.score:
            return f"{exercise.name} earns {exercise.score:g} points"
        if fault := sentence_fault(exercise.message):
            return f"{exercise.name}: {fault}"
    return ""


def sentence_fault(text: str) -> str:
    """Return why a text is nothing to show to a human, or an empty text.

    >>> sentence_fault("It is empty."), sentence_fault("KeyError: 'x'")
    ('', "no sentence: KeyError: 'x'")
    """
    is_sentence = text.endswith((".", "?")) and " " in text and "Traceback" not in text and text.isprintable()
    return "" if is_sentence else f"no sentence: {text[:100]}"


def _notebook(seed: int, number: int) -> Damaged:
    return damaged(_assignment(number), seed, number)


def _assignment(number: int) -> str:
    names = assignment_names()
    return names[number % len(names)]


def _read(number: int, data: bytes) -> Submission:
    """In turns as nbgrader's route reads it, which knows the assignment, and as `course.py grade` does."""
    return read_submission(data, _assignment(number) if number // 7 % 2 else None)


@functools.cache
def _grader(assignment: str) -> Grader:
    return Grader(assignment)
