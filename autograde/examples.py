"""The examples of an assignment as data: what `check` runs in the student bundle, which has no references.

exercises/NAME/examples.json holds for each exercise its example calls with their right outcomes, as base64 of the
wire's form, and what else a grader needs that has no checks module. Where many answers are right, a bundle knows the
rule, which is data: how near a number has to be, or which of a few answers are right. Of an exercise without
examples, whose answer is an input, the file holds a call, an empty value of the right type and the form that the text
asks for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from autograde import wire
from autograde.check import (
    Arguments,
    Breaks,
    Cause,
    Check,
    Counted,
    Counts,
    Exercise,
    Growth,
    Lines,
    Near,
    Outcome,
    Sink,
    Source,
    Steps,
)
from autograde.compare import is_right, same, value_text, written_call
from autograde.forms import Form
from autograde.paths import EXERCISES, CourseError
from autograde.plan import EXAMPLES, Case, Plan
from autograde.report import RIGHT_FORM

Asks = Callable[[Arguments, Outcome, Outcome], str]
_OTHER_FORM = Cause(
    "The answer has another form than the text asks for.",
    when=lambda _arguments, got, expected: (
        got.error is None and type(got.value) is type(expected.value) and not got.stranger
    ),
)


class ExamplePlan(Plan):
    """The plan of a bundle: examples only, with outcomes that were computed when it was built."""

    def __init__(self, name: str, entries: list[dict[str, Any]]) -> None:
        super().__init__(name, [_exercise(entry) for entry in entries], None)
        self._stored = {
            entry["name"]: [_decoded(example) for example in entry["examples"]] for entry in entries
        }
        self._labels = {
            entry["name"]: RIGHT_FORM if entry["rule"][0] == "form" else EXAMPLES for entry in entries
        }
        self._pending: dict[str, int] = {entry["name"]: entry["checks"] for entry in entries}

    def checks(self, exercise: Exercise) -> list[Any]:
        """Return the checks of an exercise: its examples and their limits, or the form of an answer."""
        return [Check(self._labels[exercise.name], 0, edges=exercise.examples), *exercise.limits]

    def cases(self, exercise: Exercise, _check: Check) -> list[Case]:
        """Return the stored calls of an exercise with their outcomes."""
        return self._stored[exercise.name]

    def growth_cases(self, exercise: Exercise, check: Growth) -> list[Case]:
        """A bundle has no growth checks."""
        raise NotImplementedError(f"{exercise.name}: {check.name} runs at grading only")

    def pending(self, exercise: str) -> int:
        """Return the number of private checks, which run at grading only."""
        return self._pending[exercise]


def example_plan(name: str) -> ExamplePlan:
    """Return the plan of an assignment's examples; raises CourseError when they were not built or are damaged."""
    path = EXERCISES / name / "examples.json"
    try:
        return ExamplePlan(name, json.loads(path.read_bytes())["exercises"])
    except OSError:
        raise CourseError(
            f"{path} is missing: the course is not complete. Unpack or clone it again."
        ) from None
    except (ValueError, KeyError, TypeError, wire.WireError):
        raise CourseError(f"{path} is damaged. Unpack or clone the course again.") from None


