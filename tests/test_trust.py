"""The grader's own figures: the mutator, the damaged notebooks, the repeats, and that the kept results still hold."""

from __future__ import annotations

import argparse
import ast
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograde.check import Growth, Memory
from autograde.grading import Grader
from autograde.paths import ROOT, SOLUTIONS, CourseError, assignment_names
from autograde.released import released
from autograde.report import AssignmentReport, ExerciseReport
from autograde.submission import with_cells
from autograde.verbs import bench
from benchmarks.trust import fuzz, grader, repeats, verdicts
from benchmarks.trust.answers import all_answers, cells_with
from benchmarks.trust.damage import SPOILS, damaged
from benchmarks.trust.damaged_parts import EDITS
from benchmarks.trust.equivalents import equivalents
from benchmarks.trust.judge import judge
from benchmarks.trust.mutants import Mutant, mutants, solution_lines
from benchmarks.trust.operators import replacements
from benchmarks.trust.pool import each
from benchmarks.trust.record import assignment_sources, by_assignment, kept, sources_hash

NAME = "ch06_vb_code"
REFERENCES = (SOLUTIONS / f"{NAME}.py").read_text(encoding="utf-8")
MODULES = {"verdicts": verdicts, "repeats": repeats, "fuzz": fuzz}

# --- the kept results


@pytest.mark.parametrize("topic", MODULES)
def test_a_kept_result_is_one_of_these_sources_and_without_a_fault(topic: str) -> None:
    """Stale? `python3 course.py bench TOPIC --reference` measures it again."""
    result = kept(topic)
    if topic == "fuzz":
        assert result["sources"] == sources_hash(fuzz.SOURCES)
    else:
        kept_hashes = {part["assignment"]: part["sources"] for part in result["assignments"]}
        assert kept_hashes == {name: MODULES[topic].sources_of(name) for name in assignment_names()}
    assert MODULES[topic].passed(result) and list(MODULES[topic].lines(result))


def test_the_kept_verdicts_are_on_every_exercise() -> None:
    rows = {row["exercise"]: row for row in verdicts.rows(kept("verdicts"))}
    assert list(rows) == [listed.name for name in assignment_names() for listed in released(name).exercises]
    for row in rows.values():
        assert row["right"] >= 2 and row["wrong"] >= 4 and row["mutants"] > 0
        assert row["caught"] + row["equivalent"] == row["mutants"]


def test_the_kept_repeats_are_on_every_check_of_costs() -> None:
    for part in kept("repeats")["assignments"]:
        right, costly = part["each_right"], part["each_costly"]
        assert right >= 20 and costly >= 5
        blocks = list(repeats.blocks(part["assignment"], right, costly))
        assert sum(row["right"] for row in part["checks"]) == sum(
            b.repeats for b in blocks if b.answer.is_right
        )
        wrong = sum(block.repeats for block in blocks if not block.answer.is_right)
        assert sum(row["costly"] for row in part["checks"]) == wrong


def test_the_kept_fuzz_is_of_ten_thousand() -> None:
    result = kept("fuzz")
    assert result["notebooks"] == result["refused"] + result["read"] == 10_000
    assert result["seed"] == fuzz.SEED and result["graded"] == min(result["different"], fuzz.GRADINGS)


def test_a_hash_follows_a_new_file_of_a_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.trust.record.ROOT", tmp_path)
    (tmp_path / "a.py").write_text("x = 1", encoding="utf-8")
    one = sources_hash(["*.py", "no/such/*.py"])
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert sources_hash(["*.py"]) != one == sources_hash(["a.py"]) != sources_hash(["a.py"], "more")


def test_a_hash_follows_the_code_of_an_assignment_and_not_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.trust.record.ROOT", tmp_path)
    source = tmp_path / "solutions" / "ch99.py"
    source.parent.mkdir()

    def hash_of(text: str) -> str:
        source.write_text(text, encoding="utf-8")
        return sources_hash(["solutions/*.py"])

    first = hash_of("# %% solution f points=1\n# Why.\nx = 1  # one\n")
    assert first == hash_of("# %% solution f points=1\n# Why not?\n# And more.\nx = 1  # one\n")
    assert first != hash_of("# %% solution f points=2\n# Why.\nx = 1  # one\n")
    assert first != hash_of("# %% solution f points=1\n# Why.\nx = 2  # one\n")


