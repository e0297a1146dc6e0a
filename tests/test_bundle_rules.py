"""What a student bundle knows of exercises whose answers it cannot compare: the rules that the text states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from autograde import grading
from autograde.examples import ExamplePlan, examples_bytes
from autograde.grading import Grader
from autograde.plan import full_plan
from autograde.report import ExerciseReport
from autograde.submission import with_cells
from benchmarks.trust.answers import answers, cells_with

DISK, CACHE = "ch02_memory_and_disk", "ch03_os_cache"


@pytest.fixture(scope="module")
def graders() -> Iterator[dict[str, Grader]]:
    """Graders of two assignments without their private part, their examples freshly made."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as held:
        entries = {name: json.loads(examples_bytes(full_plan(name)))["exercises"] for name in (DISK, CACHE)}
        patch.setattr(grading, "has_checks", lambda _: False)
        patch.setattr(grading.examples, "example_plan", lambda name: ExamplePlan(name, entries[name]))
        yield {name: held.enter_context(Grader(name)) for name in entries}


def report_on(graders: dict[str, Grader], name: str, exercise: str, source: str) -> ExerciseReport:
    """Check an answer; all other cells hold the references."""
    submission = with_cells(cells_with(name, source))
    (report,) = graders[name].grade(submission, only=exercise).exercises
    return report


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("whole numbers", "0.75, give or take 0.05"),
        ("the ratio of ratios", "2.00, give or take 0.05"),
        ("one point passes", "raises ValueError"),
    ],
)
def test_a_growth_is_compared_within_the_tolerance_of_the_text(
    title: str, words: str, graders: dict[str, Grader]
) -> None:
    (source,) = (answer.source for answer in answers(DISK, "fit_growth") if answer.title == title)
    report = report_on(graders, DISK, "fit_growth", source)
    assert report.status == ("failed" if words else "passed") and words in report.expected
    assert [check.name for check in report.checks] == ["examples and edges from the text"]


@pytest.mark.parametrize(
    ("name", "exercise"),
    [
        (DISK, "fit_growth"),
        (DISK, "classify_load"),
        (DISK, "external_sort"),
        (CACHE, "choose_partition"),
        (CACHE, "breaks_fifo_cache"),
    ],
)
def test_each_right_answer_passes(name: str, exercise: str, graders: dict[str, Grader]) -> None:
    for answer in answers(name, exercise):
        if answer.is_right:
            report = report_on(graders, name, exercise, answer.source)
            assert report.status == "passed" and "at grading" in report.message, answer.title


@pytest.mark.parametrize(
    ("title", "got", "expected"),
    [
        ("all on one server", "[0, 0, 0]", "[0, 1, 0] or [1, 0, 1]"),
        ("the choice with the most misses", "[0, 0, 1]", "[0, 1, 0] or [1, 0, 1]"),
        ("truth values", "[False, True, False]", "[0, 1, 0] or [1, 0, 1]"),
        ("no request has no largest class", "raises ValueError", "[]"),
    ],
)
def test_a_choice_is_one_of_those_that_count(
    title: str, got: str, expected: str, graders: dict[str, Grader]
) -> None:
    (source,) = (answer.source for answer in answers(CACHE, "choose_partition") if answer.title == title)
    report = report_on(graders, CACHE, "choose_partition", source)
    assert report.status == "failed" and report.got.startswith(got) and report.expected == expected


