"""What an attack could reach: secrets, files, listeners and processes, each watched for a trace of it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from autograde import worker_process
from autograde.paths import ROOT

_WATCHED = ("autograde", "datasets", "exercises", "solutions", "tests", "workbench")
_NOT_WATCHED = {"__pycache__", ".git", ".venv", ".cache"}


class World:
    """A home with a secret, an open folder, listeners of four kinds. Use it as a context manager.

    The grader's process gets this home and temporary folder.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="attacked-")
        root = Path(self._folder.name)
        root.chmod(0o755)
        self.token = secrets.token_hex(8)
        self.open, self.home = root / "open", root / "home"
        for folder in (self.open, self.home):
            folder.mkdir()
        self.open.chmod(0o777)
        startup = self.home / ".ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        self.secret = self.home / "secret"
        self.secret.write_text(self.token, encoding="ascii")
        os.environ.update(HOME=str(self.home), TMPDIR=str(self.open), ATTACK_TOKEN=self.token)
        tempfile.tempdir = None
        self._listeners = list(self._listening())
        self._before = self._files()
        self._children: set[int] = set()
        self._users = _users_of_submissions()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners:
            listener.close()
        self._folder.cleanup()

    def fill(self, code: str) -> str:
        """Return an attack's code with the places of this world in it."""
        words = {
            "COURSE": ROOT,
            "GRADER": os.getpid(),
            "HOME": self.home,
            "OPEN": self.open,
            "PACKAGES": sysconfig.get_path("purelib"),
            "SECRET": self.secret,
            "TCP": self._listeners[0].getsockname()[1],
            "TOKEN": self.token,
            "UDP": self._listeners[1].getsockname()[1],
        }
        for word, value in words.items():
            code = code.replace(f"@{word}@", str(value))
        return re.sub(r"@REPEAT (.+) (\d+)@", lambda found: found[1] * int(found[2]), code)

    def settle(self) -> None:
        """Take the processes that are there now as the grader's own."""
        self._children = set(self._started())

    def traces(self) -> Iterator[str]:
        """Yield what an attack has left: processes, files, connections; what is found is removed."""
        left = self._left()
        for pid in left:
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()
        if left:
            yield f"{len(left)} processes are left"
        files = self._files()
        changed = sorted(set(files.items()) ^ set(self._before.items()))
        if changed:
            yield f"files changed, such as {changed[0][0]}"
        for path in self.open.iterdir():
            path.unlink()
        self._before = self._files()
        for listener in self._listeners:
            with contextlib.suppress(BlockingIOError):
                listener.accept() if listener.type == socket.SOCK_STREAM else listener.recv(9)
                yield f"a {listener.family.name} {listener.type.name} listener was reached"

    def _listening(self) -> Iterator[socket.socket]:
        places = (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(self.home / "socket")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.token}"),
        )
        for family, kind, place in places:
            listener = socket.socket(family, kind)
            listener.bind(place)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            yield listener

    def _left(self, seconds: float = 3) -> set[int]:
        """Processes that are still there after a while: one that was ended needs a moment to go."""
        deadline = time.monotonic() + seconds
        while (left := set(self._started()) - self._children) and time.monotonic() < deadline:
            time.sleep(0.01)
        return left

    def _started(self) -> Iterator[int]:
        """Descendants, processes of submissions' users, and one that wrote its id into the open folder."""
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if child.ppid() != os.getpid() or "sandbox.warm" not in " ".join(child.cmdline()):
                    yield child.pid
        for process in psutil.process_iter(["uids"]):
            uids = process.info["uids"]
            if uids and uids.real in self._users:
                yield process.pid
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.open / "pid").read_text())
            if psutil.pid_exists(pid):
                yield pid

    def _files(self) -> dict[str, tuple[int, int]]:
        """Size and time of change of each file that an attack could want to change."""
        tops = [ROOT / name for name in _WATCHED] + [self.home, self.open]
        paths = [ROOT, Path(sysconfig.get_path("purelib")), *tops]
        for top in tops:
            for folder, folders, files in os.walk(top):
                folders[:] = [name for name in folders if name not in _NOT_WATCHED]
                paths += [Path(folder, name) for name in (*folders, *files)]
        paths += Path("/tmp").glob(f"*{self.token}*")
        return {str(path): _stamp(path) for path in paths}


def _users_of_submissions() -> set[int]:
    """A set that the spare user of each process joins when the process is started."""
    users: set[int] = set()
    launch = worker_process.launch

    def launch_and_note(*words: Any) -> Any:
        process = launch(*words)
        with contextlib.suppress(OSError):
            users.update({Path(f"/proc/{process.pid}").stat().st_uid} - {os.geteuid()})
        return process

    worker_process.launch = launch_and_note
    return users


def _stamp(path: Path) -> tuple[int, int]:
    found = path.lstat()
    size = 0 if path.is_dir() else found.st_size
    return size, 0 if path == ROOT else found.st_mtime_ns
