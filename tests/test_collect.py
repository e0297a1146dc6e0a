"""Bulk downloads of learning management systems, honest and hostile, become submissions in submitted/."""

import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograde.lms import archive
from autograde.lms.collect import Outcome, collect
from autograde.lms.records import FILE, read_records
from autograde.lms.students import folder_name, folders
from autograde.paths import ROOT, CourseError
from autograde.verbs.collect import line, summary

HW = "ch06_vb_code"
BOOK = b'{"cells": [], "nbformat": 4}'
NEWER = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5}'
RECEIPT = b"""Name: Jane Doe (j_doe)
Assignment: Homework 6
Date Submitted: Saturday, January 31, 2026 9:30:00 AM KST
Current Grade: Needs Grading
"""


def pack(path: Path, files: dict[str, bytes], date: tuple[int, ...] = (2026, 1, 31, 9, 30, 0)) -> Path:
    """Write a zip of files by path."""
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name, date), data, zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
    return path


def collected(tmp_path: Path, files: dict[str, bytes], **more: tuple[int, ...]) -> dict[str, Outcome]:
    """Collect a zip of files into tmp_path/submitted; what became of each student."""
    download = pack(tmp_path / "download.zip", files, **more)
    return of_zip(tmp_path, download)


def of_zip(tmp_path: Path, download: Path) -> dict[str, Outcome]:
    """Collect a zip into tmp_path/submitted; what became of each student."""
    _, steps = collect(HW, download, tmp_path / "submitted")
    found = list(steps)
    assert [(done, count) for done, count, _ in found] == [(n, len(found)) for n in range(1, len(found) + 1)]
    return {outcome.student: outcome for _, _, outcome in found}


