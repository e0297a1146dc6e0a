"""JupyterLab in a real headless Chromium, as a trainee sees it. Readiness is read from JupyterLab's own objects."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from running_lab import Lab

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",  # containers, and root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
_COPIED = ("autograde", "chapters", "datasets", "exercises", "solutions", "workbench")
_CELL = """id => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const index = notebook.widgets.findIndex(cell => cell.model.id === id);
    return [notebook, index, notebook.widgets[index]];
}"""

_SITUATION = """() => {
    const widget = jupyterapp.shell.currentWidget;
    const kernel = widget?.context?.sessionContext?.session?.kernel;
    const focus = document.activeElement;
    return JSON.stringify({
        document: widget?.context?.path, kernel: kernel?.status, connection: kernel?.connectionStatus,
        mode: widget?.content?.mode, cell: widget?.content?.activeCell?.model?.id,
        focus: `${focus?.tagName}.${focus?.className}`, dialog: document.querySelector(".jp-Dialog")?.innerText,
    });
}"""  # what a failed wait tells

_LEAST_CONTRAST = """selector => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const over = (top, alpha, below) => below.map((value, i) => top[i] * alpha + value * (1 - alpha));
    const parents = element => element ? [element, ...parents(element.parentElement)] : [];
    const behind = element => parents(element).reverse().reduce((below, each) => {
        const [r, g, b, alpha = 1] = parts(getComputedStyle(each).backgroundColor);
        return over([r, g, b], alpha, below);
    }, [255, 255, 255]);
    const luminance = colour => colour
        .map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = element => {
        const below = behind(element);
        const alpha = parents(element).reduce((all, each) => all * getComputedStyle(each).opacity, 1);
        const [light, dark] = [over(parts(getComputedStyle(element).color).slice(0, 3), alpha, below), below]
            .map(luminance).sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    };
    const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const texts = [...document.querySelector(selector).querySelectorAll("*")].filter(
        element => hasText(element) && element.checkVisibility() && element.tagName !== "STYLE");
    if (!texts.length) throw new Error("no text in " + selector);
    return Math.min(...texts.map(contrast));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without one the test is skipped, and fails where CI=true promises one."""
    found = shutil.which("chromium")
    if found is None:
        reason = "Chromium is not installed (apt-get install chromium)."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def copy_course(folder: Path) -> Path:
    """A copy of this course without what is made; its chapters have no outputs yet. JupyterLab shows its objects."""
    root = folder / "한글 코스 folder" / "course"
    root.mkdir(parents=True)
    litter = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in _COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, root / name, ignore=litter)
    for path in (root / "chapters").glob("*.ipynb"):
        clear_outputs(path)
    config = root / ".cache" / "jupyter" / "config"
    config.mkdir(parents=True)
    settings = {"LabApp": {"expose_app_in_browser": True}}
    (config / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return root


def clear_outputs(path: Path) -> None:
    """Take the outputs out of a notebook."""
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    path.write_text(json.dumps(notebook), encoding="utf-8")


class LabPage:
    """A page of Chromium with JupyterLab in it."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.outside: list[str] = []  # requests to anywhere but the server
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((f"http://127.0.0.1:{self.lab.port}/", "data:", "blob:")):
            self.outside.append(url)

    def go(self, path: str) -> None:
        """Open an address of the server."""
        self.page.goto(
            f"http://127.0.0.1:{self.lab.port}{path}{'&' if '?' in path else '?'}token={self.lab.token}"
        )

    def wait(self, expression: str, argument: Any = None, seconds: float = 60) -> None:
        """Wait until a JavaScript expression of `argument` is true; say yes to dialogs meanwhile."""
        guarded = f"argument => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }}"
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(guarded, argument):
            button = self.page.locator(".jp-Dialog button.jp-mod-accept").first
            if button.is_visible():
                button.click()
            assert time.monotonic() < deadline, (
                f"not within {seconds} s: {expression} {argument} {self.page.evaluate(_SITUATION)}"
            )
            self.page.wait_for_timeout(100)

    def wait_for_document(self, path: str) -> None:
        """Wait until the document is the current one, and loaded."""
        current = "jupyterapp.shell.currentWidget.context"
        self.wait(f"{current}.path === argument && {current}.isReady", path)

    def wait_for_kernel(self) -> None:
        """Wait until the kernel of the current notebook has nothing to do."""
        session = "jupyterapp.shell.currentWidget.context.sessionContext"
        self.wait(f"{session}.isReady && {session}.session.kernel.status === 'idle'")

    def show_tab(self, path: str) -> None:
        """Bring an open document to the front, by its tab."""
        self.page.locator(f".lm-TabBar-tab[title*='Path: {path}'] >> visible=true").click()
        self.wait_for_document(path)

    def run_all(self, seconds: float) -> None:
        """Restart the kernel and run all cells, from the menu; wait for the end."""
        self.page.locator(".lm-MenuBar-item", has_text="Run").first.click()
        self.page.locator(".lm-Menu [data-command='runmenu:restart-and-run-all']").click()
        cells = (
            "jupyterapp.shell.currentWidget.content.widgets"
            ".filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim())"
        )
        failed = "cell.outputArea.model.toJSON().some(output => output.output_type === 'error')"
        self.wait(
            f"{cells}.every(cell => cell.model.executionCount) || {cells}.some(cell => {failed})",
            seconds=seconds,
        )
        self.wait_for_kernel()

    def outputs(self, cell: str | None = None) -> list[dict[str, Any]]:
        """The outputs of a cell, or of all cells of the current notebook."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "id => jupyterapp.shell.currentWidget.content.widgets"
            ".filter(cell => cell.model.type === 'code' && (id === null || cell.model.id === id))"
            ".flatMap(cell => cell.outputArea.model.toJSON())",
            cell,
        )
        return found

    def count_shown_pictures(self) -> int:
        """How many pictures the current notebook shows, each scrolled to and loaded by the browser."""
        return int(
            self.page.evaluate(
                """async () => {
                    const notebook = jupyterapp.shell.currentWidget.content;
                    let shown = 0;
                    for (const [index, cell] of notebook.widgets.entries()) {
                        if (cell.model.type !== "code") continue;
                        if (!JSON.stringify(cell.outputArea.model.toJSON()).includes("image/png")) continue;
                        await notebook.scrollToItem(index, "center");
                        for (const image of cell.node.querySelectorAll(".jp-OutputArea-output img")) {
                            await image.decode();
                            shown += image.naturalWidth > 0;
                        }
                    }
                    return shown;
                }"""
            )
        )

    def run_cell(self, cell: str, text: str | None = None) -> None:
        """Go to a cell, type `text` over what stands in it, run it with Shift+Enter, wait for the end."""
        self.page.evaluate(
            f"async id => {{ const [notebook, index] = ({_CELL})(id);"
            " notebook.activeCellIndex = index; await notebook.scrollToItem(index, 'center'); }",
            cell,
        )
        active = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active >> visible=true")
        if text is None:
            active.locator(".jp-InputPrompt").click()
        else:
            active.locator(".cm-content").click()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)
        self.wait(f"(({_CELL})(argument))[0].node.contains(document.activeElement)", cell)
        count = f"(({_CELL})(argument[0]))[2].model.executionCount"
        before = self.page.evaluate(f"argument => {count}", [cell])
        self.page.keyboard.press("Shift+Enter")
        self.wait(f"{count} && {count} !== argument[1]", [cell, before])
        self.wait_for_kernel()

    def least_contrast(self, selector: str) -> float:
        """The least WCAG contrast of a text to what lies behind it, in all of a part of the page.

        axe-core takes the texts inside JupyterLab's panels for hidden ones, and leaves their contrast out.
        """
        return float(self.page.evaluate(_LEAST_CONTRAST, selector))

    def change_theme(self, name: str) -> None:
        """Change JupyterLab's theme, and wait until it shows."""
        self.page.evaluate(
            "async name => { await jupyterapp.commands.execute('apputils:change-theme', {theme: name}); }",
            name,
        )
        self.wait("document.body.dataset.jpThemeName === argument", name)
