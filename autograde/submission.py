"""A submitted notebook: bytes that nobody vouches for. Only the text of its solution cells is taken, by grade_id.

The reader is the course's own: bounded, without nbformat, and nothing is executed.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograde.paths import CourseError
from autograde.released import HELPERS, Released, identify, released

MAX_BYTES = 64 << 20
MAX_PARTS = 4_000_000  # lists and objects: an empty one has two bytes in the file and 56 in memory
MAX_CELL_CHARACTERS = 200_000
FRESH = "`course.py reset CHAPTER` lays a fresh copy and keeps this one."
SAVE_AGAIN = "Save it in JupyterLab again, and take that file."
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_MAGIC = re.compile(r"\s*[%!]")


@dataclass(frozen=True)
class Submission:
    """The solution cells of a notebook by grade_id, helpers included.

    notes: things that the sender should know; problems: cells that cannot be graded as they stand; from_kernel:
    whether they are the cells that a kernel has run, rather than all cells of a file.
    """

    cells: Mapping[str, str]
    notes: Sequence[str] = field(default=())
    problems: Sequence[str] = field(default=())
    from_kernel: bool = False


@dataclass(frozen=True)
class _Cell:
    """A cell of the file: its place from 1, cell_type, grade_id ("" for none), source."""

    place: int
    kind: str
    grade_id: str
    source: str


def read_submission(data: bytes, assignment: str | None = None) -> Submission:
    """Read a notebook of format 4; time and memory are linear in its size, and nothing in it is executed.

    assignment: its name; without it the cells tell. Texts in notes and problems are the course's own words.
    Raises CourseError, with what to do, when it is no such notebook.
    """
    cells = [_cell(place, raw) for place, raw in enumerate(_raw_cells(_document(data)), start=1)]
    wanted = released(assignment or identify(cell.grade_id for cell in cells))
    _require_its_own(cells, wanted)
    taken: dict[str, str] = {}
    notes: list[str] = []
    problems: list[str] = []
    for name in wanted.sources(HELPERS, "solution"):
        found = [cell for cell in cells if cell.grade_id == name]
        if not found and name == HELPERS:
            notes.append("The cell helpers is missing; nothing was taken for it.")
        elif problem := _problem(name, found):
            problems.append(problem)
        else:
            taken[name], more = _plain(name, found[0].source)
            notes += more
            if len(found) > 1:
                notes.append(f"{len(found)} cells are {name}; they are equal, so one was taken.")
    return Submission(taken, notes + _not_taken(cells, wanted), problems)


def _require_its_own(cells: Sequence[_Cell], wanted: Released) -> None:
    """Raise CourseError for a notebook without a single exercise of this assignment, and say what it is."""
    ids = {cell.grade_id for cell in cells}
    if not ids & {exercise.name for exercise in wanted.exercises}:
        raise CourseError(f"this is a notebook of {identify(ids)}, not of {wanted.name}. Hand in that one.")


def with_cells(cells: Mapping[str, str], from_kernel: bool = False) -> Submission:
    """Return a submission of cells that come from elsewhere than a file; from_kernel as in Submission."""
    plain = {name: _plain(name, source)[0] for name, source in cells.items()}
    return Submission(plain, from_kernel=from_kernel)


def without_magics(source: str) -> str:
    """Return a source without its notebook magics.

    Only a source that is no Python as it stands, and is Python without them, is touched; lines become empty, so
    that numbers stay right.

    >>> without_magics("%timeit f()\\nx = 1")
    '\\nx = 1'
    >>> without_magics("x = (5\\n% 3)")
    'x = (5\\n% 3)'
    """
    lines = source.split("\n")
    if not any(map(_MAGIC.match, lines)) or _parses(source):
        return source
    plain = "\n".join("" if _MAGIC.match(line) else line for line in lines)
    return plain if _parses(plain) else source


def _document(data: bytes) -> Any:
    """The file as JSON, or a sentence."""
    if not data.strip():
        raise CourseError(f"the file is empty. {FRESH}")
    if len(data) > MAX_BYTES or data.count(b"[") + data.count(b"{") > MAX_PARTS:
        size = f"{len(data) / 2**20:.0f} MB"
        raise CourseError(
            f"the notebook is too large ({size}). Clear all its outputs in JupyterLab and save it."
        )
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise CourseError(
            f"this is no notebook, or it was cut off: its JSON breaks in line {error.lineno}. {SAVE_AGAIN}"
        ) from None
    except (ValueError, RecursionError):  # no UTF-8; a number of 5,000 digits; lists in lists in lists
        raise CourseError(
            f"this is no notebook: JupyterLab does not write such a file. {SAVE_AGAIN}"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One object of the JSON; which of two equal keys counts must not depend on who reads it."""
    parsed = dict(pairs)
    if len(parsed) < len(pairs):
        raise CourseError(f"the notebook is damaged: an object in it has one key twice. {SAVE_AGAIN}")
    return parsed


