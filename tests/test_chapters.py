"""Chapters: in step with what they ran, readable, quiet, and gone without a trace when they have run."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest
import sample_course
from matplotlib.backends.backend_agg import FigureCanvasAgg

from autograde import chapters
from autograde.fill import filled_notebook
from autograde.paths import ROOT, SOLUTIONS, CourseError
from autograde.released import released
from solutions.engines import vb_numpy
from workbench import state
from workbench.predictions import NEAR, guess, predict
from workbench.scale import scaled
from workbench.style import PAPER, hollow_marks, name_lines, picture

NAMES = chapters.chapter_names()
MOST_LINES = 15
TINY = "0.01"
FORBIDDEN = re.compile(r"\b(just|simply|obviously)\b", re.IGNORECASE)


def notebook(name: str) -> dict[str, Any]:
    """The committed notebook of a chapter."""
    return json.loads(chapters.notebook_path(name).read_bytes())


def outputs(name: str) -> list[dict[str, Any]]:
    """All outputs of the committed notebook."""
    return [output for cell in notebook(name)["cells"] for output in cell.get("outputs", [])]


# The committed notebooks


def test_the_committed_notebooks_are_in_step() -> None:
    assert NAMES
    assert chapters.stale_chapters() == {}
    assert chapters.without_source() == []


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_notebook_is_whole_small_and_was_run_from_top_to_bottom(name: str) -> None:
    data = chapters.notebook_path(name).read_bytes()
    assert len(data) <= chapters.MOST_BYTES
    nbformat.validate(nbformat.reads(data.decode("utf-8"), as_version=4))
    code = [cell for cell in notebook(name)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert all(set(cell["metadata"]) <= set() for cell in notebook(name)["cells"])  # no times of execution
    assert [output for output in outputs(name) if output["output_type"] == "error"] == []
    assert [output for output in outputs(name) if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", NAMES)
def test_pictures_tell_what_they_show(name: str) -> None:
    pictures = [output for output in outputs(name) if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    for shown in pictures:
        alt = shown["metadata"]["image/png"]["alt"]
        assert len(alt) > 40
        html = "".join(shown["data"]["text/html"])
        assert re.search(r'<img alt="[^"]{40,}"', html)


@pytest.mark.parametrize("name", NAMES)
def test_no_output_shows_a_path_of_the_machine(name: str) -> None:
    text = re.sub(r"[A-Za-z0-9+/]{400,}", "", json.dumps(notebook(name), ensure_ascii=False))
    private = [str(ROOT), str(Path.home()), tempfile.gettempdir(), "site-packages", "/home/", "/root/"]
    assert [path for path in private if path in text and path != os.sep] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_rung_of_a_ladder_is_above_its_limit(name: str) -> None:
    alts = [output.get("metadata", {}).get("image/png", {}).get("alt", "") for output in outputs(name)]
    ladders = [alt for alt in alts if "Output form: " in alt]
    assert ladders
    for alt in ladders:
        rungs, _, limit = alt.partition(". Limit: ")
        rates = [float(rate.replace(",", "")) for rate in re.findall(r": ([\d,.]+) ", rungs)]
        bound = re.search(r": ([\d,.]+) ", limit)
        assert rates and (not bound or max(rates) < float(bound[1].replace(",", ""))), alt


def test_the_first_line_tells_a_chapter_from_its_exercises_of_the_same_name() -> None:
    exercises = [path for path in (ROOT / "exercises").glob("*/*.ipynb") if path.stem == path.parent.name]
    kinds = [(chapters.notebook_path(name), r"# (Chapter \d+|Appendix A): ") for name in NAMES]
    kinds += [(path, r"# Exercises of (chapter \d+|appendix A): ") for path in exercises]
    assert exercises and NAMES
    for path, pattern in kinds:
        title = "".join(json.loads(path.read_bytes())["cells"][0]["source"])
        assert re.match(pattern, title), f"{path.name}: {title[:60]}"


@pytest.mark.parametrize("name", NAMES)
def test_text_has_no_word_that_talks_down(name: str) -> None:
    text = (chapters.CHAPTERS / f"{name}.py").read_text(encoding="utf-8")
    assert FORBIDDEN.findall(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_question_has_an_answer_that_folds_out(name: str) -> None:
    text = (chapters.CHAPTERS / f"{name}.py").read_text(encoding="utf-8")
    _, _, asked = text.partition("# ## Questions\n")
    cells = re.findall(r"^# %% \[markdown\]\n(# \*\*\d+\.\*\* .*?)\n\n", asked, re.MULTILINE | re.DOTALL)
    assert len(cells) >= 3
    folded = (
        r".+\?\n#\n# <details><summary>Answer</summary>\n#\n.+\n#\n# </details>"  # Markdown needs the blanks
    )
    assert [cell for cell in cells if not re.fullmatch(folded, cell, re.DOTALL)] == []


@pytest.mark.parametrize("name", NAMES)
def test_cells_of_code_are_short(name: str) -> None:
    for cell in notebook(name)["cells"]:
        lines = [line for line in "".join(cell["source"]).split("\n") if line.strip()]
        code = [line for line in lines if not line.lstrip().startswith("#")]
        assert cell["cell_type"] == "markdown" or len(code) <= MOST_LINES, "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_guesses_before_it_measures(name: str) -> None:
    text = (chapters.CHAPTERS / f"{name}.py").read_text(encoding="utf-8")
    guessed = [match[1] for match in re.finditer(r'^predict\("(\w+)", \.\.\.\)$', text, re.MULTILINE)]
    places = {match[1]: match.start() for match in re.finditer(r'measured\("(\w+)"', text)}
    assert guessed and sorted(guessed) == sorted(places)
    assert all(text.index(f'predict("{one}"') < places[one] for one in guessed)


def test_no_two_guesses_have_names_so_near_that_one_is_taken_for_a_misspelt_other() -> None:
    texts = [(chapters.CHAPTERS / f"{name}.py").read_text(encoding="utf-8") for name in NAMES]
    names = re.findall(r'^predict\("(\w+)"', "\n".join(texts), re.MULTILINE)
    assert names
    for name in names:
        others = [other for other in names if other != name]
        assert get_close_matches(name, others, cutoff=NEAR) == []


@pytest.mark.parametrize("name", [name for name in NAMES if (SOLUTIONS / f"{name}.py").exists()])
def test_a_chapter_defines_none_of_the_answers(name: str) -> None:
    tree = ast.parse((chapters.CHAPTERS / f"{name}.py").read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    stored = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    exercises = {exercise.name for exercise in released(name).exercises}
    assert exercises and (defined | stored)
    assert exercises & (defined | stored) <= {"gaps"}  # chapter 6's array of all gaps, no function
    assert not exercises & defined


# Running a chapter

PROGRAM = """
import json, pathlib, runpy, sys
from workbench import mine
mine.WORK = pathlib.Path(sys.argv[2])
names = runpy.run_path(sys.argv[1], run_name="__main__")
"""
LADDERS = """
told = {rung.name: rung.rate or rung.absent for rung in names["rungs"] if rung.yours}
print(json.dumps([[rung.rate for rung in names[ladder]] for ladder in ("rungs", "encoder_rungs")]))
print(json.dumps(told))
"""


def run_source(
    name: str,
    folder: Path,
    state_folder: str = "memory",
    afterwards: str = "",
    beforehand: str = "",
    machine: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a chapter's source at a tiny scale, with folder as its temporary folder and folder/work as work/.

    afterwards: a program that finds what the chapter defined in `names`; beforehand: one that comes first.
    machine: the command that runs it on another machine.
    """
    for part in ("tmp", "work"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "COURSE_STATE": state_folder}
    environment |= {"WORKBENCH_SCALE": TINY, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    source = chapters.CHAPTERS / f"{name}.py"
    command = [
        *machine,
        sys.executable,
        "-W",
        "error::DeprecationWarning",
        "-c",
        beforehand + PROGRAM + afterwards,
        str(source),
        str(folder / "work"),
    ]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def litter() -> set[Path]:
    """What a chapter could leave in the course folder; another test's chapter may run at this moment."""
    owned = ((path, int(path.name.split("-")[1])) for path in ROOT.glob(".cache/own-*"))
    return {
        *(path for path, pid in owned if not psutil.pid_exists(pid) and path.exists()),
        *ROOT.glob("chapters/*"),
        *ROOT.glob("work/.state/*"),
        *ROOT.glob("*"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_runs_without_a_trainee_and_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    folder, before = tmp_path / "한글 folder", litter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run_source(name, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (0, "")
    assert after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime < 60
    assert litter() == before
    assert list((folder / "tmp").iterdir()) == list((folder / "work").iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == ["tmp", "work"]


def solved(answers: str, folder: Path) -> None:
    """Lay a notebook with these answers into folder/work."""
    answers_file = folder / "answers.py"
    folder.mkdir(parents=True)
    answers_file.write_text(answers, encoding="utf-8")
    work = folder / "work" / "ch06_vb_code"
    work.mkdir(parents=True)
    (work / "ch06_vb_code.ipynb").write_bytes(filled_notebook("ch06_vb_code", answers_file))
    answers_file.unlink()


@pytest.mark.long
def test_chapter_6_puts_the_trainees_own_codec_on_the_ladder(tmp_path: Path) -> None:
    solved((SOLUTIONS / "ch06_vb_code.py").read_text(encoding="utf-8"), tmp_path / "work here")
    done = run_source("ch06_vb_code", tmp_path / "work here", str(tmp_path / "state"), LADDERS)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout.splitlines()[-1])
    assert told.keys() == {"vb_decode", "vb_decode_fast"}
    assert all(rate > 0 for rate in told.values())
    assert "vb_decode: on the ladder" in done.stdout
    assert re.search(r"vb_decode +wins below", done.stdout)
    assert re.search(r"vb_decode_fast +wins below", done.stdout)
    kept = json.loads((tmp_path / "state" / "predictions.json").read_text(encoding="utf-8"))
    assert "measured" in kept["predictions"]["vb_gap_bytes"]


@pytest.mark.long
def test_chapter_6_says_what_is_wrong_with_a_codec_that_is(tmp_path: Path) -> None:
    wrong = "def vb_decode(data):\n    return [5]\n\n\ndef vb_decode_fast(data):\n    raise OverflowError\n"
    solved(wrong, tmp_path / "work")
    done = run_source("ch06_vb_code", tmp_path / "work", str(tmp_path / "state"), LADDERS)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {"vb_decode": "gives other numbers", "vb_decode_fast": "raises OverflowError"}
    for rates in json.loads(done.stdout.splitlines()[-2]):
        timed = [rate for rate in rates if rate]
        assert len(timed) > 3 and timed == sorted(timed) and None in rates[len(timed) :]


# Building

SOURCE = """\
# %% [markdown]
# # A chapter

# %%
import os

print(os.environ["COURSE_STATE"], "WORKBENCH_SCALE" in os.environ)

# %%
print("twice")

# %%
print("twice")
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one chapter, one module that it may run, and a lock."""
    root = tmp_path / "한글 course"
    for folder in ("chapters", "workbench"):
        (root / folder).mkdir(parents=True)
    (root / "chapters" / "ch90.py").write_text(SOURCE, encoding="utf-8")
    (root / "workbench" / "clock.py").write_text("", encoding="utf-8")
    lock = "# a comment\nnumpy==2.0 ; python_version < '3.12' \\\n    --hash=sha256:aa\n"
    (root / "requirements.txt").write_text(lock, encoding="utf-8")
    monkeypatch.setattr(chapters, "ROOT", root)
    monkeypatch.setattr(chapters, "CHAPTERS", root / "chapters")
    monkeypatch.setenv("WORKBENCH_SCALE", "9")
    return root


def test_building_runs_a_chapter_without_a_trainee_at_scale_1(course: Path) -> None:
    assert chapters.stale_chapters() == {"ch90": "is missing"}
    chapters.build_chapter("ch90")
    assert chapters.stale_chapters() == {}
    made = notebook("ch90")
    assert [cell["outputs"][0]["text"] for cell in made["cells"][1:]] == [
        ["memory False\n"], ["twice\n"], ["twice\n"]
    ]  # fmt: skip
    assert set(made["metadata"]) == {"kernelspec", "language_info", "course"}
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == 4 and ids[3] == f"{ids[2]}-2"
    assert ids == [cell["id"] for cell in chapters.unexecuted("ch90")["cells"]]
    assert sorted(path.name for path in course.rglob("*")) == [
        "ch90.ipynb", "ch90.py", "chapters", "clock.py", "requirements.txt", "workbench"
    ]  # fmt: skip


def pretend_built() -> None:
    """Write the notebook as if the chapter had been run; running it is not what the test is about."""
    data = json.dumps(chapters.unexecuted("ch90")).encode("ascii")
    chapters.notebook_path("ch90").write_bytes(data)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("chapters/ch90.py", "twice", "once", "differs from its source"),
        ("workbench/clock.py", "", "x = 1", "was run with other code or other packages"),
        ("requirements.txt", "2.0", "2.1", "was run with other code or other packages"),
        ("requirements.txt", "3.12", "3.13", "was run with other code or other packages"),
        ("requirements.txt", "a comment", "no comment", ""),
        ("requirements.txt", "aa", "bb", ""),
        ("chapters/ch90.ipynb", '"inputs"', '"outputs"', "is not a notebook that was built here"),
        ("chapters/ch90.ipynb", "twice", "three times", "differs from its source"),
    ],
)
def test_a_notebook_is_stale_when_what_it_ran_has_changed(
    course: Path, file: str, old: str, new: str, reason: str
) -> None:
    pretend_built()
    assert chapters.why_stale("ch90") == ""
    text = (course / file).read_text(encoding="utf-8")
    assert old in text
    (course / file).write_text(text.replace(old, new), encoding="utf-8")
    assert chapters.why_stale("ch90") == reason


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"metadata": {"course": 1}}'])
def test_a_damaged_notebook_is_stale(course: Path, data: bytes) -> None:
    chapters.notebook_path("ch90").write_bytes(data)
    assert chapters.why_stale("ch90") == "is not a notebook that was built here"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('noise', file=sys.stderr)", "standard error"),
        ("import pathlib; print(pathlib.Path.home())", "path of this machine"),
        ("import os; print('한', os.getcwd())", "path of this machine"),
        ("import os; os._exit(1)", "ied"),
        ("print(('x' * 99 + chr(10)) * 12_000)", "at most 1,000,000"),
    ],
)
def test_a_chapter_that_is_not_clean_is_refused_and_the_old_notebook_stays(
    course: Path, cell: str, words: str
) -> None:
    (course / "chapters" / "ch90.py").write_text(f"{SOURCE}\n# %%\n{cell}\n", encoding="utf-8")
    chapters.notebook_path("ch90").write_text("old", encoding="utf-8")
    with pytest.raises(CourseError) as raised:
        chapters.build_chapter("ch90")
    assert "chapters/ch90.py" in str(raised.value) and words in str(raised.value)
    assert chapters.notebook_path("ch90").read_text(encoding="utf-8") == "old"