def test_the_sources_of_an_assignment_are_its_own_and_all_are_found() -> None:
    for name in assignment_names():
        found = {path.relative_to(ROOT).as_posix() for path in sources_of(name)}
        assert {f"solutions/{name}.py", f"autograde/checks/{name}.py", "autograde/judging.py"} <= found
        assert {path.name for path in (ROOT / "tests" / "answers" / name).glob("*.py")} == {
            path.rpartition("/")[2] for path in found if path.startswith("tests/")
        }
    assert ROOT / "autograde" / "checks" / "ch06" / "compress_twins.py" in sources_of(NAME)


def sources_of(name: str) -> list[Path]:
    return [path for pattern in assignment_sources(name) for path in ROOT.glob(pattern)]


def test_only_an_assignment_that_has_changed_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.trust.record.RESULTS", tmp_path)
    monkeypatch.setattr("benchmarks.trust.record.assignment_names", lambda: ["one", "two"])
    measured: list[str] = []

    def result(hashes: dict[str, str], names: list[str] | None = None) -> Any:
        measured.clear()
        found = by_assignment(
            "topic", hashes.__getitem__, lambda name: measured.append(name) or {"n": 1}, names
        )
        (tmp_path / "topic.json").write_text(json.dumps(found), encoding="utf-8")
        return found

    result({"one": "a", "two": "b"})
    assert measured == ["one", "two"]
    second = result({"one": "a", "two": "c"})
    assert measured == ["two"] and [part["sources"] for part in second["assignments"]] == ["a", "c"]
    assert "one: nothing has changed" in capsys.readouterr().out
    result({"one": "a", "two": "c"}, ["one"])
    assert measured == ["one"]


# --- mutants

OPERATORS = {
    "a < b": ["a <= b", "a > b", "a >= b"],
    "a == b": ["a != b"],
    "a not in b": ["a in b"],
    "a is b": ["a is not b"],
    "a < b == c": ["a <= b == c", "a > b == c", "a >= b == c", "a < b != c"],
    "a + b": ["a - b"],
    "a * b": ["a // b"],
    "a << b": ["a >> b"],
    "a & b": ["a | b"],
    "a ^ b": ["a & b"],
    "-a": ["a"],
    "not a": ["a"],
    "a and b": ["a or b", "a", "b"],
    "7": ["8", "6"],
    "True": ["False"],
    "b'ab'": ["b''", "b'X'"],
    "''": ["'X'"],
    "range(n, 5)": ["range(n + 1, 5)", "range(n - 1, 5)"],
    "a if b else c": ["a if True else c", "a if False else c"],
    "f(a)": [],
}
STATEMENTS = {
    "n <<= 1": ["n >>= 1", "pass"],
    "return a": ["return None", "pass"],
    "return": ["pass"],
    "return None": ["pass"],
    "raise ValueError": ["pass"],
    "if a:\n    b": ["if True:\n    b", "if False:\n    b", "pass"],
    "while a:\n    b": ["while True:\n    b", "while False:\n    b", "pass"],
    "def f():\n    b": [],
    "import a": [],
}


@pytest.mark.parametrize("source", OPERATORS)
def test_the_mistakes_of_an_expression(source: str) -> None:
    node = ast.parse(source, mode="eval").body
    assert [ast.unparse(other) for other in replacements(node)] == OPERATORS[source]


@pytest.mark.parametrize("source", STATEMENTS)
def test_the_mistakes_of_a_statement(source: str) -> None:
    node = ast.parse(source).body[0]
    assert [ast.unparse(other) for other in replacements(node)] == STATEMENTS[source]


def changes(body: str) -> list[str]:
    """The mutants of a function with this body."""
    lines = ["# %% solution f points=1", "def f(a: int = 1):", '    """1."""', "    ### BEGIN SOLUTION"]
    lines += [f"    {line}" for line in body.split("\n")] + ["    ### END SOLUTION", "# %%", "x = 1"]
    return [mutant.change for mutant in mutants("\n".join(lines))]


