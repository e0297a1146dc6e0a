"""`course.py bench`: every rung appears, absent peers say so, bars are judged, and nothing is left half written."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograde.paths import CourseError
from autograde.verbs import bench
from benchmarks import report, vb_code, vb_peers
from benchmarks.measure import Bar, Ladder, Rung, digest, measure
from workbench.clock import Timing

TINY = "0.0001"  # 1,000 gaps
COMMITTED = bench.REFERENCE / "vb_code.json"


def expected_rungs() -> dict[str, Rung]:
    return {rung.name: rung for rung in vb_code.ladder(float(TINY)).rungs}


def arguments(topic: str | None = "vb_code", reference: bool = False) -> argparse.Namespace:
    return argparse.Namespace(topic=topic, reference=reference)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that results go to; a tiny scale."""
    folder = tmp_path / "보고서 reports"
    monkeypatch.setattr(bench, "REPORTS", folder)
    monkeypatch.setenv("WORKBENCH_SCALE", TINY)
    return folder


def toy(*rungs: Rung, bars: tuple[Bar, ...] = ()) -> Ladder:
    return Ladder(
        "toy", "no data", {"toys": "Toys"}, rungs, bars, "quick", ["numpy", "no-such-package"], ["course.py"]
    )


def rung(name: str, run: Any, **more: Any) -> Rung:
    return Rung(name, "toys", 1000, run, **more)


# --- the verb