@pytest.mark.long
def test_the_verb_builds_what_is_stale_and_check_runs_nothing(tmp_path: Path) -> None:
    made = sample_course.make_course(tmp_path / "한글 course")
    (made / "chapters").mkdir()
    (made / "chapters" / "ch90_sample.py").write_text(SOURCE, encoding="utf-8")
    built = sample_course.run_verb(made, "build", check=False)
    assert (built.returncode, built.stderr) == (0, "")
    assert "chapters/ch90_sample.ipynb is missing: running the chapter." in built.stdout
    again = sample_course.run_verb(made, "build", check=False)
    assert (again.returncode, again.stdout) == (0, "Built 1 assignment.\n")
    shutil.copy(made / "chapters" / "ch90_sample.ipynb", made / "chapters" / "ch91_gone.ipynb")
    (made / "chapters" / "ch90_sample.py").write_text(f"{SOURCE}# more\n", encoding="utf-8")
    before = (made / "chapters" / "ch90_sample.ipynb").read_bytes()
    checked = sample_course.run_verb(made, "build", check=True)
    assert checked.returncode == 1
    assert "chapters/ch90_sample.ipynb differs from its source" in checked.stderr
    assert "ch91_gone.ipynb has no source" in checked.stderr
    assert (made / "chapters" / "ch90_sample.ipynb").read_bytes() == before


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_builds_at_full_scale(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(chapters.CHAPTERS / f"{name}.py", tmp_path)
    committed, before = notebook(name), litter()
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path)
    chapters.build_chapter(name)
    made = notebook(name)
    assert [cell["id"] for cell in made["cells"]] == [cell["id"] for cell in committed["cells"]]
    assert litter() == before


