"""The three kinds of checks: right answers pass, wrong ones get a fault that says what to mend."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sample import REFERENCE, sample_plan

from autograde.check import Check, Growth, Memory, Outcome, Steps
from autograde.examples import examples_bytes
from autograde.judging import Trial
from autograde.limits import Died
from autograde.paths import CourseError
from autograde.reference import Reference
from autograde.report import Fault
from autograde.runner import Runner
from autograde.sandbox.warm_process import warm_process
from autograde.worker_process import WorkerProcess

PLAN = sample_plan()


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    with Reference([("reference", REFERENCE)], []) as runner:
        yield runner


def faults(source: str, exercise: str, reference: Reference, kinds: tuple[type, ...]) -> list[Fault | None]:
    """What each check of these kinds finds in an answer."""
    with Runner([(exercise, source)], []) as student:
        student.load()
        trial = Trial(PLAN, PLAN.exercises[exercise], student, reference)
        checks = [c for c in PLAN.checks(PLAN.exercises[exercise]) if isinstance(c, kinds)]
        return [_fault(trial, check) for check in checks]


def _fault(trial: Trial, check: object) -> Fault | None:
    if isinstance(check, Check):
        return trial.correctness(check)
    return trial.growth(check) if isinstance(check, Growth) else trial.memory(check)


@pytest.mark.parametrize("exercise", ["double", "copy", "tens", "Stack", "place_of_largest"])
def test_the_reference_has_no_fault(exercise: str, reference: Reference) -> None:
    assert not any(faults(REFERENCE, exercise, reference, (object,)))


def first(source: str, reference: Reference, exercise: str = "double") -> Fault:
    """The first fault of an answer over the checks of correctness."""
    found = [fault for fault in faults(source, exercise, reference, (Check,)) if fault]
    assert found, "no fault was found"
    return found[0]


def test_a_failing_generated_input_is_made_small(reference: Reference) -> None:
    source = "def double(numbers):\n    return [0 if n >= 1000 else 2 * n for n in numbers]"
    fault = first(source, reference)
    assert (fault.call, fault.got, fault.expected) == ("double([1000])", "[0]", "[2000]")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def double(numbers):\n    raise NotImplementedError", "Not solved yet"),
        ("def double(numbers):\n    return [n + 1 for n in numbers]", "It adds one instead"),
        ("def double(numbers):\n    [2 * n for n in numbers]", "returns None"),
        ("def double(numbers):\n    return tuple(2 * n for n in numbers)", "a tuple; a list is asked for"),
        ("def double(numbers):\n    return [2.0 * n for n in numbers]", "differs"),
        ("import numpy as np\ndef double(numbers):\n    return list(np.array(numbers) * 2)", "numpy.int64"),
        ("def double(numbers):\n    return (2 * n for n in numbers)", "generator"),
        (
            "def double(numbers):\n    numbers.append(1)\n    return [2 * n for n in numbers[:-1]]",
            "changes an argument",
        ),
        ("def double(numbers):\n    return [2 * n for n in nmbers]", "nmbers"),
        ("def double(numbers):\n    return 1 / 0", "ZeroDivisionError on valid input (line 2: return 1 / 0)"),
        ("def double(numbers):\n    import os\n    os._exit(3)", "exit code 3"),
        ("x = 1", "does not define double"),
    ],
)
def test_the_message_names_the_fault(source: str, words: str, reference: Reference) -> None:
    assert words in first(source, reference).message


def test_an_error_that_is_asked_for_must_be_raised(reference: Reference) -> None:
    source = "def double(numbers):\n    return [2 * n for n in numbers]"
    fault = first(source, reference)
    assert fault.call == "double([-1])" and "must refuse with ValueError" in fault.message
    subclass = "class E(ValueError): pass\n" + REFERENCE.replace('ValueError("negative")', "E()")
    assert not any(faults(subclass, "double", reference, (Check,)))


def test_what_the_code_prints_is_shown_and_cut(reference: Reference) -> None:
    fault = first("def double(numbers):\n    print('보기' * 9999)\n    return 1", reference)
    assert fault.output.startswith("보기") and len(fault.output) == 500


def test_an_endless_loop_is_stopped_and_named(reference: Reference) -> None:
    fault = first("def double(numbers):\n    while True: pass", reference)
    assert fault.status == "timeout" and fault.call == "double([3])"


def test_a_greedy_answer_is_stopped(reference: Reference) -> None:
    source = "def double(numbers):\n    a = []\n    while True: a.append(bytes(1 << 26))"
    assert first(source, reference).status in ("memory", "failed")  # by the watch, or by MemoryError


ENDLESS = {
    "asks again and again at the end of a file": "    while True: source.read(1)",
    "yields without an end": "    while True: yield bytes(1 << 16)",
    "yields nothing much without an end": "    while True: yield b''",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_call_that_never_stops_sending_is_stopped(kind: str, reference: Reference) -> None:
    fault = first(f"def tens(source):\n{ENDLESS[kind]}", reference, "tens")
    assert fault.status in ("timeout", "memory")


def test_answers_that_change_with_the_hash_seed_are_found(reference: Reference) -> None:
    source = REFERENCE + "\ndef double(numbers):\n    return [2 * n + hash('a') % 1000 for n in numbers]\n"
    with Runner([("double", source)], []) as student:
        trial = Trial(PLAN, PLAN.exercises["double"], student, reference)
        outcomes = [next(student.call(PLAN.exercises["double"], [([1],)], seed)).value for seed in (1, 2)]
        assert outcomes[0] != outcomes[1], "these two seeds agree; choose another string"
        check = PLAN.exercises["double"].checks[0]
        assert isinstance(check, Check)
        fault = trial.steadiness(check)
        assert fault is not None and "different answers" in fault.message


def test_quadratic_time_is_found_and_a_constant_factor_is_not(reference: Reference) -> None:
    slow = "def double(numbers):\n    return [sum(numbers[i] for _ in range(2)) for i in range(len(numbers))]"
    assert faults(slow, "double", reference, (Growth,)) == [None]
    quadratic = (
        "def double(numbers):\n    return [2 * n for i, n in enumerate(numbers) if sum(numbers[:i]) >= 0]"
    )
    (fault,) = faults(quadratic, "double", reference, (Growth,))
    assert fault is not None and "slower than the input grows" in fault.message


def test_what_ends_on_short_inputs_only_is_told_as_growth(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograde.growth.GROWTH_CPU_SECONDS", 0.3)
    source = "def double(numbers):\n    while len(numbers) > 9000: pass\n    return [2 * n for n in numbers]"
    (fault,) = faults(source, "double", reference, (Growth,))
    assert fault is not None and fault.status == "timeout" and "Shorter inputs end in time" in fault.message


QUADRATIC = "[2 * n for i, n in enumerate(numbers) if sum(numbers[:i]) >= 0]"


def test_what_is_remembered_of_a_call_saves_no_time(reference: Reference) -> None:
    source = f"""
