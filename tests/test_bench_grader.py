"""`course.py bench grader`: the class, the checks in a kernel, the figures, and the words that follow from them."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pytest

from autograde.judging import Trial
from autograde.released import released
from autograde.runner import Runner
from autograde.verbs import bench
from benchmarks.trust import grader, grader_class, grader_kernel, grader_own, grader_stock
from benchmarks.trust.grader_class import NAME, HandedIn, a_class, sample
from benchmarks.trust.record import RESULTS, kept, sources_hash


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("검사") / "checks.pickle"
    grader_stock.write_checks(path)
    return str(path)


def scores_in_kernel(handed_in: HandedIn, checks: str) -> dict[str, float]:
    """What a stock tool's kernel gives: the notebook's cells run in one namespace, then its test cells."""
    namespace: dict[str, Any] = {}
    for cell in grader_stock.without_tests(grader_class.notebook(handed_in))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), namespace)
    names = [exercise.name for exercise in released(NAME).exercises]
    return {name: grader_kernel.score(checks, name, namespace[name]) for name in names}


# --- the class


def test_the_class_has_its_kinds_evenly_mixed() -> None:
    everyone = a_class()
    kinds = [each.kind for each in everyone]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == grader_class.SIZES
    assert {each.kind for each in everyone[:20]} == set(kinds)
    assert len({each.student for each in everyone}) == len(everyone)
    assert len({str(each.cells) for each in everyone if each.kind == "right"}) > 15
    numba = sum(each.has_numba for each in everyone if each.kind == "right")
    assert 60 / 8 < numba < 60 / 3


def test_a_small_class_has_one_of_each_kind() -> None:
    assert sorted(each.kind for each in a_class(0.001)) == sorted(grader_class.SIZES)


def test_a_sample_keeps_the_shares() -> None:
    quick = [each for each in a_class() if each.kind != "hangs"]
    some = [each.kind for each in sample(quick, 19)]
    assert len(some) == 19 and 10 <= some.count("right") <= 14 and some.count("stub") >= 2
    assert sample(quick[:3], 19) == quick[:3]


# --- the checks in a kernel


@pytest.mark.long
def test_right_answers_have_full_marks_in_a_kernel(checks: str) -> None:
    for each in [each for each in a_class() if each.kind == "right" and not each.has_numba][:6]:
        scores = scores_in_kernel(each, checks)
        assert scores == {exercise.name: exercise.points for exercise in released(NAME).exercises}


@pytest.mark.long
def test_stubs_have_no_points_in_a_kernel(checks: str) -> None:
    (stub, *_) = (each for each in a_class() if each.kind == "stub")
    assert set(scores_in_kernel(stub, checks).values()) == {0.0}


@pytest.mark.long
def test_wrong_answers_lose_points_in_a_kernel(checks: str) -> None:
    """All but those whose fault needs a process of its own to be seen: memory, and the second hash seed."""
    wrong = [each for each in a_class() if each.kind == "wrong" and not each.has_numba][:8]
    full = sum(exercise.points for exercise in released(NAME).exercises)
    assert sum(sum(scores_in_kernel(each, checks).values()) < full for each in wrong) >= 6


@pytest.mark.long
def test_quadratic_time_loses_its_points_in_a_kernel(checks: str) -> None:
    def ungaps(gaps: list[int]) -> list[int]:
        if min(gaps, default=0) < 0:
            raise ValueError
        return [sum(gaps[: i + 1]) for i in range(len(gaps))]

    assert grader_kernel.score(checks, "ungaps", ungaps) == 1.5


# --- the parts of a grading


def test_a_part_within_a_part_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runner, "fresh", lambda *_: time.sleep(0.2))
    monkeypatch.setattr(Trial, "growth", lambda trial, _: (time.sleep(0.05), Runner.fresh(trial)))  # type: ignore[arg-type]
    growth = Trial.growth
    with grader_own.timed_parts() as parts:
        Trial.growth(None, None)  # type: ignore[arg-type]
    assert parts["growth"] < parts["cells"] and parts["cells"] >= 0.2 and parts["growth"] >= 0.05
    assert parts["memory"] == 0 and Trial.growth is growth


def test_parts_are_medians_of_each_kind() -> None:
    def row(kind: str, seconds: float, has_numba: bool = False) -> dict[str, Any]:
        return {"kind": kind, "has_numba": has_numba, **dict.fromkeys((*grader_own.PARTS, "all"), seconds)}

    found = grader.split(
        [row("right", 1), row("right", 3), row("right", 8), row("right", 90, True), row("stub", 2)]
    )
    assert [(part["group"].split(",")[0], part["count"], part["parts"]["all"]) for part in found] == [
        ("right", 3, 3),
        ("right", 1, 90),
        ("stub", 1, 2),
    ]


# --- the figures


def result(nbgrader: float = 2.0, one: float = 0.3, two: float = 0.15, gained: float = 0.0) -> dict[str, Any]:
    """A result as measure makes it."""
    tools = [
        grader._tool("nbgrader autograde", nbgrader, 4.0, 9, (nbgrader, 40.0), 0.05),
        {**grader._tool("otter run", None, None, 0, None, 0), "note": "otter run: not installed."},
        {**grader._tool("course.py autograde, one process", one, 5.0, 95, None, 0, 1), "with_hangs": one},
        {**grader._tool("course.py autograde, two processes", two, 5.0, 95, None, 0, 2), "with_hangs": two},
    ]
    made = {
        "machine": {"processor": "a", "cores": 2, "system": "b", "python": "c", "load": 0.1},
        "class": grader_class.SIZES,
        "form": grader_stock.FORM,
        "tools": tools,
        "parts": [{"group": "right", "count": 3, "parts": dict.fromkeys((*grader_own.PARTS, "all"), 0.1)}],
        "scores": [{"kind": "right", "as_meant": True}],
        "memory": {"submissions": 1000, "samples": [], "slope": gained},
    }
    return {**made, "bars": grader.bars(made)}


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ({}, [True, True, True]),
        ({"two": 0.21, "one": 0.4}, [False, True, True]),
        ({"gained": 20.0 * 2**20}, [True, False, True]),
    ],
)
def test_each_bar_can_be_missed(changed: dict[str, float], reached: list[bool]) -> None:
    found = result(**changed)
    assert [bar["passed"] for bar in found["bars"]] == reached
    assert grader.passed(found) is all(reached)
    text = "\n".join(grader.lines(found))
    assert text.count("MISSED") == reached.count(False) and text.count("pass    ") == reached.count(True)


def test_wrong_scores_are_a_missed_bar() -> None:
    found = result()
    found["scores"] = grader._scores([{"kind": "right", "score": 2, "max": 3}])
    assert [bar["passed"] for bar in grader.bars(found)] == [True, True, False]


def test_an_absent_otter_is_told_and_times_are_those_of_nbgrader() -> None:
    lines = list(grader.lines(result()))
    assert any(line.startswith("otter run") and line.endswith("not installed") for line in lines)
    row = next(line for line in lines if line.startswith("course.py autograde, two"))
    assert "0.150" in row and "13.3x" in row


@pytest.mark.parametrize(
    ("one", "two", "cores", "words"),
    [
        (1.0, 0.5, 2, ["2.00 times", "leaves the other core idle"]),
        (1.0, 0.8, 2, ["1.25 times", "share"]),
        (1.0, 1.1, 2, ["0.91 times", "no time to spare"]),
        (1.0, 0.5, 1, ["one core"]),
    ],
)
def test_the_words_on_the_second_process_follow_its_gain(
    one: float, two: float, cores: int, words: list[str]
) -> None:
    assert all(word in grader.second_process(one, two, cores) for word in words)


def test_a_leak_shows_as_a_slope_and_a_rise_at_the_start_does_not() -> None:
    assert grader.slope_per_thousand([(n, 5000 * n) for n in range(0, 1000, 50)]) == pytest.approx(5_000_000)
    assert abs(grader.slope_per_thousand([(n, min(n, 300)) for n in range(0, 1000, 50)])) < 1


# --- the verb


@pytest.mark.parametrize(("two", "code"), [(0.15, 0), (0.9, 1)])
def test_a_missed_bar_is_exit_code_1_and_no_reference(
    two: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader, "measure", lambda scale: {**result(one=0.9, two=two), "scale": scale})
    monkeypatch.setattr(bench, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(bench, "REFERENCE", tmp_path / "results")
    (tmp_path / "results").mkdir()
    monkeypatch.delenv("WORKBENCH_SCALE", raising=False)
    assert bench.run(argparse.Namespace(topic="grader", reference=True)) == code
    folder = tmp_path / ("reports" if code else "results")
    assert json.loads((folder / "grader.json").read_text(encoding="utf-8"))["scale"] == 1
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_the_committed_result_is_one_of_these_sources() -> None:
    """Stale? `python3 course.py bench grader --reference` on the reference machine measures it again."""
    if not (RESULTS / "grader.json").is_file():
        pytest.skip("not measured yet: python3 course.py bench grader --reference")
    found = kept("grader")
    assert found["sources"] == sources_hash(grader.SOURCES) and found["scale"] == 1 and grader.passed(found)


@pytest.mark.long
def test_a_tiny_run_measures_each_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grader, "OTTER_SAMPLE", 1)
    found = grader.measure(0.02)
    by_name = {tool["name"]: tool for tool in found["tools"]}
    assert list(by_name)[:2] == ["nbgrader autograde", "otter run"] and len(by_name) == 4
    assert by_name["nbgrader autograde"]["seconds"] > 0
    # of two or three notebooks the differences between runs may be noise, below 0 even
    assert all(isinstance(tool["seconds"], float) for name, tool in by_name.items() if name != "otter run")
    assert all(row["as_meant"] for row in found["scores"])
    assert {part["group"] for part in found["parts"]} >= {"right", "stub"}
    assert len(found["memory"]["samples"]) == 40 and list(grader.lines(found))
