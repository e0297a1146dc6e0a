"""From a source to the released notebook: roles, stable bytes, an author's mistakes, drift."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sample_course
from nbgrader.preprocessors import ClearSolutions

from autograde.build import built, source_names
from autograde.paths import EXERCISES, SOLUTIONS, CourseError
from autograde.source import BEGIN, source_notebook, without_solutions


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = sample_course.make_course(tmp_path_factory.mktemp("building") / "한글 course")
    done = sample_course.run_verb(made, "build", check=False)
    assert done.returncode == 0, done.stderr
    return made


def _cells(course: Path) -> dict[str, dict]:
    notebook = json.loads(
        (course / "exercises" / sample_course.NAME / f"{sample_course.NAME}.ipynb").read_bytes()
    )
    return {cell["id"]: cell for cell in notebook["cells"]}


def test_the_released_notebook_has_the_cells_in_their_order(course: Path) -> None:
    cells = _cells(course)
    title, *names = cells
    prose = names.pop(3)
    assert names == [
        "setup", "helpers", "given_1", "double", "test_double", names[5], "total", "test_total"
    ]  # fmt: skip
    assert "".join(cells[title]["source"]) == "# Sample\n\nTwo exercises. 두 문제."
    assert "".join(cells[prose]["source"]).endswith("*Core · 2 points · about 5 minutes · difficulty 1 of 5*")
    lone = "".join(cells[names[5]]["source"])
    assert lone == "*Stretch · 1.5 points · about 5 minutes · difficulty 2 of 5 · needs double*"


def test_a_solution_cell_keeps_its_contract_and_nothing_of_the_answer(course: Path) -> None:
    cells = _cells(course)
    double = "".join(cells["double"]["source"])
    assert double.startswith('def double(numbers: Sequence[int]) -> list[int]:\n    """Return each')
    assert double.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert "".join(cells["helpers"]["source"]) == "# Helpers: your own."
    released = json.dumps(list(cells.values()))
    for line in ("itertools", "twice", 'negative\\")', BEGIN):
        assert line not in released


def test_marks_of_cells_are_what_nbgrader_and_the_grader_need(course: Path) -> None:
    cells = _cells(course)
    marks = {name: cell["metadata"].get("nbgrader") for name, cell in cells.items()}
    keys = ("solution", "grade", "locked", "points")
    found = {name: tuple(mark.get(key) for key in keys) for name, mark in marks.items() if mark}
    assert found == {
        "setup": (False, False, True, None),
        "helpers": (True, False, False, None),
        "given_1": (False, False, True, None),
        "double": (True, False, False, None),
        "test_double": (False, True, True, 2),
        "total": (True, False, False, None),
        "test_total": (False, True, True, 1.5),
    }
    meta = {"minutes": 5, "difficulty": 2, "needs": ["double"], "stretch": True}
    assert cells["total"]["metadata"]["course"] == meta
    assert "".join(cells["test_total"]["source"]) == 'check("total")'
    assert f'checks_for("{sample_course.NAME}")' in "".join(cells["setup"]["source"])


def test_building_again_changes_nothing_and_check_agrees(course: Path) -> None:
    again = sample_course.run_verb(course, "build", check=False)
    assert (again.returncode, again.stdout) == (0, "Built 1 assignment.\n")
    assert sample_course.run_verb(course, "build", check=True).returncode == 0
    assert not (course / "gradebook.db").exists()


@pytest.mark.parametrize("file", [f"{sample_course.NAME}.ipynb", "examples.json"])
def test_check_finds_a_file_that_was_changed_by_hand(course: Path, file: str) -> None:
    path = course / "exercises" / sample_course.NAME / file
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"3", b"4", 1))
    done = sample_course.run_verb(course, "build", check=True)
    changed = path.read_bytes()
    path.write_bytes(kept)
    assert done.returncode == 1
    assert f"{file} differs from its source" in done.stderr
    assert changed != kept  # --check writes nothing


@pytest.mark.long
def test_a_folder_without_a_source_is_found(course: Path) -> None:
    shutil.copytree(course / "exercises" / sample_course.NAME, course / "exercises" / "ch91_gone")
    done = sample_course.run_verb(course, "build", check=True)
    shutil.rmtree(course / "exercises" / "ch91_gone")
    assert done.returncode == 1
    assert "ch91_gone has no source" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('Check("sums", 1.5', 'Check("sums", 1', "total has 1.5 points in solutions/ch90_sample.py and 1 in"),
        pytest.param(
            *('"total"', '"totl"', "the list EXERCISES of autograde/checks/ch90_sample.py"),
            marks=pytest.mark.long,
        ),
        pytest.param(
            *("EXERCISES =", "EXERCISE =", "autograde/checks/ch90_sample.py has no list EXERCISES."),
            marks=pytest.mark.long,
        ),
    ],
)
def test_checks_that_do_not_fit_the_source_are_refused(course: Path, old: str, new: str, words: str) -> None:
    checks = course / "autograde" / "checks" / f"{sample_course.NAME}.py"
    assert old in sample_course.CHECKS
    checks.write_text(sample_course.CHECKS.replace(old, new), encoding="utf-8")
    done = sample_course.run_verb(course, "build", check=True)
    checks.write_text(sample_course.CHECKS, encoding="utf-8")
    assert done.stderr.startswith("sentence: ") and words in done.stderr


MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "unknown role": (lambda s: s.replace("%% given", "%% giben"), "`giben`"),
    "no role": (lambda s: s.replace("%% given", "%%"), "has no role"),
    "two helpers": (lambda s: s.replace("%% given", "%% helpers"), "exactly one helpers cell, not 2"),
    "helpers late": (
        lambda s: s.replace("%% helpers", "%% given").replace("### BEGIN SOLUTION\nimport", "import", 1)
        .replace("itertools\n\n### END SOLUTION", "itertools", 1) + "\n# %% helpers\n# late\n",
        "before the first solution",
    ),
    "other name": (lambda s: s.replace("def total", "def tutal"), "does not define total"),
    "no block": (lambda s: s.replace(f"    {BEGIN}\n    return sum", "    return sum").rpartition("    ###")[0],
                 "total has no ### BEGIN SOLUTION"),
    "no end": (lambda s: s.rpartition("    ### END")[0], "has no ### END SOLUTION"),
    "nested": (lambda s: s.replace("    return sum", f"    {BEGIN}\n    return sum"), "a second ### BEGIN"),
    "no points": (lambda s: s.replace(" points=2", ""), "double needs points"),
    "no minutes": (lambda s: s.replace(" minutes=5", ""), "double needs minutes"),
    "difficulty": (lambda s: s.replace("difficulty=1", "difficulty=6"), "double needs difficulty"),
    "negative points": (lambda s: s.replace("points=2", "points=-2"), "double needs points"),
    "unknown key": (lambda s: s.replace(" points=2", " points=2 pints=1"), "unknown keys: pints"),
    "twice": (lambda s: s.replace("solution total", "solution double"), "double has 2 solution cells"),
    "reserved": (lambda s: s.replace("solution total", "solution test_total"), "`test_total` cannot be"),
    "no docstring": (lambda s: s.replace('    """Return the sum of the doubled numbers."""\n', ""), "docstring"),
    "leak in given": (lambda s: s.replace("from collections", f"{BEGIN}\nfrom collections"), "given cell holds"),
    "leak in helpers": (lambda s: s.replace("# Helpers: your own.", "import os"), "it would be released"),
    "no title": (lambda s: s.replace("# # Sample", "# Sample"), "title"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_authors_mistake_gets_a_sentence(mistake: str, tmp_path: Path) -> None:
    change, words = MISTAKES[mistake]
    text = change(sample_course.SOURCE)
    assert text != sample_course.SOURCE
    path = tmp_path / "ch90_sample.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as raised:
        source_notebook(path)
    assert "solutions/ch90_sample.py" in str(raised.value)
    assert words in str(raised.value)


def test_solutions_are_taken_out_as_nbgrader_does() -> None:
    source = sample_course.SOURCE.partition("# %% solution total")[0].partition("difficulty=1\n")[2]
    cell = type("Cell", (), {"source": source, "cell_type": "code"})()
    ClearSolutions()._replace_solution_region(cell, "python")
    assert without_solutions(source) == cell.source


def test_the_committed_notebooks_are_in_step_with_their_sources() -> None:
    names = source_names()
    files = built(names)
    committed = {path: data for path, data in files.items() if EXERCISES in path.parents}
    assert len(committed) == 2 * len(names) > 0
    assert [path for path, data in committed.items() if path.read_bytes() != data] == []
    assert sorted(folder.name for folder in EXERCISES.glob("*/")) == names
    assert built(names) == files


def test_no_line_of_a_solution_stands_in_the_exercises() -> None:
    for name in source_names():
        text = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
        blocks = text.split(BEGIN)[1:]
        lines = {line.strip() for block in blocks for line in block.split("### END SOLUTION")[0].split("\n")}
        public = without_solutions(text, "")
        secret = {line for line in lines if len(line) > 15 and line not in public}
        assert secret
        notebook = json.loads((EXERCISES / name / f"{name}.ipynb").read_bytes())
        released = "".join(line for cell in notebook["cells"] for line in cell["source"])
        assert [line for line in secret if line in released] == []
