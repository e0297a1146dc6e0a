"""Guesses are never lost: restarts, upgrades, damage, two kernels at once, full disks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import guess_picture, predictions, state
from workbench.predictions import Guess, GuessError, guess, guesses, measured, off_by, predict

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test's own, with a space and Korean letters."""
    path = tmp_path / "한글 state"
    monkeypatch.setenv("COURSE_STATE", str(path))
    return path


FIRST = "The first guess is the one that counts."
FORGET = "To forget it: `from workbench.predictions import forget; forget('cold_read_us')`."


def kept(folder: Path) -> dict:
    """What the file holds."""
    return json.loads((folder / "predictions.json").read_text(encoding="utf-8"))


def in_a_new_process(folder: Path, program: str, cwd: Path) -> str:
    """Run a program as a restarted kernel would."""
    environment = os.environ | {"COURSE_STATE": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"from workbench.predictions import *\n{program}"]
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_guess_survives_a_restart_in_another_folder(folder: Path, tmp_path: Path) -> None:
    assert predict("cold_read_us", 80) == 80
    assert (
        in_a_new_process(folder, "print(guess('cold_read_us'), predict('cold_read_us', 5))", tmp_path)
        == f"cold_read_us: your first guess counts, 80 us. {FORGET}\n80.0 80.0"
    )


