"""The source of an assignment, solutions/NAME.py (jupytext percent), as nbgrader's source notebook.

Cell headers are short: a role, a name, a few keys. What nbgrader needs beyond that is made here.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.paths import CourseError
from autograde.released import HELPERS, SETUP, TEST_PREFIX

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"  # nbgrader's own
_NAME = re.compile(r"(?!helpers$|setup$|given_|test_)[A-Za-z_][A-Za-z0-9_]{0,50}")
_KEYS = {"points", "minutes", "difficulty", "needs", "stretch"}
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
Notebook = dict[str, Any]


@dataclass
class SourceCell:
    """A cell as the author wrote it; role is markdown, given, helpers or solution, name that of an exercise."""

    role: str
    source: str
    name: str = ""
    meta: dict[str, Any] = field(default_factory=dict)


def source_notebook(path: Path) -> Notebook:
    """Return nbgrader's source notebook of an assignment's source file.

    The same file gives the same notebook, cell ids included. Raises CourseError for an author's mistake.
    """
    try:
        cells = list(_cells(path))
        _check_cells(cells)
        built = with_ids(list(_built(cells, path.stem)))
    except CourseError as error:
        raise CourseError(f"solutions/{path.name}: {error}") from None
    return {"cells": built, "metadata": NOTEBOOK_METADATA, "nbformat": 4, "nbformat_minor": 5}


def notebook_bytes(notebook: Notebook) -> bytes:
    """Return a notebook's bytes in the form that nbformat writes."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def without_solutions(source: str, stub: str = STUB) -> str:
    """Return a cell's source with each solution block replaced by a stub, as nbgrader's ClearSolutions does.

    Raises CourseError for blocks that are nested or have no end.

    >>> without_solutions("def f():\\n    ### BEGIN SOLUTION\\n    return 1\\n    ### END SOLUTION", "pass")
    'def f():\\n    pass'
    """
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        if BEGIN in line:
            if inside:
                raise CourseError(f"a second {BEGIN} stands before the {END} of the first.")
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + part for part in stub.split("\n") if stub]
            inside = True
        elif END in line:
            if not inside:
                raise CourseError(f"an {END} stands without a {BEGIN}.")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise CourseError(f"a {BEGIN} has no {END}.")
    return "\n".join(kept)


def _cells(path: Path) -> Iterator[SourceCell]:
    """The cells as jupytext reads them, with their headers understood."""
    import jupytext  # takes half a second, and a trainee never needs it

    for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells:
        if cell.cell_type == "markdown":
            yield SourceCell("markdown", cell.source)
        else:
            yield _code_cell(cell)


def _code_cell(cell: Any) -> SourceCell:
    metadata = dict(cell.metadata)
    metadata.pop("lines_to_next_cell", None)
    title = metadata.pop("title", "")
    role, _, name = title.partition(" ")
    start = cell.source.split("\n", 1)[0]
    if cell.cell_type != "code" or role not in ("given", HELPERS, "solution"):
        raise CourseError(
            f"the cell `{title}` that starts with `{start}` has no role: write given, helpers or solution NAME."
        )
    if role == "solution":
        _check_header(name, metadata)
    elif name or metadata:
        raise CourseError(
            f"a cell `{role}` has nothing else in its header, not `{name or ', '.join(metadata)}`."
        )
    return SourceCell(role, cell.source, name, metadata)


def _check_header(name: str, meta: dict[str, Any]) -> None:
    if not _NAME.fullmatch(name):
        raise CourseError(f"`{name}` cannot be the name of an exercise.")
    unknown = sorted(set(meta) - _KEYS)
    if unknown:
        raise CourseError(f"the cell of {name} has unknown keys: {', '.join(unknown)}.")
    points = meta.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0:
        raise CourseError(f"the cell of {name} needs points=N, a number above 0.")
    if type(meta.get("minutes")) is not int or meta["minutes"] < 1:
        raise CourseError(f"the cell of {name} needs minutes=N.")
    if meta.get("difficulty") not in (1, 2, 3, 4, 5):
        raise CourseError(f"the cell of {name} needs difficulty=N, from 1 to 5.")
    needs = meta.get("needs", [])
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs):
        raise CourseError(f'the cell of {name} needs a list of names, such as needs=["gaps"].')
    if not isinstance(meta.get("stretch", False), bool):
        raise CourseError(f"the cell of {name}: stretch is true or false.")


def _check_cells(cells: list[SourceCell]) -> None:
    """Raise CourseError for what is wrong in the order or in the text of cells."""
    if not cells or cells[0].role != "markdown" or not cells[0].source.startswith("# "):
        raise CourseError("the first cell is the title, a markdown cell that starts with `# `.")
    roles = [cell.role for cell in cells]
    if roles.count(HELPERS) != 1:
        raise CourseError(f"there is exactly one helpers cell, not {roles.count(HELPERS)}.")
    if "solution" not in roles:
        raise CourseError("there is no solution cell.")
    if roles.index("solution") < roles.index(HELPERS):
        raise CourseError("the helpers cell stands before the first solution cell.")
    names = [cell.name for cell in cells if cell.role == "solution"]
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"the exercise {name} has {names.count(name)} solution cells.")
    for cell in cells:
        _check_text(cell)


