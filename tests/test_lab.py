"""`course.py lab`: it answers, its kernels have the course, and it leaves nothing behind."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from running_lab import Lab, still_running
from stub_course import StubCourse

from autograde import start_page
from autograde.paths import ROOT, CourseError, assignment_names
from autograde.verbs import lab

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # the lab itself must see to that
    lab = Lab(StubCourse(tmp_path).root, tmp_path / "home")
    yield lab
    if lab.process.poll() is None:
        lab.process.kill()
        lab.process.communicate()


def files_below(*folders: Path) -> set[str]:
    return {str(path) for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_a_working_day(running: Lab) -> None:
    root, home = running.root, running.root.parents[1] / "home"
    before = files_below(root, home)
    notebook = "work/ch01_scale/ch01_scale.ipynb"
    assert running.path == "/lab/tree/work/start.md"
    assert b"## Next: first" in running.ask("files/work/start.md")
    extension = running.ask("lab/extensions/course-start-page/static/remoteEntry.js")
    assert b'PATH = "work/start.md"' in extension
    settings = running.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert json.loads(settings)["schema"]["properties"]["fetchNews"]["default"] == "false"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{running.port}/api/contents")
    assert running.api("status")["kernels"] == 0
    assert b'"news": {"disabled": true}' in running.ask("lab")
    assert disabled(running) == ["@jupyter/nbgrader"], "a trainee has no use for its menu"
    assert running.api("contents/work")["type"] == "directory"

    session = {"path": notebook, "type": "notebook", "name": "ch01", "kernel": {"name": "python3"}}
    kernel = running.api("sessions", "POST", session)["kernel"]["id"]
    (root / "work" / "ch01_scale" / "own.py").write_text("", encoding="utf-8")
    before.add(str(root / "work" / "ch01_scale" / "own.py"))
    source = "import os, autograde, own; print(os.getcwd(), os.environ['MPLCONFIGDIR'], sep='|')"
    assert running.run_in_kernel(kernel, source) == f"{root}/work/ch01_scale|{root}/.cache/matplotlib\n"
    _save_and_checkpoint(running, notebook)
    running.api("terminals", "POST", {})

    children = psutil.Process(running.process.pid).children(recursive=True)
    assert len(children) >= 2
    running.stop(signal.SIGTERM)
    assert running.process.returncode == 0
    assert "JupyterLab has stopped." in running.said and "Traceback" not in running.said
    assert still_running(children) == []
    left = {name for name in files_below(root, home) - before if not name.startswith(f"{root}/.cache/")}
    assert left == set(), "files that are not a trainee's work"
    assert os.listdir(root / ".cache/jupyter/runtime") == ["jupyter_cookie_secret"]


def disabled(running: Lab) -> list[str]:
    """The extensions that JupyterLab's page switches off."""
    data = re.search(rb'<script id="jupyter-config-data"[^>]*>(.*?)</script>', running.ask("lab"), re.DOTALL)
    assert data
    found: list[str] = json.loads(data[1])["disabledExtensions"]
    return found


def test_an_instructor_has_nbgraders_menu(tmp_path: Path) -> None:
    course = StubCourse(tmp_path)
    (course.root / "build" / "source").mkdir(parents=True)
    running = Lab(course.root, tmp_path / "home")
    try:
        assert disabled(running) == []
    finally:
        running.stop(signal.SIGTERM)


def test_ctrl_c_ends_its_kernels(running: Lab) -> None:
    session = {"path": "x", "type": "notebook", "name": "x", "kernel": {"name": "python3"}}
    kernel = running.api("sessions", "POST", session)["kernel"]["id"]
    running.run_in_kernel(kernel, "print(1)")
    children = psutil.Process(running.process.pid).children(recursive=True)
    assert children
    running.stop(signal.SIGINT)
    assert running.process.returncode == 0
    assert running.said.endswith("JupyterLab has stopped.\n")
    assert os.listdir(running.root / ".cache/jupyter/runtime") == ["jupyter_cookie_secret"]
    assert still_running(children) == []


def test_checkpoints_of_equal_names_stay_apart(running: Lab) -> None:
    original = {}
    for folder in ("ch01_scale", "ch02_disk"):
        path = running.root / "work" / folder / "same.ipynb"
        path.write_bytes((running.root / f"exercises/{folder}/{folder}.ipynb").read_bytes())
        original[folder] = running.api(f"contents/work/{folder}/same.ipynb")["content"]["cells"]
        _save_and_checkpoint(running, f"work/{folder}/same.ipynb")
        path.write_text("spoilt", encoding="utf-8")
    for folder, cells in original.items():
        running.api(f"contents/work/{folder}/same.ipynb/checkpoints/checkpoint", "POST", {})
        restored = running.api(f"contents/work/{folder}/same.ipynb")["content"]["cells"]
        assert [cell["source"] for cell in restored] == [cell["source"] for cell in cells]
    kept = (running.root / ".cache/checkpoints").rglob("*.ipynb")
    assert sorted(path.parent.name for path in kept) == ["ch01_scale", "ch02_disk"]
    assert list((running.root / "work").rglob("*checkpoint*")) == []
    with pytest.raises(urllib.error.HTTPError, match="404"):
        running.api("contents/..%2f..%2fx.ipynb/checkpoints")


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CourseError, match=rf"Port {port} cannot be used: .*Leave --port out"):
            lab.run(argparse.Namespace(port=port, no_browser=True))


def test_where_work_takes_no_file_the_next_notebook_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    monkeypatch.setattr(start_page, "write", lambda: False)
    monkeypatch.setattr(start_page, "PAGE", ROOT / "work" / "no start.md")
    first = assignment_names()[0]
    assert lab._start_url() == f"/lab/tree/work/{first}/{first}.ipynb"
    (tmp_path / "start.md").touch()
    monkeypatch.setattr(start_page, "PAGE", tmp_path / "start.md")
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    assert lab._start_url() == "/lab/tree/start.md", "the old page is better than none"


def _save_and_checkpoint(running: Lab, path: str) -> None:
    content = running.api(f"contents/{path}")["content"]
    running.api(f"contents/{path}", "PUT", {"type": "notebook", "format": "json", "content": content})
    assert running.api(f"contents/{path}/checkpoints", "POST", {})["id"] == "checkpoint"
