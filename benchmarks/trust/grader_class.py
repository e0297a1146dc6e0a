"""A class of chapter 6 for the bench of the grader: right, wrong and unsolved notebooks, and some that hang."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograde.released import HELPERS, grade_id_of, released, released_notebook
from benchmarks.trust.answers import Answer, all_answers, cells_with

NAME = "ch06_vb_code"
SIZES = {"right": 60, "wrong": 20, "stub": 15, "hangs": 5}
HANGS = "def {name}(*arguments):\n    while True:\n        pass\n"
SLOWLY_COMPILED = "vb_decode_fast"  # Numba takes seconds of computing for it, in each kernel and process
NUMBA_IN = 5  # one of so many notebooks has it


@dataclass(frozen=True)
class HandedIn:
    """One notebook: who handed it in, of which kind, its solution cells, and whether Numba compiles one."""

    student: str
    kind: str
    cells: dict[str, str]
    has_numba: bool = False


def a_class(scale: float = 1.0) -> list[HandedIn]:
    """Return the class, its kinds mixed evenly; scale: of its size, at least one of each kind."""
    kinds = {kind: max(1, round(size * scale)) for kind, size in SIZES.items()}
    places = sorted(((i + 0.5) / size, kind, i) for kind, size in kinds.items() for i in range(size))
    return [
        HandedIn(f"{number:03}-{kind}", kind, *_cells(kind, i)) for number, (_, kind, i) in enumerate(places)
    ]


def sample(handed_in: Sequence[HandedIn], count: int) -> list[HandedIn]:
    """Return at most count notebooks, evenly spread, so that the kinds keep their shares."""
    step = max(1.0, len(handed_in) / count)
    return [handed_in[int(i * step)] for i in range(min(count, len(handed_in)))]


def notebook(handed_in: HandedIn) -> dict[str, Any]:
    """Return the released notebook with these solution cells."""
    filled = released_notebook(NAME)
    for cell in filled["cells"]:
        name = grade_id_of(cell)
        if name in handed_in.cells:
            cell["source"] = handed_in.cells[name].splitlines(keepends=True)
    return filled


def to_bytes(filled: dict[str, Any]) -> bytes:
    """Return a notebook as a file."""
    return json.dumps(filled, ensure_ascii=False, indent=1).encode("utf-8")


def _cells(kind: str, i: int) -> tuple[dict[str, str], bool]:
    """The cells of the i-th notebook of a kind, and whether Numba compiles one."""
    if kind == "stub":
        return released(NAME).sources("solution"), False
    quick = _quick(i)
    names = [exercise.name for exercise in released(NAME).exercises]
    if kind == "hangs":
        hanging = {names[i % len(names)]: HANGS.format(name=names[i % len(names)])}
        return {**cells_with(NAME, quick.source), **hanging}, "numba" in quick.source
    chosen = [a for a in _answers(kind == "right") if "computes for more" not in a.words]
    answer = chosen[i * 7 % len(chosen)]
    has_numba = "numba" in (answer if answer.exercise == SLOWLY_COMPILED else quick).source
    cells = cells_with(NAME, _both(answer, quick))
    return (cells if has_numba else {**cells, HELPERS: _without_numba(cells[HELPERS])}), has_numba


def _without_numba(helpers: str) -> str:
    """The helpers but for those which import Numba: whoever does not compile with it has none such."""
    module = ast.parse(helpers)
    module.body = [part for part in module.body if "numba" not in ast.unparse(part)]
    return ast.unparse(module)


def _quick(i: int) -> Answer:
    """A right answer to the exercise that Numba may compile; every fifth has Numba."""
    answers = [answer for answer in _answers(True) if answer.exercise == SLOWLY_COMPILED]
    chosen = [answer for answer in answers if ("numba" in answer.source) is (i % NUMBA_IN == NUMBA_IN - 1)]
    return chosen[i % len(chosen)]


def _both(answer: Answer, quick: Answer) -> str:
    """An answer, and one to the exercise that is compiled slowly; their helpers share no name."""
    if answer.exercise == SLOWLY_COMPILED:
        return answer.source
    return f"{answer.source}\n\n{quick.source}"


def _answers(is_right: bool) -> list[Answer]:
    return [answer for answer in all_answers(NAME) if answer.is_right is is_right]
