"""Work in two processes, with a line that says what it is at, how much is done and how long it will take."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from time import monotonic
from types import FrameType
from typing import TypeVar

from datasets.progress import Progress

PROCESSES = 2
Item = TypeVar("Item")
Result = TypeVar("Result")


class Counted(Progress):
    """Progress that tells the counts, the latest item and the time that is left."""

    def __init__(self, label: str, total: int) -> None:
        super().__init__(label, total)
        self.started = monotonic()
        self.latest = ""

    def _show(self) -> None:
        text = f"{self.label}: {self.done:,} of {self.total:,}{self._left()}; {self.latest}"
        self.stream.write(f"\r{text[:108]:<108}" if self.terminal else f"{text}\n")
        self.stream.flush()
        self.shown = True

    def _left(self) -> str:
        """The time that is left, once enough is done to tell."""
        if self.done * 50 < self.total:
            return ""
        left = (monotonic() - self.started) / self.done * (self.total - self.done)
        return f", about {left / 60:.1f} min left"


def each(
    label: str,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    name: Callable[[Item], str],
    processes: int = PROCESSES,
) -> list[Result]:
    """Return the result of work for each item, in the items' order.

    work: a function at the top of a module; name: what the line of progress calls an item. With 0 processes all
    is done in this one. When this process is interrupted the others end, and end what they have started.
    """
    progress = Counted(label, len(items))
    with progress, _mapped(work, items, processes) as results:
        found = []
        for item, result in zip(items, results, strict=True):
            progress.latest = name(item)
            progress.add(1)
            found.append(result)
        return found


@contextlib.contextmanager
def _mapped(
    work: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[Iterator[Result]]:
    """The results, as they come; at the end of the block no process is left."""
    if not processes:
        yield map(work, items)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _end_in_order) as pool:  # it tells when one of them dies
        try:
            yield pool.map(work, items)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _end_in_order() -> None:
    """Leave Ctrl-C to the parent, and let the parent's SIGTERM run the `with` blocks of what is going on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _exit)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(1)
