"""Reports: the stable JSON, the terminal's lines, the HTML that carries nothing of a submission unescaped."""

import json
import re
from html.parser import HTMLParser

import pytest

from autograde.report import UNSOLVED, AssignmentReport, CheckReport, ExerciseReport, to_json
from autograde.report_html import exercise_html, page
from autograde.report_text import report_lines

EVIL = "<script>alert(1)</script>\x1b[2J\u202e" + '"><img src=http://x.example/ onerror=alert(1)>'
FAILED = ExerciseReport(
    "vb_encode",
    score=1.5,
    max=4,
    status="failed",
    message="The flag bit stands on the first byte.",
    call="vb_encode([128])",
    got=EVIL,
    expected="b'\\x01\\x80'",
    hint="Which byte ends the number?",
    output=EVIL,
    seconds=0.25,
    checks=[CheckReport("small", 1.5, 1.5, "passed"), CheckReport("large", 2.5, 0, "failed")],
)
PASSED = ExerciseReport("gaps", 3, 3, "passed", "All 3 checks passed.")
REPORT = AssignmentReport("ch06", [PASSED, FAILED], "work/한글/ch06.ipynb", ["a note"], [f"a problem {EVIL}"])


def test_the_json_entry_has_the_stable_names() -> None:
    entry = json.loads(json.dumps(to_json(REPORT)))
    assert (entry["assignment"], entry["score"], entry["max"]) == ("ch06", 4.5, 7)
    stable = [
        "name",
        "score",
        "max",
        "status",
        "message",
        "call",
        "got",
        "expected",
        "hint",
        "seconds",
        "checks",
    ]
    assert set(stable) <= set(entry["exercises"][1])
    assert entry["exercises"][1]["checks"][0] == {
        "name": "small",
        "points": 1.5,
        "score": 1.5,
        "status": "passed",
    }


@pytest.mark.parametrize("colour", [False, True])
def test_terminal_lines_show_the_fault_and_no_control_characters(colour: bool) -> None:
    text = "\n".join(report_lines(REPORT, colour))
    own = re.sub(r"\033\[\d+m", "", text) if colour else text
    assert ("\033" in text) is colour
    assert "\033" not in own and "\u202e" not in own
    for words in (
        "4.5 of 7 points",
        "vb_encode([128])",
        "Which byte ends the number?",
        "problem: a problem",
        "한글",
    ):
        assert words in own


class _Tags(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("html", [page([REPORT]), exercise_html(FAILED)], ids=["page", "fragment"])
def test_html_carries_a_submission_only_as_text_and_asks_nothing_of_the_network(html: str) -> None:
    parser = _Tags()
    parser.feed(html)
    assert not {"script", "img", "link", "iframe", "object"} & set(parser.tags)
    assert not {name for name, _ in parser.attributes} & {"src", "href", "onerror", "style"}
    assert "&lt;script&gt;" in html and "url(" not in html and "@import" not in html


def test_a_page_holds_each_notebook_once() -> None:
    html = page([REPORT, REPORT])
    assert html.count("<section>") == 2 and html.startswith("<!doctype html>") and html.count("<title>") == 1


def test_an_exercise_that_nobody_has_begun_is_open() -> None:
    html = exercise_html(ExerciseReport("gaps", 0, 3, "failed", UNSOLVED), progress="0 of 30 points <b>")
    assert "gaps: 0 of 3 points, open" in html and "to mend" not in html
    assert '<p class="so-far">0 of 30 points &lt;b&gt;</p>' in html


def test_where_checks_are_still_to_come_no_points_are_promised() -> None:
    pending = ExerciseReport("gaps", 3, 3, "passed", "Examples passed; 3 more checks at grading.", pending=3)
    report = AssignmentReport("ch06", [pending])
    text = "\n".join(report_lines(report))
    for shown in (text, page([report]), exercise_html(pending)):
        assert "decided at grading" in shown and "3 of 3" not in shown and "3/3" not in shown
