"""Reading what trainees hand in: any bytes give a submission or a sentence, and only solution cells are taken."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.paths import CourseError, assignment_names
from autograde.released import released, released_path
from autograde.submission import MAX_BYTES, MAX_CELL_CHARACTERS, Submission, read_submission, with_cells

NAME = "ch06_vb_code"
RELEASED = released_path(NAME).read_bytes()
STUBS = released(NAME).sources("helpers", "solution")
Notebook = dict[str, Any]


def _notebook() -> Notebook:
    return json.loads(RELEASED)


def _bytes(notebook: Any) -> bytes:
    return json.dumps(notebook).encode()


def _index(notebook: Notebook, name: str) -> int:
    marks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    return [mark.get("grade_id") for mark in marks].index(name)


def _cell(notebook: Notebook, name: str) -> Notebook:
    return notebook["cells"][_index(notebook, name)]


def _changed(change: Callable[[Notebook], object]) -> Submission:
    notebook = _notebook()
    change(notebook)
    return read_submission(_bytes(notebook))


def _set_source(name: str, source: Any) -> Callable[[Notebook], object]:
    return lambda notebook: _cell(notebook, name).update(source=source)


def test_the_released_notebook_gives_its_stubs_and_nothing_to_say() -> None:
    assert read_submission(RELEASED) == Submission(STUBS, [], [])
    assert len(STUBS) == 1 + len(released(NAME).exercises)


@pytest.mark.parametrize("source", ["x = 1\ny = '한글'", ["x = 1\n", "y = '한글'"]])
def test_a_source_may_be_a_text_or_a_list_of_lines(source: Any) -> None:
    assert _changed(_set_source("gaps", source)).cells["gaps"] == "x = 1\ny = '한글'"


UNREADABLE = {
    "empty": (b"", "empty"),
    "blanks": (b" \n\t", "empty"),
    "no JSON": (b"print(1)", "JSON breaks in line 1"),
    "cut off": (RELEASED[: len(RELEASED) // 2], "cut off"),
    "binary": (bytes(range(256)), "JupyterLab does not write"),
    "a list": (b"[1]", "no list of cells"),
    "no cells": (b'{"nbformat": 4}', "no list of cells"),
    "cells no list": (b'{"nbformat": 4, "cells": {"a": 1}}', "no list of cells"),
    "format 3": (b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "old format 3"),
    "nested": (b"[" * 100_000 + b"]" * 100_000, "JupyterLab does not write"),
    "long number": (b'{"cells": ' + b"9" * 5000 + b"}", "JupyterLab does not write"),
    "key twice": (b'{"cells": [], "cells": []}', "one key twice"),
    "other notebook": (b'{"nbformat": 4, "cells": []}', "none of its cells is an exercise"),
    "many parts": (b"[" + b"[]," * 4_000_001 + b"0]", "too large"),
    "large": (b" " * MAX_BYTES + RELEASED, "too large (64 MB)"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_notebook_gets_a_sentence(kind: str) -> None:
    data, words = UNREADABLE[kind]
    with pytest.raises(CourseError) as raised:
        read_submission(data)
    assert words in str(raised.value)
    assert "`course.py reset" in str(raised.value) or "JupyterLab" in str(raised.value)


def test_a_byte_order_mark_and_ten_megabytes_of_output_are_no_matter() -> None:
    notebook = _notebook()
    text = ["line\n"] * 2_000_000
    _cell(notebook, "gaps")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    assert read_submission(b"\xef\xbb\xbf" + _bytes(notebook)) == Submission(STUBS, [], [])


PROBLEMS: dict[str, tuple[Callable[[Notebook], object], str]] = {
    "missing": (lambda nb: nb["cells"].pop(_index(nb, "gaps")), "The cell gaps is missing"),
    "markdown": (lambda nb: _cell(nb, "gaps").update(cell_type="markdown"), "gaps is no code cell any more"),
    "raw": (lambda nb: _cell(nb, "gaps").update(cell_type="raw"), "gaps is no code cell any more"),
    "no type": (lambda nb: _cell(nb, "gaps").pop("cell_type"), "gaps is no code cell any more"),
    "grade_id no text": (
        lambda nb: _cell(nb, "gaps")["metadata"]["nbgrader"].update(grade_id=5),
        "The cell gaps is missing",
    ),
    "metadata no object": (lambda nb: _cell(nb, "gaps").update(metadata=[1]), "The cell gaps is missing"),
    "cell no object": (
        lambda nb: nb["cells"].__setitem__(_index(nb, "gaps"), "gaps"),
        "The cell gaps is missing",
    ),
    "twice, different": (
        lambda nb: nb["cells"].append({**_cell(nb, "gaps"), "source": "def gaps(ids): return 1"}),
        "2 cells are gaps, and they differ",
    ),
    "too long": (_set_source("gaps", "#" * (MAX_CELL_CHARACTERS + 1)), "more than 200,000 characters"),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_cell_that_cannot_be_graded_is_a_problem_of_that_exercise_alone(kind: str) -> None:
    change, words = PROBLEMS[kind]
    submission = _changed(change)
    assert len(submission.problems) == 1
    assert words in submission.problems[0]
    assert submission.cells == {name: source for name, source in STUBS.items() if name != "gaps"}


def test_equal_doubles_are_one_cell_and_a_note() -> None:
    submission = _changed(lambda nb: nb["cells"].append(copy.deepcopy(_cell(nb, "gaps"))))
    assert (submission.cells, submission.problems) == (STUBS, [])
    assert submission.notes == ["2 cells are gaps; they are equal, so one was taken."]


def test_missing_helpers_are_a_note() -> None:
    submission = _changed(lambda nb: nb["cells"].pop(_index(nb, "helpers")))
    assert "helpers" not in submission.cells
    assert (len(submission.notes), submission.problems) == (1, [])


def test_code_in_other_cells_is_not_taken_and_is_said() -> None:
    def change(notebook: Notebook) -> None:
        _cell(notebook, "setup")["source"] = "check = lambda name: 99"
        other = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "gaps = None"}
        comment = {**other, "source": "# a note to myself\n"}
        unknown = {**other, "metadata": {"nbgrader": {"grade_id": "stranger", "solution": True}}}
        notebook["cells"] += [other, comment, unknown, {**other, "cell_type": "markdown"}]

    count = len(_notebook()["cells"])
    submission = _changed(change)
    assert (submission.cells, submission.problems) == (STUBS, [])
    assert submission.notes == [
        f"Code in 3 other cells (2, {count + 1}, {count + 3}) was not taken: "
        "only solution cells and helpers count."
    ]


MAGICS = [
    ("%timeit f()\nx = 1", "\nx = 1"),
    ("%%time\ndef gaps(ids):\n    !ls\n    return ids", "\ndef gaps(ids):\n\n    return ids"),
    ("x = (5\n% 3\n)", None),
    ('x = """\n%d\n!"""', None),
    ("%%bash\nls -l /", None),
    ("def gaps(ids:\n%time", None),
]


@pytest.mark.parametrize(("source", "plain"), MAGICS)
def test_magics_are_left_out_where_that_makes_python(source: str, plain: str | None) -> None:
    submission = _changed(_set_source("gaps", source))
    assert submission.cells["gaps"] == (source if plain is None else plain)
    assert len(submission.notes) == (plain is not None)
    assert with_cells({"gaps": source}).cells["gaps"] == submission.cells["gaps"]


@pytest.mark.parametrize("character", ["\0", "\ud800", "\udfff"])
def test_characters_that_no_file_can_hold_are_replaced(character: str) -> None:
    submission = _changed(_set_source("gaps", f"x = '{character}'"))
    assert submission.cells["gaps"] == "x = '\ufffd'"
    assert "characters that no Python file can hold" in submission.notes[0]


def test_notes_and_problems_carry_no_word_of_the_submission() -> None:
    def change(notebook: Notebook) -> None:
        _cell(notebook, "gaps")["metadata"]["nbgrader"]["grade_id"] = "<b>evil</b>"
        _cell(notebook, "vb_encode")["source"] = "%evil\nx = '\0'"
        notebook["cells"].append({"cell_type": "<evil>", "source": ["evil"], "metadata": {}})

    submission = _changed(change)
    assert submission.notes
    assert submission.problems
    assert "evil" not in str([*submission.notes, *submission.problems])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all parts of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in items for place in _places(part, (*path, key)))]


PLACES = _places(_notebook())[1:]


def _put(notebook: Notebook, place: tuple[Any, ...], value: Any) -> None:
    target: Any = notebook
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value


def _reads(data: bytes) -> None:
    """Reading ends in a submission or in a sentence; anything else fails the test."""
    try:
        submission = read_submission(data)
    except CourseError as error:
        assert str(error)
        return
    names = {
        name
        for assignment in assignment_names()
        for name in released(assignment).sources("helpers", "solution")
    }
    assert set(submission.cells) <= names
    assert all(type(source) is str for source in submission.cells.values())
    json.dumps([dict(submission.cells), *submission.notes, *submission.problems], ensure_ascii=False).encode()


@given(st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    _reads(data)


@given(JSON, JSON)
def test_arbitrary_json(document: Any, cells: Any) -> None:
    _reads(_bytes(document))
    _reads(_bytes({"nbformat": 4, "cells": cells}))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=3))
def test_mutated_notebooks(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    notebook = _notebook()
    for place, value in changes:
        try:
            _put(notebook, place, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken this place away
    _reads(_bytes(notebook))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(RELEASED) - 1), st.binary(max_size=4), st.integers(0, 50))
def test_damaged_bytes(start: int, piece: bytes, length: int) -> None:
    _reads(RELEASED[:start] + piece + RELEASED[start + length :])
