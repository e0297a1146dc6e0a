"""The references of chapter 2 against oracles that share no code with them, and what the recordings hold."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.checks.ch02 import loads, sort, sort_limits
from autograde.perform import perform
from solutions.ch02_memory_and_disk import (
    access_time,
    breaks_forward_time,
    classify_load,
    external_sort,
    fit_growth,
    forward_time,
    recordings,
    smallest_fan_in,
    try_sort,
)
from workbench.devices import RecordDisk, RecordSink, RecordSource, total_counts
from workbench.machine2009 import Machine2009

READS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=20)


# ---- access_time


@given(READS, st.integers(0, 20_000), st.sampled_from([0.5, 58.0, 7500.0]))
def test_access_time_is_that_of_the_disk_of_2009(
    reads: list[tuple[int, int]], seek_us: int, bytes_per_us: float
) -> None:
    disk = Machine2009(seek_us, bytes_per_us)
    one_by_one = sum(disk.read(*read) for read in reads)
    assert access_time(reads, seek_us, bytes_per_us) == pytest.approx(one_by_one)
    assert type(access_time(reads, seek_us, bytes_per_us)) is float


def test_the_broken_model_is_right_on_what_it_was_tested_on_and_wrong_on_the_answer() -> None:
    forward = [(0, 58), (58, 58), (200, 58), (300, 5)]
    assert forward_time(forward, 10_000, 58.0) == access_time(forward, 10_000, 58.0)
    answer = breaks_forward_time()
    assert forward_time(answer, 10_000, 58.0) != access_time(answer, 10_000, 58.0)


# ---- fit_growth


@given(
    st.lists(st.integers(1, 10**9), min_size=2, max_size=30).filter(lambda sizes: len({*sizes}) > 1),
    st.floats(-2, 4),
    st.floats(1e-12, 1e12),
)
def test_fit_growth_finds_the_growth_without_noise(sizes: list[int], growth: float, factor: float) -> None:
    assert fit_growth(sizes, [factor * float(n) ** growth for n in sizes]) == pytest.approx(growth, abs=1e-3)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.floats(1e-6, 1e6)),
        min_size=3,
        max_size=30,
        unique_by=lambda p: p[0],
    )
)
def test_fit_growth_is_the_line_of_numpy_with_noise(points: list[tuple[int, float]]) -> None:
    sizes, costs = map(list, zip(*points, strict=True))
    xs = np.log(np.array(sizes, dtype=float))
    if np.ptp(xs) > 1e-3:  # numpy's way loses digits where all sizes are nearly the same
        assert fit_growth(sizes, costs) == pytest.approx(np.polyfit(xs, np.log(costs), 1)[0], abs=1e-6)


@pytest.mark.parametrize(
    "table", [([], []), ([1], [1.0]), ([2, 2], [1.0, 2.0]), ([1, 2], [1.0]), ([1], [1.0, 2.0])]
)
def test_fit_growth_refuses_what_fixes_no_line(table: tuple[list[int], list[float]]) -> None:
    with pytest.raises(ValueError, match="two different sizes"):
        fit_growth(*table)


# ---- classify_load


def test_each_recording_is_told() -> None:
    assert [classify_load(samples) for _, _, samples in loads.recorded()] == [
        k for k, _, _ in loads.recorded()
    ]
    assert all(classify_load(samples) == kind for kind, samples in recordings.items())


def test_the_recordings_are_of_four_kinds_two_programs_and_all_neighbours() -> None:
    found = json.loads(loads.FILE.read_bytes())["recordings"]
    kinds = Counter((one["kind"], one["program"], one["neighbour"]) for one in found)
    assert len(kinds) == 4 * 2 * 5 and {*kinds.values()} == {2}
    assert all(len(one["rows"]) >= 3 for one in found)


def test_the_gaps_between_the_kinds_are_as_wide_as_the_text_says() -> None:
    """Each limit may lie anywhere in its gap: the text promises a factor of three at the least."""
    rates: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in recordings}
    for kind, _, samples in loads.recorded():
        seconds = loads.rise(samples, "at_ms") / 1000
        assert seconds >= 1
        keys = (("read_bytes", "written_bytes"), ("user_ms", "system_ms"), ("waits",))
        rates[kind].append(tuple(loads.rise(samples, *one) / seconds for one in keys))  # type: ignore[arg-type]

    def least(kind: str, rate: int) -> float:
        return min(one[rate] for one in rates[kind])

    def most(rate: int, *kinds: str) -> float:
        return max(one[rate] for kind in kinds for one in rates[kind])

    assert least("io", 0) > 100 * most(0, "cpu", "lock", "idle")
    assert (
        least("cpu", 1) > 3 * most(1, "lock", "idle")
        and least("cpu", 1) > 150
        and most(1, "lock", "idle") < 30
    )
    assert least("lock", 2) > 3 * most(2, "idle") and least("lock", 2) > 100 and most(2, "idle") < 10


@pytest.mark.skipif(sys.platform != "linux", reason="samples of /proc")
def test_a_call_tells_which_recording_is_meant() -> None:
    assert loads.call_on((recordings["io"],)) == "classify_load(recordings['io'])"
    calls = [loads.call_on((samples,)) for _, _, samples in loads.recorded()]
    assert len({*calls}) == len(calls) and max(map(len, calls)) < 300
    first = "at_ms 2423490 to 2424769, user_ms 350 to 680, system_ms 0 to 0, read_bytes 0 to 0"
    assert calls[0].startswith(
        f"classify_load(samples) with 6 samples: {first}, written_bytes 0 to 0, waits 2 to 2"
    )
    assert calls[0].endswith("state R R R R R R, waits_in empty")


def test_a_sample_has_the_keys_of_the_recordings_and_of_the_text() -> None:
    import os

    from workbench.load import sample

    keys = list(sample(os.getpid()))
    assert keys == json.loads(loads.FILE.read_bytes())["keys"] == list(recordings["cpu"][0])
    text = Path("solutions/ch02_memory_and_disk.py").read_text(encoding="utf-8")
    assert all(f"`{key}`" in text for key in keys)


# ---- external_sort

RECORDS = st.lists(st.one_of(st.integers(0, 5), st.integers(-(2**80), 2**80)), max_size=120)


def sorted_by(
    records: list[int], memory_records: int, block: int
) -> tuple[list[int], dict[str, int], RecordDisk]:
    src, out = RecordSource(records, block, memory_records), RecordSink(block, memory_records)
    disk = RecordDisk(block, memory_records)
    external_sort(src, disk, out, memory_records)
    return out.outcome, total_counts([src, disk, out]), disk


@given(RECORDS, st.integers(1, 5), st.integers(3, 8), st.integers(0, 4))
@settings(max_examples=200)
def test_external_sort_sorts_within_the_limit_on_moves(
    records: list[int], block: int, blocks_held: int, more: int
) -> None:
    memory_records = block * blocks_held + more % block
    result, counts, disk = sorted_by(records, memory_records, block)
    assert result == sorted(records)
    arguments = sort.call(records, memory_records, block)
    assert sort_limits.least_moves(arguments) <= counts["moves"] <= sort_limits.allowed_moves(arguments)
    assert len(records) > blocks_held * block or disk.counts["requests"] == 0


@given(st.integers(1, 6), st.integers(3, 30), st.integers(2, 30))
def test_one_pass_stays_within_the_limit_on_seeks(block: int, held: int, runs: int) -> None:
    if runs < held:
        arguments = sort.shuffled(runs * held * block, held * block, block)
        counts = perform(external_sort, arguments).counts
        assert counts["seeks"] <= sort_limits.allowed_seeks(arguments)


@given(st.integers(2, 500), st.integers(2, 20))
def test_the_fan_in_is_the_smallest_that_needs_no_more_passes(runs: int, most: int) -> None:
    def passes(fan_in: int) -> int:
        left, count = runs, 0
        while left > 1:
            left, count = -(-left // fan_in), count + 1
        return count

    chosen = smallest_fan_in(runs, most)
    assert passes(chosen) == passes(most)
    assert chosen == 2 or passes(chosen - 1) > passes(most)


@given(st.lists(st.integers(0, 99), min_size=13, max_size=60), st.integers(1, 2), st.integers(3, 9))
@settings(max_examples=300)
def test_no_moment_of_the_sort_holds_more_than_memory(
    records: list[int], block: int, blocks_held: int
) -> None:
    """What was read and not yet written is in memory, at each request."""
    memory_records = block * blocks_held
    held = 0

    class Watched(RecordDisk):
        def read(self, start: int, count: int) -> list[int]:
            nonlocal held
            held += count
            assert held <= memory_records
            return super().read(start, count)

        def write(self, start: int, records: list[int]) -> None:
            nonlocal held
            held -= len(records)
            super().write(start, records)

    class WatchedSource(RecordSource):
        def read(self, count: int) -> list[int]:
            nonlocal held
            got = super().read(count)
            held += len(got)
            assert held <= memory_records
            return got

    class WatchedSink(RecordSink):
        def write(self, records: list[int]) -> None:
            nonlocal held
            held -= len(records)
            super().write(records)

    out = WatchedSink(block, memory_records)
    external_sort(
        WatchedSource(records, block, memory_records), Watched(block, memory_records), out, memory_records
    )
    assert held == 0 and out.outcome == sorted(records)


def test_the_example_of_the_text_costs_what_the_text_says(capsys: pytest.CaptureFixture[str]) -> None:
    records = [7, 1, 5, 2, 9, 3, 8, 8, 0, 6, 4, 1]
    assert try_sort(records, 6, 2) == sorted(records)
    assert "moves: 24, allowed: 24\n" in capsys.readouterr().out


def tried(monkeypatch: pytest.MonkeyPatch, answer: Callable[..., None]) -> None:
    """Have try_sort run this answer."""
    monkeypatch.setitem(try_sort.__globals__, "external_sort", answer)


def test_try_sort_shows_each_cost_beside_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    try_sort([7, 1, 5, 2, 9, 3, 8, 8, 0, 6, 4, 1], 6, 2)
    shown = capsys.readouterr().out
    assert "moves: 24, allowed: 24\n" in shown and "records held: 6, allowed: 9\n" in shown
    assert "too many" not in shown


def test_try_sort_says_what_is_too_much(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_memory(src: Any, _disk: Any, out: Any, _memory_records: int) -> None:
        for record in sorted(src.read(1)[0] for _ in range(src.record_count)):
            out.write([record])

    tried(monkeypatch, in_memory)
    try_sort([*range(12)], 6, 2)
    assert "records held: 12, allowed: 9: too many\n" in capsys.readouterr().out


def test_try_sort_of_no_records_and_of_too_little_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert try_sort([]) == []
    assert "src has no records, and out has none: that is right." in capsys.readouterr().out
    with pytest.raises(ValueError, match="memory holds at least 3 blocks"):
        try_sort([1, 2, 3, 4, 5], 4, 2)
    tried(monkeypatch, lambda *_: None)
    try_sort([1])
    assert "Nothing was written to out." in capsys.readouterr().out
