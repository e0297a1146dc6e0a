"""The table at the heart of a chapter: what the book says, what was predicted, what this machine shows, and why."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.quantity import number

Value = float | str | None

_HEADS = ("Claim", "Book", "Predicted", "Measured here", "Unit", "Why they differ")
_NUMERIC = range(1, 4)


@dataclass(frozen=True)
class Claim:
    """One claim of the book: values in `unit`, text where a value is not a number, None where there is none."""

    name: str
    book: Value
    predicted: Value
    measured: Value
    unit: str
    why: str

    def cells(self) -> list[str]:
        """Return the row as text.

        >>> Claim("Cold 4 KiB read", book=10_000, predicted=None, measured=75.31, unit="us", why="An SSD.").cells()
        ['Cold 4 KiB read', '10,000', '-', '75.3', 'us', 'An SSD.']
        """
        values = [_text(value) for value in (self.book, self.predicted, self.measured)]
        return [self.name, *values, self.unit, self.why]


@dataclass(frozen=True)
class Table:
    """Claims as a table: HTML in a notebook, plain text elsewhere."""

    claims: tuple[Claim, ...]

    def __str__(self) -> str:
        rows = [list(_HEADS), *(claim.cells() for claim in self.claims)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
        return "\n".join(_line(row, widths) for row in rows)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": str(self)}

    def _html(self) -> str:
        """No colours of its own: the page's, light or dark. A narrow page scrolls the table, not itself."""
        head = "".join(f'<th scope="col" style="text-align:left">{text}</th>' for text in _HEADS)
        body = "".join(_row(claim) for claim in self.claims)
        return (
            '<div style="overflow-x:auto" role="region" aria-label="Claims" tabindex="0"><table>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def table(claims: Sequence[Claim]) -> Table:
    """Return the table of the claims, a row each.

    >>> print(table([Claim("Bus against disk", 129, 129.3, 25.4, "times", "An SSD moves 0.5 GB/s.")]))
    Claim             Book  Predicted  Measured here  Unit   Why they differ
    Bus against disk   129        129           25.4  times  An SSD moves 0.5 GB/s.
    """
    return Table(tuple(claims))


def reason(measured: float, expected: float, *, below: str, above: str, within: float = 1.1) -> str:
    """Return why a measurement differs from what was expected: `below`, `above`, or that they agree.

    Both values are above 0. They agree when neither is more than `within` times the other.

    >>> reason(1.2, 1.5, below="Opening a file costs, too.", above="It was in the cache.")
    'Opening a file costs, too.'
    >>> reason(1.45, 1.5, below="Opening a file costs, too.", above="It was in the cache.")
    'They agree within 10 %.'
    """
    if max(measured, expected) <= within * min(measured, expected):
        return f"They agree within {100 * (within - 1):.0f} %."
    return below if measured < expected else above


def _text(value: Value) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else number(value)


def _line(row: list[str], widths: list[int]) -> str:
    """A row of plain text, numbers to the right."""
    padded = [
        text.rjust(width) if column in _NUMERIC else text.ljust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _row(claim: Claim) -> str:
    name, *others = [html.escape(text) for text in claim.cells()]
    cells = "".join(
        f'<td style="text-align:{"right" if column in _NUMERIC else "left"}">{text}</td>'
        for column, text in enumerate(others, start=1)
    )
    return f'<tr><th scope="row" style="text-align:left">{name}</th>{cells}</tr>'
