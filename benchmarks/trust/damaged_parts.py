"""Changes of a notebook's JSON: parts lost, doubled or of another type, cells renamed, odd code, odd metadata."""

from __future__ import annotations

import base64
import copy
import random
import zlib
from collections.abc import Callable
from typing import Any

DEEP = "@deep@"  # stands for lists in lists, more of them than json.dumps would write
LONG = "@long@"  # stands for a number of 5,000 digits
MARKS = {DEEP: "[" * 3000 + "]" * 3000, LONG: "9" * 5000}
BOMB = base64.b64encode(zlib.compress(zlib.compress(bytes(10_000_000), 9), 9)).decode()

Notebook = dict[str, Any]
Edit = Callable[[random.Random, Notebook], object]

ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        1e308,
        float("inf"),
        float("nan"),
        "",
        " ",
        "\0",
        "\ud800",
        "a\udfffb",
    ),
    *([], {}, [[]], [[["x"]]], [1, "a", None], {"": {}}, {"source": "x"}, DEEP, LONG, "gaps", "\ufeff"),
)
ODD_CODE = (
    *(
        "\f\f",
        "\x0bx = 1",
        "x = 1\x00",
        "\ufeffx = 1",
        "x\u2028= 1",
        "\u202ex = 1",
        "x = '\ud800'",
        "x = \u0661",
    ),
    *(
        "def f(:\n",
        "return 1",
        "'''",
        '"""',
        "x = (",
        "\\",
        "if 1:\n\tx = 1\n        y = 2",
        "\r",
        "x = 1\r\ry = 2",
    ),
    *(
        "%time x",
        "!ls",
        "%%bash\nls",
        "x = 1 %\\\n%y",
        "await x",
        "yield",
        "0777",
        "1__0",
        "f'{'",
        "f'{x!z}'",
        "\t",
    ),
    *(
        "(" * 150,
        "(" * 50_000,
        "-" * 20_000 + "1",
        "lambda:" * 2000 + "1",
        "x = " + "1+" * 9000 + "1",
        "9" * 5000,
    ),
    *(
        "import no_such_module",
        "raise SystemExit",
        "1/0",
        "x = [0] * 10**6",
        "class gaps: pass",
        "del gaps",
        "x" * 9999,
    ),
    *(
        "gaps = vb_encode = None",
        "def gaps(ids): return gaps(ids)",
        "from __future__ import braces",
        "assert False",
    ),
)


# --- any part


def _any_part(chance: random.Random, notebook: Notebook) -> tuple[Any, Any]:
    """A list or object somewhere in the notebook, and an index or a key in it."""
    parent: Any = notebook
    key = chance.choice(sorted(notebook))
    while isinstance(parent[key], (list, dict)) and parent[key] and chance.random() < 0.85:
        parent = parent[key]
        key = chance.choice(sorted(parent) if isinstance(parent, dict) else range(len(parent)))
    return parent, key


def _drop(chance: random.Random, notebook: Notebook) -> None:
    parent, key = _any_part(chance, notebook)
    del parent[key]


def _double(chance: random.Random, notebook: Notebook) -> None:
    parent, key = _any_part(chance, notebook)
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    else:
        parent[f"{key}2"] = copy.deepcopy(parent[key])


def _retype(chance: random.Random, notebook: Notebook) -> None:
    parent, key = _any_part(chance, notebook)
    parent[key] = chance.choice(ODD_VALUES)


def _wrap(chance: random.Random, notebook: Notebook) -> None:
    parent, key = _any_part(chance, notebook)
    for _ in range(chance.choice([1, 2, 50])):
        parent[key] = [parent[key]] if chance.random() < 0.5 else {"a": parent[key]}


# --- one cell


def _cells(notebook: Notebook) -> list[Any]:
    """The cells that are still objects with metadata, as other changes may have come first."""
    cells = notebook.get("cells")
    found = cells if isinstance(cells, list) else []
    return [cell for cell in found if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict)]


def _on_a_cell(change: Callable[[random.Random, Notebook], object]) -> Edit:
    """A change of one cell, mostly one that counts."""

    def edit(chance: random.Random, notebook: Notebook) -> None:
        cells = _cells(notebook)
        graded = [cell for cell in cells if cell["metadata"].get("nbgrader")]
        if cells:
            change(chance, chance.choice(graded if graded and chance.random() < 0.9 else cells))

    return edit


def _mark(cell: Notebook) -> Notebook:
    """The cell's mark for the grader, made if it is gone."""
    if not isinstance(cell["metadata"].get("nbgrader"), dict):
        cell["metadata"]["nbgrader"] = {}
    mark: Notebook = cell["metadata"]["nbgrader"]
    return mark


