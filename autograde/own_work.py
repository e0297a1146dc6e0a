"""Grading a trainee's own notebook: hints by tries, the verdicts kept, the start page moved on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from autograde import progress, start_page
from autograde.grading import Grader
from autograde.overview import progress_line
from autograde.report import AssignmentReport
from autograde.submission import Submission
from workbench.state import StateError


def grade_own(
    grader: Grader, name: str, submission: Submission, **options: Any
) -> tuple[AssignmentReport, str]:
    """Grade a submission from work/ and remember the verdicts; return the report and the line of progress.

    options are those of Grader.grade without tries. What cannot be kept is said on standard error, and the line
    is empty: a full disk does not stop a grading.
    """
    report = grader.grade(submission, tries=_tries(name, submission.cells), **options)
    try:
        progress.record(report, submission.cells)
        start_page.write()
        return report, progress_line(name)
    except (StateError, OSError) as error:
        print(f"Your progress was not kept: {error}", file=sys.stderr)
        return report, ""


def _tries(name: str, cells: Mapping[str, str]) -> dict[str, int]:
    with suppress(StateError):
        return progress.tries_with(name, cells)
    return {}
