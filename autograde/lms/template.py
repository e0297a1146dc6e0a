"""Marks filled into a file that a learning management system has exported; all but its one column stays as it was."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from autograde.lms.csv_text import Table, read_table, with_cells
from autograde.lms.marks import Mark, Sheet, number, own_id, without_score
from autograde.lms.students import folder_name
from autograde.paths import CourseError

_COMMA_NUMBER = re.compile(r"\d+,\d+")


def filled_sheet(assignment: str, marks: Sequence[Mark], layout: str, template: bytes, column: str) -> Sheet:
    """Return a file that the system has exported, with marks in the column of the assignment and all else as it was.

    column: the title of the column, "" for the one that bears the assignment's name (Moodle: Grade). Raises
    CourseError when the file is no such export or the column cannot be told.
    """
    table = read_table(template)
    if len(table.rows) < 2:
        raise CourseError("it has no row of a student")
    grade, key = _grade_column(table, layout, assignment, column), _key_column(table, layout)
    rows = _rows_of(table, marks, layout, key, grade)
    point = "," if any(_COMMA_NUMBER.fullmatch(text) for text in _column(table, grade + 1)) else "."
    values, left_out = {}, without_score(marks)
    for mark in marks:
        row = rows[mark.student]
        if mark.score is not None and isinstance(row, int):
            values[row, grade] = number(mark.score).replace(".", point)
        elif mark.score is not None:
            left_out.setdefault(str(row), []).append(mark.student)
    sheet = Sheet(with_cells(table, values), len(values), left_out)
    maximum = _maximum(table, layout, grade)
    if maximum is not None and maximum != marks[0].max:
        sheet.notes.append(
            f"These marks are of {number(marks[0].max)} points, and the system's column is of {number(maximum)}. "
            "Marks are not scaled: change the column's points before the import."
        )
    return sheet


def _grade_column(table: Table, layout: str, assignment: str, column: str) -> int:
    """The column that the marks go into."""
    heads = [cell.text.strip() for cell in table.rows[0]]
    wanted = column or {"moodle": "Grade", "plain": "score"}.get(layout, assignment)
    found = [i for i, head in enumerate(heads) if head == wanted]
    found = found or [i for i, head in enumerate(heads) if title_of(head).casefold() == wanted.casefold()]
    if len(found) != 1:
        trouble = "more than one column has" if found else "no column has"
        raise CourseError(f"{trouble} the title {wanted!r}. Name one with --column: {', '.join(heads)}")
    if any("(read only)" in text for text in _column(table, found[0])):
        raise CourseError(f"the system takes no marks for {heads[found[0]]!r}: it calls it read only")
    return found[0]


def title_of(head: str) -> str:
    """Return the title in the head of a column: without Canvas's number, or Blackboard's points and number.

    >>> title_of("Homework 6 (1234)"), title_of("Homework 6 [Total Pts: 10 Score] |66461")
    ('Homework 6', 'Homework 6')
    """
    return re.sub(r" \(\d+\)$| \[Total Pts:.*$", "", head)


def _key_column(table: Table, layout: str) -> int:
    """The column of the system's ids: Moodle's stands first, whatever its language calls it."""
    heads = [cell.text.strip().casefold() for cell in table.rows[0]]
    wanted = {"canvas": "id", "blackboard": "username"}.get(layout, heads[0])
    if wanted not in heads:
        raise CourseError(f"it is no export of {layout.capitalize()}: it has no column {wanted!r}")
    return heads.index(wanted)


def _rows_of(table: Table, marks: Sequence[Mark], layout: str, key: int, grade: int) -> dict[str, int | str]:
    """The row of each student, or why there is none.

    The system's id tells it; where that is not known, any name that stands before the grade.
    """
    by_id, by_name = defaultdict(list), defaultdict(list)
    for place, row in enumerate(table.rows[1:], start=1):
        if len(row) > max(key, grade):
            by_id[_key(row[key].text, layout)].append(place)
            for name in {folder_name(cell.text) for cell in row[:grade]} - {""}:
                by_name[name].append(place)
    found = {}
    for mark in marks:
        own = own_id(mark, layout)
        found[mark.student] = by_id.get(own, []) if own else by_name.get(mark.student, [])
    claims = Counter(place for places in found.values() for place in places)
    return {student: _only(places, claims) for student, places in found.items()}


def _only(places: Sequence[int], claims: Counter[int]) -> int | str:
    if not places:
        return "no row of the exported file is theirs"
    if len(places) > 1 or claims[places[0]] > 1:
        return "it cannot be told which row of the exported file is theirs"
    return places[0]


def _key(text: str, layout: str) -> str:
    """An id as the system writes it; Moodle puts a word in the reader's language before the number."""
    return re.sub(r"^.*\D", "", text) if layout == "moodle" else text


def _column(table: Table, column: int) -> list[str]:
    return [row[column].text.strip() for row in table.rows[1:] if len(row) > column]


def _maximum(table: Table, layout: str, grade: int) -> float | None:
    """The points that the system's column has, None where the file does not tell."""
    texts = {
        "moodle": _column(table, grade + 1)[:1],
        "canvas": [row[grade].text for row in table.rows[1:3] if "Points Possible" in row[0].text],
        "blackboard": re.findall(r"\[Total Pts: ([\d.]+)", table.rows[0][grade].text),
    }.get(layout, [])
    try:
        return float(texts[0].strip().replace(",", ".")) if texts else None
    except ValueError:
        return None