def _check_text(cell: SourceCell) -> None:
    has_block = BEGIN in cell.source
    if cell.role in ("markdown", "given") and (has_block or END in cell.source):
        raise CourseError(f"a {cell.role} cell holds a solution block; only solution and helpers cells may.")
    if cell.role == HELPERS and ast.parse(without_solutions(cell.source, "")).body:
        raise CourseError(f"the helpers cell holds code outside {BEGIN} and {END}; it would be released.")
    if cell.role == "solution":
        if not has_block:
            raise CourseError(f"the cell of {cell.name} has no {BEGIN}.")
        _check_stub(cell)


def _check_stub(cell: SourceCell) -> None:
    """What is released of a solution cell is the signature and the contract of its name."""
    try:
        body = ast.parse(without_solutions(cell.source)).body
    except SyntaxError as error:
        raise CourseError(
            f"the cell of {cell.name} is no Python once its solution is out: {error}."
        ) from None
    definitions = [node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    if [node.name for node in definitions] != [cell.name]:
        raise CourseError(f"the cell of {cell.name} does not define {cell.name} outside its solution block.")
    if not ast.get_docstring(definitions[0]):
        raise CourseError(f"{cell.name} has no docstring; it is the contract that the trainee sees.")


def _built(cells: list[SourceCell], assignment: str) -> Iterator[Notebook]:
    """nbgrader's cells: the author's, and the ones that are made."""
    given = 0
    for number, cell in enumerate(cells):
        if cell.role == "markdown":
            following = cells[number + 1 : number + 2]
            lines = [meta_line(exercise) for exercise in following if exercise.role == "solution"]
            yield _markdown("\n\n".join([cell.source, *lines]))
        elif cell.role == "given":
            given += 1
            yield _code(cell.source, f"given_{given}", locked=True)
        elif cell.role == HELPERS:
            yield _code(cell.source, HELPERS, solution=True)
        else:
            yield from _exercise(cell, cells[number - 1])
        if number == 0:
            setup = f'from autograde.notebook import checks_for\n\ncheck = checks_for("{assignment}")'
            yield _code(setup, SETUP, locked=True)


def _exercise(cell: SourceCell, before: SourceCell) -> Iterator[Notebook]:
    """The cells of one exercise; its meta line stands under the prose before it, if there is any."""
    if before.role != "markdown":
        yield _markdown(meta_line(cell))
    solution = _code(cell.source, cell.name, solution=True)
    solution["metadata"]["course"] = {
        "minutes": cell.meta["minutes"],
        "difficulty": cell.meta["difficulty"],
        "needs": cell.meta.get("needs", []),
        "stretch": cell.meta.get("stretch", False),
    }
    yield solution
    yield _code(f'check("{cell.name}")', TEST_PREFIX + cell.name, points=cell.meta["points"], locked=True)


def meta_line(cell: SourceCell) -> str:
    """Return the line that tells what an exercise costs and brings.

    >>> meta = {"points": 1, "minutes": 15, "difficulty": 2, "needs": ["gaps"]}
    >>> meta_line(SourceCell("solution", "", "vb_encode", meta))
    '*Core · 1 point · about 15 minutes · difficulty 2 of 5 · needs gaps*'
    """
    meta = cell.meta
    points = f"{meta['points']:g} {'point' if meta['points'] == 1 else 'points'}"
    parts = [
        "Stretch" if meta.get("stretch") else "Core",
        points,
        f"about {meta['minutes']} minutes",
        f"difficulty {meta['difficulty']} of 5",
    ]
    if meta.get("needs"):
        parts.append(f"needs {', '.join(meta['needs'])}")
    return f"*{' · '.join(parts)}*"


def _markdown(source: str) -> Notebook:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(source)}


def _code(
    source: str, grade_id: str, *, solution: bool = False, locked: bool = False, points: float | None = None
) -> Notebook:
    mark = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        mark["points"] = points
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"nbgrader": mark},
        "outputs": [],
        "source": _lines(source),
    }


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def with_ids(cells: list[Notebook]) -> list[Notebook]:
    """Stable ids: the grade_id, or a hash of the text with a counter for doubles."""
    seen: dict[str, int] = {}
    for cell in cells:
        text = "".join(cell["source"])
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        base = name or hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
        seen[base] = seen.get(base, 0) + 1
        cell["id"] = base if seen[base] == 1 else f"{base}-{seen[base]}"
    return cells
