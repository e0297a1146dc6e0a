"""One call of trusted code in the grader's own process: the references, and the twins behind causes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograde.check import Arguments, Burst, Counted, Lines, Outcome, Sink, Source, Steps
from workbench.devices import Device, total_counts
from workbench.held import hold_together


def perform(function: Callable[..., Any], arguments: Arguments, drains: bool = False) -> Outcome:
    """Call a trusted function with copies of the arguments, its devices made real, and say what it did.

    >>> perform(lambda lines, out: out.write(b"".join(lines)), (Lines([b"a", b"b"]), Sink())).written
    b'ab'
    >>> perform(int, ("x",)).error[0]
    'ValueError'
    >>> [step.value for step in perform(list, ([1], Steps([("append", (2,)), ("pop", ())]))).steps]
    [None, 2]
    >>> perform(list, ([1], Burst([("append", ([2, 3],)), ("count", ([2, 5, 1],))]))).value
    [None, None, 1, 0, 1]
    """
    real = [_real(argument) for argument in arguments if not isinstance(argument, Steps)]
    hold_together(real)
    try:
        value = function(*real)
        if isinstance(arguments[-1] if arguments else None, Burst):
            calls = (map(getattr(value, name), *columns) for name, columns in arguments[-1].calls)
            done = [result for results in calls for result in results]
            return Outcome(value=done, written=_written(real), counts=_counts(real))
        if len(real) < len(arguments):
            steps = tuple(_step(getattr(value, name), a, real) for name, a in arguments[-1].calls)
            return Outcome(steps=steps, written=_written(real), counts=_counts(real))
        if drains:
            value = list(value)
    except Exception as error:
        return Outcome(error=tuple(kind.__name__ for kind in type(error).__mro__), message=str(error))
    return Outcome(value=value, written=_written(real), counts=_counts(real))


def _step(method: Callable[..., Any], arguments: Arguments, real: list[Any]) -> Outcome:
    """One call of a method, with what the devices of its object were made to do so far."""
    return replace(perform(method, arguments), written=_written(real), counts=_counts(real))


def _real(argument: Any) -> Any:
    if isinstance(argument, Lines):
        return iter(argument.items)
    if isinstance(argument, Source):
        return io.BytesIO(argument.data)
    if isinstance(argument, Sink):
        return _Written()
    if isinstance(argument, Counted):
        return argument.make()
    return list(argument) if isinstance(argument, list) else argument


class _Written(io.BytesIO):
    """A BytesIO that survives being closed by the code that it was handed to."""

    def close(self) -> None:
        pass

    @property
    def outcome(self) -> bytes:
        """What was written."""
        return self.getvalue()


def _written(real: list[Any]) -> Any:
    made = [a.outcome for a in real if isinstance(a, (_Written, Device)) and a.outcome is not None]
    return made[0] if made else None


def _counts(real: list[Any]) -> dict[str, int]:
    return total_counts(argument for argument in real if isinstance(argument, Device))
