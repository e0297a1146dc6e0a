"""`course.py doctor` and `course.py test`: what they find decides their exit code."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

from autograde import costs, setup_venv
from autograde.sandbox.levels import Level
from autograde.sandbox.probe import Tried
from autograde.verbs import doctor
from autograde.verbs import test as test_verb

NOTHING = argparse.Namespace()
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="/proc")


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run in an environment that was made by hand."""
    monkeypatch.setattr(setup_venv, "stamp", lambda: {"python": "3.11"})


def findings(about: str) -> list[doctor.Finding]:
    return [finding for probe in doctor.PROBES for finding in probe() if finding.about == about]


@linux_only
@pytest.mark.usefixtures("set_up")
def test_a_sound_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(NOTHING) == 0
    told = capsys.readouterr().out
    assert f"{len(doctor._pins())} installed as requirements.txt says" in told
    assert "forbidden acts were tried and refused" in told
    assert "broken  " not in told and told.endswith("All that the course needs is there.\n")


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize("pin", ["numpy==0.0.1", "no-such-package==1.0"])
def test_a_package_unlike_the_lock_is_broken(
    pin: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "_pins", lambda: ["pytest>=1", pin])
    assert doctor.run(NOTHING) == 1
    assert f"not as in requirements.txt: {pin}." in capsys.readouterr().out


def test_an_unfinished_set_up_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_venv, "stamp", dict)
    assert "broken" in [finding.state for finding in findings("packages")]


def test_a_missing_program_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor.environment, "variables", lambda: {"PATH": str(tmp_path)})
    assert [finding.state for finding in findings("alembic")] == ["broken"]


def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    assert doctor._written("cache", tmp_path, "broken", "none").state == "ok"
    assert doctor._written("cache", tmp_path / "absent", "broken", "none").state == "broken"
    assert os.listdir(tmp_path) == []


@linux_only
def test_the_file_system_is_the_one_of_the_nearest_mount() -> None:
    assert doctor._file_system(Path("/proc/self")) == "proc"
    assert doctor._file_system(Path("/")) not in ("proc", "unknown")


def test_what_cannot_be_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int) -> float:
        raise ProcessLookupError(pid)

    monkeypatch.setattr(costs, "cpu_seconds", refuse)
    monkeypatch.setattr(costs, "peak_bytes", lambda pid: None)
    for about in ("processor time", "peak memory"):
        assert [finding.state for finding in findings(about)] == ["limited"], about


def test_a_machine_without_a_sandbox_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "best_level", lambda: Level.NONE)
    found = findings("isolation")
    assert {finding.state for finding in found} == {"limited"}
    assert "can do there what you can do" in found[0].text and "--unprotected" in found[1].text


def test_a_sandbox_with_a_hole_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "best_level", lambda: Level.FULL)
    monkeypatch.setattr(
        doctor, "tried", lambda _: [Tried("read", "OSError"), Tried("connect to a server", "")]
    )
    assert ("broken", "a submission could connect to a server") in [
        (f.state, f.text) for f in findings("isolation")
    ]


def test_every_step_runs_and_a_failed_one_decides(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    good = test_verb.Step("good", ("platform",))
    bad = test_verb.Step("bad", ("no_such_module_here",))
    for chosen, code in (([bad, good], 1), ([good], 0)):
        monkeypatch.setattr(test_verb, "steps", lambda full, chosen=chosen: chosen)
        assert test_verb.run(argparse.Namespace(full=False)) == code
        lines = capfd.readouterr().out.splitlines()
        assert lines[-1].startswith("ok          good, ")
        assert len(lines[lines.index("---") + 1 :]) == len(chosen)
        assert any(line.startswith("FAILED (1)  bad") for line in lines) == bool(code)


def test_only_the_full_run_has_the_long_tests() -> None:
    def words(full: bool) -> list[str]:
        return [word for step in test_verb.steps(full) for word in step.words]

    assert "not long" in words(full=False) and "not long" not in words(full=True)
    assert {"ruff", "mypy", "pytest", "report"} <= set(words(full=True))
