"""The grading processes as the parent sees them: fed one submission at a time, replaced when they die."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait

from autograde.class_grading.grading_one import Graded, failed
from autograde.class_grading.handed_in import HandedIn
from autograde.class_grading.process import READY, serve
from autograde.paths import CourseError

MOST_SECONDS = 900.0  # for one submission: far more than the limits of all exercises together
MOST_TRIES = 2
FAILED = "The grading failed, and the old score is gone:"
_MOST_BAD_STARTS = 3
_END_SECONDS = 5.0


def usable_cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


class Pool:
    """Grading processes of one assignment. Use it as a context manager: at its end they are gone.

    count: of processes, each on a core of its own as far as there are enough. They start at once, and in the
    background.
    """

    def __init__(self, assignment: str, count: int) -> None:
        self._assignment = assignment
        cores = usable_cores()
        self.count = count
        self._bad_starts = 0
        self._members = [_Member(assignment, cores[i % len(cores)]) for i in range(count)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for member in self._members:
            member.process.terminate()
        deadline = time.monotonic() + _END_SECONDS
        for member in self._members:
            member.end(deadline - time.monotonic())

    def graded(self, submissions: Iterable[HandedIn], note: str) -> Iterator[Graded]:
        """Yield each submission's grading as it comes, in no order; note: how submissions are locked in.

        A submission on which its process ends, hangs or fails gets another try, on a new process; then it is given
        to a human. Raises CourseError when no grading process starts.
        """
        left = deque(submissions)
        tries: Counter[str] = Counter()
        while left or any(member.task for member in self._members):
            for member in self._answering():
                task, answer = member.answer()
                if task is None:
                    self._require_started(member, answer)
                elif isinstance(answer, str):
                    self._replace(member)
                    tries[task.student] += 1
                    if tries[task.student] < MOST_TRIES:
                        left.appendleft(task)
                        continue
                    answer = failed(self._assignment, task, f"{FAILED} {answer}")
                self._feed(left, note)  # before the answer is written, so that nobody is idle meanwhile
                if isinstance(answer, Graded):
                    yield answer

    def _feed(self, left: deque[HandedIn], note: str) -> None:
        for member in self._members:
            if left and member.is_ready and member.task is None:
                member.give(left.popleft(), note)

    def _answering(self) -> list[_Member]:
        """The members that have an answer, have ended, or have taken too long."""
        by_connection = {member.connection: member for member in self._members}
        ready = [by_connection[connection] for connection in wait(list(by_connection), timeout=1.0)]  # type: ignore[index]
        return ready or [member for member in self._members if member.is_late()]

    def _require_started(self, member: _Member, answer: Graded | str) -> None:
        """A process that has nothing to grade says that it is ready, or has ended."""
        if answer == READY:
            member.is_ready = True
            return
        if member.said is not None:
            raise CourseError(member.said)
        self._bad_starts += 1
        if self._bad_starts >= _MOST_BAD_STARTS:
            raise CourseError(
                "The grading processes end before they have begun. `course.py doctor` may tell why."
            )
        self._replace(member)

    def _replace(self, member: _Member) -> None:
        member.end(0)
        place = self._members.index(member)
        self._members[place] = _Member(self._assignment, member.core)


class _Member:
    """One process; task: what it grades now."""

    def __init__(self, assignment: str, core: int) -> None:
        self.core = core
        self.task: HandedIn | None = None
        self.is_ready = False
        self.said: str | None = None
        self._since = time.monotonic()
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, assignment, core), daemon=True)
        with _signals_wait():
            self.process.start()
        theirs.close()

    def give(self, task: HandedIn, note: str) -> None:
        """Hand over a submission."""
        self.task = task
        self._since = time.monotonic()
        with contextlib.suppress(OSError):  # it has ended: its answer will say so
            self.connection.send((task, note))

    def answer(self) -> tuple[HandedIn | None, Graded | str]:
        """Return what it was given and what it says, or a sentence on how it ended."""
        is_late = self.is_late()
        task, self.task = self.task, None
        if is_late and not self.connection.poll():
            return task, f"it took more than {MOST_SECONDS / 60:.0f} minutes."
        try:
            answer: Graded | str = self.connection.recv()
        except (EOFError, OSError):
            return task, "its process ended twice, perhaps for lack of memory."
        self.said = answer if isinstance(answer, str) else None
        return task, answer

    def is_late(self) -> bool:
        """Whether it has taken too long."""
        return self.task is not None and time.monotonic() - self._since > MOST_SECONDS

    def end(self, seconds: float) -> None:
        """Wait so long for its end, then end it."""
        self.process.join(max(seconds, 0))
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait: a process that starts meanwhile is not hit before it can handle them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
