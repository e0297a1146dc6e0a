"""A report as HTML: one look for the page, the notebook and nbgrader's feedback; nothing is loaded from outside."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from autograde.report import (
    RIGHT_FORM,
    UNSOLVED,
    AssignmentReport,
    CheckReport,
    ExerciseReport,
    points_text,
    score_words,
)

# Colours follow JupyterLab's theme inside it, and the reader's light or dark setting elsewhere.
STYLE = """
.course-report{font:15px/1.5 system-ui,sans-serif;max-width:60rem;overflow-wrap:anywhere;
 color:var(--jp-content-font-color1,inherit)}
.course-report .exercise{border-left:.35rem solid;padding:.1rem 0 .1rem .9rem;margin:.8rem 0}
.course-report .passed{border-color:#1a7f5a}
.course-report .failed,.course-report .timeout,.course-report .memory,.course-report .crashed{border-color:#c4501b}
.course-report .missing,.course-report .open{border-color:#8a8a8a}
.course-report h3{font-size:1rem;font-weight:600;margin:0}
.course-report p{margin:.2rem 0}
.course-report dl{display:grid;grid-template-columns:minmax(4.5rem,max-content) 1fr;gap:.15rem 1rem;margin:.4rem 0}
.course-report dl dt{opacity:.8;font-weight:inherit}
.course-report dl dt,.course-report dl dd{float:none;width:auto;margin:0;padding:0}
.course-report p code,.course-report .exercise dl dd code{font:13px/1.5 ui-monospace,monospace;
 white-space:pre-wrap;padding:0;background:none;color:inherit}
.course-report ul{margin:.3rem 0;padding-left:1.2rem}
@media(max-width:34rem){.course-report dl{grid-template-columns:1fr}.course-report dl dd{margin-bottom:.4rem}}
"""
_PAGE_STYLE = """
:root{color-scheme:light dark}
body{margin:0 auto;padding:1rem;max-width:62rem;background:Canvas;color:CanvasText}
"""
_WORDS = {
    "passed": "passed",
    "examples": "examples passed",
    RIGHT_FORM: "its form is right, and no more is known here",
    "failed": "to mend",
    "timeout": "too slow",
    "memory": "too much memory",
    "crashed": "crashed",
    "missing": "missing",
    "open": "open",
}
_LABELS = {"call": "called", "got": "got", "expected": "expected", "hint": "hint", "output": "printed"}


def exercise_html(exercise: ExerciseReport, checked: str = "", progress: str = "") -> str:
    """Return one exercise's report as a self-contained fragment; everything in it is escaped.

    checked: a line on what was checked, shown above it; progress: one on how far the trainee is, below it.
    """
    above, below = _line("checked", checked), _line("so-far", progress)
    return f'<style>{STYLE}</style><div class="course-report">{above}{_exercise(exercise)}{below}</div>'


def notice_html(sentence: str) -> str:
    """Return a sentence that stands where a report would, in the report's look; it is escaped."""
    return (
        f'<style>{STYLE}</style><div class="course-report"><div class="exercise open">'
        f"{_line('notice', sentence)}</div></div>"
    )


def page(reports: Iterable[AssignmentReport]) -> str:
    """Return a page with the reports of notebooks, in order."""
    body = "".join(_assignment(report) for report in reports)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Course report</title>'
        f"<style>{_PAGE_STYLE}{STYLE}</style></head>"
        f'<body><main class="course-report"><h1>Course report</h1>{body}</main></body></html>\n'
    )


def _line(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>' if text else ""


def _assignment(report: AssignmentReport) -> str:
    total = score_words(report.score, report.max, report.pending)
    notebook = f"<p><code>{escape(report.notebook)}</code></p>" if report.notebook else ""
    lines = [*(f"Problem: {p}" for p in report.problems), *report.notes]
    notes = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f"<section><h2>{escape(report.assignment)}: {total}</h2>{notebook}"
        + (f"<ul>{notes}</ul>" if notes else "")
        + "".join(map(_exercise, report.exercises))
        + "</section>"
    )


def _exercise(exercise: ExerciseReport) -> str:
    pending = bool(exercise.pending) and exercise.status == "passed"
    state = "open" if exercise.message == UNSOLVED or exercise.form_right else exercise.status
    word = _WORDS[_pending_word(exercise) if pending else state]
    rows = "".join(
        f"<dt>{label}</dt><dd>{_value(field, getattr(exercise, field))}</dd>"
        for field, label in _LABELS.items()
        if getattr(exercise, field)
    )
    return (
        f'<div class="exercise {escape(state)}">'
        f"<h3>{escape(exercise.name)}: {score_words(exercise.score, exercise.max, pending)}, "
        f"{word}</h3>"
        f"<p>{escape(exercise.message)}</p>"
        + (f"<dl>{rows}</dl>" if rows else "")
        + _checks(exercise)
        + "</div>"
    )


def _pending_word(exercise: ExerciseReport) -> str:
    """What passed in a bundle: the examples, or the form of an answer that has none."""
    return RIGHT_FORM if exercise.form_right else "examples"


def _value(field: str, text: str) -> str:
    return escape(text) if field == "hint" else f"<code>{escape(text)}</code>"


def _points_of(check: CheckReport) -> str:
    """Points earned, for a check that carries any; examples carry none."""
    return f"{points_text(check.score)} of {points_text(check.points)}, " if check.points else ""


def _checks(exercise: ExerciseReport) -> str:
    """The checks with their points, folded away; the first fault above comes first for the reader, too."""
    items = "".join(
        f"<li>{escape(check.name)}: {_points_of(check)}{escape(check.status)}</li>"
        for check in exercise.checks
    )
    count = f"{len(exercise.checks)} check{'s' if len(exercise.checks) > 1 else ''}"
    return f"<details><summary>{count}</summary><ul>{items}</ul></details>" if items else ""