def test_slices_and_the_conditions_of_comprehensions_have_mistakes() -> None:
    found = changes("a[:n]")
    assert {":n -> :", ":n -> :n + 1", ":n -> :n - 1"} <= set(found)
    found = changes("[i for i in a if i]")
    assert {"for i in a if i -> for i in a if True", "for i in a if i -> for i in a if False"} <= set(found)


def test_texts_of_errors_and_annotations_are_left_alone() -> None:
    assert changes('raise ValueError("a" + "b")') == ["raise ValueError('a' + 'b') -> pass"]
    assert changes("x: list[1] = a") == ["x: list[1] = a -> pass"]


def test_the_same_mistake_twice_in_a_line_has_two_names() -> None:
    found = changes("return f(1, 1)")
    assert found.count("1 -> 2") == found.count("1 -> 2 (number 2 in the line)") == 1


def test_the_mutants_of_the_references_are_all_different_and_stand_in_solution_blocks() -> None:
    found = list(mutants(REFERENCES))
    lines = REFERENCES.split("\n")
    assert len({mutant.key for mutant in found}) == len({mutant.source for mutant in found}) == len(found)
    assert {mutant.exercise for mutant in found} == {listed.name for listed in released(NAME).exercises}
    blocks = {
        (exercise, lines[number - 1].strip()) for number, exercise in solution_lines(REFERENCES).items()
    }
    assert {(mutant.exercise, mutant.line) for mutant in found} <= blocks
    assert all(
        ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(REFERENCES)) for mutant in found[::20]
    )


def test_every_reason_is_on_a_mutant_that_there_is() -> None:
    sources = [(SOLUTIONS / f"{name}.py").read_text(encoding="utf-8") for name in assignment_names()]
    assert set(equivalents()) <= {mutant.key for source in sources for mutant in mutants(source)}


@pytest.mark.parametrize("second", ['reason = "again"', 'line = "other"\nreason = " "'])
def test_an_entry_that_stands_twice_or_has_no_reason(second: str, tmp_path: Path) -> None:
    entry = '[[mutant]]\nexercise = "f"\nchange = "c"\n'
    path = tmp_path / "equivalent.toml"
    other = second if "line" in second else f'line = "l"\n{second}'
    path.write_text(f'{entry}line = "l"\nreason = "r"\n{entry}{other}\n', encoding="utf-8")
    with pytest.raises(CourseError, match="stands twice or has no reason"):
        equivalents(path)


@pytest.fixture
def one_planted(monkeypatch: pytest.MonkeyPatch) -> Mutant:
    """The only mutant is one that does what the reference does; there are no answers but two of gaps."""
    planted = Mutant("gaps", 'return "검색"', "a -> b", REFERENCES)
    monkeypatch.setattr(verdicts, "mutants", lambda _: [planted])
    answers = [answer for answer in all_answers(NAME) if answer.exercise == "gaps"]
    monkeypatch.setattr(verdicts, "all_answers", lambda _: answers[2:4])
    monkeypatch.setattr(verdicts, "equivalents", dict)
    return planted


def test_a_planted_survivor_is_reported(one_planted: Mutant) -> None:
    result = verdicts.measure([NAME], processes=0)
    (row,) = verdicts.rows(result)
    assert (row["mutants"], row["caught"], row["survivors"]) == (1, 0, [list(one_planted.key)])
    assert (row["right"], row["wrong"], row["false_failures"], row["false_passes"]) == (1, 1, [], [])
    assert not verdicts.passed(result)
    assert 'line = "return \\"검색\\""' in list(verdicts.lines(result))


def test_a_survivor_with_a_reason_is_equivalent(one_planted: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "equivalents", lambda: {one_planted.key: "It is the reference."})
    result = verdicts.measure([NAME], processes=0)
    assert verdicts.rows(result)[0]["equivalent"] == 1 and verdicts.passed(result)


