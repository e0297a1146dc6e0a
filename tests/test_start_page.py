"""The start page: the whole map, links that lead somewhere, always the present state."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograde import start_page
from autograde.overview import Part
from autograde.progress import Standing
from autograde.released import ReleasedExercise
from workbench.state import ROOT

FOUND = [
    Part("ch06_vb_code", ReleasedExercise("gaps", 3, 10, 1), Standing(3, "passed", 1)),
    Part("ch06_vb_code", ReleasedExercise("vb_encode", 4, 20, 2, ["gaps"]), Standing(1.5, "failed", 2)),
    Part("ch06_vb_code", ReleasedExercise("fast", 2, 30, 5, (), True), Standing()),
    Part("ch07b_bayes", ReleasedExercise("train", 2, 15, 2), Standing()),
]


def rows(page: str, *cells: str) -> list[str]:
    """The rows of tables that have all these cells."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [line for line in lines if set(cells) <= {cell.strip() for cell in line.split("|")}]


def test_the_map_has_every_chapter_once_in_order() -> None:
    page = start_page.page(FOUND)
    labels = re.findall(r"^\| (\d+|A) \|", page, flags=re.MULTILINE)
    assert labels == [*map(str, range(1, 16)), "A"]
    assert len(rows(page, "4", "to come")) == 1
    (seventh,) = rows(page, "7", "[1 exercise](ch07b_bayes/ch07b_bayes.ipynb)")
    assert "0 of 2 points" in seventh
    (sixth,) = rows(page, "6", "[3 exercises](ch06_vb_code/ch06_vb_code.ipynb)")
    assert "4.5 of 9 points" in sixth


def test_points_next_and_whose_parts() -> None:
    page = start_page.page(FOUND)
    assert "Best so far: **4.5 of 11 points**; 1 of 4 exercises are solved now" in page
    assert '<progress value="4.5" max="11">' in page
    assert "## Next: vb_encode" in page and "about 20 minutes, difficulty 2 of 5. It builds on gaps." in page
    assert len(rows(page, "✓ solved", "**yours**", "3 of 3")) == 1
    assert len(rows(page, "✗ to mend, 2 tries", "the engine's", "1.5 of 4")) == 1
    assert len(rows(page, "○ open", "the engine's", "30", "5 of 5")) == 1
    assert "Only the examples" not in page


def test_a_chapter_comes_before_its_exercises_until_it_is_begun() -> None:
    untouched = [Part(part.assignment, part.exercise, Standing()) for part in FOUND]
    page = start_page.page(untouched, {"of_another_chapter_us"})
    assert "## Next: chapter 6" in page
    assert "Read and run [chapter 6](../chapters/ch06_vb_code.ipynb)" in page and "Then solve [gaps](" in page
    assert "## Next: gaps" in start_page.page(untouched, {"vb_gap_bytes"}), "the chapter was run"
    assert "## Next: vb_encode" in start_page.page(FOUND), "an exercise was tried"
    assert "## Next: train" in start_page.page(untouched[3:]), "its chapter is still to come"


def test_all_solved_and_a_bundle() -> None:
    done = [Part(p.assignment, p.exercise, Standing(9, "passed", 0, 14)) for p in FOUND]
    page = start_page.page(done)
    assert "All exercises are solved" in page and "**11 of 11 points**" in page
    page = start_page.page([Part(p.assignment, p.exercise, p.standing, gives_points=False) for p in done])
    assert "All examples pass." in page and "Examples passed: **4 of 4 exercises**" in page
    assert "Only the examples can be checked here" in page


@pytest.mark.parametrize("found", [FOUND[:2], []], ids=["chapter 6", "nothing yet"])
def test_every_link_leads_to_a_file(found: Sequence[Part]) -> None:
    links = re.findall(r"\]\(([^)#]+)(#[^)]*)?\)", start_page.page(found))
    assert bool(links) or not found
    for target, _ in links:
        place = target.removeprefix("../") if target.startswith("../") else f"exercises/{target}"
        assert (ROOT / place).is_file(), target


def test_written_only_when_it_changed_and_not_where_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "start.md"
    monkeypatch.setattr(start_page, "WORK", tmp_path)
    monkeypatch.setattr(start_page, "PAGE", page)
    monkeypatch.setattr(start_page, "cache_folder", lambda _: tmp_path)
    found = FOUND[:1]
    monkeypatch.setattr(start_page, "parts", lambda: found)
    monkeypatch.setattr(start_page, "measured_names", set)
    assert start_page.write()
    os.utime(page, (1, 1))
    assert start_page.write() and page.stat().st_mtime == 1, (
        "JupyterLab shows a new file again: only a real one"
    )
    found = FOUND
    assert start_page.write() and "vb_encode" in page.read_text(encoding="utf-8")
    monkeypatch.setattr(start_page, "WORK", tmp_path / "read-only or missing")
    assert not start_page.write()
