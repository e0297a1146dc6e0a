"""The fresh process behind check() in a notebook: a request as JSON on standard input, the verdict on output."""

from __future__ import annotations

import json
import sys
from typing import Any

from autograde.grading import Grader
from autograde.own_work import grade_own
from autograde.paths import CourseError
from autograde.report import AssignmentReport
from autograde.report_html import exercise_html
from autograde.submission import with_cells


def main() -> int:
    """Grade one exercise and print its score and report; 0 when that worked."""
    request = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    try:
        report, progress = _graded(request)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    (exercise,) = report.exercises
    print(
        json.dumps({"score": exercise.score, "html": exercise_html(exercise, request["checked"], progress)})
    )
    return 0


def _graded(request: dict[str, Any]) -> tuple[AssignmentReport, str]:
    """The report, and the line of progress where the notebook is the trainee's own."""
    name, only = request["assignment"], request["only"]
    submission = with_cells(request["cells"], from_kernel=True)
    with Grader(name) as grader:
        if request["own"]:
            return grade_own(grader, name, submission, only=only)
        return grader.grade(submission, only=only), ""


if __name__ == "__main__":
    sys.exit(main())
