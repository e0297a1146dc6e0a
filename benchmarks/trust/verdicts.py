"""How often does the grader err? On the answers of tests/answers, and on mutants of the references."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograde.grading import Grader
from autograde.paths import SOLUTIONS
from autograde.released import released
from autograde.submission import with_cells
from benchmarks.trust.answers import Answer, all_answers, cells_with
from benchmarks.trust.equivalents import Key, equivalents
from benchmarks.trust.judge import judge
from benchmarks.trust.mutants import Mutant, mutants
from benchmarks.trust.pool import PROCESSES, each
from benchmarks.trust.record import assignment_sources, by_assignment, sources_hash

_PARTS = (
    "answers.py",
    "equivalents.py",
    "judge.py",
    "mutants.py",
    "operators.py",
    "verdicts.py",
)
COLUMNS = ("right", "false_failures", "wrong", "false_passes", "mutants", "caught", "equivalent", "survivors")

Named = tuple[str, Mutant]  # an assignment and a mutant of its references


def measure(names: Sequence[str] | None = None, processes: int = PROCESSES) -> dict[str, Any]:
    """Grade every answer and every mutant; return the counts by exercise, and what went wrong.

    names: of assignments; without it, those that have changed since they were measured. Running time: about half a
    second an answer or mutant in each of the processes, more for one that never ends.
    """
    return by_assignment("verdicts", sources_of, lambda name: _measured(name, processes), names)


def sources_of(name: str) -> str:
    """Return the hash of what the verdicts on an assignment follow from."""
    own = json.dumps([[*key, reason] for key, reason in _known(name).items()])
    return sources_hash([*assignment_sources(name), *(f"benchmarks/trust/{part}" for part in _PARTS)], own)


def _measured(name: str, processes: int) -> dict[str, Any]:
    """Counts and faults of one assignment."""
    answers = all_answers(name)
    judged = zip(
        answers, each(f"{name}: answers", has_full_marks, answers, _answer_name, processes), strict=True
    )
    found = [(name, mutant) for mutant in mutants(_references(name))]
    survived = each(f"{name}: mutants", survives, found, _mutant_name, processes)
    tried = [(mutant, alive) for (_, mutant), alive in zip(found, survived, strict=True)]
    known = _known(name)
    alive_keys = {mutant.key for mutant, alive in tried if alive}
    return {
        "exercises": _rows(list(judged), tried, known),
        "stale": [list(key) for key in known if key not in alive_keys],
    }


def _known(name: str) -> dict[Key, str]:
    """The mutants of an assignment that have a reason."""
    exercises = {listed.name for listed in released(name).exercises}
    return {key: reason for key, reason in equivalents().items() if key[0] in exercises}


def has_full_marks(answer: Answer) -> bool:
    """Grade one answer as a submission is graded; all other cells hold the references."""
    submission = with_cells(cells_with(answer.assignment, answer.source))
    (report,) = _grader(answer.assignment).grade(submission, only=answer.exercise).exercises
    return report.score == report.max


def survives(named: Named) -> bool:
    """Does a mutant get full marks?"""
    assignment, mutant = named
    return judge(assignment).fault({mutant.exercise: mutant.source}, mutant.exercise) is None


def passed(result: Mapping[str, Any]) -> bool:
    """Is there no false verdict, no survivor, and no reason for a mutant that is gone or caught?"""
    return not any(part["stale"] for part in result["assignments"]) and not any(
        row[column] for row in rows(result) for column in ("false_failures", "false_passes", "survivors")
    )


def rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the counts of all exercises, in the course's order."""
    return [row for part in result["assignments"] for row in part["exercises"]]


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the counts of each exercise and their sum, then each thing that went wrong."""
    counted = [{**row, **{column: _count(row[column]) for column in COLUMNS}} for row in rows(result)]
    total = {"exercise": "all", **{column: sum(row[column] for row in counted) for column in COLUMNS}}
    yield f"{'':<24}" + "".join(f"{column.replace('_', ' '):>16}" for column in COLUMNS)
    for row in [*counted, total]:
        yield f"{row['exercise']:<24}" + "".join(f"{row[column]:>16}" for column in COLUMNS)
    for row in rows(result):
        yield from (f"FALSE FAILURE  {row['exercise']}: {title}" for title in row["false_failures"])
        yield from (f"FALSE PASS     {row['exercise']}: {title}" for title in row["false_passes"])
    for row in rows(result):
        for key in row["survivors"]:
            yield from ("", "# survives: find a case that catches it, or give the reason", *_entry(key))
    for part in result["assignments"]:
        yield from (f"STALE  no such mutant, or it is caught: {key}" for key in part["stale"])


def _rows(
    judged: Sequence[tuple[Answer, bool]], tried: Sequence[tuple[Mutant, bool]], known: Mapping[Key, str]
) -> list[dict[str, Any]]:
    """A row for each exercise that has answers."""
    return [
        {"exercise": exercise}
        | _answers_row([(answer, full) for answer, full in judged if answer.exercise == exercise])
        | _mutants_row([(mutant, alive) for mutant, alive in tried if mutant.exercise == exercise], known)
        for exercise in dict.fromkeys(answer.exercise for answer, _ in judged)
    ]


def _answers_row(answers: Sequence[tuple[Answer, bool]]) -> dict[str, Any]:
    """Counts of the answers of one exercise, and the titles of those with a false verdict."""
    return {
        "right": sum(answer.is_right for answer, _ in answers),
        "false_failures": [answer.title for answer, full in answers if answer.is_right and not full],
        "wrong": sum(not answer.is_right for answer, _ in answers),
        "false_passes": [answer.title for answer, full in answers if full and not answer.is_right],
    }


def _mutants_row(tried: Sequence[tuple[Mutant, bool]], known: Mapping[Key, str]) -> dict[str, Any]:
    """Counts of the mutants of one exercise, and the keys of survivors that nobody has given a reason for."""
    alive = [mutant.key for mutant, survived in tried if survived]
    return {
        "mutants": len(tried),
        "caught": len(tried) - len(alive),
        "equivalent": sum(key in known for key in alive),
        "survivors": [list(key) for key in alive if key not in known],
    }


def _count(value: int | Sequence[Any]) -> int:
    return value if isinstance(value, int) else len(value)


def _entry(key: Sequence[str]) -> list[str]:
    """A mutant as equivalent.toml has it; a JSON string is a TOML string."""
    fields = zip(("exercise", "line", "change"), key, strict=True)
    return ["[[mutant]]", *(f"{field} = {json.dumps(text, ensure_ascii=False)}" for field, text in fields)]


def _references(assignment: str) -> str:
    return (SOLUTIONS / f"{assignment}.py").read_text(encoding="utf-8")


@functools.cache
def _grader(assignment: str) -> Grader:
    return Grader(assignment)


def _answer_name(answer: Answer) -> str:
    return f"{answer.exercise}: {answer.title}"


def _mutant_name(named: Named) -> str:
    return f"{named[1].exercise}: {named[1].change}"
