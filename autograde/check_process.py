"""The fresh process behind check() in a notebook: a request as JSON on standard input, the verdict on output."""

from __future__ import annotations

import json
import sys

from autograde.grading import grade
from autograde.paths import CourseError
from autograde.report_html import exercise_html
from autograde.submission import with_cells


def main() -> int:
    """Grade one exercise and print its score and report; 0 when that worked."""
    request = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    try:
        submission = with_cells(request["cells"])
        report = grade(request["assignment"], submission, only=request["only"], tries=request["tries"])
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    (exercise,) = report.exercises
    print(json.dumps({"score": exercise.score, "html": exercise_html(exercise)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
