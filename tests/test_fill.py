"""course.py fill: definitions go where they belong, and a bad file gets a sentence."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograde.fill import cells_from, filled_notebook
from autograde.paths import SOLUTIONS, CourseError, assignment_names
from autograde.released import released, released_path
from autograde.submission import read_submission
from autograde.verbs import fill

NAME = "ch06_vb_code"


def _run(answers: Path, output: Path, assignment: str = NAME) -> int:
    return fill.run(SimpleNamespace(assignment=assignment, answers=str(answers), output=str(output)))


def _written(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "answers.py"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_each_definition_goes_into_its_cell_with_what_stands_right_above_it() -> None:
    source = (
        '"""Answers."""\nimport functools\n\n# not mine\n\n# mine\n@functools.cache\ndef f(x):  # end\n    return x\n'
        "    # the end\n\n\nclass C:\n    y = 1\n\nK = 1; L = 2\ng = 3\n"
    )
    assert cells_from(source, ["f", "C", "g"]) == {
        "helpers": '"""Answers."""\n\n\nimport functools\n\n\nK = 1; L = 2',
        "f": "# mine\n@functools.cache\ndef f(x):  # end\n    return x",
        "C": "class C:\n    y = 1",
        "g": "g = 3",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "f: int = 1",
        "from m import g as f",
        "if 1:\n    def f(): pass\nelse:\n    f = None",
        "try:\n    import f\nexcept ImportError:\n    f = None",
        "(e, [f, *d]) = x",
        "async def f(): pass",
    ],
)
def test_whatever_binds_the_name_fills_the_cell(statement: str) -> None:
    assert cells_from(statement, ["f"]) == {"f": statement}


@pytest.mark.parametrize("statement", ["def h():\n    f = 1", "x = [f for f in y]", "print(f)", "f.x = 1"])
def test_what_does_not_bind_the_name_goes_into_helpers(statement: str) -> None:
    assert cells_from(statement, ["f"]) == {"helpers": statement}


def test_a_second_definition_follows_the_first() -> None:
    assert cells_from("def f(): pass\nx = 1\nf = cached(f)", ["f"])["f"] == "def f(): pass\n\n\nf = cached(f)"


def test_main_blocks_stay_out_and_future_imports_hold_in_each_cell() -> None:
    source = "from __future__ import annotations\ndef f(x: Y): pass\nif __name__ == '__main__':\n    f()\n"
    assert cells_from(source, ["f"]) == {
        "helpers": "from __future__ import annotations",
        "f": "from __future__ import annotations\n\n\ndef f(x: Y): pass",
    }


def test_the_sources_of_assignments_fill_their_own_notebooks(tmp_path: Path) -> None:
    output = tmp_path / "한글 full.ipynb"
    assert _run(SOLUTIONS / f"{NAME}.py", output) == 0
    submission = read_submission(output.read_bytes())
    assert (submission.notes, submission.problems) == ([], [])
    names = [exercise.name for exercise in released(NAME).exercises]
    assert set(submission.cells) == {"helpers", *names}
    for name in names:
        assert submission.cells[name].startswith(f"def {name}(")
        assert "NotImplementedError" not in submission.cells[name]
    for text in ("# %%", "BEGIN SOLUTION", "END SOLUTION"):
        assert text not in "".join(submission.cells.values())
    for cell in submission.cells.values():
        compile(cell, "cell", "exec")
    helpers: dict[str, object] = {}
    exec(submission.cells["helpers"], helpers)
    assert "encode_number" in helpers


def test_exercises_that_the_file_lacks_stay_as_released(tmp_path: Path) -> None:
    filled = json.loads(filled_notebook(NAME, _written(tmp_path, "def gaps(ids):\r\n    return ids\r\n")))
    stubs = json.loads(released_path(NAME).read_bytes())
    differ = [
        new["metadata"]["nbgrader"]["grade_id"]
        for new, old in zip(filled["cells"], stubs["cells"], strict=True)
        if new != old
    ]
    assert differ == ["gaps"]
    assert read_submission(json.dumps(filled).encode()).cells["gaps"] == "def gaps(ids):\n    return ids"


def test_another_encoding_is_read_as_python_reads_it(tmp_path: Path) -> None:
    answers = _written(tmp_path, "# -*- coding: euc-kr -*-\ngaps = '한글'\n".encode("euc-kr"))
    assert read_submission(filled_notebook(NAME, answers)).cells["gaps"].endswith("gaps = '한글'")


BAD = {
    "syntax": (b"x = 1\ndef f(:\n", "answers.py, line 2: this is no Python"),
    "bytes": (b"\xff\xfe\xfa", "answers.py"),
    "NUL": (b"x = 1\0", "answers.py"),
    "nested": (b"x = " + b"(" * 5000 + b")" * 5000, "answers.py"),
    "deep": (b"x = " + b"-" * 100_000 + b"1", "answers.py"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_no_python_gets_a_sentence(kind: str, tmp_path: Path) -> None:
    data, words = BAD[kind]
    output = tmp_path / "out.ipynb"
    with pytest.raises(CourseError) as raised:
        _run(_written(tmp_path, data), output)
    assert words in str(raised.value)
    assert not output.exists()


def test_other_wrong_calls_get_a_sentence_and_write_nothing(tmp_path: Path) -> None:
    answers = _written(tmp_path, "x = 1")
    calls = [
        ((tmp_path / "none.py", tmp_path / "out.ipynb"), "none.py cannot be read: No such file"),
        ((tmp_path, tmp_path / "out.ipynb"), "cannot be read: Is a directory"),
        ((answers, tmp_path / "none" / "out.ipynb"), "There is no folder"),
        ((answers, tmp_path), "is a folder: name the notebook"),
        (
            (answers, tmp_path / "out.ipynb", "ch99_none"),
            f"There is no assignment ch99_none; there are {assignment_names()[0]}",
        ),
    ]
    for call, words in calls:
        with pytest.raises(CourseError) as raised:
            _run(*call)  # type: ignore[arg-type]
        assert words in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.py"]
