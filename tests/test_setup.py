"""The set-up of .venv: made once, never half used, one at a time, and clear about what is missing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from stub_course import StubCourse, make_wheel

from autograde import setup_pip, setup_venv
from autograde.paths import CourseError

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and #! scripts")


@pytest.fixture
def course(tmp_path: Path) -> StubCourse:
    return StubCourse(tmp_path)


def stamp_of(course: StubCourse) -> Path:
    return course.root / ".venv" / "course-stamp.json"


def processes_of(course: StubCourse) -> list[list[str]]:
    """The command lines of all processes that name the course's folder."""
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if any(str(course.root) in word for word in line)]


def test_made_once_and_again_only_when_the_lock_changes(course: StubCourse) -> None:
    first = course.run("reset", "ch01")
    assert first.returncode == 0, first.stderr
    assert re.search(r"(fetching|installing) packages,", first.stderr)
    assert course.ask("import tinyone; print(tinyone.VERSION)") == "1.0"
    assert course.ask("import autograde; print(autograde.__file__)").startswith(str(course.root))

    second = course.run("reset", "ch01")
    assert second.returncode == 0 and second.stderr == ""

    course.lock("requirements.txt", make_wheel(course.wheels, "tinytwo", "2.0"))
    third = course.run("reset", "ch01")
    assert third.returncode == 0 and "making .venv" in third.stderr
    assert course.ask("import tinytwo; print(tinytwo.VERSION)") == "2.0"
    assert course.ask("import importlib.util as i; print(i.find_spec('tinyone'))") == "None"


@pytest.mark.long
def test_a_moved_course_is_set_up_again(course: StubCourse) -> None:
    assert course.run("reset", "ch01").returncode == 0
    moved = course.root.with_name("moved")
    course.root = course.root.rename(moved)
    again = course.run("reset", "ch01")
    assert again.returncode == 0 and "making .venv" in again.stderr
    assert course.ask("import autograde; print(autograde.__file__)").startswith(str(moved))


@pytest.mark.long
@posix_only
@pytest.mark.parametrize(
    ("number", "stage"),
    [
        (signal.SIGINT, "fetching packages"),
        pytest.param(signal.SIGTERM, "making .venv", marks=pytest.mark.long),
    ],
)
def test_stopped_then_done_again(course: StubCourse, number: signal.Signals, stage: str) -> None:
    process = course.start("reset", "ch01")
    _read_until(process, stage)
    while stage == "making .venv" and not any("ensurepip" in line for line in processes_of(course)):
        assert process.poll() is None  # venv starts a program of its own, which must end, too
    process.send_signal(number)
    rest = process.communicate(timeout=30)[1]
    assert process.returncode == 128 + number
    assert "Traceback" not in rest and ("stopped" in rest) == (number == signal.SIGINT)
    assert processes_of(course) == []
    assert not stamp_of(course).exists()

    again = course.run("reset", "ch01")
    assert again.returncode == 0 and "making .venv" in again.stderr
    assert course.ask("import tinyone; print(tinyone.VERSION)") == "1.0"


@posix_only
@pytest.mark.long
def test_killed_while_pip_runs_then_done_again(course: StubCourse) -> None:
    process = course.start("reset", "ch01")
    _read_until(process, "fetching packages")
    process.kill()
    process.wait()
    assert not stamp_of(course).exists()
    again = course.run("reset", "ch01")  # at once: pip, left behind, still holds the lock
    assert "Another course.py is setting up the course" in again.stderr
    assert again.returncode == 0 and "making .venv" in again.stderr
    assert course.ask("import tinyone; print(tinyone.VERSION)") == "1.0"


@pytest.mark.long
def test_two_at_once_set_up_once(course: StubCourse) -> None:
    first = course.start("reset", "ch01")
    _read_until(first, "making .venv")
    second = course.start("reset", "ch02")
    errors = [process.communicate(timeout=120)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), errors
    assert errors[1] == "Another course.py is setting up the course; waiting for it.\n"


@pytest.mark.long
def test_packages_of_the_tests_are_added_to_a_good_environment(course: StubCourse) -> None:
    assert course.run("reset", "ch01").returncode == 0
    marker = course.root / ".venv" / "was-here-before"
    marker.touch()
    good = (course.root / "requirements-dev.txt").read_text(encoding="utf-8")
    add = "from autograde import setup_venv; setup_venv.make_ready(setup_venv.LOCKS)"

    course.lock("requirements-dev.txt", good.replace("tinydev", "absentpackage"))
    with pytest.raises(subprocess.CalledProcessError):
        course.ask(_with_wheels(course, add))
    assert course.run("reset", "ch01").stderr == "", "a failed fetch must leave the environment good"

    course.lock("requirements-dev.txt", good)
    course.ask(_with_wheels(course, add))
    assert course.ask("import tinyone, tinydev; print(tinydev.VERSION)") == "1.0"
    assert marker.exists()
    assert course.run("reset", "ch01").stderr == ""


