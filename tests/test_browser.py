"""A trainee's first hour in a real Chromium: the start page, a chapter, an exercise that fails and then passes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_page import ROOT, LabPage, chromium, clear_outputs, copy_course
from playwright.sync_api import Browser
from running_lab import Lab, still_running

from autograde.paths import assignment_names
from autograde.released import released

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
NAME = "ch02_memory_and_disk"  # the course's first
START, NOTEBOOK, CHAPTER = "work/start.md", f"work/{NAME}/{NAME}.ipynb", f"chapters/{NAME}.ipynb"
WRONG = """\
def access_time(reads, seek_us, bytes_per_us):
    return float(len(reads) * seek_us)
"""
RIGHT = """\
def access_time(reads, seek_us, bytes_per_us):
    total, end = 0.0, None
    for offset, length in reads:
        total += length / bytes_per_us + (0 if offset == end else seek_us)
        end = offset + length
    return total
"""
POINTS = sum(exercise.points for name in assignment_names() for exercise in released(name).exercises)
VIEWER, REPORT = ".jp-MarkdownViewer", ".jp-Notebook .course-report"
NEXT = f"document.querySelector('{VIEWER} h2').textContent.startsWith('Next: ' + argument)"
CHAPTER_SECONDS = 240  # a bound for a machine under load, not a measurement


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Browser]]:
    """A server of a fresh copy of the course, and a Chromium; in the end none of their processes is left."""
    folder = tmp_path_factory.mktemp("browser")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        browser = stack.enter_context(chromium())
        patch.setenv("WORKBENCH_SCALE", "0.05")
        lab = Lab(copy_course(folder), folder / "home")
        try:
            yield lab, browser
        finally:
            children = psutil.Process(lab.process.pid).children(recursive=True)
            lab.stop(signal.SIGTERM)
            assert still_running(children) == []


@pytest.fixture
def in_browser(served: tuple[Lab, Browser]) -> Iterator[LabPage]:
    """A fresh browser without any of the course's state."""
    lab, browser = served
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    yield LabPage(context.new_page(), lab)
    context.close()


def first_hour(page: LabPage, workspace: str, pictures: int) -> None:
    """The start page, the chapter from top to bottom, a wrong and a right answer, the progress."""
    page.go(f"/lab/workspaces/{workspace}/tree/{START}?reset")
    page.wait_for_document(START)
    page.wait(NEXT, "chapter 2")
    assert f"0 of {POINTS:g} points" in viewed(page)

    page.page.get_by_role("link", name="chapter 2").first.click()
    page.wait_for_document(CHAPTER)
    page.wait_for_kernel()
    assert page.outputs() == []
    page.run_all(CHAPTER_SECONDS)
    assert [output for output in page.outputs() if output["output_type"] == "error"] == []
    assert page.count_shown_pictures() == pictures

    page.show_tab(START)
    page.page.locator(".jp-MarkdownViewer").get_by_role("link", name="access_time", exact=True).first.click()
    page.wait_for_document(NOTEBOOK)
    page.wait_for_kernel()
    page.run_cell("setup")
    failed = checked(page, WRONG)
    own = sum(exercise.points for exercise in released(NAME).exercises)
    parts = ("called", "access_time([", "got", "expected", f"0 of {own:g} points")
    for shown in ("access_time: 0 of 3 points, to mend", *parts):
        assert shown in failed, shown
    assert page.page.locator(f"{REPORT} dt", has_text="expected").bounding_box()["height"] < 40, "one line"  # type: ignore[index]
    passed = checked(page, RIGHT)
    assert "access_time: 3 of 3 points, passed" in passed
    assert f"3 of {own:g} points · next: breaks_forward_time" in passed

    page.show_tab(START)
    page.wait(NEXT, "breaks_forward_time")  # the open page moves on by itself
    assert f"3 of {POINTS:g} points" in viewed(page) and "✓ solved" in viewed(page)
    assert page.outside == [], "the course works offline"


def checked(page: LabPage, answer: str) -> str:
    """Type an answer to access_time, run it and its check; what the report says."""
    page.run_cell("access_time", answer)
    page.run_cell("test_access_time")
    shown = page.page.locator(f"{REPORT} >> visible=true")
    shown.wait_for()
    return shown.inner_text()


def viewed(page: LabPage) -> str:
    """The text of the start page."""
    return page.page.locator(VIEWER).inner_text()


def assert_accessible(page: LabPage, selector: str) -> None:
    """axe-core finds nothing to mend in a part of the page, and its texts stand out."""
    found = Axe().run(page.page, selector)
    assert found.violations_count == 0, found.generate_report()
    assert page.least_contrast(selector) >= 4.5


@pytest.mark.long
def test_the_whole_first_chapter(in_browser: LabPage) -> None:
    start_again(in_browser.lab)
    first_hour(in_browser, "whole", pictures=pictures_in(ROOT / CHAPTER))


def test_the_first_hour(in_browser: LabPage) -> None:
    in_browser.go(in_browser.lab.path)
    in_browser.wait_for_document(START)
    in_browser.wait("jupyterapp.restored && document.querySelector('.jp-MarkdownViewer h1')")
    start_again(in_browser.lab)
    shorten_chapter(in_browser.lab.root / CHAPTER)
    first_hour(in_browser, "first", pictures=1)
    assert in_browser.page.locator(".Toastify__toast").count() == 0, "nobody asks about Jupyter's news"
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        in_browser.show_tab(START)
        in_browser.change_theme(theme)
        assert_accessible(in_browser, VIEWER)
        in_browser.show_tab(NOTEBOOK)
        assert_accessible(in_browser, REPORT)


@pytest.mark.long
def test_five_times_with_both_cores_busy(in_browser: LabPage) -> None:
    """What could be flaky, over and over: opening, menus, kernels, typing, pictures."""
    shorten_chapter(in_browser.lab.root / CHAPTER)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        for number in range(5):
            start_again(in_browser.lab)
            first_hour(in_browser, f"run{number}", pictures=1)
            assert all(process.poll() is None for process in busy)
    finally:
        for process in busy:
            process.kill()
            process.wait()


def start_again(lab: Lab) -> None:
    """Undo what the trainee has done: kernels, answers, progress, outputs."""
    for session in lab.api("sessions"):
        lab.api(f"sessions/{session['id']}", "DELETE")
    shutil.rmtree(lab.root / "work" / ".state", ignore_errors=True)
    shutil.copy(lab.root / "exercises" / NAME / f"{NAME}.ipynb", lab.root / "work" / NAME)
    clear_outputs(lab.root / CHAPTER)
    program = "from autograde import start_page; assert start_page.write()"
    environment = {**os.environ, "PYTHONPATH": str(lab.root)}
    subprocess.run([sys.executable, "-c", program], cwd=lab.root, env=environment, check=True)


def shorten_chapter(path: Path) -> None:
    """End the chapter behind its first picture: one run of it is tested whole, five would take too long."""
    notebook = json.loads(path.read_bytes())
    committed = json.loads((ROOT / CHAPTER).read_bytes())
    last = next(i for i, cell in enumerate(committed["cells"]) if _pictures_of(cell))
    notebook["cells"] = notebook["cells"][: last + 1]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def pictures_in(path: Path) -> int:
    """How many pictures a built chapter has."""
    return sum(map(_pictures_of, json.loads(path.read_bytes())["cells"]))


def _pictures_of(cell: dict[str, Any]) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
