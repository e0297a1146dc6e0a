"""Hostile answers and notebooks: none gains a point, does harm, or touches another; honest ones keep theirs."""

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attack_files import attacks
from attack_notebooks import NOTEBOOKS

from autograde.sandbox.levels import Level, best_level

TESTS = Path(__file__).resolve().parent
HARNESS = [sys.executable, str(TESTS / "attack_harness.py")]
ALL = [*attacks(), *NOTEBOOKS]
SHORT = [attack.name for attack in ALL if not attack.long]
ALONE = [attack.name for attack in ALL if attack.alone]
_BROKEN = re.compile("raises (NameError|ImportError|ModuleNotFoundError|AttributeError)")
needs_sandbox = pytest.mark.skipif(
    sys.platform != "linux" or best_level() is not Level.FULL, reason="no full sandbox on this machine"
)


@functools.cache
def _results(*words: str, plain: bool = False) -> dict[str, dict[str, Any]]:
    """What the harness found in one process, by attack; a harness that breaks leaves the rest out."""
    as_plain_user = [sys.executable, str(TESTS / "plain_user.py")] if plain else []
    done = subprocess.run([*as_plain_user, *HARNESS, *words], capture_output=True, text=True, check=False)
    found = map(json.loads, done.stdout.splitlines())
    return {result["name"]: result for result in found} | {"": {"error": done.stderr[-2000:]}}


def _assert_in_vain(results: dict[str, dict[str, Any]], name: str) -> None:
    assert name in results, results[""]
    result = results[name]
    assert result["effects"] == []
    assert result["sentence"]
    assert result["says"] in result["sentence"]
    assert result["says"] or not _BROKEN.search(result["sentence"]), "the attack itself does not run"
    assert result["points"] <= result["pays"], result["sentence"]
    if name.startswith("honest/"):
        assert result["points"] == result["pays"], result["sentence"]


@needs_sandbox
@pytest.mark.parametrize("name", SHORT)
def test_an_attack_is_in_vain(name: str) -> None:
    _assert_in_vain(_results(), name)


@needs_sandbox
@pytest.mark.long
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="is a plain user already")
@pytest.mark.parametrize("name", SHORT)
def test_an_attack_on_a_plain_users_grader_is_in_vain(name: str) -> None:
    _assert_in_vain(_results(plain=True), name)


@needs_sandbox
@pytest.mark.long
@pytest.mark.parametrize("name", [attack.name for attack in ALL if attack.long])
def test_a_slow_attack_is_in_vain(name: str) -> None:
    _assert_in_vain(_results(*[attack.name for attack in ALL if attack.long]), name)


@pytest.mark.long
@needs_sandbox
@pytest.mark.parametrize("name", ALONE)
def test_without_a_sandbox_a_harmless_attack_succeeds(name: str) -> None:
    """The harness sees an attack that works: it would see one that got through."""
    results = _results("--alone")
    assert name in results, results[""]
    assert results[name]["effects"] != []


def test_each_attack_says_what_it_wants_and_what_stops_it() -> None:
    assert len({attack.name for attack in ALL}) == len(ALL) >= 45
    assert all(attack.title and attack.wants and attack.layer for attack in ALL)
