"""Building chapters: from chapters/NAME.py to the notebook with the outputs of the machine that built it.

The notebook remembers a hash of all that it ran. It is executed again only when that hash has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from autograde.environment import variables
from autograde.files import write_atomically
from autograde.paths import ROOT, CourseError
from autograde.source import NOTEBOOK_METADATA, Notebook, notebook_bytes, with_ids

CHAPTERS = ROOT / "chapters"
MOST_BYTES = 1_000_000
_RUN_BY_ALL = ("workbench/**/*.py", "datasets/**/*.py", "solutions/engines/**/*.py")
_CELL_SECONDS = 120


def chapter_names() -> list[str]:
    """Return the names of all chapters that have a source, in their order."""
    return sorted(path.stem for path in CHAPTERS.glob("*.py"))


def notebook_path(name: str) -> Path:
    """Return where a chapter's notebook lies."""
    return CHAPTERS / f"{name}.ipynb"


def stale_chapters() -> dict[str, str]:
    """Return which chapters' notebooks are not in step, each with what is wrong, in words."""
    reasons = {name: why_stale(name) for name in chapter_names()}
    return {name: reason for name, reason in reasons.items() if reason}


def without_source() -> list[Path]:
    """Return notebooks in chapters/ that no source makes."""
    names = chapter_names()
    return [path for path in sorted(CHAPTERS.glob("*.ipynb")) if path.stem not in names]


def why_stale(name: str) -> str:
    """Return in what the committed notebook differs from what would be built now, in words; "" when in nothing.

    Nothing is executed. Running time: some milliseconds.
    """
    try:
        committed = json.loads(notebook_path(name).read_bytes())
        built_from = committed["metadata"]["course"]["inputs"]
        cells = [_source_of(cell) for cell in committed["cells"]]
    except FileNotFoundError:
        return "is missing"
    except (ValueError, KeyError, TypeError):
        return "is not a notebook that was built here"
    if cells != [_source_of(cell) for cell in unexecuted(name)["cells"]]:
        return "differs from its source"
    return "" if built_from == inputs_hash(name) else "was run with other code or other packages"


def inputs_hash(name: str) -> str:
    """Return the hash of all that a chapter runs: its source, the course's modules, the versions of the lock."""
    files = sorted({path for pattern in _RUN_BY_ALL for path in ROOT.glob(pattern)})
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    texts["chapter"] = (CHAPTERS / f"{name}.py").read_text(encoding="utf-8")
    texts["versions"] = "\n".join(_locked_versions())
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode("ascii")).hexdigest()


def unexecuted(name: str) -> Notebook:
    """Return a chapter's notebook without outputs; the same source gives the same notebook, ids included."""
    import jupytext  # takes half a second

    source = jupytext.reads((CHAPTERS / f"{name}.py").read_text(encoding="utf-8"), fmt="py:percent")
    cells = with_ids([_cell(cell) for cell in source.cells])
    metadata = {**NOTEBOOK_METADATA, "course": {"inputs": inputs_hash(name)}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def build_chapter(name: str) -> None:
    """Execute a chapter in a fresh kernel of this Python, and write its notebook.

    No trainee's state is read or written. Raises CourseError, and writes nothing, when a cell fails or writes
    to standard error, when an output shows a path of this machine, or when the notebook is too large.
    """
    notebook = unexecuted(name)
    try:
        executed = _executed(notebook)
        _require_clean(executed)
        data = notebook_bytes(executed)
        if len(data) > MOST_BYTES:
            raise CourseError(f"it has {len(data):,} bytes; at most {MOST_BYTES:,} are allowed.")
    except CourseError as error:
        raise CourseError(f"chapters/{name}.py: {error}") from None
    write_atomically(notebook_path(name), data)


def _source_of(cell: Any) -> tuple[str, str, str]:
    return cell["id"], cell["cell_type"], "".join(cell["source"])


def _locked_versions() -> list[str]:
    """The lines `name==version ; marker` of the lock, without hashes and comments."""
    lock = ROOT / "requirements.txt"
    text = lock.read_text(encoding="utf-8") if lock.exists() else ""
    return sorted(re.findall(r"^[\w.\-\[\]]+==[^\\\n]+?(?=\s*\\?$)", text, re.MULTILINE))


def _cell(cell: Any) -> Notebook:
    """A cell of a source as a notebook holds it."""
    made = {"cell_type": cell.cell_type, "metadata": {}, "source": cell.source.splitlines(keepends=True)}
    return made if cell.cell_type == "markdown" else {**made, "execution_count": None, "outputs": []}


def _executed(notebook: Notebook) -> Notebook:
    """The notebook with outputs, in plain data again."""
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    specs = KernelSpecManager(
        kernel_dirs=[]
    )  # this Python's own kernel, whatever else the user has registered
    with tempfile.TemporaryDirectory(prefix="course-chapter-") as folder:
        client = NotebookClient(
            nbformat.reads(notebook_bytes(notebook).decode(), as_version=4),
            km=AsyncKernelManager(
                kernel_name="python3", kernel_spec_manager=specs, transport_encryption="auto"
            ),
            timeout=_CELL_SECONDS,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        try:
            executed = client.execute(cleanup_kc=True, env=_kernel_variables())
        except CellTimeoutError:
            raise CourseError(f"a cell took more than {_CELL_SECONDS} s.") from None
        except (CellExecutionError, DeadKernelError) as error:
            raise CourseError(_without_colours(str(error))) from None
    executed.metadata = notebook["metadata"]  # the kernel wrote its version there
    return json.loads(nbformat.writes(executed))


def _kernel_variables() -> dict[str, str]:
    """The environment of a kernel that builds: caches of the course, no trainee, scale 1."""
    kept = {name: value for name, value in os.environ.items() if name != "WORKBENCH_SCALE"}
    return {**kept, **variables(), "COURSE_STATE": "memory", "PYTHONDONTWRITEBYTECODE": "1"}


def _require_clean(notebook: Notebook) -> None:
    """Raise CourseError for an output that the committed notebook must not show."""
    private = {str(ROOT), str(Path.home()), tempfile.gettempdir()} - {os.sep}
    for cell in notebook["cells"]:
        first_line = "".join(cell["source"]).partition("\n")[0]
        for output in cell.get("outputs", []):
            told = _words(output)
            if output["output_type"] == "error" or output.get("name") == "stderr":
                raise CourseError(
                    f"the cell that starts with `{first_line}` writes to standard error: {told}"
                )
            if any(path in told for path in private):
                raise CourseError(
                    f"the cell that starts with `{first_line}` shows a path of this machine: {told}"
                )


def _words(output: Any) -> str:
    """An output as text, without the letters of its pictures: at random they may look like a path."""
    return re.sub(r"[A-Za-z0-9+/]{400,}", "", json.dumps(output, ensure_ascii=False))


def _without_colours(text: str) -> str:
    """A traceback without the codes of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