def test_the_first_guess_counts_and_later_ones_are_history(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [predict("cold_read_us", value) for value in (80, 80, 90, 90, 80)] == [80] * 5
    told = capsys.readouterr().out.splitlines()
    assert told[2:4] == [f"cold_read_us: your first guess counts, 80 us. {FORGET}"] * 2
    assert told[:2] + told[4:] == [f"cold_read_us: your guess is 80 us. {FIRST} {FORGET}"] * 3
    entry = kept(folder)["predictions"]["cold_read_us"]
    assert entry["value"] == 80 and [one["value"] for one in entry["history"]] == [90, 80]


def test_a_guess_after_the_measurement_does_not_count(folder: Path) -> None:
    assert measured("cold_read_us", 75) == 75
    assert predict("cold_read_us", 75) is None
    assert guess("cold_read_us") is None and guesses() == []
    assert [one["value"] for one in kept(folder)["predictions"]["cold_read_us"]["history"]] == [75]


def test_a_late_guess_is_told_how_to_guess_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured("cold_read_us", 75)
    predict("cold_read_us", 80)
    told = capsys.readouterr().out
    assert "came after the measurement, so it does not count" in told
    exec("\n".join(line.strip() for line in told.splitlines() if line.startswith("    ")))
    assert predictions.measured_names() == set()
    assert predict("cold_read_us", 80) == 80 and measured("cold_read_us", 71) == 71
    assert guesses() == [Guess("cold_read_us", 80, 71)] and "does not count" not in capsys.readouterr().out


def test_a_blank_says_what_to_do_and_what_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict("cold_read_us", ...) is None
    assert capsys.readouterr().out == (
        "cold_read_us: no guess kept yet. Type a number in place of the three dots (in us), and run this again.\n"
    )
    predict("cold_read_us", 80)
    assert capsys.readouterr().out == f"cold_read_us: your guess is 80 us. {FIRST} {FORGET}\n"
    predict("cold_read_us", ...)
    assert capsys.readouterr().out == f"cold_read_us: your guess is 80 us. {FIRST} {FORGET}\n"
    measured("cold_read_us", 75)
    predict("cold_read_us", ...)
    assert capsys.readouterr().out == "cold_read_us: your guess is 80 us.\n"


@pytest.mark.parametrize(
    ("name", "value"), [("speed_mb_s", "80 MB/s"), ("hits_percent", "80 %"), ("warm_times", "80 times")]
)
def test_a_guess_has_its_unit(
    folder: Path, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(name, 80)
    assert f"your guess is {value}." in capsys.readouterr().out


def test_a_guess_that_was_not_measured_can_be_forgotten(folder: Path) -> None:
    predict("cold_read_us", 8)
    exec(FORGET.split("`")[1])
    assert guess("cold_read_us") is None
    assert predict("cold_read_us", 80) == 80 and predict("cold_read_us", 8) == 80
    entry = kept(folder)["predictions"]["cold_read_us"]
    assert [one["value"] for one in entry["history"]] == [8], "nothing that was guessed is lost"


def test_a_misspelt_name_with_a_blank_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured("cold_read_us", 75)
    predict("cold_reed_us", ...)
    told = capsys.readouterr().out
    assert "no guess kept yet" in told and "Is 'cold_read_us' meant? That name is known." in told
    predict("warm_write_ms", ...)
    assert "meant" not in capsys.readouterr().out
    with pytest.raises(GuessError, match="a name in small letters"):
        predict("Cold", ...)


def test_a_build_without_a_trainee_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_STATE", "memory")
    assert predict("cold_read_us", ...) is None and capsys.readouterr().out == ""


def test_a_measurement_tells_of_a_guess_under_a_misspelt_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    predict("cold_reed_us", 80)
    assert measured("cold_read_us", 75) == 75
    told = capsys.readouterr().out
    assert told.splitlines()[1].startswith("You guessed 'cold_reed_us', but this measures 'cold_read_us'")
    predict("cold_read_us", 80)
    assert "came after the measurement" in capsys.readouterr().out  # which tells how to go on
    predictions.forget("cold_read_us")
    predict("cold_read_us", 80)
    capsys.readouterr()
    measured("cold_read_us", 75)
    assert guesses() == [Guess("cold_read_us", 80, 75)] and capsys.readouterr().out == ""


@pytest.mark.parametrize("guessed", ["", "warm_read_us", "cold_read_us"])
def test_who_guessed_nothing_or_another_thing_is_told_nothing(
    guessed: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if guessed:
        predict(guessed, 2)
    predict("cold_reads_us", 3)
    capsys.readouterr()
    measured("cold_reads_us", 3)  # a near name that has met its own measurement
    measured("cold_read_us", 75)
    assert capsys.readouterr().out == ""


def test_to_forget_a_measurement_leaves_its_guess(folder: Path) -> None:
    predict("cold_read_us", 80)
    measured("cold_read_us", 75)
    predictions.forget("cold_read_us")
    assert guess("cold_read_us") == 80 and guesses() == []
    with pytest.raises(ValueError, match="Nothing was measured under the name 'warm_read_us'"):
        predictions.forget("warm_read_us")
    assert set(kept(folder)["predictions"]) == {"cold_read_us"}


def test_a_guess_before_the_measurement_counts_when_the_chapter_runs_again(folder: Path) -> None:
    for value in (75, 71):
        assert predict("cold_read_us", 80) == 80
        measured("cold_read_us", value)
    assert guesses() == [Guess("cold_read_us", 80, 71)]
    assert "history" not in kept(folder)["predictions"]["cold_read_us"]


def test_unknown_fields_survive(folder: Path) -> None:
    folder.mkdir()
    entry = {"value": 80, "made": "?", "mood": "검"}
    theirs = {"version": 1, "later": [1, {"a": None}], "predictions": {"cold_read_us": entry}}
    (folder / "predictions.json").write_text(json.dumps(theirs), encoding="utf-8")
    measured("cold_read_us", 70)
    content = kept(folder)
    assert content["later"] == theirs["later"]
    assert entry.items() <= content["predictions"]["cold_read_us"].items()


def test_a_file_of_a_newer_course_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir()
    (folder / "predictions.json").write_text('{"version": 2, "predictions": "other"}', encoding="utf-8")
    assert predict("cold_read_us", 80) == 80
    assert kept(folder) == {"version": 2, "predictions": "other"}
    assert "newer version" in capsys.readouterr().err


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b'{"predictions": {}}',
    b'{"version": "1"}',
    b'{"version": 1, "predictions": []}',
    b'{"version": 1, "predictions": {"a_us": {"value": "80"}}}',
    b'{"version": 1, "predictions": {"a_us": {"value": -1}}}',
    b'{"version": 1, "predictions": {"a_us": {"value": NaN}}}',
    b'{"version": 1, "predictions": {"a_us": {"value": 1' + b"0" * 400 + b"}}}",
    b'{"version": 1, "predictions": {"a_us": {"value": 1, "history": [2]}}}',
    b'{"version": 1, "predictions": {"a_us": {"value": 1, "history": {}}}}',
    b'{"version": 1, "predictions": {"a_us": {"value": 1, "history": 5}}}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("damaged", DAMAGED, ids=lambda data: repr(data[:60]))
def test_a_damaged_file_is_put_aside_and_said_so(
    folder: Path, capsys: pytest.CaptureFixture[str], damaged: bytes
) -> None:
    folder.mkdir()
    for number in (1, 2):  # twice within a second: neither is lost
        (folder / "predictions.json").write_bytes(damaged)
        assert predict("cold_read_us", 80) == 80
        aside = sorted(folder.glob("predictions.damaged-*.json"))
        assert [path.read_bytes() for path in aside] == [damaged] * number
        assert re.search(r"damaged-\d{4}-\d\d-\d\d_\d{6}", aside[0].name)
        assert "was damaged" in capsys.readouterr().err
    assert guess("cold_read_us") == 80


def test_a_file_cut_anywhere_never_stops_a_chapter(folder: Path) -> None:
    predict("cold_read_us", 80)
    whole = (folder / "predictions.json").read_bytes()
    for length in range(len(whole)):
        (folder / "predictions.json").write_bytes(whole[:length])
        assert predict("warm_read_us", 2) == 2
        assert guess("cold_read_us") is None


def test_two_kernels_at_once_lose_nothing(folder: Path, tmp_path: Path) -> None:
    program = "import sys; from workbench.predictions import predict\n"
    program += "for i in range(40): predict(f'{sys.argv[1]}{i}_us', 1)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, name], env=environment, cwd=tmp_path)
        for name in "abc"
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(kept(folder)["predictions"]) == 120


def test_a_killed_write_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    predict("cold_read_us", 80)
    before = (folder / "predictions.json").read_bytes()

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        predict("warm_read_us", 2)
    assert (folder / "predictions.json").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [".predictions.json.lock", "predictions.json"]


def test_a_reader_of_the_old_file_keeps_it_whole(folder: Path) -> None:
    predict("cold_read_us", 80)
    before = (folder / "predictions.json").read_bytes()
    with (folder / "predictions.json").open("rb") as file:
        predict("warm_read_us", 2)
        assert file.read() == before
    assert sorted(path.name for path in folder.iterdir()) == [".predictions.json.lock", "predictions.json"]


def test_a_full_disk_does_not_stop_a_chapter(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert predict("cold_read_us", 80) == 80 and measured("cold_read_us", 70) == 70
    assert capsys.readouterr().err.count("No space left") == 2


def test_nothing_is_written_when_nothing_changes(folder: Path) -> None:
    predict("cold_read_us", 80)
    path = folder / "predictions.json"
    before = path.stat().st_ino
    predict("cold_read_us", 80), guess("cold_read_us"), guesses()
    assert path.stat().st_ino == before


def test_a_build_keeps_guesses_in_memory_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_STATE", "memory")
    monkeypatch.setattr(state, "_in_memory", {})
    monkeypatch.setattr(state, "ROOT", folder)
    assert predict("cold_read_us", 80) == 80
    measured("cold_read_us", 8)
    assert guesses() == [Guess("cold_read_us", 80, 8)]
    assert not folder.exists()


def test_without_a_variable_the_state_lies_in_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("COURSE_STATE", raising=False)
    monkeypatch.setattr(state, "ROOT", tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    predict("cold_read_us", 80)
    assert kept(tmp_path / "course" / "work" / ".state")["predictions"]["cold_read_us"]["value"] == 80


def test_a_course_that_cannot_be_written_has_a_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("COURSE_STATE", raising=False)
    (tmp_path / "course").write_text("a file, so that no folder can be made in it")
    monkeypatch.setattr(state, "ROOT", tmp_path / "course")
    monkeypatch.setattr(state.tempfile, "gettempdir", lambda: str(tmp_path))
    predict("cold_read_us", 80)
    assert guess("cold_read_us") == 80
    assert state.state_folder() == state.state_folder() and state.state_folder().parent == tmp_path


def test_a_relative_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_STATE", "somewhere")
    with pytest.raises(state.StateError, match="COURSE_STATE"):
        state.state_folder()
    assert predict("cold_read_us", 80) == 80 and "COURSE_STATE" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, "80", None, 10**400])
def test_a_guess_is_a_number_above_zero(folder: Path, value: object) -> None:
    for keep in (predict, measured):
        with pytest.raises(GuessError, match="above 0") as told:
            keep("cold_read_us", value)  # type: ignore[arg-type]
        assert told.value._render_traceback_() == [str(told.value)], "a notebook shows the sentence alone"
    assert not folder.exists()


@pytest.mark.parametrize("name", ["", "us", "Cold_us", "cold us", "../x_us", "cold_", 'a"_us'])
def test_a_guess_has_a_name_with_a_unit(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        predict(name, 1)


def test_numbers_of_numpy_are_numbers(folder: Path) -> None:
    predict("cold_read_us", np.int64(80))
    measured("cold_read_us", np.float32(8))
    assert guesses() == [Guess("cold_read_us", 80, 8)]


@given(st.floats(1e-290, 1e290), st.floats(1e-290, 1e290))
def test_orders_change_sign_with_the_sides(one: float, other: float) -> None:
    orders = Guess("a_us", one, other).orders
    assert orders == -Guess("a_us", other, one).orders
    assert (orders > 0) == (one > other) or abs(orders) < 1e-9


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("python_break_even_mb_s", "python break even (MB/s)"),
        ("gaps_below_128_percent", "gaps below 128 (%)"),
        ("speedup_times", "speedup (times)"),
    ],
)
def test_a_guess_is_told_in_plain_words(name: str, told: str) -> None:
    assert Guess(name, 10.0, 27.61).told() == f"{told}\n10, measured 27.6"


def test_off_by_draws_the_latest_and_counts_all(folder: Path) -> None:
    assert off_by() == "No guess has been measured yet."
    for number in range(guess_picture.ROWS + 5):
        predict(f"a{number}_us", 1000)
        measured(f"a{number}_us", 10)
    drawn = off_by()
    assert not isinstance(drawn, str)
    labels = [label.get_text() for label in drawn.axes.get_yticklabels()]
    assert labels == [f"a{number} (us)\n1,000, measured 10" for number in range(5, guess_picture.ROWS + 5)]
    assert "your 25 guesses were off by less than a factor of 100" in drawn.alt
    dots = [line.get_xdata()[0] for line in drawn.axes.lines if line.get_marker() == "o"]
    assert dots == [2.0] * guess_picture.ROWS
    assert drawn.alt.endswith("factor of 2.")


def test_off_by_names_what_was_only_guessed_or_only_measured(folder: Path) -> None:
    predict("cold_read_us", 80)
    measured("far_memory_ns", 250)
    missing = "Guessed, but not measured so far: cold_read_us. "
    missing += "Measured without a guess before it: far_memory_ns."
    assert off_by() == f"No guess has been measured yet. {missing}"
    predict("far_memory_ns", 100)  # too late: it does not count
    predict("two_readers_times", 2)
    measured("two_readers_times", 1.07)
    drawn = off_by()
    assert not isinstance(drawn, str)
    assert drawn.alt.endswith(missing) and len(drawn.axes.get_yticklabels()) == 1
    measured("cold_read_us", 40)
    drawn = off_by()
    assert not isinstance(drawn, str)
    assert drawn.alt.endswith("Measured without a guess before it: far_memory_ns.")
