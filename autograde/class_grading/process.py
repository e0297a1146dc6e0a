"""A grading process from inside: a warm grader on one core, which gets one submission at a time.

It writes nothing: what it finds goes back to the parent, which alone keeps the gradebook.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from multiprocessing.connection import Connection

from autograde.class_grading.grading_one import Graded, grade_handed_in
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.stopping import hear_in_finalizers
from autograde.grading import Grader
from autograde.paths import CourseError

READY = "ready"


def serve(connection: Connection, assignment: str, core: int | None) -> None:
    """Grade what comes through the connection until it closes.

    First it sends READY, or the sentence of a CourseError when there is no grader; then for each HandedIn and note a
    Graded, or the sentence of what went wrong with it.
    """
    _settle(core)
    try:
        grader = Grader(assignment)
    except CourseError as error:
        connection.send(str(error))
        return
    with grader, contextlib.suppress(EOFError, ConnectionError):  # which say that the parent has gone
        connection.send(READY)
        while True:
            submission, note = connection.recv()
            connection.send(_answer(assignment, submission, grader, note))


def _answer(assignment: str, submission: HandedIn, grader: Grader, note: str) -> Graded | str:
    try:
        return grade_handed_in(assignment, submission, grader.grade, note)
    except Exception as error:
        return str(error) or type(error).__name__


def _settle(core: int | None) -> None:
    """End with the parent, at SIGTERM after cleaning up; leave Ctrl-C to the parent; stay on one core."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hear_in_finalizers()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    if sys.platform == "linux":
        from autograde.sandbox import kernel

        parent = os.getppid()
        kernel.die_with_parent()
        if os.getppid() != parent:  # it has ended just before
            sys.exit(1)
        if core is not None:
            os.sched_setaffinity(0, {core})
