"""The environment variables of every process of the course: one course cache, the course's own programs."""

from __future__ import annotations

import os

from autograde.paths import cache_folder
from autograde.setup_venv import programs_folder

_CACHES = {
    "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis",
    "NUMBA_CACHE_DIR": "numba",
    "MPLCONFIGDIR": "matplotlib",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter/config",
    "JUPYTER_DATA_DIR": "jupyter/data",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
    "JP_LSP_VIRTUAL_DIR": "jupyter/lsp",  # else JupyterLab may make .virtual_documents in the course folder
}


def variables() -> dict[str, str]:
    """Return the variables that the course sets, as strings; other variables stay as they are.

    Caches go into the one course cache, which falls back to a temporary folder: nothing is written into a
    trainee's folder but their work. .venv's programs come first on PATH, as nbgrader calls alembic by name.

    >>> sorted(variables())[:3]
    ['HYPOTHESIS_STORAGE_DIRECTORY', 'IPYTHONDIR', 'JP_LSP_VIRTUAL_DIR']
    """
    found = {variable: str(cache_folder(name)) for variable, name in _CACHES.items()}
    found["PATH"] = _path_with_own_programs_first()
    return found


def _path_with_own_programs_first() -> str:
    """PATH with .venv's programs in front, once however often it is asked for."""
    own = str(programs_folder())
    others = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder != own]
    return os.pathsep.join([own, *others])
