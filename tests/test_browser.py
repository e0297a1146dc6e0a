"""A trainee's first hour in a real Chromium: the start page, a chapter, an exercise that fails and then passes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from lab_page import LabPage, chromium, copy_course
from playwright.sync_api import Browser
from running_lab import Lab, still_running

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
NAME = "ch06_vb_code"
START, NOTEBOOK, CHAPTER = "work/start.md", f"work/{NAME}/{NAME}.ipynb", f"chapters/{NAME}.ipynb"
WRONG = "def gaps(ids):\n    return ids\n"
RIGHT = """\
def gaps(ids):
    pairs = list(zip([0, *ids], ids))
    if any(after < before for before, after in pairs):
        raise ValueError("ids must ascend")
    return [after - before for before, after in pairs]
"""
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


def first_hour(page: LabPage, workspace: str) -> None:
    """The start page, the chapter from top to bottom, a wrong and a right answer, the progress."""
    page.go(f"/lab/workspaces/{workspace}/tree/{START}?reset")
    page.wait_for_document(START)
    page.wait("document.querySelector('.jp-MarkdownViewer h2').textContent.startsWith('Next: gaps')")
    assert "0 of 30 points" in viewed(page)

    page.page.get_by_role("link", name="chapter 6").click()
    page.wait_for_document(CHAPTER)
    page.wait_for_kernel()
    assert page.outputs() == []
    page.run_all(CHAPTER_SECONDS)
    outputs = page.outputs()
    assert [output for output in outputs if output["output_type"] == "error"] == []
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures >= 3
    assert page.count_shown_pictures() == pictures

    page.show_tab(START)
    page.page.locator(".jp-MarkdownViewer").get_by_role("link", name="gaps", exact=True).first.click()
    page.wait_for_document(NOTEBOOK)
    page.wait_for_kernel()
    page.run_cell("setup")
    failed = checked(page, WRONG)
    for shown in ("gaps: 0 of 3 points, to mend", "called", "gaps([", "got", "expected", "0 of 30 points"):
        assert shown in failed, shown
    passed = checked(page, RIGHT)
    assert "gaps: 3 of 3 points, passed" in passed and "3 of 30 points · next: ungaps" in passed

    page.show_tab(START)
    page.wait("document.querySelector('.jp-MarkdownViewer h2').textContent.startsWith('Next: ungaps')")
    assert "3 of 30 points" in viewed(page) and "✓ solved" in viewed(page)
    assert page.outside == [], "the course works offline"


def checked(page: LabPage, answer: str) -> str:
    """Type an answer to gaps, run it and its check; what the report says."""
    page.run_cell("gaps", answer)
    page.run_cell("test_gaps")
    shown = page.page.locator(".jp-Notebook .course-report >> visible=true")
    shown.wait_for()
    return shown.inner_text()


def viewed(page: LabPage) -> str:
    return page.page.locator(".jp-MarkdownViewer").inner_text()


def test_the_first_hour(in_browser: LabPage) -> None:
    in_browser.go(in_browser.lab.path)
    in_browser.wait_for_document(START)
    assert in_browser.page.locator(".jp-NotificationCenter, .Toastify__toast").count() == 0
    start_again(in_browser.lab)
    first_hour(in_browser, "first")


def start_again(lab: Lab) -> None:
    """What the trainee has done is undone: kernels, answers, progress."""
    for session in lab.api("sessions"):
        lab.api(f"sessions/{session['id']}", "DELETE")
    shutil.rmtree(lab.root / "work" / ".state", ignore_errors=True)
    shutil.copy(lab.root / "exercises" / NAME / f"{NAME}.ipynb", lab.root / "work" / NAME)