def _raw_cells(document: Any) -> list[Any]:
    if isinstance(document, dict) and "worksheets" in document:
        raise CourseError("this notebook has the old format 3; open it in JupyterLab and save it.")
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        raise CourseError(f"this is no notebook: it has no list of cells. {SAVE_AGAIN}")
    return cells


def _cell(place: int, raw: Any) -> _Cell:
    """A cell, whatever stands there: what is no text is an empty one."""
    if not isinstance(raw, dict):
        return _Cell(place, "", "", "")
    metadata = raw.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return _Cell(place, _text(raw.get("cell_type")), _text(grade_id), _text(raw.get("source")))


def _text(value: Any) -> str:
    """A text as notebooks have it: a string, or a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else ""


def _problem(name: str, found: Sequence[_Cell]) -> str:
    """Why the cells of an exercise cannot be graded, or an empty text."""
    if not found:
        return f"The cell {name} is missing. {FRESH}"
    if any(cell.kind != "code" for cell in found):
        return f"The cell {name} is no code cell any more; set its type to Code and save."
    if any(cell.source != found[0].source for cell in found):
        places = ", ".join(str(cell.place) for cell in found[:10])
        return (
            f"{len(found)} cells are {name}, and they differ (cells {places}): delete all but one and save."
        )
    if len(found[0].source) > MAX_CELL_CHARACTERS:
        return f"The cell {name} has more than {MAX_CELL_CHARACTERS:,} characters; make it shorter and save."
    return ""


def _plain(name: str, source: str) -> tuple[str, list[str]]:
    """A source as Python can read it, and notes on what was changed."""
    text = _NO_TEXT.sub("\ufffd", source)
    plain = without_magics(text)
    notes = []
    if text != source:
        notes.append(f"The cell {name} has characters that no Python file can hold; they were replaced.")
    if plain != text:
        notes.append(f"The cell {name} has lines with notebook magics (% or !); they were left out.")
    return plain, notes


def _not_taken(cells: Sequence[_Cell], wanted: Released) -> list[str]:
    """A note on code that stands in no solution cell, and is not what was released there."""
    own = wanted.sources("setup", "given", "test")
    solutions = wanted.sources(HELPERS, "solution")
    places = [
        str(cell.place)
        for cell in cells
        if _has_code(cell) and cell.grade_id not in solutions and cell.source != own.get(cell.grade_id)
    ]
    if not places:
        return []
    listed = ", ".join(places[:10]) + (", ..." if len(places) > 10 else "")
    count = f"{len(places)} other {'cell' if len(places) == 1 else 'cells'}"
    return [f"Code in {count} ({listed}) was not taken: only solution cells and helpers count."]


def _has_code(cell: _Cell) -> bool:
    """Whether a code cell has more than comments in it."""
    lines = (line.lstrip() for line in cell.source.splitlines())
    return cell.kind == "code" and any(line and not line.startswith("#") for line in lines)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