known = {{}}
def double(numbers):
    key = tuple(numbers)
    if key not in known:
        known[key] = {QUADRATIC}
    return list(known[key])
"""
    (fault,) = faults(source, "double", reference, (Growth,))
    assert fault is not None and "slower than the input grows" in fault.message


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="threads of another process are counted on Linux")
def test_what_is_computed_between_the_calls_is_noticed(reference: Reference) -> None:
    source = f"""
import gc
known = {{}}
def double(numbers):
    return list(known.get(tuple(numbers)) or [2 * n for n in numbers])
for thing in gc.get_objects():
    if type(thing).__name__ == "Submission":
        break
def ahead(request, hold=type(thing).hold, thing=thing):
    for (numbers,), _ in request["calls"]:
        known[tuple(numbers)] = {QUADRATIC}
    return hold(thing, request)
thing.hold = ahead
"""
    (fault,) = faults(source, "double", reference, (Growth,))
    assert fault is not None and "between the calls" in fault.message


def test_a_quick_wrong_answer_for_large_inputs_earns_nothing(reference: Reference) -> None:
    source = "def double(numbers):\n    return [2 * n for n in numbers] if len(numbers) < 3000 else []"
    (fault,) = faults(source, "double", reference, (Growth,))
    assert fault is not None and fault.got.startswith("nothing from position 0")


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        ("copy", "def copy(lines, out):\n    out.write(b''.join(lines))"),
        (
            "tens",
            "def tens(source):\n    d = source.read()\n    for i in range(0, len(d), 10_000): yield d[i:i + 10_000]",
        ),
    ],
)
def test_an_answer_that_gathers_everything_holds_too_much(
    exercise: str, source: str, reference: Reference
) -> None:
    assert not any(faults(source, exercise, reference, (Check,)))
    (fault,) = faults(source, exercise, reference, (Memory,))
    assert fault is not None and "MB more than the reference" in fault.message


STACK = """
class Stack:
    def __init__(self, most):
        if most < 1: raise ValueError
        self.most, self.items = most, []
    def push(self, item):
        if len(self.items) >= self.most: raise OverflowError
        self.items.append(item)
    def pop(self):
        return self.items.pop(LAST)
