"""Run as a process: keeps one PostgreSQL server until standard input ends, then removes all that it made.

Standard input: a JSON object of settings a line; the server is started, or started again, with them. Standard output:
an answer a line, {"sockets": folder} when it accepts connections, {"problem": sentence} when it does not.

Whoever started this may be killed at any time. Then the pipe closes, and the server ends without a trace. When this
process is killed itself, Linux tells the server, which ends; only its folder stays.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_INITDB = (
    "--no-sync --no-instructions --auth=trust --username=course --encoding=UTF8 --locale=C --wal-segsize=1"
)
_ALWAYS = {"listen_addresses": "", "unix_socket_permissions": "0700", "dynamic_shared_memory_type": "mmap"}
_LONGEST_SOCKET = 100  # bytes of a path; the kernel takes 107, macOS 103
_START_SECONDS = 60
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _RAISE = 1, 8, 47, 2
_CAP_DAC_OVERRIDE, _CAPABILITY_VERSION = 1, 0x20080522


class Problem(Exception):
    """Why there is no server; its text is a sentence."""


def main(binaries: Path) -> None:
    """Serve standard input until it ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _folders() as (data, sockets):
            _serve(binaries, data, sockets)
    except Problem as problem:
        _answer({"problem": str(problem)})
    except OSError as error:
        _answer({"problem": f"PostgreSQL cannot be started: {error.strerror or error}."})


def _serve(binaries: Path, data: Path, sockets: Path) -> None:
    """Make the data, then start the server as often as a line of settings comes."""
    process, made = _not_root(data), False
    server: subprocess.Popen[bytes] | None = None
    try:
        for line in sys.stdin:
            if not made:
                _initialise(binaries, data, process)
                made = True
            _stop(server, signal.SIGINT)
            settings = {**_ALWAYS, "unix_socket_directories": str(sockets), **json.loads(line)}
            server = _started(binaries, data, settings, process)
            _answer({"sockets": str(sockets)})
    finally:
        _stop(server, signal.SIGQUIT)


@contextmanager
def _folders() -> Iterator[tuple[Path, Path]]:
    """A folder for data and a short one for sockets, for this user alone; both go after the block."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    sockets = folder
    try:
        if len(os.fsencode(folder)) > _LONGEST_SOCKET - len("/.s.PGSQL.5432.lock"):
            sockets = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
        yield folder / "data", sockets
    finally:
        for made in {folder, sockets}:
            shutil.rmtree(made, ignore_errors=True)


def _not_root(data: Path) -> dict[str, Any]:
    """How to start a process of the server: as oneself, and as root, whom it refuses, as nobody."""
    if os.geteuid() != 0:
        return {"preexec_fn": _die_with_parent}
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it as."
        ) from None
    data.mkdir(mode=0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    return {"preexec_fn": lambda: _become(nobody.pw_uid, nobody.pw_gid)}


def _become(user: int, group: int) -> None:
    """Leave root, and keep one right of it: to pass folders that are closed to others.

    Root's temporary folder and the course may lie in such folders, and the server's own folder is one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    os.setgroups([])
    os.setresgid(group, group, group)
    libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setresuid(user, user, user)
    mask = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask)  # effective, permitted, inheritable
    if libc.capset(header, sets) or libc.prctl(_PR_CAP_AMBIENT, _RAISE, _CAP_DAC_OVERRIDE, 0, 0):
        raise OSError(ctypes.get_errno(), "no capability")
    _die_with_parent()


def _die_with_parent() -> None:
    """Have Linux end this process when the keeper is gone: SIGQUIT makes the server end at once, and clean up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def _initialise(binaries: Path, data: Path, process: dict[str, Any]) -> None:
    """Make an empty database."""
    command = [str(binaries / "initdb"), *_INITDB.split(), f"--pgdata={data}"]
    done = _run(subprocess.run, command, process, capture_output=True)
    if done.returncode:
        raise Problem(f"PostgreSQL cannot make its database: {_last_line(done.stderr)}")


def _started(binaries: Path, data: Path, settings: dict[str, Any], process: dict[str, Any]) -> Any:
    """A server that accepts connections. Raises Problem with the last line of its log."""
    options = [f"--{name}={value}" for name, value in settings.items()]
    log = data / "log"
    with log.open("wb") as file:
        command = [str(binaries / "postgres"), "-D", str(data), *options]
        server = _run(subprocess.Popen, command, process, stdout=file, stderr=file)
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(data):
        if server.poll() is not None:
            raise Problem(f"PostgreSQL does not start: {_last_line(log.read_bytes())}")
        if time.monotonic() > deadline:
            _stop(server, signal.SIGQUIT)
            raise Problem(f"PostgreSQL did not start within {_START_SECONDS} s.")
        time.sleep(0.01)
    return server


def _is_ready(data: Path) -> bool:
    """Whether the server's own file says so, in its last line."""
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text().splitlines()[-1:] == ["ready   "]
    return False


def _run(start: Callable[..., Any], command: list[str], process: dict[str, Any], **files: Any) -> Any:
    """Start a program of PostgreSQL. Raises Problem where the system does not let it."""
    try:
        return start(command, stdin=subprocess.DEVNULL, cwd="/", **files, **process)
    except subprocess.SubprocessError:  # what the process did before it became the program failed
        raise Problem("PostgreSQL refuses to run as root, and this system does not let root leave.") from None
    except OSError as error:
        raise Problem(f"{Path(command[0]).name} of PostgreSQL cannot be run: {error.strerror}.") from None


def _stop(server: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """End the server: SIGINT writes its data first, SIGQUIT does not."""
    if server is None or server.poll() is not None:
        return
    server.send_signal(how)
    try:
        server.wait(_START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _last_line(log: bytes) -> str:
    """The last line that tells an error, or the last line.

    >>> _last_line(b"LOG:  starting\\nFATAL:  no room\\nLOG:  shut down\\n")
    'no room.'
    """
    lines = log.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    errors = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "error:"))]
    return f"{(errors or lines)[-1].rpartition(':  ')[2].rpartition('error: ')[2].rstrip('.')}."


def _answer(content: dict[str, str]) -> None:
    """Write a line; nobody may be there to read it."""
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(content), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
