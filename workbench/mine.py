"""mine("vb_decode"): the trainee's own solution, loaded from work/ into the chapter that measures it.

The notebook's helpers, given and solution cells run in their order, each on its own, in a module of their own:
what else stands in the notebook does not run. It is the trainee's own code in the trainee's own kernel; only the
grader needs a sandbox.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.state import ROOT, nobody_is_here

WORK = ROOT / "work"
_FIRST = "helpers"
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_RUNS = re.compile(r"helpers|given_\d+")


@dataclass(frozen=True)
class Notebook:
    """The cells that run, as (grade_id, source) in notebook order, or the problem with the file."""

    path: Path
    cells: list[tuple[str, str]]
    problem: str = ""

    def sources(self, name: str) -> set[str]:
        """Return the different sources of the cells with this grade_id: none, one, or a contradiction."""
        return {source for grade_id, source in self.cells if grade_id == name}


@dataclass
class Loaded:
    """A notebook whose cells have run: the module that they filled, and what each broken cell raised."""

    key: str
    module: ModuleType
    broken: dict[str, str] = field(default_factory=dict)


class Mine:
    """mine(name) is the trainee's own function or class, or None; mine.why(name) says why it is None."""

    def __init__(self) -> None:
        self._loaded: dict[Path, Loaded] = {}

    def __call__(self, name: str) -> Any:
        """Return the trainee's solution of the exercise `name`; None for a stub, a missing or a broken one."""
        return self._find(name)[0]

    def why(self, name: str) -> str:
        """Return why mine(name) is None, as a sentence; an empty text when it is not."""
        return self._find(name)[1]

    def _find(self, name: str) -> tuple[Any, str]:
        if nobody_is_here():
            return None, "This chapter was built without a trainee."
        notebook = _notebook_with(name)
        if isinstance(notebook, str):
            return None, notebook
        reason = _reason_not_to_run(notebook, name)
        return (None, reason) if reason else self._run(notebook, name)

    def _run(self, notebook: Notebook, name: str) -> tuple[Any, str]:
        """Run the cells, unless these very cells have run already, and take the name from their module."""
        key = hashlib.sha256(json.dumps(notebook.cells).encode("ascii")).hexdigest()
        loaded = self._loaded.get(notebook.path)
        if loaded is None or loaded.key != key:
            loaded = self._loaded[notebook.path] = _load(notebook, key)
        if name in loaded.broken:
            return None, f"The cell of {name} raised {loaded.broken[name]}."
        if not hasattr(loaded.module, name):
            return None, f"The cell of {name} does not define {name}."
        return getattr(loaded.module, name), ""


mine = Mine()


def _notebook_with(name: str) -> Notebook | str:
    """The first notebook of work/ that has the exercise, the assignment's own before copies; or the reason."""
    notebooks = [_read(path) for path in _notebooks()]
    for notebook in notebooks:
        if notebook.sources(name):
            return notebook
    problems = [f"{book.path.name} {book.problem}" for book in notebooks if book.problem]
    return f"No notebook in {WORK.name}/ has {name}" + (f"; {'; '.join(problems)}." if problems else ".")


def _notebooks() -> list[Path]:
    """Notebooks in work/, one folder deep; folders with a dot in their name hold old copies."""
    found = [path for path in WORK.glob("*/*.ipynb") if "." not in path.parent.name and path.is_file()]
    return sorted(found, key=lambda path: (path.stem != path.parent.name, path))


def _read(path: Path) -> Notebook:
    """The cells of a file that may be anything."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return Notebook(path, [found for cell in cells if (found := _runnable(cell))])
    except OSError as error:
        return Notebook(path, [], f"cannot be read ({error.strerror or error})")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Notebook(path, [], "is not a whole notebook")


def _runnable(cell: dict[str, Any]) -> tuple[str, str] | None:
    """Grade_id and source of a cell that runs: helpers, given, a solution."""
    mark = cell.get("metadata", {}).get("nbgrader", {})
    grade_id = mark.get("grade_id")
    if not isinstance(grade_id, str) or cell.get("cell_type") != "code":
        return None
    return (grade_id, "".join(cell["source"])) if mark.get("solution") or _RUNS.fullmatch(grade_id) else None


def _reason_not_to_run(notebook: Notebook, name: str) -> str:
    """Why the exercise's cell needs no run; empty when it does."""
    if len(notebook.sources(name)) > 1:
        return f"{notebook.path.name} has two different cells of {name}."
    [source] = notebook.sources(name)
    try:
        tree = ast.parse(_without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"The cell of {name} is not Python: {error}."
    return f"{name} is not solved yet." if _has_stub(tree, name) else ""


def _has_stub(tree: ast.Module, name: str) -> bool:
    """Whether the definition of name, or one of its methods, still has the released body."""
    return any(
        all(map(_is_empty, node.body)) or any(map(_gives_up, _steps(node)))
        for node in tree.body
        if isinstance(node, _DEFINITIONS) and node.name == name
    )


def _steps(definition: _Definition) -> list[ast.stmt]:
    """The statements of a function, or those of the methods of a class."""
    if not isinstance(definition, ast.ClassDef):
        return definition.body
    return [step for method in definition.body if isinstance(method, _DEFINITIONS) for step in method.body]


def _is_empty(statement: ast.stmt) -> bool:
    """pass, an ellipsis, a docstring, raise NotImplementedError."""
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass) or _gives_up(statement)


def _gives_up(statement: ast.stmt) -> bool:
    """raise NotImplementedError, called or not."""
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.dump(statement)


def _load(notebook: Notebook, key: str) -> Loaded:
    """Run helpers first, then the other cells in their order, in a fresh module."""
    module = ModuleType(f"mine_{notebook.path.stem}", f"The trainee's {notebook.path.name}.")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    loaded = Loaded(key, module)
    for grade_id, source in sorted(notebook.cells, key=lambda cell: cell[0] != _FIRST):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                code = compile(
                    _without_magics(source), f"<{notebook.path.name}: {grade_id}>", "exec", dont_inherit=True
                )
                exec(code, module.__dict__)
        except (Exception, SystemExit) as error:
            loaded.broken[grade_id] = (
                f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            )
    return loaded


def _without_magics(source: str) -> str:
    """The source; when it is not Python, with its magic and shell lines as comments.

    >>> _without_magics("%time\\nx = 1")
    '# %time\\nx = 1'
    >>> _without_magics("x = '''\\n%d'''")
    "x = '''\\n%d'''"
    """
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"^(?=[%!])", "# ", source, flags=re.MULTILINE)
    return source
