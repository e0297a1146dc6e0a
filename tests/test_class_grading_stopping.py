"""A signal stops a batch wherever it comes, also in a finalizer, whose exceptions Python drops."""

import os
import signal
import time
import weakref

import pytest

from autograde.class_grading.stopping import Stopped, stopped_by_sigterm

pytestmark = pytest.mark.skipif(os.name != "posix", reason="os.kill with SIGINT is POSIX")


class _Thing:
    """Something that has a finalizer."""


def _hit(number: int) -> None:
    """A finalizer that a signal comes into."""
    os.kill(os.getpid(), number)
    time.sleep(0.001)  # a byte code later its handler runs


@pytest.mark.parametrize(("number", "stop"), [(signal.SIGTERM, Stopped), (signal.SIGINT, KeyboardInterrupt)])
def test_a_signal_that_comes_in_a_finalizer_still_stops(
    number: int, stop: type[BaseException], capfd: pytest.CaptureFixture[str]
) -> None:
    with stopped_by_sigterm(), pytest.raises(stop):
        thing = _Thing()
        weakref.finalize(thing, _hit, number)
        del thing
        time.sleep(10)
    assert capfd.readouterr().err == ""


def test_what_else_a_finalizer_raises_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr("sys.unraisablehook", lambda dropped: told.append(dropped.exc_type))
    with stopped_by_sigterm():
        thing = _Thing()
        weakref.finalize(thing, int, "no number")
        del thing
    assert told == [ValueError]
