"""Notebooks as nobody should hand them in: cut off, mangled, of wrong types. The same number gives the same bytes."""

from __future__ import annotations

import copy
import functools
import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from autograde.released import HELPERS, grade_id_of, released, released_notebook
from benchmarks.trust.damaged_parts import EDITS, MARKS, Notebook

WRONG = """# {name}: 검색
def {name}(*arguments):
    '''A try.'''
    found = {{"it's": [0x85, 1.5e3]}}
    return None
"""

Spoil = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Damaged:
    """A damaged notebook: what was done to it, in words, and its bytes."""

    kinds: tuple[str, ...]
    data: bytes


def damaged(assignment: str, seed: int, number: int) -> Damaged:
    """Return one damaged notebook: the released one, or one with wrong answers, changed in one to four ways.

    Running time: about 10 ms.
    """
    chance = random.Random(f"{seed}:{number}")
    notebook = copy.deepcopy(chance.choice(_whole(assignment)))
    edits = chance.sample(sorted(EDITS), chance.choice([0, 1, 1, 2, 3]))
    spoils = chance.sample(sorted(SPOILS), 1 if not edits else chance.choice([0, 0, 1]))
    for kind in edits:
        EDITS[kind](chance, notebook)
    text = json.dumps(notebook, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
    for mark, meant in MARKS.items():
        text = text.replace(f'"{mark}"', meant)
    data = text.encode("utf-8", "surrogatepass")
    for kind in spoils:
        data = SPOILS[kind](chance, data)
    return Damaged((*edits, *spoils), data)


@functools.cache
def _whole(assignment: str) -> tuple[Notebook, Notebook]:
    """The released notebook, and one whose solution cells hold answers that earn nothing."""
    empty = released_notebook(assignment)
    filled = copy.deepcopy(empty)
    solutions = released(assignment).sources("solution")
    for cell in filled["cells"]:
        name = grade_id_of(cell)
        if name in solutions:
            cell["source"] = WRONG.format(name=name).splitlines(keepends=True)
        elif name == HELPERS:
            cell["source"] = "# helpers\nimport zlib\n\n\ndef helper(x):\n    return x\n"
    return empty, filled


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _flip(chance: random.Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 10, 1000])):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _cut_out(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice([1, 2, 10, 1000]) :]


def _insert(chance: random.Random, data: bytes) -> bytes:
    pieces = [
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b'"',
        b"{",
        b"]",
        b",",
        b"\\u",
        b"\\ud800",
        b"1e999",
        b"-",
        data[:500],
    ]
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(pieces) * chance.choice([1, 1, 30]) + data[start:]


def _key_twice(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b'"source"', b'"source": "", "source"', chance.choice([1, -1]))


def _escape(chance: random.Random, data: bytes) -> bytes:
    odd = [b"\\ud83d", b"\\udc00", b"\\u0000", b"\\u000c"]
    return data.replace(b"return", chance.choice(odd), chance.choice([1, -1]))


def _encode(chance: random.Random, data: bytes) -> bytes:
    codecs = ["utf-16", "utf-16-be", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp949", "utf-8-sig"]
    return data.decode("utf-8", "replace").encode(chance.choice(codecs), "replace")


SPOILS: dict[str, Spoil] = {
    "cut off": _cut,
    "bits flipped": _flip,
    "bytes cut out": _cut_out,
    "bytes put in": _insert,
    "a key twice": _key_twice,
    "escaped odd characters": _escape,
    "another encoding": _encode,
    "packed": lambda _, data: gzip.compress(data, mtime=0),
    "twice in a row": lambda _, data: data + data,
    "other line ends": lambda chance, data: data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"])),
}
