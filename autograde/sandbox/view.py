"""What a submission can see of the disk: the standard library, shared libraries, and the allowed packages."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib")
_FILES = ("/etc/ld.so.cache", "/usr/share/zoneinfo", "/dev/null", "/dev/zero", "/dev/urandom")
_FOREIGN = (
    "lib/python3*/site-packages",
    "lib/python3*/dist-packages",
)  # of Pythons that are not this course's


def readable(packages: Iterable[str]) -> list[str]:
    """Return the absolute paths that code with these allowed packages may read, parents before children."""
    places = {"installed_base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    python = [sysconfig.get_path(kind, vars=places) for kind in ("stdlib", "platstdlib")] + [
        f"{sys.base_prefix}/lib"
    ]
    found = {*_LIBRARIES, *_FILES, *python, *package_folders(tuple(packages))}
    return sorted(path for path in found if os.path.exists(path))


def covered() -> list[str]:
    """Return the folders below readable ones that look empty: packages which the course does not bring."""
    prefixes = {"/usr", "/usr/local", sys.base_prefix}
    found = {str(path) for prefix in prefixes for kind in _FOREIGN for path in Path(prefix).glob(kind)}
    return sorted(path for path in found if os.path.isdir(path) and not os.path.islink(path))


@functools.cache
def package_folders(packages: tuple[str, ...]) -> list[str]:
    """Return the folders and files in site-packages that these packages and what they need consist of.

    >>> sorted(Path(path).name for path in package_folders(("numpy",)))[0]
    'numpy'
    """
    distributions = _closure(packages)
    return sorted({path for name in distributions for path in _tops(importlib.metadata.distribution(name))})


def _closure(packages: Iterable[str]) -> set[str]:
    """The packages and, over any number of steps, those that they need on this machine."""
    found: set[str] = set()
    waiting = list(packages)
    while waiting:
        name = waiting.pop()
        if name not in found:
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                waiting += _needed_by(name)
                found.add(name)
    return found


def _needed_by(name: str) -> Iterator[str]:
    for line in importlib.metadata.requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _tops(distribution: importlib.metadata.Distribution) -> Iterator[str]:
    """The entries of site-packages that a distribution has put there."""
    for file in distribution.files or []:
        if file.parts[0] not in ("..", "__pycache__"):
            yield os.path.join(str(distribution.locate_file("")), file.parts[0])