def _source(cell: Notebook) -> str:
    """The cell's code as one text, whatever stands there."""
    source = cell.get("source")
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _rename(chance: random.Random, cell: Notebook) -> None:
    names = ["gaps", "vb_encode", "test_gaps", "helpers", "setup", "", "GAPS", "gaps ", "../gaps"]
    _mark(cell)["grade_id"] = chance.choice([*names, chance.choice(ODD_VALUES)])


def _remark(chance: random.Random, cell: Notebook) -> None:
    fields = ["grade", "points", "locked", "solution", "task", "schema_version", "cell_type", "checksum"]
    _mark(cell)[chance.choice(fields)] = chance.choice(
        [99, -1, True, False, "1e9", chance.choice(ODD_VALUES)]
    )


def _odd_source(chance: random.Random, cell: Notebook) -> None:
    sources = [{"0": "x"}, 5, None, [["x = 1"]], ["x = 1", 2], [None], True, chance.choice(ODD_VALUES)]
    cell["source"] = chance.choice(sources)


def _odd_code(chance: random.Random, cell: Notebook) -> None:
    lines = _source(cell).splitlines(keepends=True)
    lines.insert(chance.randint(0, len(lines)), chance.choice(ODD_CODE) + chance.choice(["", "\n"]))
    cell["source"] = chance.choice([lines, "".join(lines)])


def _broken_code(chance: random.Random, cell: Notebook) -> None:
    """Some characters of the code lost, doubled or replaced."""
    text = list(_source(cell))
    for _ in range(chance.choice([1, 1, 3, 20]) if text else 0):
        place = chance.randrange(len(text))
        odd = ["", text[place] * 2, chr(chance.randrange(0x110000)), chance.choice("()'#:\n")]
        text[place] = chance.choice(odd)
    cell["source"] = "".join(text)


def _much_code(chance: random.Random, cell: Notebook) -> None:
    piece = chance.choice(["x", "#", "\n", "x = 1\n", "(", "가", "\0", "'", "\f", "%time\n"])
    cell["source"] = piece * (chance.choice([50_000, 1_000_000]) // len(piece))


def _bomb(chance: random.Random, cell: Notebook) -> None:
    kind = chance.choice(["application/zip", "image/png"])
    cell["attachments"] = {"a.zip": {kind: BOMB * chance.choice([1, 50])}}


def _kind(chance: random.Random, cell: Notebook) -> None:
    kinds = ["markdown", "raw", "heading", "", "CODE", chance.choice(ODD_VALUES)]
    cell["cell_type"] = chance.choice(kinds)


def _outputs(chance: random.Random, cell: Notebook) -> None:
    stream = [{"output_type": "stream", "text": "x" * 10**6}]
    cell["outputs"] = chance.choice([stream, [[]] * 9999, chance.choice(ODD_VALUES)])


def _tags(chance: random.Random, cell: Notebook) -> None:
    cell["metadata"].update(
        chance.choice([{"tags": ["skip-execution"]}, {"course": 1}, {"": 0}, {"tags": LONG}])
    )


# --- the notebook


def _double_cell(chance: random.Random, notebook: Notebook) -> None:
    """A cell once more, with the same code or with other code."""
    cells = _cells(notebook)
    if cells:
        twin = copy.deepcopy(chance.choice(cells))
        if chance.random() < 0.5:
            twin["source"] = "def gaps(ids):\n    return 0"
        notebook["cells"].insert(chance.randint(0, len(notebook["cells"])), twin)


def _shuffle(chance: random.Random, notebook: Notebook) -> None:
    if isinstance(notebook.get("cells"), list):
        chance.shuffle(notebook["cells"])


def _version(chance: random.Random, notebook: Notebook) -> None:
    versions = [-1, 0, 1, 2, 3, 4, 5, 99, "4", None, 4.5, 10**30, LONG]
    notebook[chance.choice(["nbformat", "nbformat_minor"])] = chance.choice(versions)
    if chance.random() < 0.2:
        notebook["worksheets"] = [{"cells": notebook.get("cells")}]


EDITS: dict[str, Edit] = {
    "a part dropped": _drop,
    "a part doubled": _double,
    "a part of another type": _retype,
    "a part nested": _wrap,
    "a cell renamed": _on_a_cell(_rename),
    "a cell's mark changed": _on_a_cell(_remark),
    "a source of another type": _on_a_cell(_odd_source),
    "odd code": _on_a_cell(_odd_code),
    "broken code": _on_a_cell(_broken_code),
    "much code": _on_a_cell(_much_code),
    "an attachment that unpacks to far more": _on_a_cell(_bomb),
    "a cell of another type": _on_a_cell(_kind),
    "odd outputs": _on_a_cell(_outputs),
    "odd metadata": _on_a_cell(_tags),
    "a cell doubled": _double_cell,
    "cells in another order": _shuffle,
    "another format": _version,
}