"""


@pytest.mark.parametrize(
    ("source", "call", "got", "words"),
    [
        (STACK.replace("LAST", "0"), "it.push(0); it.push(1); it.pop()", "0", "differs"),
        (STACK.replace("LAST", "").replace(">=", ">"), "it = Stack(1); it.push(", "None", "refuse"),
        (STACK.replace("pop(self)", "pull(self)"), "it.push(5); it.pop()", "AttributeError", "raises"),
        (
            STACK.replace("self.items.pop(LAST)", "float(self.items.pop())"),
            "it.push(5); it.pop()",
            "5.0",
            "float",
        ),
        (
            STACK.replace("self.items.pop(LAST)", "print('x') or self"),
            "it.push(5); it.pop()",
            "Stack",
            "Stack",
        ),
        ("Stack = 5", "Stack(2)", "TypeError", "raises"),
    ],
)
def test_a_class_is_judged_step_by_step(
    source: str, call: str, got: str, words: str, reference: Reference
) -> None:
    found = faults(source, "Stack", reference, (Check,))
    fault = next(filter(None, found), None)
    assert fault is not None and call in fault.call and got in fault.got and words in fault.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("[3]", None),
        ("[1, 2, 3]", None),  # the broken one never ends on it
        ("[2]", "both return [4]"),
        ("[-1]", "double raises ValueError"),
        ("(3,)", "a list is asked for"),
        ("[3, 3, 3, 3]", "not taken"),
        ("[3.5j]", "complex"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_an_input_breaks_one_function_and_not_the_other(
    answer: str, words: str | None, reference: Reference
) -> None:
    with Runner([("breaks_double", f"def breaks_double():\n    return {answer}")], []) as student:
        exercise = PLAN.exercises["breaks_double"]
        fault = Trial(PLAN, exercise, student, reference).breaks(exercise.checks[0])
    assert fault is None if words is None else fault is not None and words in f"{fault.got} {fault.message}"


def test_methods_are_timed_without_a_reply_for_each_call(reference: Reference) -> None:
    right = STACK.replace("LAST", "")
    assert faults(right, "Stack", reference, (Growth,)) == [None]
    slow = right.replace("self.items.append(item)", "self.items = [i for i in self.items] + [item]")
    assert not any(faults(slow, "Stack", reference, (Check,)))
    (fault,) = faults(slow, "Stack", reference, (Growth,))
    assert fault is not None and "slower than the input grows" in fault.message
    assert "it.push(7) and 999 more; it.push(0) and 999 more" in fault.call.replace("1,", "").replace(
        "3,", ""
    )
    (fault,) = faults(right.replace(">= self.most", "> 500"), "Stack", reference, (Growth,))
    assert fault is not None and "raises OverflowError" in fault.got
    (fault,) = faults(
        right.replace("append(item)", "append(item); return item"), "Stack", reference, (Growth,)
    )
    assert fault is not None and fault.got.startswith("[7, 7")


PLACE = "def place_of_largest(numbers):\n    return ANSWER"


@pytest.mark.parametrize(
    ("answer", "got", "expected", "words"),
    [
        ("numbers.index(max(numbers))", "", "", ""),
        ("len(numbers) - 1 - numbers[::-1].index(max(numbers))", "", "", ""),
        ("0", "0", "a place of 5", "differs"),
        ("-1", "-1", "a place of 5", "differs"),
        ("len(numbers)", "2", "an int such as 1", "the place behind"),
        ("10**99", "0000", "an int such as 1", "differs"),
        ("float(numbers.index(max(numbers)))", "1.0", "1", "a float; an int is asked for"),
        ("numbers.append(1) or numbers.index(max(numbers))", "1", "1", "changes an argument"),
        ("1 / 0", "raises ZeroDivisionError", "1", "valid input"),
    ],
)
def test_where_many_answers_are_right_the_exercise_decides(
    answer: str, got: str, expected: str, words: str, reference: Reference
) -> None:
    found = faults(PLACE.replace("ANSWER", answer), "place_of_largest", reference, (Check,))
    if not words:
        assert found == [None, None]
        return
    fault = found[0]
    assert fault is not None and got in fault.got and words in fault.message
    assert fault.expected == expected or answer.endswith("/ 0")


def test_a_rule_that_is_no_data_cannot_go_into_a_bundle() -> None:
    full = sample_plan()
    full.exercises = {"place_of_largest": full.exercises["place_of_largest"]}
    with pytest.raises(CourseError, match="place_of_largest asks for what a bundle cannot judge"):
        examples_bytes(full)


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_forged_number_of_steps_is_no_answer(steps: int) -> None:
    forged = """
class Stack:
    def __init__(self, most):
        import gc
        for thing in gc.get_objects():
            if type(thing).__name__ == "Channel":
                for _ in range(STEPS): thing.send({"value": None, "step": True})
                thing.send({"value": None})
