"""mine() loads what the trainee wrote, and says why when there is nothing to load."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from workbench import mine as module
from workbench.mine import Mine

STUB = "def f(x):\n    '''Doc.'''\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
DONE = "def f(x):\n    '''Doc.'''\n    return x + 1\n"


def cell(grade_id: str | None, source: str | list[str], solution: bool = True, kind: str = "code") -> dict:
    """A cell as nbgrader leaves it."""
    mark = {"grade_id": grade_id, "solution": solution} if grade_id else {}
    return {"cell_type": kind, "metadata": {"nbgrader": mark} if mark else {}, "source": source}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder with a space and Korean letters in its path."""
    path = tmp_path / "내 course" / "work"
    path.mkdir(parents=True)
    monkeypatch.setattr(module, "WORK", path)
    monkeypatch.delenv("COURSE_STATE", raising=False)
    return path


def lay(work: Path, *cells: dict, folder: str = "ch06_vb_code", name: str = "ch06_vb_code") -> Path:
    """Write a notebook."""
    path = work / folder / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells)}), encoding="utf-8")
    return path


def test_a_solution_runs_with_helpers_given_and_other_solutions(work: Path) -> None:
    lay(
        work,
        cell("given_1", "from collections.abc import Iterator", solution=False),
        cell("f", ["def f(x: Iterator) -> int:\n", "    return g(x) + one()\n", "assert one() == 1"]),
        cell("g", "def g(x):\n    return 10 * x"),
        cell("helpers", "def one():\n    return 1"),
    )
    assert Mine()("f")(4) == 41
    assert Mine().why("f") == ""


def test_only_cells_of_the_exercises_run(work: Path) -> None:
    mark = f"open({str(work / 'it ran')!r}, 'w').close()"
    lay(
        work,
        cell("setup", mark, solution=False),
        cell(None, mark),
        cell("test_f", mark, solution=False),
        cell("f", "An answer in prose.", kind="markdown"),
        cell("f", DONE),
    )
    assert Mine()("f")(1) == 2
    assert not (work / "it ran").exists()


@pytest.mark.parametrize(
    "stub",
    [
        STUB,
        "def f(x): pass",
        "def f(x):\n    '''Doc.'''",
        "def f(x):\n    n = len(x)\n    raise NotImplementedError",
        "class f:\n    '''Doc.'''\n    def get(self):\n        '''Doc.'''\n        raise NotImplementedError()",
        "class f:\n    '''Doc.'''\n    raise NotImplementedError()",
    ],
)
def test_a_stub_is_none(work: Path, stub: str) -> None:
    lay(work, cell("f", stub))
    assert Mine()("f") is None and Mine().why("f") == "f is not solved yet."


@pytest.mark.parametrize(
    "solved",
    [
        "def f(x):\n    if x < 0:\n        raise NotImplementedError\n    return x",
        "def f(x):\n    def nothing(): pass\n    return x",
        "class f:\n    def __init__(self, x): self.x = x\n    def close(self): pass",
        "import functools\nf = functools.partial(int, base=2)",
    ],
)
def test_a_solution_is_no_stub(work: Path, solved: str) -> None:
    lay(work, cell("f", solved))
    assert Mine()("f") is not None


