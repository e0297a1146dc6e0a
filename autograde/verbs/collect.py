"""`course.py collect`: a bulk download of a learning management system into submitted/."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from autograde.lms.collect import Outcome, collect
from autograde.paths import ROOT
from autograde.released import released
from autograde.report_text import clean

_WORDS = {
    "new": "new",
    "replaced": "replaced",
    "unchanged": "unchanged",
    "older": "older, left out",
    "edited": "left as it is",
    "skipped": "SKIPPED",
}
_NOTES = {
    "replaced": "the former copy stays beside it, under a dated name",
    "older": "what is in submitted/ is newer",
    "edited": "it was changed in submitted/ since it was collected, and the download was not",
}


def run(arguments: argparse.Namespace) -> int:
    """Collect arguments.download; 0 when all was taken, 1 when something was skipped and a human should look.

    Raises CourseError for an unknown assignment, and for a download that is none.
    """
    assignment = released(arguments.assignment).name
    submitted = ROOT / "submitted"
    layout, steps = collect(assignment, Path(arguments.download), submitted)
    print(f"A download as {layout.title} lays it out.")
    outcomes = []
    for _, _, outcome in steps:
        print(line(outcome), flush=True)
        outcomes.append(outcome)
    print(summary(outcomes, assignment, submitted))
    return 1 if any(outcome.done == "skipped" for outcome in outcomes) else 0


def line(outcome: Outcome) -> str:
    """Return a line on one submission, without characters that could rewrite the screen.

    >>> line(Outcome("Kim_Minsu", "skipped", "hw.zip is packed: ask for the notebook itself"))
    '  SKIPPED          Kim_Minsu: hw.zip is packed: ask for the notebook itself'
    """
    notes = "; ".join(filter(None, [_NOTES.get(outcome.done, ""), outcome.note]))
    return f"  {_WORDS[outcome.done]:<15}  {clean(outcome.student)}{': ' if notes else ''}{clean(notes)}"


def summary(outcomes: Sequence[Outcome], assignment: str, submitted: Path) -> str:
    """Return how many there are of each kind, and how many in submitted/ are not in this download."""
    count = Counter(outcome.done for outcome in outcomes)
    kinds = ", ".join(f"{count[done]} {word.lower()}" for done, word in _WORDS.items() if count[done])
    here = {path.parent.parent.name for path in submitted.glob(f"*/{assignment}/{assignment}.ipynb")}
    others = len(here - {outcome.student for outcome in outcomes})
    more = f" {others} more {'lies' if others == 1 else 'lie'} in submitted/ from before." if others else ""
    return f"{kinds}. {len(here)} have handed in {assignment}.{more}"
