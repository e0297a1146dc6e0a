"""Two tests at a time: those of one file in one process, and those that watch the whole machine in one as well."""

from __future__ import annotations

import pytest

# They look at what a chapter leaves in the course folder, or count what the whole machine has.
WATCHFUL = {
    "test_chapters.py", "test_chapter_ch02.py", "test_chapter_ch03.py", "test_workbench_load.py",
    "test_workbench_machine.py", "test_workbench_pagecache.py", "test_workbench_postgres.py",
}  # fmt: skip
FIRST = ("test_browser.py", "machine")  # they take longest: nobody waits for one of them alone in the end


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _group(item) not in FIRST)


def _group(item: pytest.Item) -> str:
    return "machine" if item.path.name in WATCHFUL else str(item.path.name)
