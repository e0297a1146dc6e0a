"""Landlock: a process forbids itself files, connections and signals; no privilege is needed, nothing undoes it.

Its rules are those of the kernel's manual page landlock(7).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterable

from autograde.sandbox import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all processors
_ASK_VERSION, _RULE_PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_FILES_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}  # number of rights; from 5 on 16
_CONNECTIONS, _SCOPES = 0b11, 0b11  # bind and connect TCP; abstract sockets and signals


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("connections", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that this kernel offers; 0 when it has none."""
    try:
        return kernel.syscall("landlock", _CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leave this process and its children only these folders and files; programs cannot be started at all.

    Where the kernel is new enough, TCP, abstract sockets and signals to others are forbidden, too. Raises OSError.
    """
    found = version()
    files = (1 << _FILES_BY_VERSION.get(found, 16)) - 1
    rules = _Ruleset(files, _CONNECTIONS if found >= 4 else 0, _SCOPES if found >= 6 else 0)
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    ruleset = kernel.syscall("landlock", _CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR, files)
        for path in writable:
            _allow(ruleset, path, files & ~1, files)  # all but starting programs
        kernel.forbid_new_privileges()
        kernel.syscall("landlock", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int, known: int) -> None:
    """Allow what lies beneath a path; one that is not there needs no leave."""
    with contextlib.suppress(FileNotFoundError):
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not os.path.isdir(path):
                rights &= _WRITE_FILE | _READ_FILE | _TRUNCATE
            rule = _PathBeneath(rights & known, beneath)
            kernel.syscall("landlock", _ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(beneath)
