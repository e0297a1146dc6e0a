"""classify_load, judged on recordings of real processes (record_loads made them)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Exercise, Outcome
from solutions.ch02_memory_and_disk import recordings, rise

Samples = list[dict[str, Any]]
MACHINE = ("cpu_user_ms", "cpu_system_ms", "cpu_iowait_ms", "cpu_idle_ms")
OF_PROCESS = ("user_ms", "system_ms", "read_bytes", "written_bytes", "waits")
COUNTERS = ("at_ms", *MACHINE, *OF_PROCESS)
FILE = Path(__file__).with_name("load_recordings.json")


def recorded() -> list[tuple[str, str, Samples]]:
    """All recordings: the kind, the program, the samples."""
    found = json.loads(FILE.read_bytes())
    return [
        (one["kind"], one["program"], [dict(zip(found["keys"], row, strict=True)) for row in one["rows"]])
        for one in found["recordings"]
    ]


def of(kind: str, program: str) -> list[Arguments]:
    """Calls with the recordings of one program."""
    return [(samples,) for k, p, samples in recorded() if (k, p) == (kind, program)]


def watched(samples: Samples, earlier: Sequence[int], times: int) -> Arguments:
    """The same process, watched when its counters were already larger, and so many times as long."""
    first, more = samples[0], dict(zip(COUNTERS, earlier, strict=True))
    return (
        [{**s, **{c: first[c] + times * (s[c] - first[c]) + more[c] for c in COUNTERS}} for s in samples],
    )


def thinned(samples: Samples, keep: int) -> Samples:
    """The first and the last sample, and every keep-th between them."""
    return [*samples[:-1:keep], samples[-1]]


def call_on(arguments: Arguments) -> str:
    """The call by the recording's name in the notebook; of another one, what its first and last sample say."""
    (samples,) = arguments
    for kind, own in recordings.items():
        if samples == own:
            return f"classify_load(recordings[{kind!r}])"
    rises = [f"{key} {samples[0][key]} to {samples[-1][key]}" for key in ("at_ms", *OF_PROCESS)]
    states = " ".join(sample["state"] for sample in samples)
    places = " ".join({sample["waits_in"]: "" for sample in samples if sample["waits_in"]})
    told = [*rises, f"state {states}", f"waits_in {places or 'empty'}"]
    return f"classify_load(samples) with {len(samples)} samples: {', '.join(told)}"


MANY = len(COUNTERS)
EIGHT = [samples for _, _, samples in recorded()[:8]]  # a recording of each program
WINDOWS = st.builds(lambda one, keep: thinned(one[2], keep), st.sampled_from(recorded()), st.integers(1, 5))


def mistaken(
    right: str, taken: str, holds: Callable[[Samples], bool] = lambda _samples: True
) -> Callable[[Arguments, Outcome, Outcome], bool]:
    """Return the question: was a recording of this kind taken for one of those kinds, and does this hold of it?"""

    def question(arguments: Arguments, got: Outcome, expected: Outcome) -> bool:
        return expected.value == right and got.value in taken.split() and holds(arguments[0])

    return question


def renamed(samples: Samples, names: Mapping[str, str]) -> Samples:
    """The same process with counters under each other's names."""
    return [{key: sample[names.get(key, key)] for key in sample} for sample in samples]


def slowed(samples: Samples, share: float) -> Samples:
    """The same process, which got so much of what it got."""
    first = samples[0]
    return [
        {**s, **{c: first[c] + round(share * (s[c] - first[c])) for c in ("user_ms", "system_ms")}}
        for s in samples
    ]


def of_the_text() -> list[Samples]:
    """The edges that the text states, made from the recordings of the notebook."""
    cpu, io, lock, idle = recordings.values()
    a_few_pages = {"read_bytes": 20_480}
    return [
        renamed(io, {"read_bytes": "written_bytes", "written_bytes": "read_bytes"}),
        [{**sample, "state": "R"} for sample in io],
        renamed(cpu, {"user_ms": "system_ms", "system_ms": "user_ms"}),
        slowed(cpu, 0.75),  # a sixth of a core
        *([*samples[:-1], {**samples[-1], **a_few_pages}] for samples in (cpu, lock, idle)),
        [{**sample, "waits_in": ""} for sample in lock],
        *([samples[1], samples[2]] for samples in recordings.values()),
        *(watched(samples, [10**10] * MANY, 1)[0] for samples in recordings.values()),
        *(watched(samples, [0] * MANY, 27)[0] for samples in recordings.values()),  # nearly a minute
    ]