def test_a_reason_for_a_mutant_that_is_gone_is_an_error(
    one_planted: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ("gaps", "return", "a -> c")
    monkeypatch.setattr(verdicts, "equivalents", lambda: {one_planted.key: "r", gone: "r"})
    result = verdicts.measure([NAME], processes=0)
    assert result["assignments"][0]["stale"] == [list(gone)] and not verdicts.passed(result)
    assert any(line.startswith("STALE") for line in verdicts.lines(result))


def test_a_reason_for_a_mutant_that_is_caught_is_an_error(
    one_planted: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "equivalents", lambda: {one_planted.key: "r"})
    monkeypatch.setattr(verdicts, "survives", lambda _: False)
    result = verdicts.measure([NAME], processes=0)
    assert result["assignments"][0]["stale"] == [list(one_planted.key)] and not verdicts.passed(result)


def test_false_verdicts_are_reported(one_planted: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "has_full_marks", lambda answer: not answer.is_right)
    result = verdicts.measure([NAME], processes=0)
    (row,) = verdicts.rows(result)
    assert len(row["false_failures"]) == len(row["false_passes"]) == 1 and not verdicts.passed(result)
    shown = "\n".join(verdicts.lines(result))
    assert f"FALSE FAILURE  gaps: {row['false_failures'][0]}" in shown
    assert f"FALSE PASS     gaps: {row['false_passes'][0]}" in shown


@pytest.mark.long
def test_the_quick_judge_agrees_with_a_full_grading_on_mutants() -> None:
    chosen = [mutant for mutant in mutants(REFERENCES) if mutant.exercise != "vb_decode_fast"][::25]
    known = equivalents()
    with Grader(NAME) as grader:
        for mutant in chosen:
            cells = cells_with(NAME, mutant.source)
            (report,) = grader.grade(with_cells(cells), only=mutant.exercise).exercises
            alive = verdicts.survives((NAME, mutant))
            assert alive is (report.score == report.max) is (mutant.key in known), mutant.key


# --- repeats


def blocks(is_right: bool, kind: type) -> Iterator[repeats.Block]:
    """Blocks of two repeats, one for each exercise that has a check of this kind."""
    seen = set()
    for block in repeats.blocks(NAME, 2, 2):
        exercise = block.answer.exercise
        is_kind = isinstance(judge(NAME).costs(exercise)[block.check], kind)
        if is_kind and block.answer.is_right is is_right and exercise not in seen:
            seen.add(exercise)
            yield block


@pytest.mark.parametrize(("kind", "count"), [(Growth, 5), (Memory, 2)])
def test_costs_of_right_answers_pass_and_of_costly_ones_do_not(kind: type, count: int) -> None:
    right, costly = list(blocks(True, kind)), list(blocks(False, kind))
    assert len(right) == len(costly) == count
    good, bad = repeats.run_block(right[0]), repeats.run_block(costly[0])
    assert (good.faults, len(good.figures)) == (0, 2) and (bad.faults, len(bad.figures)) == (2, 2)
    limit = repeats.SLOPE_LIMIT if kind is Growth else 1
    assert max(good.figures) <= limit < min(bad.figures)


def test_false_verdicts_on_costs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [next(blocks(True, Growth)), next(blocks(False, Growth))]
    monkeypatch.setattr(repeats, "blocks", lambda *_: chosen)
    monkeypatch.setattr(repeats, "run_block", lambda block: repeats.Judged(1, [0.25, 0.5]))
    result = repeats.measure(2, 2, [NAME], processes=0)
    (row,) = repeats.rows(result)
    assert (row["right"], row["false_failures"], row["largest_of_right"]) == (2, 1, 0.5)
    assert (row["costly"], row["false_passes"], row["smallest_of_costly"]) == (2, 1, 0.25)
    assert not repeats.passed(result) and "0.50" in "\n".join(repeats.lines(result))


def test_the_busy_processes_end_even_when_the_block_fails() -> None:
    with pytest.raises(KeyboardInterrupt), repeats.busy_cores() as spinners:
        assert all(spinner.poll() is None for spinner in spinners) and spinners
        raise KeyboardInterrupt
    assert all(spinner.returncode for spinner in spinners)


# --- two processes


def halved(number: int) -> float:
    if number == 13:
        raise ValueError("13")
    return number / 2


def test_work_in_two_processes_keeps_its_order() -> None:
    assert each("halves", halved, [4, 2, 6], str) == [2, 1, 3]


def test_no_process_is_left_when_work_fails() -> None:
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(ValueError, match="13"):
        each("halves", halved, [4, 13, 6], str)
    deadline = time.monotonic() + 10
    while left := [c for c in psutil.Process().children(recursive=True) if c not in before and is_worker(c)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def is_worker(process: psutil.Process) -> bool:
    """Not multiprocessing's tracker, which serves the whole test run."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


# --- damaged notebooks


def test_the_same_number_gives_the_same_bytes() -> None:
    first = [damaged(NAME, 1, number) for number in range(40)]
    assert first == [damaged(NAME, 1, number) for number in range(40)]
    assert first != [damaged(NAME, 2, number) for number in range(40)]
    assert len({notebook.data for notebook in first}) > 30


def test_every_kind_of_damage_occurs() -> None:
    kinds = {kind for number in range(400) for kind in damaged(NAME, 1, number).kinds}
    assert kinds == EDITS.keys() | SPOILS.keys()


def test_150_damaged_notebooks_are_harmless() -> None:
    result = fuzz.measure(150, gradings=8, processes=0)
    assert result["notebooks"] == 150 == result["read"] + result["refused"] and result["graded"] == 8
    assert result["faults"] == [] and fuzz.passed(result)
    assert len(list(fuzz.lines(result))) == 5


def test_a_crash_of_the_reader_or_the_grader_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> None:
        raise KeyError("x")

    place = next((1, number) for number in range(99) if fuzz.read_one(1, number).cells)
    monkeypatch.setattr(Grader, "grade", crash)
    assert fuzz.grade_one(place) == "the grader crashed: KeyError('x')"
    monkeypatch.setattr(fuzz, "read_submission", crash)
    assert fuzz.read_one(*place).fault == "the reader crashed: KeyError('x')"
    result = fuzz.measure(3, processes=0)
    assert not fuzz.passed(result) and "FAULT  number 2: the reader crashed" in "\n".join(fuzz.lines(result))


@pytest.mark.parametrize(
    ("score", "message", "fault"),
    [
        (0, "It is empty.", ""),
        (1, "It is empty.", "gaps earns 1 points"),
        (0, "", "gaps: no sentence: "),
        (0, "A bell \a rings.", "gaps: no sentence: A bell \a rings."),
    ],
)
def test_points_and_missing_sentences_are_faults(score: float, message: str, fault: str) -> None:
    report = AssignmentReport(NAME, [ExerciseReport("gaps", score, 3, "failed", message)])
    assert fuzz.report_fault(report) == fault


# --- the verb


@pytest.mark.parametrize(
    ("passes", "reference", "code", "folder"),
    [
        (True, False, 0, "reports"),
        (True, True, 0, "results"),
        (False, True, 1, "reports"),
    ],
)
def test_the_verb_writes_a_result_and_keeps_only_a_passed_one(
    passes: bool, reference: bool, code: int, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [] if passes else [{"number": 1, "fault": "a crash"}]
    result = {"seed": 1, "notebooks": 2, "kinds": {}, "refused": 1, "read": 1, "different": 1, "graded": 1}
    monkeypatch.setattr(fuzz, "measure", lambda: {**result, "faults": faults})
    monkeypatch.setattr(bench, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(bench, "REFERENCE", tmp_path / "results")
    (tmp_path / "results").mkdir()
    assert bench.run(argparse.Namespace(topic="fuzz", reference=reference)) == code
    assert [path.name for path in (tmp_path / folder).iterdir()] == ["fuzz.json"]
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_a_student_bundle_has_nothing_to_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SOLUTIONS", tmp_path)
    with pytest.raises(CourseError, match="needs the whole repository"):
        bench.run(argparse.Namespace(topic="verdicts", reference=False))


def test_every_topic_of_the_grader_has_its_module() -> None:
    names = [module.__name__ for module in (*MODULES.values(), grader)]
    assert names == [f"benchmarks.trust.{topic}" for topic in bench.GRADER_TOPICS]