def examples_bytes(plan: Plan) -> bytes:
    """Return the bytes of examples.json for a full plan; the same plan gives the same bytes."""
    entries = [_entry(plan, exercise) for exercise in plan.exercises.values()]
    return (json.dumps({"exercises": entries}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _rule(exercise: Exercise) -> tuple[str, Any]:
    """How a bundle judges an exercise: a kind, and what else it takes for that."""
    if not exercise.examples:
        return "form", asdict(_breaks(exercise).takes)
    if isinstance(exercise.asks, Near):
        return "near", exercise.asks.tolerance
    if exercise.asks is None:
        return "equal", None
    if exercise.answers is None:
        raise CourseError(f"{exercise.name} asks for what a bundle cannot judge: list its answers.")
    return "listed", None


def _entry(plan: Plan, exercise: Exercise) -> dict[str, Any]:
    """What a bundle knows of an exercise."""
    examples = Check(EXAMPLES, 0, edges=exercise.examples)
    cases = plan.cases(exercise, examples) if exercise.examples else [_judged_case(exercise)]
    return {
        "name": exercise.name,
        "checks": len(exercise.checks),
        "drains": exercise.drains,
        "imports": list(exercise.imports),
        "cpu_seconds": exercise.cpu_seconds,
        "rule": _rule(exercise),
        "limits": [_bounds(limit, exercise.examples) for limit in exercise.limits],
        "examples": [_encoded(exercise, case) for case in cases],
    }


def _bounds(limit: Counts, calls: Sequence[Arguments]) -> dict[str, Any]:
    """A limit as data: the least and the most that the devices of each example count."""
    bounds = [(limit.least(call), limit.limit(call)) for call in calls]
    return {"name": limit.name, "counted": limit.counted, "rule": limit.rule, "bounds": bounds}


def _limit(stored: dict[str, Any], calls: Sequence[Arguments]) -> Counts:
    """A limit from data, for the examples that it was made for."""
    bounds = {repr(call): pair for call, pair in zip(calls, stored["bounds"], strict=True)}
    return Counts(
        stored["name"],
        0,
        stored["counted"],
        calls,
        limit=lambda call: bounds[repr(call)][1],
        rule=stored["rule"],
        least=lambda call: bounds[repr(call)][0],
    )


def _judged_case(exercise: Exercise) -> Case:
    """The call of an exercise without examples, with a value of the type that is asked for."""
    return Case((), Outcome(value=_breaks(exercise).like))


def _breaks(exercise: Exercise) -> Breaks:
    """The first check of an answer that is an input: its form is the one that the text asks for."""
    found = [check for check in exercise.checks if isinstance(check, Breaks)]
    if not found:
        raise CourseError(f"{exercise.name} has neither examples nor a Breaks check.")
    return found[0]


def _exercise(entry: dict[str, Any]) -> Exercise:
    stored = [_decoded(example).arguments for example in entry["examples"]]
    calls = {
        repr(arguments): example["call"] for arguments, example in zip(stored, entry["examples"], strict=True)
    }
    return Exercise(
        entry["name"],
        checks=[],
        examples=stored,
        drains=entry["drains"],
        imports=entry["imports"],
        cpu_seconds=entry["cpu_seconds"],
        causes=[_OTHER_FORM] if entry["rule"][0] == "form" else [],
        asks=_asks(entry, stored),
        limits=[_limit(limit, stored) for limit in entry["limits"]],
        shown=lambda arguments: calls.get(repr(arguments), ""),
    )


def _asks(entry: dict[str, Any], stored: list[Arguments]) -> Asks | None:
    """What a bundle asks of an answer where equality does not decide."""
    kind, settings = entry["rule"]
    if kind == "near":
        return Near(settings)
    if kind == "listed":
        return _listed(
            [(call, _unpacked(e["right"])) for call, e in zip(stored, entry["examples"], strict=True)]
        )
    if kind == "form":
        form = Form(**settings)
        return lambda _arguments, got, _expected: form.asked_for(got.value)
    return None


def _listed(right: list[tuple[Arguments, list[Any]]]) -> Asks:
    """Ask for one of the answers that are right for a call."""

    def asked_for(arguments: Arguments, got: Outcome, _expected: Outcome) -> str:
        answers = next(answers for call, answers in right if call == arguments)
        found = any(same(got.value, answer) for answer in answers)
        return "" if found else " or ".join(map(value_text, answers))

    return asked_for


def _encoded(exercise: Exercise, case: Case) -> dict[str, str]:
    """A case as text; the call stands beside it for readers only."""
    outcome = case.expected
    # Of an error the classes count. Its words may change with Python's version, and the file must not.
    data = [
        [_tagged(a) for a in case.arguments],
        outcome.value,
        outcome.written,
        list(outcome.error) if outcome.error else None,
    ]
    if outcome.steps:
        data.append([[step.value, list(step.error) if step.error else None] for step in outcome.steps])
    found = {"call": written_call(exercise, case.arguments), "data": _packed(data)}
    return found | ({"right": _packed(_right(exercise, case))} if exercise.answers else {})


def _right(exercise: Exercise, case: Case) -> list[Any]:
    """All right answers of an example."""
    assert exercise.answers is not None
    found = [Outcome(value=answer) for answer in exercise.answers(case.arguments)]
    return [got.value for got in found if is_right(exercise, case.arguments, got, case.expected)]


def _packed(value: Any) -> str:
    return base64.b64encode(wire.pack(value)).decode("ascii")


def _unpacked(text: str) -> Any:
    return wire.unpack(base64.b64decode(text, validate=True))


def _decoded(example: dict[str, str]) -> Case:
    tagged, value, written, error, *steps = _unpacked(example["data"])
    arguments: Arguments = tuple(_untagged(*pair) for pair in tagged)
    done = tuple(_outcome(*step) for step in steps[0]) if steps else ()
    return Case(arguments, replace(_outcome(value, error), written=written, steps=done))


def _outcome(value: Any, error: list[str] | None) -> Outcome:
    return Outcome(value, error=tuple(error) if error else None)


def _tagged(argument: Any) -> list[Any]:
    """An argument as a kind and a plain value, so that no value looks like a device."""
    if isinstance(argument, Lines):
        return ["lines", list(argument.items)]
    if isinstance(argument, Source):
        return ["source", argument.data]
    if isinstance(argument, Counted):
        return ["counted", [argument.kind, dict(argument.settings)]]
    if isinstance(argument, Steps):
        return ["steps", [[name, list(arguments)] for name, arguments in argument.calls]]
    return ["sink", None] if isinstance(argument, Sink) else ["value", argument]


def _untagged(kind: str, value: Any) -> Any:
    if kind == "lines":
        return Lines(value)
    if kind == "source":
        return Source(value)
    if kind == "counted":
        return Counted(*value)
    if kind == "steps":
        return Steps([(name, tuple(arguments)) for name, arguments in value])
    return Sink() if kind == "sink" else value
