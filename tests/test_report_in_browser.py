"""The HTML report in a real Chromium: narrow and wide, light and dark, by keyboard, for a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_page import chromium
from playwright.sync_api import Browser, Page
from test_report import FAILED, PASSED, REPORT

from autograde.report import UNSOLVED
from autograde.report_html import page

LONG = replace(
    FAILED, name="compress_postings", got="b'" + "\\x90" * 400 + "'", call="f(" + "[1, 2], " * 60 + ")"
)
OTHERS = [
    replace(FAILED, name=status, status=status) for status in ("timeout", "memory", "crashed", "missing")
]
ALL = replace(REPORT, exercises=[PASSED, FAILED, LONG, *OTHERS, replace(FAILED, name="x", message=UNSOLVED)])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(browser: Browser, folder: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    """The report in a window of this width, and what it asked for beyond itself."""
    path = folder / "보고서 report.html"
    path.write_text(page([ALL, REPORT]), encoding="utf-8", errors="replace")
    context = browser.new_context(viewport={"width": width, "height": 900})
    shown = context.new_page()
    shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(path.as_uri())
    return shown, asked[1:]


@pytest.mark.parametrize("width", [320, 800, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readable_at_every_width_in_light_and_dark(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    shown, asked = opened(browser, tmp_path, width, scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") == width, "no scrolling sideways"
    dark = shown.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark is (scheme == "dark")
    found = Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()
    assert asked == []
    shown.context.close()


def test_the_keyboard_reaches_and_opens_every_fold(browser: Browser, tmp_path: Path) -> None:
    shown, _ = opened(browser, tmp_path, 800, "light")
    folds = shown.locator("details").count()
    assert folds == 8
    for _ in range(folds):
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.tagName") == "SUMMARY"
        shown.keyboard.press("Enter")
    assert shown.locator("details[open]").count() == folds
    shown.context.close()
