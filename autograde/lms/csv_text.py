"""CSV as learning management systems write it: a cell can be replaced while all other bytes stay what they are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograde.paths import CourseError

# A spreadsheet takes a cell that starts with one of these for a formula; the wide ones, too.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Cell:
    """A cell: its text without quotes, and where it starts and ends in the text of the file."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """A CSV file that was read: its text, its rows, and what it takes to write it as it was."""

    text: str
    rows: Sequence[Sequence[Cell]]
    delimiter: str
    bom: bytes
    code: str


def read_table(data: bytes) -> Table:
    """Read a CSV file in UTF-8, or in UTF-16 with its mark, divided by commas, semicolons or tabs.

    Raises CourseError, with a sentence, for another code, or for quotes that do not end. Time is linear in the size.

    >>> table = read_table(b'ID;Grade\\r\\n7;"1;5"\\r\\n')
    >>> [[cell.text for cell in row] for row in table.rows]
    [['ID', 'Grade'], ['7', '1;5']]
    """
    bom, code = next(((bom, code) for bom, code in _BOMS if data.startswith(bom)), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(code)
    except UnicodeError:
        raise CourseError("it is neither UTF-8 nor UTF-16: export it anew, and do not save it anew") from None
    first = re.sub(r'"(?:[^"]|"")*"', "", text.partition("\n")[0])
    delimiter = max(",;\t", key=first.count)
    return Table(text, _rows(text, delimiter), delimiter, bom, code)


def with_cells(table: Table, values: Mapping[tuple[int, int], str]) -> bytes:
    """Return the file with other texts in some cells, by row and column from 0; all else is as it was.

    >>> with_cells(read_table(b'ID,Grade\\n7, "a"\\n8,\\n'), {(2, 1): "1.5"})
    b'ID,Grade\\n7, "a"\\n8,1.5\\n'
    """
    parts, place = [], 0
    for row, column in sorted(values):
        cell = table.rows[row][column]
        parts += [table.text[place : cell.start], _quoted(values[row, column])]
        place = cell.end
    return table.bom + "".join([*parts, table.text[place:]]).encode(table.code)


def new_table(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV file in UTF-8 whose cells no spreadsheet takes for formulas.

    A text that looks like one gets an apostrophe in front, which a spreadsheet shows as text.

    >>> print(new_table([["=1+1", "Kim, Minsu"], ["-", "3.5"]]).decode(), end="")  # doctest: +NORMALIZE_WHITESPACE
    '=1+1,"Kim, Minsu"
    '-,3.5
    """
    lines = (",".join(_quoted(f"'{text}" if _FORMULA.match(text) else text) for text in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _quoted(text: str) -> str:
    """A cell, in quotes when it holds anything that a reader could take for the end of it."""
    special = any(sign in text for sign in '",;\t\r\n')
    return '"{}"'.format(text.replace('"', '""')) if special else text


def _rows(text: str, delimiter: str) -> list[list[Cell]]:
    """The cells of each line; a quoted one may hold line ends."""
    pattern = re.compile(rf'("(?:[^"]|"")*"|[^{delimiter}\r\n]*)({delimiter}|\r\n|\n|\r|\Z)')
    rows: list[list[Cell]] = [[]]
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        assert match  # the second alternative always matches
        rows[-1].append(_cell(match, len(rows)))
        place = match.end()
        if match[2] not in (delimiter, ""):
            rows.append([])
    if text.endswith(delimiter):
        rows[-1].append(Cell("", place, place))
    return rows if rows[-1] else rows[:-1]


def _cell(match: re.Match[str], line: int) -> Cell:
    raw = match[1]
    if raw.startswith('"') and not (len(raw) > 1 and raw.endswith('"')):
        raise CourseError(f"a quote that starts in row {line} does not end: export it anew")
    text = raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
    return Cell(text, match.start(1), match.end(1))
