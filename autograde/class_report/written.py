"""The files on a class that an instructor looks at: statistics, their picture, and changed scores."""

from __future__ import annotations

from pathlib import Path

from autograde.class_grading.results import all_results
from autograde.class_report import changes, statistics
from autograde.class_report.statistics import CommonFault
from autograde.files import write_atomically
from autograde.lms.csv_text import new_table
from autograde.nbgrader_settings import GRADEBOOK
from autograde.paths import REPORTS, writable_folder
from autograde.report_text import clean


def write_statistics(assignment: str, database: Path = GRADEBOOK, reports: Path = REPORTS) -> list[str]:
    """Write checks.csv, checks.png and changes.csv of an assignment; return what a terminal should show of them.

    They lie in reports/class/ASSIGNMENT/, and tell of the latest grading of each student and of all changes so far.
    No name of a student is in the first two. Without a grading nothing is written. Raises OSError.
    """
    results = all_results(assignment, database)
    latest = [*{result.student: result.report for result in results}.values()]
    checks = statistics.check_statistics(latest)
    if not checks:
        return []
    from autograde.class_report.picture import class_picture  # matplotlib takes a second to load

    folder = writable_folder(reports / "class" / assignment)
    faults = statistics.common_faults(latest)
    changed = changes.score_changes(results)
    write_atomically(folder / "checks.csv", new_table(statistics.table(checks)))
    write_atomically(folder / "checks.png", class_picture(assignment, checks, faults).png)
    write_atomically(folder / "changes.csv", new_table(changes.table(changed)))
    return [
        clean(line) for line in (*changes.lines(changed), *_fault_line(faults), f"Class report: {folder}")
    ]


def _fault_line(faults: list[CommonFault]) -> list[str]:
    if not faults:
        return []
    common = max(faults, key=lambda fault: fault.count)
    have = "1 has it" if common.count == 1 else f"{common.count} have it"
    return [f"Most common fault ({have}, in {common.exercise}): {common.fault}"]
