"""One course cache for every tool, the course's programs first on PATH, and the lock between processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stub_course import ROOT

from autograde import environment, paths, setup_venv
from autograde.lock import one_at_a_time


def test_all_caches_are_folders_of_the_course_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    found = environment.variables()
    wanted = {
        "HYPOTHESIS_STORAGE_DIRECTORY",
        "NUMBA_CACHE_DIR",
        "MPLCONFIGDIR",
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
    }
    assert wanted <= found.keys()
    folders = [Path(value) for name, value in found.items() if name != "PATH"]
    assert all(folder.is_dir() and folder.is_relative_to(tmp_path / ".cache") for folder in folders)
    assert len(set(folders)) == len(folders)


def test_a_read_only_course_has_its_caches_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "course").write_text("a file: no folder can be made in it", encoding="utf-8")
    monkeypatch.setattr(paths, "ROOT", tmp_path / "course")
    monkeypatch.setattr(paths.tempfile, "tempdir", str(tmp_path))
    folders = [Path(value) for name, value in environment.variables().items() if name != "PATH"]
    assert all(folder.is_dir() and folder.parent == tmp_path for folder in folders)
    assert len(set(folders)) == len(folders)


def test_own_programs_come_first_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(setup_venv.programs_folder())
    monkeypatch.setenv("PATH", os.pathsep.join(["/first", own, "/last"]))
    assert environment.variables()["PATH"].split(os.pathsep) == [own, "/first", "/last"]
    monkeypatch.delenv("PATH")
    assert environment.variables()["PATH"].split(os.pathsep)[0] == own


def test_programs_of_the_course_see_the_folders() -> None:
    """The tools themselves agree on what the variables mean."""
    source = (
        "import os; from autograde import environment; os.environ.update(environment.variables())\n"
        "import IPython.paths, jupyter_core.paths, matplotlib, numba\n"
        "print(IPython.paths.get_ipython_dir(), jupyter_core.paths.jupyter_data_dir(),\n"
        "      matplotlib.get_configdir(), numba.config.CACHE_DIR, sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert len(ran.stdout.splitlines()) == 4
    assert all(Path(line).is_relative_to(ROOT / ".cache") for line in ran.stdout.splitlines())


def test_a_lock_is_waited_for_and_freed_when_its_holder_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (
        "import sys; from pathlib import Path; from autograde.lock import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1]), 'waiting'): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", source, str(tmp_path / "한글 lock")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        killer = [sys.executable, "-c", f"import os, time; time.sleep(1); os.kill({holder.pid}, 9)"]
        started = time.monotonic()
        with subprocess.Popen(killer), one_at_a_time(tmp_path / "한글 lock", "please wait"):
            assert time.monotonic() - started >= 1, "the holder lives for a second more"
    assert capsys.readouterr().err == "please wait\n"
    with one_at_a_time(tmp_path / "한글 lock", "please wait"):
        pass
    assert capsys.readouterr().err == ""
