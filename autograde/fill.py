"""A submission notebook from a Python file: definitions go into their exercises' cells, the rest into helpers."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograde.paths import CourseError
from autograde.released import HELPERS, grade_id_of, released, released_notebook
from autograde.source import BEGIN, END, notebook_bytes


@dataclass(frozen=True)
class Statement:
    """Statements that share lines, with the comments right above them.

    binds: names that they bind at the top level; is_main: an `if __name__ == "__main__":` block; is_future: an
    import from __future__, which holds for the whole file.
    """

    source: str
    binds: frozenset[str]
    is_main: bool
    is_future: bool


def filled_notebook(assignment: str, answers: Path) -> bytes:
    """Return the bytes of the released notebook with its solution cells filled from a Python file.

    A statement that binds an exercise's name (a function, a class, an assignment, an import) goes into that
    exercise's cell. All others go into helpers, in file order. `if __name__ == "__main__":` blocks stay out: they
    do not run when a file is imported either. Exercises that the file lacks stay as they were released.
    Raises CourseError for an unknown assignment, or a file that cannot be read or is no Python.
    """
    exercises = [exercise.name for exercise in released(assignment).exercises]
    cells = cells_from(read_python(answers), exercises)
    notebook = released_notebook(assignment)
    for cell in notebook["cells"]:
        name = grade_id_of(cell)
        if name in cells:
            before = "".join(cell["source"]) + "\n\n" if name == HELPERS else ""
            cell["source"] = (before + cells[name]).splitlines(keepends=True)
    return notebook_bytes(notebook)


def cells_from(source: str, exercises: Sequence[str]) -> dict[str, str]:
    """Return the source of each cell that a Python source fills, by exercise or "helpers".

    >>> cells_from("import zlib\\n\\n# as gaps\\ndef f(x): return x\\n\\nk = 1", ["f"])
    {'helpers': 'import zlib\\n\\n\\nk = 1', 'f': '# as gaps\\ndef f(x): return x'}
    """
    parts: dict[str, list[str]] = {}
    found = list(statements(source))
    for statement in found:
        if not statement.is_main:
            for name in statement.binds & set(exercises) or {HELPERS}:
                parts.setdefault(name, []).append(statement.source)
    future = [statement.source for statement in found if statement.is_future]
    for name in parts.keys() - {HELPERS}:
        parts[name][:0] = future
    return {name: "\n\n\n".join(sources) for name, sources in parts.items()}


def statements(source: str) -> Iterator[Statement]:
    """Yield the top-level statements of a Python source that parses; marks of solution blocks are left out."""
    lines = source.split("\n")
    body = ast.parse(source).body
    while body:
        group = [body.pop(0)]
        while body and _first_line(body[0]) <= (group[-1].end_lineno or 0):
            group.append(body.pop(0))
        start, end = _first_line(group[0]) - 1, group[-1].end_lineno
        while start and _is_comment(lines[start - 1]):
            start -= 1
        kept = [line for line in lines[start:end] if line.strip() not in (BEGIN, END)]
        binds = frozenset(name for node in group for name in _bound(node))
        yield Statement("\n".join(kept), binds, _is_main(group[0]), _is_future(group[0]))


def read_python(path: Path) -> str:
    """Return the text of a Python file that parses; raises CourseError with the file and the line."""
    try:
        source = importlib.util.decode_source(path.read_bytes())
        ast.parse(source)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except SyntaxError as error:
        place = f", line {error.lineno}" if error.lineno else ""
        raise CourseError(f"{path}{place}: this is no Python: {error.msg}.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path} is no UTF-8 text.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise CourseError(f"{path} is no Python that can be read: {error}.") from None
    return source


def _first_line(node: ast.stmt) -> int:
    """The line of a statement's first decorator, or its own."""
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])


def _is_comment(line: str) -> bool:
    """Whether a line is a comment that belongs to what follows: no header of a notebook cell, no block's mark."""
    return line.startswith("#") and not line.startswith(("# %%", BEGIN, END))


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "__name__ == '__main__'",
        "'__main__' == __name__",
    )


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds outside of functions and classes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    if not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
