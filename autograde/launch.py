"""Starting and ending the process that a submission's code runs in."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograde.limits import Died
from autograde.paths import ROOT
from autograde.sandbox.levels import Level

if TYPE_CHECKING:
    from autograde.sandbox.warm_process import Forked


def launch(
    level: Level, imports: Sequence[str], hash_seed: int, preload: Sequence[str]
) -> subprocess.Popen[bytes] | Forked:
    """Start the process: a fork of the warm process that has locked itself in, or a bare interpreter."""
    if level is not Level.NONE:
        from autograde.sandbox.warm_process import SandboxError, fork

        warm = tuple(name for name in ("numpy", *imports) if name in preload)
        try:
            return fork(level, tuple(imports), warm, hash_seed)
        except SandboxError as problem:
            raise Died("crashed", f"The sandbox does not hold: {problem}.") from None
    return _bare_interpreter(hash_seed)


def _bare_interpreter(hash_seed: int) -> subprocess.Popen[bytes]:
    """Empty environment, no inherited descriptors, its own session; no sandbox."""
    environment = {"PYTHONHASHSEED": str(hash_seed)}
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    course = str(ROOT)
    code = f"import sys; sys.path.insert(0, {course!r}); from autograde.worker import main; main({course!r})"
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=os.path.abspath(os.sep),
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes] | Forked) -> None:
    """End the process, and the session of one that has no sandbox."""
    if isinstance(process, subprocess.Popen) and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