def test_a_failed_set_up_names_the_cause_and_leaves_nothing(course: StubCourse) -> None:
    course.lock("requirements.txt", "tinyone==9.9 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    failed = course.run("reset", "ch01")
    log = course.root / ".cache" / "setup" / "setup.log"
    assert failed.returncode == 2
    assert "No matching distribution found for tinyone==9.9" in failed.stderr
    assert f"pip's log: {log}" in failed.stderr and "tinyone" in log.read_text(encoding="utf-8")
    assert "pip download --no-deps --only-binary :all: -r requirements.txt -d wheels" in failed.stderr
    assert not (course.root / ".venv").exists()


@pytest.mark.long
def test_a_changed_wheel_is_refused(course: StubCourse) -> None:
    lock = (course.root / "requirements.txt").read_text(encoding="utf-8")
    wheel = course.wheels / "tinyone-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes() + b"\n")
    course.lock("requirements.txt", lock)
    failed = course.run("reset", "ch01")
    assert failed.returncode == 2 and "HASH" in failed.stderr.upper()


def test_a_wheel_folder_that_is_none_is_refused_at_once(course: StubCourse) -> None:
    failed = course.run("reset", "ch01", COURSE_WHEELS=str(course.root))
    assert failed.returncode == 2
    assert failed.stderr == f"COURSE_WHEELS={course.root} is not a folder with wheels (*.whl) in it.\n"


def test_ready_only_with_this_lock_this_python_and_this_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("tiny==1.0\n", encoding="utf-8")
    for name, value in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "STAMP": tmp_path / "stamp"}.items():
        monkeypatch.setattr(setup_venv, name, value)
    monkeypatch.setattr(setup_venv, "programs_folder", lambda: python.parent)
    locks = setup_venv.LOCKS[:1]
    good = setup_venv.wanted_stamp(locks)

    def is_ready(stamp: dict[str, str]) -> bool:
        (tmp_path / "stamp").write_text(json.dumps(stamp), encoding="utf-8")
        return setup_venv._is_ready(locks)

    (python.parent / ("python.exe" if os.name == "nt" else "python")).symlink_to(sys.executable)
    assert is_ready(good) and is_ready({**good, "requirements-dev.txt": "any"})
    assert good.keys() == {"course", "python", "requirements.txt"}
    for name in good:
        assert not is_ready({**good, name: "other"}), name
    (python.parent / "python").unlink()
    (python.parent / "python").symlink_to(tmp_path / "removed by an update")
    assert not is_ready(good)


def test_a_damaged_stamp_is_none(course: StubCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = course.root / "stamp.json"
    monkeypatch.setattr(setup_venv, "STAMP", damaged)
    for text in ('{"course": ', "[]", "\x00"):
        damaged.write_text(text, encoding="utf-8")
        assert setup_venv.stamp() == {}


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_package(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        setup_venv.importlib.util, "find_spec", lambda name: None if name == module else object()
    )
    with pytest.raises(CourseError, match=r"sudo apt install python3\.\d+-venv"):
        setup_venv._require_venv_module()


@posix_only
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "WARNING: Retrying (Retry(total=0\nERROR: No matching x",
            "index could not be reached: No matching x",
        ),
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: wrong hash", "pip could not install requirements.txt: wrong hash"),
    ],
)
def test_why_pip_failed(said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_WHEELS", raising=False)
    lock = tmp_path / "requirements.txt"
    lock.write_text("tiny==1.0\n", encoding="utf-8")
    fake_python = tmp_path / "python"
    fake_python.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit 1\n", encoding="utf-8")
    fake_python.chmod(0o755)
    descriptor = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    try:
        with pytest.raises(CourseError) as failure:
            setup_pip.Installer(tmp_path / "log", descriptor).install(fake_python, lock, tmp_path)
    finally:
        os.close(descriptor)
    assert sentence in str(failure.value)
    assert ("COURSE_WHEELS" in str(failure.value)) == ("Retry" in said)


@posix_only
def test_a_disk_too_full_for_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    silent.chmod(0o755)
    monkeypatch.setattr(setup_pip.sys, "_base_executable", str(silent))
    with open(tmp_path / "lock", "w", encoding="utf-8") as lock:
        installer = setup_pip.Installer(tmp_path / "log", lock.fileno())
        for free, sentence in ((10**9, "Python's venv module failed: no message"), (0, "The disk is full")):
            monkeypatch.setattr(
                setup_pip.shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free)
            )
            with pytest.raises(CourseError, match=sentence):
                installer.make_venv(tmp_path / ".venv")


def test_progress_counts_the_packages_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer = setup_pip.Installer(tmp_path / "pip.log", 0)
    shown: list[tuple[str, ...]] = []
    monkeypatch.setattr(installer.progress, "show", lambda *words: shown.append(words))
    said = ""
    for more in (
        "",
        "Ignoring numba: markers 'x' don't match your environment\n",
        "Collecting a==1\n",
        "Installing collected packages: a\n",
    ):
        said += more
        (tmp_path / "pip.log").write_text(said, encoding="utf-8")
        installer._show_pip(3, tmp_path, 0)
    assert shown == [
        ("fetching packages",),
        ("fetching packages",),
        ("fetching packages,", "1 of 2"),
        ("installing packages,", "0 of 2"),
    ]


def test_progress_is_one_line_on_a_terminal_and_few_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for is_terminal in (False, True):
        monkeypatch.setattr("sys.stderr.isatty", lambda answer=is_terminal: answer)
        progress = setup_pip.Progress()
        for count in range(5):
            progress.show("fetching packages,", f"{count} of 5")
        progress.end("done")
        shown = capsys.readouterr().err
        assert shown.count("\n") == (1 if is_terminal else 2)
        assert ("4 of 5" in shown) == is_terminal
        assert shown.endswith("done\n")


def _read_until(process: subprocess.Popen[str], words: str) -> None:
    """Read a process's standard error up to a line with these words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"ended without saying {words!r}")


def _with_wheels(course: StubCourse, source: str) -> str:
    outside = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "COURSE_WHEELS": str(course.wheels)}
    return f"import os; os.environ.update({outside!r}); {source}"