@pytest.mark.parametrize("topic", ["vb_code", None])
def test_a_tiny_run_shows_every_rung_and_bar_and_writes_them(
    topic: str | None, reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rungs = expected_rungs()
    assert bench.run(arguments(topic)) == 0
    printed = capsys.readouterr().out.splitlines()
    result = json.loads((reports / "vb_code.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in result["rungs"]] == list(rungs)
    for row in result["rungs"]:
        line = next(line for line in printed if line.startswith(f"{row['name']}  "))
        if rungs[row["name"]].run:
            assert 0 < row["low"] <= row["median"] <= row["high"] and row["output"] in line
        else:
            assert row["median"] is None and line.endswith("not installed")
    assert [(bar["rung"], bar["than"], bar["factor"]) for bar in result["bars"]] == [
        ("decode: Numba, branchless", "decode: PyFastPFor varint", 2),
        ("decode: Numba, branchless", "decode: PyFastPFor maskedvbyte", 1),
        ("decode: Numba, branchless", "copy the uint32 output", 1 / 3),
        ("encode: Numba", "encode: PyFastPFor varint", 1),
    ]
    assert sum(line.startswith(("pass  ", "falls short ", "not run  ")) for line in printed) == 4
    assert result["scale"] == float(TINY) and result["machine"]["cores"] and result["versions"]["numba"]
    assert (reports / "vb_code.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in reports.iterdir()) == ["vb_code.json", "vb_code.png"]


def test_absent_peers_are_not_installed_and_their_bars_not_run(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in vb_peers.PACKAGES:
        monkeypatch.setitem(sys.modules, package, None)  # what makes `import` fail
    assert bench.run(arguments()) == 0
    printed = capsys.readouterr().out.splitlines()
    peers = [line for line in printed if line.split(": ")[-1].startswith(("PyFastPFor", "libstreamvbyte  "))]
    peers = [line for line in peers if ">=" not in line]
    assert len(peers) == 5 + 5 + 5 + 3
    assert all(line.endswith("not installed") for line in peers)
    assert [line.split("  ")[0] for line in printed if ">=" in line].count("not run") == 3
    assert any("libstreamvbyte, pyfastpfor. With a C++ compiler" in line for line in printed)
    result = json.loads((reports / "vb_code.json").read_text(encoding="utf-8"))
    assert [bar["passed"] is None for bar in result["bars"]] == [True, True, False, True]


def test_an_unknown_topic_names_those_that_there_are(reports: Path) -> None:
    with pytest.raises(CourseError, match=r"There is no ladder vb\. Ladders: vb_code\."):
        bench.run(arguments("vb"))
    assert not reports.exists()


@pytest.mark.parametrize("scale", ["", "ten", "0", "-1", "6", "nan", "inf"])
def test_a_wrong_scale_is_a_sentence(scale: str, reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_SCALE", scale)
    with pytest.raises(CourseError, match="WORKBENCH_SCALE"):
        bench.run(arguments())
    assert not list(reports.glob("*"))


def test_the_reference_is_measured_at_full_scale_only(reports: Path) -> None:
    before = COMMITTED.read_bytes()
    with pytest.raises(CourseError, match="unset WORKBENCH_SCALE"):
        bench.run(arguments(reference=True))
    assert COMMITTED.read_bytes() == before and not reports.exists()


def test_a_reference_goes_into_the_results(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_SCALE", "1")
    monkeypatch.setattr(bench, "REFERENCE", tmp_path)
    monkeypatch.setattr(vb_code, "GAPS", 1000)
    assert bench.run(arguments(reference=True)) == 0
    assert (tmp_path / "vb_code.json").exists() and not reports.exists()


def test_ctrl_c_leaves_no_result(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(5))

    def interrupted() -> None:
        if next(calls) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(vb_code, "ladder", lambda _: toy(rung("quick", interrupted)))
    with pytest.raises(KeyboardInterrupt):
        bench.run(arguments())
    assert not list(reports.glob("*"))


def test_the_committed_result_is_one_of_these_sources_and_complete() -> None:
    """Stale? `python3 course.py bench vb_code --reference` on the reference machine measures it again."""
    result = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert result["sources"] == digest(vb_code.SOURCES)
    assert result["scale"] == 1 and [row["name"] for row in result["rungs"]] == list(expected_rungs())
    assert all(row["median"] for row in result["rungs"])
    assert all(bar["passed"] is (bar["ratio"] >= bar["factor"]) for bar in result["bars"])


# --- measuring


def test_a_slower_rung_is_measured_slower_and_bars_follow() -> None:
    bars = (Bar("quick", "slow", 5), Bar("slow", "quick", 1), Bar("quick", "absent", 1))
    ladder = toy(
        rung("quick", lambda: time.sleep(0.001)),
        rung("slow", lambda: time.sleep(0.02)),
        rung("absent", None, package="peer"),
        bars=bars,
    )
    result = measure(ladder, rounds=5)
    quick, slow, absent = result["rungs"]
    assert quick["median"] > 2 * slow["median"]
    assert absent["median"] is absent["low"] is absent["high"] is None
    assert [bar["passed"] for bar in result["bars"]] == [True, False, None]
    assert result["bars"][0]["ratio"] > 5 and result["bars"][1]["ratio"] < 1
    verdicts = [line.split("  ")[0] for line in report.lines({**result, "scale": 1}) if ">=" in line]
    assert verdicts == ["pass", "falls short", "not run"]


def test_figures_are_medians_and_quartiles_of_known_times(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"quick": Timing("quick", (1.0, 2.0, 4.0)), "slow": Timing("slow", (3.0, 2.0, 8.0))}
    monkeypatch.setattr("benchmarks.measure.clock", lambda *_: known)
    ladder = toy(
        rung("quick", int), rung("slow", int), bars=(Bar("quick", "slow", 2), Bar("quick", "slow", 2.1))
    )
    result = measure(ladder, rounds=3)
    row = result["rungs"][0]
    assert (row["low"], row["median"], row["high"]) == pytest.approx((0.000375, 0.0005, 0.00075))
    assert [bar["ratio"] for bar in result["bars"]] == [2, 2]  # within rounds: 3, 1, 2
    assert [bar["passed"] for bar in result["bars"]] == [True, False]


@pytest.mark.parametrize("load, warns", [(9.0, True), (0.4, False), (None, False)])
def test_a_busy_machine_is_told(load: float | None, warns: bool) -> None:
    result = measure(toy(rung("quick", int)), rounds=3)
    result["machine"]["load"] = load
    assert any("Others are at work" in line for line in report.lines(result)) is warns


def test_a_wrong_rung_has_no_speed() -> None:
    with pytest.raises(RuntimeError, match="'wrong' gives a wrong result"):
        measure(toy(rung("wrong", lambda: np.arange(3), wanted=np.arange(4))), rounds=3)


def test_versions_name_what_is_not_there() -> None:
    assert measure(toy(rung("quick", int)), rounds=3)["versions"] == {
        "numpy": np.__version__,
        "no-such-package": None,
    }


def test_a_digest_follows_the_bytes_but_not_the_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.measure.ROOT", tmp_path)
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    one = digest(["a.py"])
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    assert digest(["a.py"]) == one
    (tmp_path / "a.py").write_bytes(b"x = 2\n")
    assert digest(["a.py"]) != one


# --- the data


def test_coin_numbers_have_every_length_as_often_as_the_coin_says() -> None:
    numbers = vb_code.coin_numbers(200_000)
    for length, bits in enumerate((7, 14, 21, 28), start=1):
        share = np.mean(numbers >= 1 << bits)
        assert share == pytest.approx(vb_code.CONTINUES**length, rel=0.3)
    assert numbers.dtype == np.uint32 and (numbers == vb_code.coin_numbers(200_000)).all()


def test_one_list_has_as_many_gaps_above_127_and_stays_within_32_bits() -> None:
    gaps = vb_code.list_gaps(200_000)
    assert np.mean(gaps > 127) == pytest.approx(vb_code.CONTINUES, rel=0.02)
    assert gaps.mean() * vb_code.GAPS * vb_code.LARGEST_SCALE < 2**32
