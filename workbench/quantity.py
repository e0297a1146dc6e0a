"""Numbers as the course prints them: in tables, on bars, in the text that stands for a picture."""

from __future__ import annotations

import math
import numbers
from contextlib import suppress
from typing import Any

_UNITS = {"mb_s": "MB/s", "percent": "%", "kib": "KiB"}  # units that a name spells another way


def number(value: float) -> str:
    """Return a number for readers: whole numbers in full, others to three significant digits.

    >>> [number(value) for value in (10_000, 0.0123456, 75.32, 2896.4, 1001.0, 0, 0.00001234, 3.4e15)]
    ['10,000', '0.0123', '75.3', '2,900', '1,001', '0', '1.23e-05', '3.4e+15']
    """
    if isinstance(value, numbers.Integral):
        return f"{int(value):,}"
    if not math.isfinite(value) or value == 0 or not 1e-4 <= abs(value) < 1e12:
        return f"{value:.3g}"
    if value == int(value):  # a count that was kept as a float
        return f"{int(value):,}"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    text = f"{rounded:,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity_of(name: str) -> tuple[str, str]:
    """Return what the name of a guess is about, and its unit.

    >>> quantity_of("cold_read_us"), quantity_of("disk_rate_mb_s"), quantity_of("one_byte_read_kib")
    (('cold read', 'us'), ('disk rate', 'MB/s'), ('one byte read', 'KiB'))
    """
    what, _, unit = name.rpartition("_")
    for ending, written in _UNITS.items():
        if name.endswith(f"_{ending}"):
            what, unit = name.removesuffix(f"_{ending}"), written
    return what.replace("_", " "), unit


def is_amount(value: Any) -> bool:
    """Return whether this is a number above 0 that a logarithm takes.

    >>> is_amount(0.5), is_amount(0), is_amount(True)
    (True, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    with suppress(OverflowError):  # an integer of 400 digits
        return 0 < float(value) < 1e300
    return False
