"""What an answer costs too much, in words."""

from __future__ import annotations

from collections.abc import Sequence

from autograde.causes import counts_cause
from autograde.check import Arguments, Counts, Exercise, Growth
from autograde.compare import written_call
from autograde.report import Fault


def counts_fault(exercise: Exercise, check: Counts, arguments: Arguments, count: int) -> Fault:
    """Return the fault of a call whose devices count more than the limit."""
    limit = check.limit(arguments)
    message = f"Too many {check.counted}: {count:,}, and {limit:,} are allowed ({check.rule})."
    cause = counts_cause(check, arguments, count)
    return Fault(
        "failed",
        f"{message} {cause.text}" if cause else message,
        written_call(exercise, arguments),
        f"{count:,} {check.counted}",
        f"at most {limit:,}",
        cause.hints if cause else check.hints,
    )


def too_few_fault(exercise: Exercise, check: Counts, arguments: Arguments, count: int) -> Fault:
    """Return the fault of a call whose devices count less than any honest answer needs."""
    least = check.least(arguments)
    message = (
        f"Too few {check.counted}: {count:,}, and what memory does not hold needs {least:,} at the least: "
        "the rest was kept in lists."
    )
    call = written_call(exercise, arguments)
    return Fault("failed", message, call, f"{count:,} {check.counted}", f"at least {least:,}", check.hints)


def growth_fault(exercise: Exercise, check: Growth, ratios: Sequence[float], arguments: Arguments) -> Fault:
    """Return the fault of an answer whose time grows faster than the reference's; ratios: of their times."""
    first, last = check.sizes[0], check.sizes[len(ratios) - 1]
    message = (
        f"It gets slower than the input grows: from n = {first:,} to n = {last:,}, "
        f"its time grows {ratios[-1] / ratios[0]:.0f} times more than the reference's."
    )
    return Fault("failed", message, call=written_call(exercise, arguments), hints=check.hints)