""".replace("STEPS", str(steps))
    with Runner([("Stack", forged)], []) as student:
        calls = [(2, Steps([("push", (5,)), ("pop", ())]))]
        with pytest.raises(Died, match="no answer"):
            outcomes = list(student.call(PLAN.exercises["Stack"], calls, 1))
            assert len(outcomes[0].steps) == 2 and steps == 3
            raise Died("crashed", "no answer: more than was asked for")


def test_a_cell_that_ends_its_process_costs_only_itself() -> None:
    cells = [
        ("helpers", "base = 2"),
        ("bad", "import os; os._exit(1)"),
        ("double", "def double(x): return base"),
    ]
    with Runner(cells, []) as student:
        student.load()
        assert set(student.cell_faults) == {"bad"} and student.cell_faults["bad"].status == "crashed"
        assert [o.value for o in student.call(PLAN.exercises["double"], [([1],)], 1)] == [2]


def test_a_cell_that_raises_is_a_fault_with_its_line() -> None:
    with Runner([("double", "x = 1\nimport requests")], []) as student:
        student.load()
        fault = student.cell_faults["double"]
        assert "line 2: import requests" in fault.message and "numpy, not requests" in fault.got


def test_characters_that_could_change_a_terminal_are_shown_as_escapes(reference: Reference) -> None:
    fault = first(
        "def double(numbers):\n    print('a\\x1bb')\n    raise OSError('\\x1b[2J\\u202e')", reference
    )
    assert fault.got == "raises OSError: \\x1b[2J\\u202e" and fault.output == "a\\x1bb\n"
    with Runner([("double", "\u202ex = 1")], []) as student:
        student.load()
        assert "\\u202ex = 1" in student.cell_faults["double"].message


@pytest.mark.parametrize(
    "reply", [{"error": []}, {"error": "x"}, {"error": [5]}, {"message": 5}, {"output": None}]
)
def test_a_forged_reply_ends_the_process_and_not_the_grader(reply: dict[str, object]) -> None:
    with WorkerProcess([]) as worker, pytest.raises(Died, match="no answer"):
        worker._outcome_of(reply, None)


def test_a_process_that_does_not_start_is_the_graders_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    warm_process.cache_clear()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Runner([("double", REFERENCE)], []) as student, pytest.raises(CourseError, match="does not start"):
        student.load()


def test_what_another_exercise_imports_is_not_loaded_for_the_comparison_of_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    libraries = "import numba\nimport zlib\n"
    with Runner([("reference", libraries)], ["numba"]) as runner:
        assert (runner.imported(), runner.imported([])) == (["numba", "zlib"], ["zlib"])
    seen = []
    with Runner([("tens", "import json\n" + REFERENCE)], []) as student:
        trial = Trial(PLAN, PLAN.exercises["tens"], student, Reference([("reference", libraries)], ["numba"]))
        monkeypatch.setattr(
            trial, "_peak", lambda _runner, _call, preload: seen.append(preload) or (1, Outcome())
        )
        assert trial.memory(PLAN.exercises["tens"].checks[1]) is None
    assert seen == [["json", "zlib"]] * 2


def test_no_process_is_left_behind() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with WorkerProcess([]) as worker:
        worker.run_cell(
            "x", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()", 5
        )
        assert psutil.pid_exists(worker.pid)
    assert not psutil.pid_exists(worker.pid)
    del worker
    warm_process.cache_clear()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and {c.pid for c in psutil.Process().children(recursive=True)} - before:
        time.sleep(0.02)
    assert {c.pid for c in psutil.Process().children(recursive=True)} <= before


def test_the_worker_sees_an_empty_environment_and_no_course() -> None:
    source = (
        "import os, sys\n"
        "def double(_): return [sorted(os.environ), [p for p in sys.path if os.path.exists(p + '/autograde')],"
        " 'autograde' in sys.modules, sys.modules.get('hypothesis') is not None]"
    )
    with Runner([("double", source)], []) as student:
        (outcome,) = student.call(PLAN.exercises["double"], [([],)], 1)
    own = {"HOME", "TMPDIR", "NUMBA_CACHE_DIR", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    assert set(outcome.value[0]) <= {"PYTHONHASHSEED", "SYSTEMROOT", "LC_CTYPE", *own}
    assert outcome.value[1:] == [[], False, False]


@pytest.mark.skipif(os.name != "posix", reason="descriptors are inherited on POSIX systems only")
def test_the_worker_inherits_no_descriptor(tmp_path: Path) -> None:
    source = """
import os, stat
def double(_):
    found = []
    for descriptor in range(1024):
        try:
            found.append(stat.S_IFMT(os.fstat(descriptor).st_mode))
        except OSError:
            pass
    return sorted(set(found))
"""
    with open(tmp_path / "secret", "w") as file:
        os.set_inheritable(file.fileno(), True)
        with Runner([("double", source)], []) as student:
            (outcome,) = student.call(PLAN.exercises["double"], [([],)], 1)
    assert set(outcome.value) == {stat.S_IFCHR, stat.S_IFIFO}