@pytest.mark.parametrize(
    ("name", "exercise", "answer", "asked"),
    [
        (DISK, "breaks_forward_time", "[(0, 1)]", ""),
        (DISK, "breaks_forward_time", "[]", "a list of 1 to 10 pairs"),
        (DISK, "breaks_forward_time", "[(0, 1)] * 11", "a list of 1 to 10 pairs"),
        (DISK, "breaks_forward_time", "[[0, 1], [0, 1]]", "a list of 1 to 10 pairs"),
        (DISK, "breaks_forward_time", "[(5, 1), (0, 10**6)]", "lengths from 1, all below 1,000,000"),
        (CACHE, "breaks_fifo_cache", "[1, 2, 3, 1]", ""),
        (CACHE, "breaks_fifo_cache", "[1, 2, 3, 1] * 25", ""),  # that a shorter one exists is left to grading
        (CACHE, "breaks_fifo_cache", "[1, 2, 3, 1] * 26", "at most 100 requests"),
        (CACHE, "breaks_fifo_cache", "list('123141')", "a list of integers"),
    ],
)
def test_an_answer_that_is_an_input_has_the_form_that_the_text_asks_for(
    name: str, exercise: str, answer: str, asked: str, graders: dict[str, Grader]
) -> None:
    report = report_on(graders, name, exercise, f"def {exercise}():\n    return {answer}\n")
    assert report.status == ("failed" if asked else "passed") and asked in report.expected
    message = (
        "another form than the text" if asked else "Whether it breaks the function is decided at grading."
    )
    assert message in report.message


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("all of it in memory", "Too many records held: 12, and 9 are allowed"),
        ("over the disk, but all of it in memory in the end", "Too many records held: 12, and 9 are allowed"),
        ("two runs at a time", "Too many moves: 108, and 72 are allowed (2 * blocks * (1 + passes))."),
        ("one record at a time in the merge", "Too many moves"),
        ("pieces of one block", "Too many seeks"),
    ],
)
def test_the_limits_of_the_text_are_judged_by_what_the_devices_count(
    title: str, words: str, graders: dict[str, Grader]
) -> None:
    (source,) = (answer.source for answer in answers(DISK, "external_sort") if answer.title == title)
    report = report_on(graders, DISK, "external_sort", source)
    assert report.status == "failed" and report.message.startswith(words), report
    assert report.call.startswith("external_sort(<src ") and "at most" in report.expected


def test_a_merge_of_too_many_runs_at_once_holds_too_many_records(graders: dict[str, Grader]) -> None:
    titles = {answer.title: answer.source for answer in answers(DISK, "external_sort")}
    source = titles["heapq.merge over generators, two halves of the disk used by turns"]
    wrong = source.replace("ways = held // block - 1", "ways = 99").replace(
        "held // block // len(bounds)", "max(1, held // block // len(bounds))"
    )
    report = report_on(graders, DISK, "external_sort", wrong)
    assert report.message.startswith("Too many records held: ") and report.expected.startswith("at most ")


SLOW = {  # right, but their time grows too fast
    "LRUCache": {
        "a list, newest first",
        "a list, newest last",
        "a deque",
        "a plain dict and next(iter())",
        "the smallest time of use is searched",
    },
    "hit_rate_curve": {
        "a simulation for each capacity",
        "a list of pages, newest first",
        "a list of pages, newest last, a set beside it",
        "the set of the requests between",
        "a walk along a dict",
    },
}
CLEVER = {  # choices that a larger trace shows to be worse
    "as many requests here as there",
    "as many pages here as there",
    "one class after the other",
    "pages that do not fit are counted",
    "FIFO caches",
    "the bots on an island, the rest together",
}


@pytest.mark.parametrize(
    ("name", "exercise", "left"),
    [
        (DISK, "access_time", set()),
        (DISK, "fit_growth", set()),
        (DISK, "classify_load", set()),
        (DISK, "external_sort", set()),
        (CACHE, "LRUCache", SLOW["LRUCache"]),
        (CACHE, "hit_rate_curve", SLOW["hit_rate_curve"]),
        (CACHE, "choose_partition", CLEVER),
    ],
)
def test_an_answer_that_is_wrong_on_an_edge_of_the_text_fails_on_the_examples(
    name: str, exercise: str, left: set[str], graders: dict[str, Grader]
) -> None:
    wrong = [answer for answer in answers(name, exercise) if not answer.is_right]
    passed = {a.title for a in wrong if report_on(graders, name, exercise, a.source).status == "passed"}
    assert passed <= left


@pytest.mark.parametrize("kind", ["cpu", "io", "lock", "idle"])
def test_a_recording_is_called_by_its_name(kind: str, graders: dict[str, Grader]) -> None:
    meant = f"samples == recordings['{kind}']"
    source = f"def classify_load(samples):\n    return 'disk' if {meant} else reference(samples)"
    reference = cells_with(DISK, "")["classify_load"].replace("def classify_load(", "def reference(")
    report = report_on(graders, DISK, "classify_load", f"{reference}\n\n{source}\n")
    assert report.call == f"classify_load(recordings['{kind}'])"


def test_a_value_of_0_that_is_not_found_is_told(graders: dict[str, Grader]) -> None:
    titles = {answer.title: answer.source for answer in answers(CACHE, "LRUCache")}
    report = report_on(graders, CACHE, "LRUCache", titles["a value of 0 is not found"])
    assert (
        report.message == "It returns None; 0 is asked for. Is a return missing, or does 0 count as absent?"
    )