# Small things that chapters need


@pytest.mark.parametrize(("text", "size"), [("1", 100), ("0.5", 50), ("4", 400), ("1e-9", 1)])
def test_sizes_follow_the_scale(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setenv("WORKBENCH_SCALE", text)
    assert scaled(100) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "big"])
def test_a_scale_that_is_none_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("WORKBENCH_SCALE", text)
    with pytest.raises(ValueError, match="WORKBENCH_SCALE must be a number above 0"):
        scaled(100)


def test_a_blank_is_no_guess_and_does_not_hide_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_STATE", "memory")
    assert predict("blank_in_a_build_us", ...) is None and capsys.readouterr().out == ""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    assert predict("cold_read_us", ...) is None and guess("cold_read_us") is None
    assert "no guess kept yet. Type a number in place of the three dots (in us)" in capsys.readouterr().out
    assert predict("cold_read_us", 80) == 80
    assert predict("cold_read_us", ...) == 80
    assert "history" not in state.read("predictions", lambda _: True)["predictions"]["cold_read_us"]


class Counted(np.ndarray):
    """An array that counts the operations on it and on what they give."""

    operations = 0

    def _counts(self, run: Any, *inputs: Any, **options: Any) -> Any:
        Counted.operations += 1
        result = run(*(np.asarray(one) if isinstance(one, Counted) else one for one in inputs), **options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        options.pop("out", None)
        return self._counts(getattr(ufunc, method), *inputs, **options)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        return self._counts(function, *inputs, **options)

    def __getitem__(self, which: Any) -> Any:
        return self._counts(np.ndarray.__getitem__, self, which)

    def __setitem__(self, which: Any, values: Any) -> None:
        self._counts(np.ndarray.__setitem__, self, which, values)

    def astype(self, *options: Any) -> Any:
        return self._counts(np.ndarray.astype, self, *options)


def test_chapter_6_counts_the_array_operations_of_numpy_as_they_are() -> None:
    text = (chapters.CHAPTERS / "ch06_vb_code.py").read_text(encoding="utf-8")
    told = re.search(
        r"operations: (\d+) for the last bytes of all numbers, and (\d+) more for each byte", text
    )
    assert told
    counts = []
    for number in (5, 1 << 7, 1 << 14, 1 << 21):
        code = vb_numpy.encode(np.array([1, number], np.uint32))
        Counted.operations = 0
        assert vb_numpy.decode(code.view(Counted)).tolist() == [1, number]
        counts.append(Counted.operations)
    # Unseen are np.arange, and a selection from it for each further byte; the look at the one last byte is seen,
    # and is no operation on an array.
    assert [seen + more for more, seen in enumerate(counts)] == [
        int(told[1]) + more * int(told[2]) for more in range(4)
    ]


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    ends = {"low": 1.0, "raw": 100.0, "close": 101.0, "closer": 102.0}
    with picture("Ends", x="size (count)", y="time (s)", alt="Four lines.") as drawn:
        drawn.axes.set(xscale="log", yscale="log", xlim=(1, 10), ylim=(0.5, 200))
        name_lines(drawn, ends, dict.fromkeys(ends, "black"))
    FigureCanvasAgg(drawn.figure).draw()
    boxes = sorted((text.get_window_extent() for text in drawn.axes.texts), key=lambda box: box.y0)
    assert [text.get_text() for text in drawn.axes.texts] == list(ends)
    assert all(below.y1 <= above.y0 for below, above in itertools.pairwise(boxes))
    assert max(box.x1 for box in boxes) <= drawn.figure.bbox.x1


def test_marks_at_one_place_are_hollow_and_do_not_overlap() -> None:
    heights = {"low": 1.0, "close": 1.02, "closer": 1.03, "far": 100.0}
    markers = dict(zip(heights, "o^vs", strict=True))
    with picture("Marks", x="size (count)", y="time (s)", alt="Four marks.") as drawn:
        drawn.axes.set(xscale="log", yscale="log", xlim=(1, 100), ylim=(0.5, 200))
        hollow_marks(drawn, 10, heights, dict.fromkeys(heights, "black"), markers)
    FigureCanvasAgg(drawn.figure).draw()
    lines = drawn.axes.lines
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in lines] == [
        (10, one) for one in heights.values()
    ]
    assert {line.get_markerfacecolor() for line in lines} == {PAPER}
    places = [line.get_transform().transform(line.get_xydata())[0] for line in lines]
    needed = 6 * drawn.figure.dpi / 72  # pixels of a mark
    assert all(np.hypot(*(one - other)) > needed for one, other in itertools.combinations(places, 2))
    middle = drawn.axes.transData.transform((10, 1))[0]
    assert [abs(place[0] - middle) < 1 for place in places] == [True, False, False, True]
