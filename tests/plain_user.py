"""Run a program as a plain user from a test that runs as root: `python tests/plain_user.py PROGRAM ARGUMENT...`.

Root's folders may be closed to others, and Python or the course may lie in one. In a mount namespace of its own, this
program opens the way to what it is told, and then leaves root.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograde.sandbox import kernel  # noqa: E402

PLAIN_USER = int(os.environ.get("PLAIN_USER", "12345"))  # some programs want one whom the system knows


def main() -> None:
    """Become a plain user, and then the program."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    wanted = [Path(sys.prefix), Path(sys.base_prefix), ROOT]
    closed = {folder for path in wanted for folder in path.parents if not os.stat(folder).st_mode & 0o001}
    for folder in sorted(closed):
        if not any(other in folder.parents for other in closed):
            _open_way(folder, [path for path in wanted if folder in path.parents])
    os.setgroups([])
    os.setresgid(PLAIN_USER, PLAIN_USER, PLAIN_USER)
    os.setresuid(PLAIN_USER, PLAIN_USER, PLAIN_USER)
    os.execv(sys.argv[1], sys.argv[1:])


def _open_way(folder: Path, wanted: list[Path]) -> None:
    """Put an open folder over a closed one; in it only what is wanted, at its own place."""
    held = [os.open(path, os.O_PATH) for path in wanted]
    kernel.mount("none", str(folder), "tmpfs", 0, "mode=755")
    for path, descriptor in zip(wanted, held, strict=True):
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{descriptor}", str(path), flags=kernel.MS_BIND | kernel.MS_REC)
        os.close(descriptor)


if __name__ == "__main__":
    main()