def test_broken_cells_of_others_do_not_matter(work: Path) -> None:
    others = [
        "def (",
        "1 / 0",
        "import sys; sys.exit('no')",
        "raise RecursionError",
        "\x00",
        "\ud800",
        "%%bash\nls",
    ]
    lay(work, *(cell(f"other{number}", source) for number, source in enumerate(others)), cell("f", DONE))
    assert Mine()("f")(1) == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", "is not Python"),
        ("\x00", "is not Python"),
        ("\ud800", "is not Python"),
        ("def f(x):\n    return x\n1 / 0", "raised ZeroDivisionError: division by zero"),
        ("def f(x):\n    return x\nimport sys; sys.exit()", "raised SystemExit"),
        ("def F(x):\n    return x", "does not define f"),
    ],
)
def test_a_broken_cell_is_none_with_its_reason(work: Path, source: str, reason: str) -> None:
    lay(work, cell("f", source), cell("g", "def g(): return 7"))
    assert Mine()("f") is None
    assert reason in Mine().why("f")
    assert Mine()("g")() == 7


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b'{"cells": 5}', b'{"cells": [5]}', b'{"cells": [{"metadata": null}]}', b"\xff" * 9,
     b"[" * 100_000,
     b'{"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "f", "solution": true}}}]}'],
    ids=lambda data: repr(data[:50]),
)  # fmt: skip
def test_a_broken_notebook_is_named_and_others_still_load(work: Path, data: bytes) -> None:
    lay(work).write_bytes(data)
    assert Mine()("f") is None
    assert "ch06_vb_code.ipynb is not a whole notebook" in Mine().why("f")
    lay(work, cell("f", DONE), folder="ch07a_tries", name="ch07a_tries")
    assert Mine()("f")(1) == 2


def test_missing_work_and_missing_exercises_have_a_reason(work: Path) -> None:
    assert Mine()("f") is None and Mine().why("f") == "No notebook in work/ has f."
    lay(work, cell("g", DONE))
    assert Mine().why("f") == "No notebook in work/ has f."
    os.rename(work, work.with_name("elsewhere"))
    assert Mine()("f") is None


def test_two_different_cells_of_one_exercise_are_a_contradiction(work: Path) -> None:
    lay(work, cell("f", DONE), cell("f", DONE))
    assert Mine()("f")(1) == 2
    lay(work, cell("f", DONE), cell("f", "def f(x): return 0"))
    assert Mine()("f") is None and "two different cells of f" in Mine().why("f")


def test_the_assignments_own_notebook_goes_before_copies(work: Path) -> None:
    lay(work, cell("f", "def f(x): return 'old'"), folder="ch06_vb_code.2026-11-23_142530")
    assert Mine()("f") is None
    lay(work, cell("f", "def f(x): return 'Copy'"), name="a-copy")
    assert Mine()("f")(0) == "Copy"
    lay(work, cell("f", DONE))
    assert Mine()("f")(0) == 1


def test_a_changed_notebook_is_loaded_again_an_unchanged_one_is_not(work: Path) -> None:
    own = Mine()
    lay(work, cell("f", DONE), cell("g", "def g(): return f"))
    first = own("f")
    assert own("f") is first and own("g")() is first
    lay(work, cell("f", "def f(x): return 'new'"))
    assert own("f")(1) == "new"


def test_cells_are_compiled_as_in_a_kernel(work: Path) -> None:
    lay(work, cell("f", "def f(x: int): return f.__annotations__"))
    assert Mine()("f")(0) == {"x": int}  # not "int": a __future__ of this package is not the trainee's


def test_what_cells_print_stays_out_of_the_chapter(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(work, cell("f", "print('noise')\n" + DONE))
    assert Mine()("f")(1) == 2
    assert capsys.readouterr().out == ""


def test_dataclasses_and_their_annotations_work(work: Path) -> None:
    source = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass f:\n    x: int"
    lay(work, cell("f", source))
    assert Mine()("f")(3).x == 3


def test_the_chapters_names_are_not_seen_or_changed(work: Path) -> None:
    lay(work, cell("f", "def f(x):\n    global STUB\n    STUB = x\n    return 'json' in globals()"))
    assert Mine()("f")("changed") is False
    assert STUB != "changed"


def test_an_interrupt_reaches_the_reader(work: Path) -> None:
    lay(work, cell("f", DONE + "raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        Mine()("f")


def test_a_build_has_no_trainee(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(work, cell("f", DONE))
    monkeypatch.setenv("COURSE_STATE", "memory")
    assert Mine()("f") is None and "built without a trainee" in Mine().why("f")