CLASSIFY_LOAD = Exercise(
    "classify_load",
    examples=[(samples,) for samples in (*recordings.values(), *of_the_text())],
    shown=call_on,
    checks=[
        Check(
            "one program of each kind",
            points=1,
            edges=[call for kind in ("cpu", "io", "lock", "idle") for call in of(kind, "black box")],
        ),
        Check(
            "another program of each kind",
            points=2,
            edges=[call for kind in ("idle", "lock", "io", "cpu") for call in of(kind, "program")],
        ),
        Check(
            "processes that run for long, watched for longer",
            points=1,
            edges=[
                *(watched(samples, [10**10 + 10**7 * i for i in range(MANY)], 1) for samples in EIGHT),
                *(watched(samples, [0] * MANY, 30) for samples in EIGHT),
            ],
            strategy=st.one_of(
                st.builds(
                    watched,
                    WINDOWS,
                    st.lists(st.integers(10**9, 10**12), min_size=MANY, max_size=MANY),
                    st.just(1),
                ),
                st.builds(watched, WINDOWS, st.just([0] * MANY), st.integers(12, 30)),
            ),
        ),
    ],
    causes=[
        Cause(
            "It says something else than cpu, io, lock or idle.",
            ["What are the four answers?", 'Return "cpu", "io", "lock" or "idle".'],
            when=lambda _arguments, got, _expected: (
                type(got.value) is str and got.value not in ("cpu", "io", "lock", "idle")
            ),
        ),
        Cause(
            "It takes a counter for what happens now; this process has run for long, and its counters are large.",
            ["What does the first sample say?", "Subtract the first sample from the last, for each counter."],
            when=lambda arguments, got, _expected: (
                got.error is None and min(arguments[0][0][counter] for counter in COUNTERS) > 10**6
            ),
        ),
        Cause(
            "It takes what rose in the whole recording for what rises in a second.",
            ["How long is this recording?", "Divide by the time between the first and the last sample."],
            when=lambda arguments, got, _expected: got.error is None and rise(arguments[0], "at_ms") > 10_000,
        ),
        Cause(
            "It looks at reads only; a disk is kept busy by writes as well.",
            ["Which counters rise in this recording?", "Add read_bytes and written_bytes."],
            when=mistaken("io", "cpu lock idle", lambda samples: not rise(samples, "read_bytes")),
        ),
        Cause(
            "This process makes devices move millions of bytes a second. That it computes a little, or is "
            "in state R at times, tells nothing.",
            ["How many bytes a second are these?", "Look at the bytes before the processor time."],
            when=mistaken("io", "cpu lock idle"),
        ),
        Cause(
            "A few bytes make it say io; each program reads or writes some.",
            ["How many bytes a second are these?", "Ask for far more: a million bytes a second."],
            when=lambda arguments, got, expected: (
                got.value == "io" != expected.value and rise(*arguments, "written_bytes", "read_bytes") > 0
            ),
        ),
        Cause(
            "It misses time in the kernel; that is processor time, too.",
            ["Which counter rises in this recording?", "Add user_ms and system_ms."],
            when=mistaken(
                "cpu",
                "lock idle io",
                lambda samples: 4 * rise(samples, "user_ms") < rise(samples, "system_ms"),
            ),
        ),
        Cause(
            "It asks for too large a share of a core; on a busy machine a process that computes gets little.",
            ["What share does the process get here?", "Put the limit between 3 % and 15 % of a core."],
            when=mistaken("cpu", "lock idle io"),
        ),
        Cause(
            "This process uses hardly any processor time, and moves no bytes. The load average and the keys with "
            "cpu_ are about the machine, where others compute.",
            [
                "Which keys are about this process?",
                "Use user_ms, system_ms, read_bytes, written_bytes, waits.",
            ],
            when=lambda arguments, got, expected: (
                mistaken("lock", "cpu io")(arguments, got, expected)
                or mistaken("idle", "cpu io")(arguments, got, expected)
            ),
        ),
        Cause(
            "It knows one kind of lock only, by the name of what the process waits in.",
            ["What does waits_in say here?", "Count the waits a second; each kind of lock makes many."],
            when=mistaken(
                "lock", "idle", lambda samples: not any("futex" in sample["waits_in"] for sample in samples)
            ),
        ),
        Cause(
            "A process that is woken many times a second, and does nothing, waits for a lock.",
            ["How many waits a second are these?", "Put the limit between 10 and 100 waits a second."],
            when=mistaken("lock", "idle"),
        ),
        Cause(
            "A process that is hardly ever woken has nothing to do.",
            ["How many waits a second are these?", "Put the limit between 10 and 100 waits a second."],
            when=mistaken("idle", "lock"),
        ),
    ],
)
