"""The processes of one submission: started when needed, loaded cell by cell, replaced when they die."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Sequence

from autograde.check import Arguments, Exercise, Outcome
from autograde.compare import written_call
from autograde.limits import Allowance, Died
from autograde.paths import CourseError
from autograde.report import Fault
from autograde.requests import Batch
from autograde.worker_process import WorkerProcess

CELL_CPU_SECONDS = 10.0
HASH_SEEDS = (1, 2)
MOST_DEAD_CELLS = 3


class Runner:
    """Runs one submission's cells and the calls into them. Use it as a context manager.

    cells: (grade_id, source) in notebook order; imports: packages allowed beside the library and numpy; allowance: of
    all its processes together, the usual one when None.
    """

    def __init__(
        self, cells: Iterable[tuple[str, str]], imports: Sequence[str], allowance: Allowance | None = None
    ) -> None:
        self.allowance = allowance or Allowance()
        self._cells = list(cells)
        self._imports = list(imports)
        self._workers: dict[int, WorkerProcess] = {}
        self._asked: set[str] = set()  # of the second process
        self.cell_faults: dict[str, Fault] = {}
        self.deaths = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.close()

    def load(self) -> None:
        """Start the first process, so that cell_faults tells which cells do not run."""
        self.worker(HASH_SEEDS[0])

    def worker(self, hash_seed: int) -> WorkerProcess:
        """Return the live process with that hash seed; a dead one is replaced."""
        if hash_seed not in self._workers:
            self._workers[hash_seed] = self.fresh(hash_seed)
        return self._workers[hash_seed]

    def fresh(self, hash_seed: int = HASH_SEEDS[0], preload: Sequence[str] = ()) -> WorkerProcess:
        """Return a new process with all cells run; a cell that ends it is left out of the next try.

        preload: what to import before the cells; without it, what the cells name.
        """
        while True:
            worker = self._started(hash_seed, preload or self.imported())
            try:
                self._run_cells(worker)
                return worker
            except _CellDied as death:
                worker.close()
                self.cell_faults[death.cell] = death.fault

    def call(self, exercise: Exercise, calls: Sequence[Arguments], hash_seed: int) -> Iterator[Outcome]:
        """Yield an outcome for each call; raises Died, and counts it, when a call ends the process."""
        worker = self._asked_for(exercise.name, hash_seed)
        try:
            yield from worker.call(exercise.name, calls, exercise.drains, exercise.cpu_seconds)
        except Died:
            self.forget(hash_seed)
            raise

    def replay(self, exercise: Exercise, batch: Batch, hash_seed: int) -> Iterator[Outcome | None]:
        """Yield None for each call whose reply is the foretold one, else its outcome; raises Died as call does."""
        worker = self._asked_for(exercise.name, hash_seed)
        try:
            yield from worker.replay(batch, exercise.cpu_seconds)
        except Died:
            self.forget(hash_seed)
            raise

    def forget(self, hash_seed: int) -> None:
        """Count a death and drop the process; the next call starts another."""
        self.deaths += 1
        self._drop(hash_seed)

    def timed(self, name: str) -> WorkerProcess:
        """Return the second process, which has not been asked for this exercise: it is a new one where it has."""
        if name in self._asked:
            self._drop(HASH_SEEDS[1])
        self._asked.add(name)
        return self.worker(HASH_SEEDS[1])

    def _asked_for(self, name: str, hash_seed: int) -> WorkerProcess:
        if hash_seed == HASH_SEEDS[1]:
            self._asked.add(name)
        return self.worker(hash_seed)

    def _drop(self, hash_seed: int) -> None:
        if hash_seed == HASH_SEEDS[1]:
            self._asked.clear()
        if hash_seed in self._workers:
            self._workers.pop(hash_seed).close()

    def imported(self, packages: Sequence[str] | None = None) -> list[str]:
        """Return what the cells name in import statements: of the standard library, numpy and these packages.

        packages: by default all that the cells may import.
        """
        allowed = {*sys.stdlib_module_names, "numpy", *(self._imports if packages is None else packages)}
        return sorted(self._named & allowed)

    @functools.cached_property
    def _named(self) -> set[str]:
        """All packages in the import statements of the cells."""
        return {name for _, source in self._cells for name in imports_in(source)}

    def _started(self, hash_seed: int, preload: Sequence[str]) -> WorkerProcess:
        """A process before any cell has run: that it starts is the grader's affair, not the student's."""
        try:
            return WorkerProcess(self._imports, hash_seed, preload, allowance=self.allowance)
        except Died as death:
            raise CourseError(
                f"The process that runs submissions does not start. {death} `course.py doctor` tells what is missing."
            ) from None

    def _run_cells(self, worker: WorkerProcess) -> None:
        """Run all cells but those that are known to end the process, and what stands behind too many of those."""
        cells = self._cells_to_run()
        done = 0
        try:
            for outcome in worker.run_cells(cells, CELL_CPU_SECONDS):
                if outcome.error is not None:
                    self.cell_faults[cells[done][0]] = cell_fault(cells[done][0], outcome)
                done += 1
        except Died as death:
            raise _CellDied(cells[done][0], death) from None

    def _cells_to_run(self) -> list[tuple[str, str]]:
        cells = []
        dead = 0
        for name, source in self._cells:
            if name in self.cell_faults and self.cell_faults[name].status != "failed":
                dead += 1
            elif dead >= MOST_DEAD_CELLS:
                message = "It was not run: too many cells above it end the process."
                self.cell_faults[name] = Fault("crashed", message, call=f"cell {name}")
            else:
                cells.append((name, source))
        return cells


class _CellDied(Exception):
    def __init__(self, cell: str, death: Died) -> None:
        super().__init__(cell)
        self.cell = cell
        self.fault = Fault(death.reason, f"Running the cell ends the process. {death}", call=f"cell {cell}")


def cell_fault(name: str, outcome: Outcome) -> Fault:
    """Describe a cell that raises when it is run."""
    assert outcome.error is not None
    error = f"{outcome.error[0]}: {outcome.message}"
    message = f"The cell does not run ({outcome.where})." if outcome.where else "The cell does not run."
    return Fault("failed", message, call=f"cell {name}", got=f"raises {error}", expected="a cell that runs")


def death_fault(exercise: Exercise, arguments: Arguments, death: Died) -> Fault:
    """Describe a call that ended its process."""
    hints = {
        "timeout": ("Which loop can go on for ever? Try this call by hand with a print in the loop.",),
        "memory": ("What grows with the input here, and does it have to be kept?",),
    }
    call = written_call(exercise, arguments)
    return Fault(death.reason, str(death), call=call, hints=hints.get(death.reason, ()))


def imports_in(source: str) -> set[str]:
    """Return the top-level names of all packages in a source's import statements; none if it does not parse.

    >>> sorted(imports_in("import a.b, c\\nfrom d.e import f"))
    ['a', 'c', 'd']
    """
    if "import" not in source:  # to parse takes long
        return set()
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names} - {""}
