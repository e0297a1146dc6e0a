"""The warm process: it holds the libraries, and each submission is a fork of it. It runs no student's code.

The grader asks for a fork by sending the three descriptors of its pipes: requests, replies, status. Into status go
the fork's process id, and later how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import struct
import sys
from typing import Any, BinaryIO, NoReturn

from autograde import wire, worker
from autograde.channel import Channel
from autograde.sandbox import compiler, jail, kernel, room, seccomp

STATUS = struct.Struct(">i")
_FIRST = 1  # what a submission's process is called in a namespace of its own


def main() -> None:
    """Serve forks until the grader is gone."""
    control, setup = _own_control()
    user_map = _text("/proc/self/uid_map")
    if setup["has_room"]:
        room.enter(setup["readable"], setup["covered"])
        seccomp.packed_program(kernel.machine(), _FIRST)
    kernel.bound_capabilities()
    worker.forget_the_course(setup["course"])
    for name in setup["warm"]:
        with contextlib.suppress(BaseException):  # the submission's own import tells what is wrong
            importlib.import_module(name)
            if name == "numba":
                compiler.warm_up()
    gc.collect()
    gc.freeze()  # no collection writes to memory that the forks share
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _keep(setup, descriptors, user_map)
        for descriptor in descriptors:
            os.close(descriptor)


def _own_control() -> tuple[socket.socket, dict[str, Any]]:
    """Take the connection to the grader from standard input; its first message says what to be."""
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "r+b") as null:
        for descriptor in (0, 1, 2):
            os.dup2(null.fileno(), descriptor)
    with control.makefile("rb", buffering=0) as stream:
        body = wire.read_frame(stream)  # type: ignore[arg-type]
    if body is None:
        sys.exit()
    return control, wire.unpack(body)


def _keep(setup: dict[str, Any], descriptors: list[int], user_map: str) -> NoReturn:
    """In the fork: give the submission its own process, tell the grader its id, wait for its end, tell how it was."""
    requests, replies, status = descriptors
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kernel.die_with_parent()
        user = jail.spare_user(os.getpid(), user_map) if os.geteuid() == 0 else None
        if setup["has_room"]:
            jail.unshare()
        inner = os.fork()
        if inner == 0:
            os.close(status)
            _serve(setup, requests, replies, user)
        os.close(requests)
        os.close(replies)
        os.write(status, STATUS.pack(inner))
        code = os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])
    finally:
        with contextlib.suppress(OSError):
            os.write(status, STATUS.pack(code))
        os._exit(0)


def _serve(setup: dict[str, Any], requests: int, replies: int, user: int | None) -> NoReturn:
    """In the fork's fork: lock oneself in, say so, and run the submission's code."""
    code = 1
    try:
        with os.fdopen(requests, "rb") as asked, os.fdopen(replies, "wb") as answered:
            if _lock_in(setup, user, answered):
                worker.serve(Channel(asked, answered))
                code = 0
    finally:
        os._exit(code)


def _lock_in(setup: dict[str, Any], user: int | None, answered: BinaryIO) -> bool:
    """Tell the grader whether every step was taken."""
    try:
        jail.lock_in(setup["has_room"], setup["readable"], user)
    except OSError as problem:
        wire.write_frame(answered, {"unsafe": problem.strerror or str(problem)})
        return False
    wire.write_frame(answered, {"unsafe": ""})
    return True


def _text(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read()