def dones(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """What was done, by student."""
    return {student: outcome.done for student, outcome in outcomes.items()}


def laid(tmp_path: Path) -> dict[str, bytes]:
    """The submissions in tmp_path/submitted, by student."""
    found = (tmp_path / "submitted").glob(f"*/{HW}/{HW}.ipynb")
    return {path.parent.parent.name: path.read_bytes() for path in found}


def names_in(tmp_path: Path, student: str) -> list[str]:
    """The files of a student."""
    return sorted(path.name for path in (tmp_path / "submitted" / student / HW).iterdir())


def test_moodle_in_folders_flat_and_wrapped(tmp_path: Path) -> None:
    files = {
        f"Kim Minsu_101_assignsubmission_file/{HW}.ipynb": BOOK,
        "김 민수_102_assignsubmission_file_/my answer.ipynb": NEWER,
        "김 민수_102_assignsubmission_onlinetext_/onlinetext.html": b"<p>see file</p>",
        f"Lee Ann_103_assignsubmission_file_{HW} (1).ipynb": BOOK,
        "Out Late_104_assignsubmission_onlinetext/onlinetext.html": b"<p>sorry</p>",
    }
    outcomes = collected(tmp_path, {f"download/{name}": data for name, data in files.items()})
    assert laid(tmp_path) == {"Kim_Minsu": BOOK, "김_민수": NEWER, "Lee_Ann": BOOK}
    assert outcomes["Out_Late"] == Outcome("Out_Late", "skipped", "no notebook, only onlinetext.html")
    records = read_records(tmp_path / "submitted")[HW]
    assert {(r.layout, s, r.lms_id, r.name) for s, r in records.items()} == {
        ("moodle", "Kim_Minsu", "101", "Kim Minsu"),
        ("moodle", "김_민수", "102", "김 민수"),
        ("moodle", "Lee_Ann", "103", "Lee Ann"),
    }
    assert names_in(tmp_path, "Kim_Minsu") == [f"{HW}.ipynb"]  # Moodle's layout tells no time


def test_a_student_cannot_pass_for_another_one_by_the_name_of_a_file(tmp_path: Path) -> None:
    inner = f"Bob_12_assignsubmission_file_{HW}.ipynb"
    outcomes = collected(
        tmp_path,
        {f"Eve_7_assignsubmission_file_/{inner}": NEWER, f"Bob_12_assignsubmission_file_/{HW}.ipynb": BOOK},
    )
    assert dones(outcomes) == {"Eve": "new", "Bob": "new"}
    assert laid(tmp_path) == {"Eve": NEWER, "Bob": BOOK}


def test_canvas_takes_the_newest_file_and_tells_who_was_late(tmp_path: Path) -> None:
    outcomes = collected(
        tmp_path,
        {
            f"kimminsu_4321_99001_{HW}.ipynb": BOOK,
            f"kimminsu_4321_100002_{HW}-1.ipynb": NEWER,  # later, though a text of digits would sort it first
            f"홍길동_LATE_4322_99002_{HW}.ipynb": BOOK,
            "anon_aB3dE_99003_answer_12_34_x.ipynb": BOOK,
            "parkjin_4324_99004_a.ipynb": BOOK,
            "parkjin_4324_99005_b.ipynb": BOOK,
        },
    )
    assert laid(tmp_path) == {"kimminsu": NEWER, "홍길동": BOOK, "anon_aB3dE": BOOK}
    assert "late" in outcomes["홍길동"].note
    assert outcomes["kimminsu"].note == ""
    assert "which of its notebooks counts? a.ipynb, b.ipynb" in outcomes["parkjin"].note
    records = read_records(tmp_path / "submitted")[HW]
    assert {student: record.lms_id for student, record in records.items()} == {
        "kimminsu": "4321",
        "홍길동": "4322",
        "anon_aB3dE": "anon_aB3dE",
    }


def test_blackboard_takes_the_latest_attempt_with_its_time_and_the_user_of_its_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        outcomes = collected(
            tmp_path,
            {
                "Homework 6_j_doe_attempt_2026-01-31-09-30-00.txt": RECEIPT,
                f"Homework 6_j_doe_attempt_2026-01-31-09-30-00_{HW}.ipynb": NEWER,
                "Homework 6_j_doe_attempt_2026-01-30-09-30-00.txt": RECEIPT,
                f"Homework 6_j_doe_attempt_2026-01-30-09-30-00_{HW}.ipynb": BOOK,
                f"Homework 6_hong_attempt_2026-01-30-23-00-00_{HW}.ipynb": BOOK,
                "Homework 6_hong_attempt_2026-02-01-10-00-00_forgot.pdf": b"%PDF",
                f"Homework 6_when_attempt_2026-13-45-10-00-00_{HW}.ipynb": BOOK,
            },
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert laid(tmp_path) == {"j_doe": NEWER, "hong": BOOK}
    stamp = tmp_path / "submitted" / "j_doe" / HW / "timestamp.txt"
    assert stamp.read_text() == "2026-01-31 00:30:00 UTC\n"
    assert "the one before was taken" in outcomes["hong"].note
    assert dones(outcomes)[f"Homework 6_when_attempt_2026-13-45-10-00-00_{HW}.ipynb"] == "skipped"
    assert read_records(tmp_path / "submitted")[HW]["j_doe"].name == "Jane Doe"


@pytest.mark.parametrize(
    "shape", ["{s}/answer.ipynb", "class/{s}/answer.ipynb", f"{{s}}/{HW}/{HW}.ipynb", f"x/{{s}}/{HW}/a.ipynb"]
)
def test_plain_folders(tmp_path: Path, shape: str) -> None:
    collected(tmp_path, {shape.format(s="alice"): BOOK, shape.format(s="홍길동"): NEWER, "readme.txt": b""})
    assert laid(tmp_path) == {"alice": BOOK, "홍길동": NEWER}


def test_one_student_in_a_plain_zip_is_no_wrapper(tmp_path: Path) -> None:
    collected(tmp_path, {"alice/a.ipynb": BOOK, "alice/.ipynb_checkpoints/a-checkpoint.ipynb": NEWER})
    assert laid(tmp_path) == {"alice": BOOK}


def test_what_is_no_download_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.zip").write_bytes(pack(tmp_path / "a.zip", {"alice/a.ipynb": BOOK}).read_bytes()[:-30])
    for name, words in {
        "none.zip": "There is no file",
        "folder": "is a folder",
        "cut.zip": "cut off",
        "empty.zip": "holds no submission",
    }.items():
        if name == "empty.zip":
            pack(tmp_path / name, {"readme.txt": b"", "a.ipynb": BOOK})
        with pytest.raises(CourseError, match=words):
            collect(HW, tmp_path / name, tmp_path / "submitted")
    assert not (tmp_path / "submitted").exists()


def test_a_second_collect_keeps_all_that_was_there(tmp_path: Path) -> None:
    name = f"Kim_7_assignsubmission_file/{HW}.ipynb"
    assert dones(collected(tmp_path, {name: BOOK})) == {"Kim": "new"}
    assert dones(collected(tmp_path, {name: BOOK})) == {"Kim": "unchanged"}
    assert dones(collected(tmp_path, {name: NEWER}, date=(2026, 2, 1, 0, 0, 0))) == {"Kim": "replaced"}
    assert dones(collected(tmp_path, {name: BOOK})) == {"Kim": "older"}  # the old zip by mistake
    assert laid(tmp_path) == {"Kim": NEWER}
    current, former = names_in(tmp_path, "Kim")
    assert (current, former[: len(HW) + 7]) == (f"{HW}.ipynb", f"{HW}.ipynb.")
    assert (tmp_path / "submitted" / "Kim" / HW / former).read_bytes() == BOOK


def test_what_was_changed_by_hand_since_stays_until_the_student_hands_in_anew(tmp_path: Path) -> None:
    name = f"kim_1_5_{HW}.ipynb"
    collected(tmp_path, {name: BOOK})
    (tmp_path / "submitted" / "kim" / HW / f"{HW}.ipynb").write_bytes(b"mended by hand")
    assert dones(collected(tmp_path, {name: BOOK})) == {"kim": "edited"}
    assert laid(tmp_path) == {"kim": b"mended by hand"}
    assert dones(collected(tmp_path, {f"kim_1_6_{HW}.ipynb": NEWER})) == {"kim": "replaced"}
    kept = [path.read_bytes() for path in (tmp_path / "submitted" / "kim" / HW).glob("*.ipynb.*")]
    assert (laid(tmp_path), kept) == ({"kim": NEWER}, [b"mended by hand"])


def test_a_time_leaves_with_the_submission_that_it_was_of(tmp_path: Path) -> None:
    collected(tmp_path, {f"HW_kim_attempt_2026-01-31-09-30-00_{HW}.ipynb": BOOK})
    assert "timestamp.txt" in names_in(tmp_path, "kim")
    collected(tmp_path, {f"kim/{HW}.ipynb": NEWER})
    names = names_in(tmp_path, "kim")
    assert "timestamp.txt" not in names
    assert sum(name.startswith("timestamp.txt.") for name in names) == 1


def test_a_submission_laid_by_hand_is_kept_beside_the_collected_one(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "kim" / HW
    folder.mkdir(parents=True)
    assert dones(collected(tmp_path, {f"kim/{HW}.ipynb": BOOK})) == {"kim": "new"}  # the folder was empty
    (folder / f"{HW}.ipynb").write_bytes(b"by hand")
    (tmp_path / "submitted" / FILE).unlink()
    assert dones(collected(tmp_path, {f"kim/{HW}.ipynb": BOOK})) == {"kim": "replaced"}
    assert [path.read_bytes() for path in folder.glob("*.ipynb.*")] == [b"by hand"]


def test_people_of_one_name_are_told_apart_and_stay_where_they_were(tmp_path: Path) -> None:
    first = {f"Kim Min_1_assignsubmission_file/{HW}.ipynb": BOOK}
    collected(tmp_path, first)
    outcomes = collected(tmp_path, {**first, f"KIM MIN_2_assignsubmission_file/{HW}.ipynb": NEWER})
    assert dones(outcomes) == {"Kim_Min": "unchanged", "KIM_MIN_2": "new"}
    assert laid(tmp_path) == {"Kim_Min": BOOK, "KIM_MIN_2": NEWER}
    both = {f"a b/{HW}.ipynb": BOOK, f"a_b/{HW}.ipynb": NEWER}
    (tmp_path / "other").mkdir()
    assert set(dones(collected(tmp_path / "other", both)).values()) == {"skipped"}


def test_a_name_of_somebody_who_is_not_in_this_download_is_not_taken_over() -> None:
    assert folders({"2": "kim min"}, {}, {"Kim_Min": "1"}) == {"2": "kim_min_2"}
    assert folders({"1": "Kim Min"}, {}, {"Kim_Min": "1"}) == {"1": "Kim_Min"}


def test_a_canvas_user_keeps_the_folder_in_the_next_assignment(tmp_path: Path) -> None:
    download = pack(tmp_path / "a.zip", {f"old_77_5_{HW}.ipynb": BOOK})
    list(collect(HW, download, tmp_path / "submitted")[1])
    renamed = pack(tmp_path / "b.zip", {"married_77_9_ch07.ipynb": BOOK, "new_78_9_ch07.ipynb": BOOK})
    outcomes = [outcome for *_, outcome in collect("ch07", renamed, tmp_path / "submitted")[1]]
    assert [outcome.student for outcome in outcomes] == ["new", "old"]


def _hostile_zip(path: Path) -> Path:
    """A plain zip in which one student is honest."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as made:
        warnings.simplefilter("ignore")  # of doubled names
        made.writestr("honest/a.ipynb", BOOK)
        for name in (
            "../up/a.ipynb",
            "/abs/a.ipynb",
            "C:\\win\\a.ipynb",
            "in/../../out/a.ipynb",
            "..\\b\\a.ipynb",
        ):
            made.writestr(name, b"{}")
        link = zipfile.ZipInfo("linker/a.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("lzma/a.ipynb", bytes(1 << 20), zipfile.ZIP_LZMA)
        made.writestr("bzip/a.ipynb", bytes(1 << 20), zipfile.ZIP_BZIP2)
        made.writestr("bomb/a.ipynb", bytes(archive.MAX_BYTES + 1), zipfile.ZIP_DEFLATED, 9)
        made.writestr("twice/a.ipynb", BOOK)
        made.writestr("twice/a.ipynb", NEWER)
        made.writestr("same/a.ipynb", BOOK)
        made.writestr("same/a.ipynb", BOOK)
        made.writestr("nested/all.zip", b"PK\3\4")
        made.writestr("\x1b[2J\u202e=cmd()/a.ipynb", BOOK)
        made.writestr("...@+/a.ipynb", BOOK)
    return path


def test_a_hostile_zip_costs_only_those_whose_files_are_hostile(tmp_path: Path) -> None:
    outcomes = of_zip(tmp_path, _hostile_zip(tmp_path / "evil.zip"))
    assert set(laid(tmp_path)) == {"honest", "same", "2J_cmd"}
    notes = {student: outcome.note for student, outcome in outcomes.items() if outcome.done == "skipped"}
    for student, words in {
        "linker": "link",
        "lzma": "packed in a way",
        "bzip": "packed in a way",
        "bomb": "too large (64 MB)",
        "twice": "twice, with different content",
        "nested": "all.zip is packed: ask for the notebook itself",
    }.items():
        assert words in notes.pop(student)
    assert sorted(notes.values())[0].startswith("its name makes no folder")
    assert list(notes.values()).count("its path leads out of the download") == 4
    outside = {path.name for path in tmp_path.iterdir()}
    assert outside == {"evil.zip", "submitted"}
    assert all("\x1b" not in line(outcome) and "\u202e" not in line(outcome) for outcome in outcomes.values())


def test_an_encrypted_member_and_one_that_lies_about_its_size_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a/a.ipynb": BOOK * 50, "b/b.ipynb": NEWER})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the first local header, and below the first entry of the directory
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in of_zip(tmp_path, path)["a"].note
    data[6] &= 0xFE
    data[data.index(b"PK\1\2") + 8] &= 0xFE
    place = data.index(b"PK\1\2") + 24
    data[place : place + 4] = (40).to_bytes(4, "little")  # unpacks to more than it says
    path.write_bytes(data)
    assert "damaged" in of_zip(tmp_path, path)["a"].note
    assert laid(tmp_path) == {"b": NEWER}


def test_all_of_a_zip_has_a_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 2 * len(BOOK) + 1)
    outcomes = collected(tmp_path, {f"{name}/a.ipynb": BOOK for name in "abc"})
    assert sorted(dones(outcomes).values()) == ["new", "new", "skipped"]
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    with pytest.raises(CourseError, match="has 3 files"):
        collected(tmp_path, {f"{name}/a.ipynb": BOOK for name in "abc"})


def test_names_in_utf8_without_a_flag_in_korean_and_decomposed(tmp_path: Path) -> None:
    path = tmp_path / "names.zip"
    raw = {
        "가영/a.ipynb".encode(): b"1",
        "나영/a.ipynb".encode("euc_kr"): b"2",
        "Ren\u00e9/a".encode("cp437"): b"3",
    }
    with zipfile.ZipFile(path, "w") as made:
        for number, data in enumerate(raw.values()):
            made.writestr(f"{number}" * len(list(raw)[number]), data)
        made.writestr("다영".encode().decode() + "/a.ipynb", b"4")
        made.writestr("라영/a.ipynb".encode().decode(), b"5")
    blob = path.read_bytes()
    for number, name in enumerate(raw):
        blob = blob.replace(f"{number}".encode() * len(name), name)
    path.write_bytes(blob)
    of_zip(tmp_path, path)
    assert laid(tmp_path) == {
        "가영": b"1", "나영": b"2", "다영": b"4", "라영": b"5"
    }  # fmt: skip
    with zipfile.ZipFile(path) as made:
        assert [archive.text_of(info) for info in made.infolist()][2] == "Ren\u00e9/a"


def test_a_zip_cut_or_damaged_anywhere_ends_in_a_sentence(tmp_path: Path) -> None:
    whole = pack(tmp_path / "whole.zip", {f"kim_{n}_1_{HW}.ipynb": BOOK * 9 for n in range(3)}).read_bytes()
    chance = random.Random(7)
    sentences = notebooks = 0
    for number in (*range(0, len(whole), 5), *range(len(whole), len(whole) + 150)):
        data = bytearray(whole[:number])
        if number >= len(whole):
            data = bytearray(whole)
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        (home / "cut.zip").write_bytes(data)
        try:
            of_zip(home, home / "cut.zip")
        except CourseError:
            sentences += 1
        notebooks += len(laid(home))
        assert set(laid(home).values()) <= {BOOK * 9}
        shutil.rmtree(home)
    assert sentences > len(whole) // 10
    assert notebooks > 100


@given(st.text(max_size=60))
@example("con.txt")
@example("a" * 149 + "홍")
def test_a_folder_name_is_safe_and_stays_what_it_is(text: str) -> None:
    name = folder_name(text)
    assert folder_name(name).rstrip("_") == name.rstrip("_")
    assert not set(name) & set("/\\:*?[]+=%'\"<>| \0\n")
    assert not name.startswith((".", "-", "@", "=")) and not name.endswith(".")
    assert len(name.encode()) <= 151
    assert name.split(".")[0].lower() not in ("con", "nul", "com1")


@given(st.dictionaries(st.integers(0, 50).map(str), st.text("aAbB ", max_size=2), max_size=8))
def test_no_two_students_get_one_folder(names: dict[str, str]) -> None:
    found = folders(names, {}, {})
    given_out = [folder.casefold() for folder in found.values() if folder]
    assert len(given_out) == len(set(given_out)) == len(names)


def test_a_damaged_file_of_records_is_named(tmp_path: Path) -> None:
    collected(tmp_path, {f"kim/{HW}.ipynb": BOOK})
    for text in ("{", "[]", '{"assignments": {"a": {"b": {}}}}'):
        (tmp_path / "submitted" / FILE).write_text(text)
        with pytest.raises(CourseError, match=r"\.lms\.json is damaged"):
            collected(tmp_path, {f"kim/{HW}.ipynb": BOOK})


def test_the_summary_counts_who_is_not_in_the_download(tmp_path: Path) -> None:
    collected(tmp_path, {f"kim/{HW}.ipynb": BOOK, f"lee/{HW}.ipynb": BOOK})
    outcomes = collected(tmp_path, {f"kim/{HW}.ipynb": BOOK, "park/hw.zip": b"PK"})
    text = summary(list(outcomes.values()), HW, tmp_path / "submitted")
    assert text == f"1 unchanged, 1 skipped. 2 have handed in {HW}. 1 more lies in submitted/ from before."


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_it_leaves_whole_files_and_can_go_on(tmp_path: Path) -> None:
    old = {f"kim{n:02}_{n}_1_{HW}.ipynb": BOOK * 20_000 for n in range(12)}
    new = {f"kim{n:02}_{n}_2_{HW}.ipynb": NEWER * 20_000 for n in range(24)}
    collected(tmp_path, old)
    download = pack(tmp_path / "new.zip", new)
    program = (
        "import sys; from pathlib import Path; from autograde.lms.collect import collect\n"
        "print('ready', flush=True)\n"
        f"list(collect({HW!r}, Path(sys.argv[1]), Path(sys.argv[2]))[1])"
    )
    killed, chance = 0, random.Random(11)
    for _ in range(12):
        command = [sys.executable, "-c", program, str(download), str(tmp_path / "submitted")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert set(laid(tmp_path).values()) <= {BOOK * 20_000, NEWER * 20_000}
    assert killed > 0
    of_zip(tmp_path, download)
    assert laid(tmp_path) == {f"kim{n:02}": NEWER * 20_000 for n in range(24)}
    for number in range(12):  # the former copy of each is still there, whole
        copies = (tmp_path / "submitted" / f"kim{number:02}" / HW).glob("*.ipynb.*")
        assert BOOK * 20_000 in [path.read_bytes() for path in copies]
    assert not list((tmp_path / "submitted").glob("*/.half-*"))
    assert {r.order[-1] for r in read_records(tmp_path / "submitted")[HW].values()} == {"2"}
