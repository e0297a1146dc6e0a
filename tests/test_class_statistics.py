"""Statistics of a class: who passes which check, the most common faults, changed scores; as tables and a picture."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from PIL import Image

from autograde.class_grading.results import COLUMNS, TABLES, Result
from autograde.class_report import changes, statistics
from autograde.class_report.picture import class_picture
from autograde.class_report.statistics import CommonFault, check_statistics, common_faults, without_quotation
from autograde.class_report.written import write_statistics

HW = "ch06_vb_code"
PLUS = "It adds one instead."


def exercise(
    name: str, message: str, status: str = "failed", **points: tuple[float, float]
) -> dict[str, Any]:
    """An exercise of a report; points: earned and possible, by check."""
    checks = [
        {"name": check, "points": most, "score": score, "status": "passed" if score else status}
        for check, (score, most) in points.items()
    ]
    earned = sum(score for score, _ in points.values())
    return {"name": name, "score": earned, "status": status, "message": message, "checks": checks}


def report(*exercises: dict[str, Any]) -> dict[str, Any]:
    """An entry of `grade --json`."""
    return {"assignment": HW, "exercises": list(exercises)}


RIGHT = report(exercise("double", "All 2 checks passed.", "passed", small=(1, 1), big=(2, 2)))
WRONG = report(exercise("double", PLUS, small=(0, 1), big=(0, 2)))
SLOW = report(
    exercise("double", "It gets slower than the input grows: n = 2,000, 8 times.", small=(1, 1), big=(0, 2))
)
SLOWER = report(
    exercise("double", "It gets slower than the input grows: n = 2,000, 91 times.", small=(1, 1), big=(0, 2))
)
STUB = report(exercise("double", "Not solved yet.", small=(0, 1), big=(0, 2)))
LOST = report({"name": "double", "score": 0, "status": "missing", "message": "No cell.", "checks": []})
FAILED = {"assignment": HW}


def test_each_check_has_its_share_and_the_fault_of_those_who_fail_it() -> None:
    rows = check_statistics([RIGHT, RIGHT, WRONG, SLOW, SLOWER, STUB, LOST, FAILED])
    assert [(r.check, r.points, r.submissions, r.passed, r.not_solved) for r in rows] == [
        ("small", 1, 7, 4, 2),
        ("big", 2, 7, 2, 2),
    ]
    assert (rows[0].fault, rows[0].fault_count) == (PLUS, 1)
    assert (
        rows[1].fault.startswith("It gets slower") and rows[1].fault_count == 2
    )  # numbers differ, the fault does not
    assert rows[0].share == 4 / 7
    (common,) = common_faults([RIGHT, WRONG, SLOW, SLOWER, STUB])
    assert (common.exercise, common.count) == ("double", 2)
    assert common_faults([RIGHT, STUB, LOST]) == []
    assert check_statistics([FAILED]) == []


reports = st.lists(st.sampled_from([RIGHT, WRONG, SLOW, STUB, LOST]), min_size=1, max_size=20)


@given(reports)
def test_the_table_agrees_with_a_count_by_hand(class_reports: list[dict[str, Any]]) -> None:
    rows = {row.check: row for row in check_statistics(class_reports)}
    if all(entry is LOST for entry in class_reports):
        assert rows == {}
        return
    assert rows["big"].passed == sum(entry is RIGHT for entry in class_reports)
    assert rows["small"].passed == sum(entry is RIGHT or entry is SLOW for entry in class_reports)
    assert rows["big"].not_solved == sum(entry is STUB or entry is LOST for entry in class_reports)
    counts = [sum(entry is kind for entry in class_reports) for kind in (WRONG, SLOW)]
    assert rows["big"].fault_count == max(counts)


@pytest.mark.parametrize(
    "message",
    [
        "The helpers cell raises KeyError: 'HongGildong': mend that first. It adds one instead.",
        "The cell does not run (line 3: raise Hong('Gildong')).",
        "It raises HongGildong on valid input (helpers, line 3: raise HongGildong(x); called from line 9: f(x)).",
        "It raises HongGildong; ValueError is asked for.",
        "name 'HongGildong' is not defined (line 3: HongGildong). Only helpers and solution cells count; `check` ...",
        "The result holds a HongGildong; types are exact here.",
        "It returns a finished HongGildong; an iterator is asked for (yield gives one).",
        "No module named 'HongGildong' (line 1: import HongGildong). Only helpers and solution cells count.",
    ],
)
def test_a_fault_quotes_nothing_of_a_submission(message: str) -> None:
    told = without_quotation(message)
    assert "Hong" not in told and "Gildong" not in told
    assert len(told) > 20


@pytest.mark.parametrize(
    "message",
    [
        PLUS,
        "It raises IndexError on valid input.",
        "It accepts input that it must refuse with ValueError.",
        "The result holds a numpy.int64; int(...), float(...) or .tolist() makes plain numbers.",
        "It returns a finished list; an iterator is asked for (yield gives one).",
        "Too many reads: 12, and 3 are allowed (a page once).",
    ],
)
def test_what_the_course_says_itself_stays(message: str) -> None:
    assert without_quotation(message) == message
    assert (
        without_quotation(f"{message} It calls your gaps, which fails its own checks: mend that first.")
        == message
    )


def graded(student: str, entry: dict[str, Any], hash_: str = "h", grader: str = "g", day: int = 1) -> Result:
    """A grading, as the gradebook keeps it."""
    score = sum(e["score"] for e in entry["exercises"]) if "exercises" in entry else None
    return Result(
        HW, student, f"run{day}", hash_, grader, score, 3, entry, [], f"2026-01-{day:02}T10:00:00+00:00"
    )


def test_only_unchanged_notebooks_have_changed_scores() -> None:
    results = [
        graded("kim", SLOW),
        graded("lee", WRONG),
        graded("park", SLOW),
        graded("kim", RIGHT, grader="g2", day=2),
        graded("lee", RIGHT, hash_="other", grader="g2", day=2),
        graded("park", SLOW, grader="g2", day=2),
    ]
    (change,) = changes.score_changes(results)
    assert (change.student, change.exercise, change.check) == ("kim", "double", "big")
    assert (change.old_points, change.new_points, change.old_score, change.new_score) == (0, 2, 1, 3)
    assert (change.same_grader, change.is_latest) == (False, True)
    assert changes.lines([change]) == [
        "1 score has changed, of notebooks that have not:",
        "  kim  1 -> 3  (double, big: 0 -> 2)",
    ]


def test_a_change_stays_in_the_table_and_leaves_the_terminal_after_the_next_grading() -> None:
    results = [graded("kim", SLOW), graded("kim", FAILED, day=2), graded("kim", RIGHT, day=3)]
    assert changes.lines(changes.score_changes(results))[1:] == ["  kim  1 -> 3  (double, big: 0 -> 2)"]
    again = changes.score_changes([*results, graded("kim", RIGHT, day=4)])
    assert changes.lines(again) == []
    assert changes.table(again)[1] == [
        "kim", "2026-01-03T10:00:00+00:00", "double", "big", "0", "2", "1", "3", "yes"
    ]  # fmt: skip


def test_a_check_that_was_renamed_shows_on_both_sides() -> None:
    renamed = report(exercise("double", "", "passed", small=(1, 1), large=(2, 2)))
    found = changes.score_changes([graded("kim", RIGHT), graded("kim", renamed, grader="g2", day=2)])
    assert [(c.check, c.old_points, c.new_points) for c in found] == [("large", None, 2), ("big", 2, None)]
    many = [replace(c, student=f"s{n:02}") for n in range(13) for c in found]
    told = changes.lines(many)
    assert (len(told), told[-1]) == (12, "  ... and 3 more")


def _database(path: Path, results: list[Result]) -> Path:
    import json

    with closing(sqlite3.connect(path)) as connection:
        for statement in TABLES:
            connection.execute(statement)
        for r in results:
            values = (
                r.assignment, r.student, None, r.submission_hash, r.grader_hash, r.score, r.max,
                json.dumps(r.report), json.dumps(list(r.reasons)), r.graded_at,
            )  # fmt: skip
            connection.execute(
                f"INSERT INTO course_result ({COLUMNS}) VALUES ({', '.join('?' * 10)})", values
            )
        connection.commit()
    return path


def test_the_files_tell_of_the_latest_grading_and_name_nobody(tmp_path: Path) -> None:
    results = [graded("=kim\x1b[2J", SLOW), graded("lee", WRONG), graded("=kim\x1b[2J", RIGHT, day=2)]
    book = _database(tmp_path / "gradebook.db", results)
    told = write_statistics(HW, book, tmp_path / "reports")
    folder = tmp_path / "reports" / "class" / HW
    assert told[-2:] == [f"Most common fault (1 has it, in double): {PLUS}", f"Class report: {folder}"]
    assert not any("\x1b" in line for line in told)
    rows = list(csv.DictReader(io.StringIO((folder / "checks.csv").read_text(encoding="utf-8"), newline="")))
    assert [(row["check"], row["passed"], row["share_passed"]) for row in rows] == [
        ("small", "1", "0.500"),
        ("big", "1", "0.500"),
    ]
    private = re.compile(r"kim|lee")
    assert not private.search((folder / "checks.csv").read_text(encoding="utf-8"))
    assert not private.search((folder / "checks.png").read_bytes().decode("latin-1"))
    assert (folder / "changes.csv").read_text(encoding="utf-8").splitlines()[1].startswith("'=kim")
    assert sorted(path.name for path in folder.iterdir()) == ["changes.csv", "checks.csv", "checks.png"]


def test_without_a_grading_nothing_is_written(tmp_path: Path) -> None:
    assert write_statistics(HW, tmp_path / "none.db", tmp_path / "reports") == []
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("count", [1, 9])
def test_the_picture_grows_with_its_rows_and_no_text_leaves_it(count: int) -> None:
    rows = [
        statistics.CheckStatistics(f"exercise_{n}", "a check with a rather long name " * 2, 1, 30, 3 * n, 1, "", 0)
        for n in range(count)
    ]  # fmt: skip
    faults = [CommonFault("exercise_0", "It takes the first seven bits for the last ones. " * 6, 12)]
    drawn = class_picture(HW, rows, faults)
    assert "0 of 30" in drawn.alt and "12 have it" in drawn.alt
    figure = drawn.figure
    figure.draw_without_rendering()
    edge = figure.bbox
    for text in [*drawn.axes.texts, drawn.axes.xaxis.label, *figure.texts]:
        if text.get_text():
            box = text.get_window_extent()
            assert edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1, text
    boxes = sorted((t.get_window_extent() for t in drawn.axes.texts if type(t) is Text), key=lambda b: b.y0)
    assert all(upper.y0 >= lower.y1 - 1 for lower, upper in pairwise(boxes))
    pixels = np.asarray(Image.open(io.BytesIO(drawn.png)).convert("L"))
    assert pixels.std() > 10
