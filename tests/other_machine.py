"""Run a program on a machine that lacks something: `python tests/other_machine.py LACK,... PROGRAM ARGUMENT...`.

LACK is "proc" (nothing in /proc), "disk" (the course's .cache lies in memory), "room" (.cache has no byte free).
The program runs in a mount namespace of its own; the machine itself stays as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograde.sandbox import kernel  # noqa: E402


def main() -> None:
    """Take away what is lacking, then become the program."""
    user, group = os.getuid(), os.getgid()
    if user:
        kernel.unshare(kernel.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    for lack in sys.argv[1].split(","):
        where, options = {"proc": (Path("/proc"), ""), "disk": (cache, ""), "room": (cache, "size=4k")}[lack]
        kernel.mount("none", str(where), "tmpfs", 0, options)
        if lack == "room":
            (cache / "full").write_bytes(bytes(4096))
    os.execv(sys.argv[2], sys.argv[2:])


def why_not() -> str:
    """Return why no program can be run so here; an empty text when it can."""
    done = subprocess.run(
        [sys.executable, __file__, "proc", sys.executable, "-c", ""],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip().rpartition("\n")[2]


def complaints(error: str) -> str:
    """What a program wrote to standard error, but for Matplotlib's word that it keeps no list of fonts."""
    lines = error.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("Could not save font_manager cache"))


if __name__ == "__main__":
    main()
