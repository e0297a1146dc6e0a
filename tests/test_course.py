"""course.py: its command line, and what each kind of trouble ends in."""

from __future__ import annotations

import ast
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stub_course import ROOT, StubCourse

import course

VERBS = [
    "lab", "grade", "watch", "reset", "doctor", "collect", "autograde", "marks", "release", "fill", "bench",
    "build", "test",
]  # fmt: skip


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> StubCourse:
    made = StubCourse(tmp_path_factory.mktemp("stub"))
    assert made.run("reset", "ch01").returncode == 0
    return made


def test_help_teaches_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert [verb[0] for verb in course.VERBS] == VERBS
    with pytest.raises(SystemExit, match="0"):
        course.main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    for name, sentence, _more, example in course.VERBS:
        assert sentence in told
        with pytest.raises(SystemExit, match="0"):
            course.main([name, "--help"])
        assert f"python3 course.py {example}" in capsys.readouterr().out
        course._parser().parse_args(example.split())


def test_no_verb_shows_the_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert course.main([]) == 2
    assert "start here:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["grde"], ["lab", "--port", "0"], ["lab", "--port", "x"], ["fill", "ch06", "a.py"], ["reset"]]
)
def test_wrong_use_is_exit_code_2(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        course._parser().parse_args(words)


def test_help_imports_the_standard_library_only() -> None:
    source = "import course, sys\ntry: course.main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", source], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    modules = {name.partition(".")[0] for name in ran.stderr.split()}
    assert "argparse" in modules
    assert modules - sys.stdlib_module_names - {"__main__", "course"} == set()


def test_old_pythons_can_parse_it() -> None:
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "__future__" not in imported
    annotations = [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    annotations += [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg)]
    assert all(isinstance(each, ast.Constant | ast.Name | ast.Attribute) for each in annotations)


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_other_pythons_get_a_sentence(version: tuple[int, int], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course.sys, "version_info", (*version, 0))
        patch.setattr(course, "_guarded", lambda *_: 0)
        assert course.main(["lab"]) == 2
    told = capsys.readouterr().err
    assert f"needs Python 3.11, 3.12 or 3.13; this is Python {version[0]}.{version[1]}." in told
    assert ("locked for those three" in told) == (version >= (3, 14))


def test_trouble_that_can_be_mended_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograde.paths import CourseError
    from datasets import DataError
    from workbench.state import StateError

    for problem, code, sentence in [
        (CourseError("Mend this."), 2, "Mend this.\n"),
        (DataError("Install it."), 2, "Install it.\n"),
        (StateError("It is newer."), 2, "It is newer.\n"),
        (KeyboardInterrupt(), 130, "stopped\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "work/한글"),
            1,
            "The disk is full: work/한글 could not",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "/x"),
            1,
            "/x cannot be used: Read-only file system.\n",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            1,
            "/x cannot be used: Permission denied.\n",
        ),
    ]:
        monkeypatch.setattr(course, "_run", _raiser(problem))
        assert course.main(["doctor"]) == code
        assert capsys.readouterr().err.startswith(sentence)


def test_other_errors_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    for problem in (OSError(errno.ENOENT, "No such file"), ValueError("a mistake in the course")):
        monkeypatch.setattr(course, "_run", _raiser(problem))
        with pytest.raises(type(problem)):
            course.main(["doctor"])


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_went_away_is_no_error() -> None:
    source = "import course, sys\ncourse._run = lambda *_: print('x')\nsys.exit(course.main(['doctor']))"
    command = [sys.executable, "-c", source]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        command, cwd=ROOT, env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()  # type: ignore[union-attr]
        assert process.stderr.read() == b""  # type: ignore[union-attr]
    assert process.returncode == 141


@pytest.mark.parametrize("verb", ["build", "release", "autograde", "test"])
def test_the_bundle_says_what_it_lacks(verb: str, tmp_path: Path) -> None:
    words = {"release": ["out.zip"], "autograde": ["ch01_scale"]}.get(verb, [])
    refused = StubCourse(tmp_path).run(verb, *words)
    assert refused.returncode == 2
    assert (
        refused.stderr
        == f"`{verb}` needs the whole repository; this is the student bundle, which has no solutions.\n"
    )


def test_verbs_run_in_the_courses_own_python(stub: StubCourse) -> None:
    (stub.root / "autograde" / "verbs" / "doctor.py").write_text(
        "import os, sys, tinyone\n"
        "def run(arguments):\n"
        "    print(sys.prefix, os.environ['NUMBA_CACHE_DIR'], os.environ['PATH'].split(os.pathsep)[0], sep='\\n')\n"
        "    return 7\n",
        encoding="utf-8",
    )
    ran = stub.run("doctor")
    assert ran.returncode == 7, ran.stderr
    prefix, numba, first_on_path = map(Path, ran.stdout.splitlines())
    assert prefix == stub.root / ".venv"
    assert numba == stub.root / ".cache" / "numba"
    assert first_on_path.parent == prefix


def test_reset_by_the_beginning_of_a_name(stub: StubCourse) -> None:
    notebook = stub.root / "work" / "ch01_scale" / "ch01_scale.ipynb"
    notebook.write_text("my own work", encoding="utf-8")
    before = set((stub.root / "work").iterdir())
    ran = stub.run("reset", "ch01")
    assert ran.returncode == 0
    (kept,) = set((stub.root / "work").iterdir()) - before
    assert (kept / "ch01_scale.ipynb").read_text(encoding="utf-8") == "my own work"
    assert f"Your old copy is now work/{kept.name}." in ran.stdout
    assert notebook.read_bytes() == (stub.root / "exercises/ch01_scale/ch01_scale.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("ch99", "There is no assignment 'ch99'."), ("ch0", "'ch0' could be ch01_scale or ch02_disk.")],
)
def test_reset_of_something_else_lists_the_names(stub: StubCourse, text: str, sentence: str) -> None:
    refused = stub.run("reset", text)
    assert refused.returncode == 2
    assert refused.stderr == f"{sentence}\nAssignments: ch01_scale, ch02_disk\n"


def _raiser(problem: BaseException):  # type: ignore[no-untyped-def]
    def run(*_: object) -> int:
        raise problem

    return run
