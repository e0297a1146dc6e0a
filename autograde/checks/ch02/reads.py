"""access_time, and breaks_forward_time."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from autograde.check import Arguments, Breaks, Cause, Check, Exercise
from autograde.checks import common
from autograde.forms import Form
from solutions.ch02_memory_and_disk import access_time, forward_time

Reads = Sequence[tuple[int, int]]
SEEK_US, BYTES_PER_US = 10_000, 58.0
MOST_READS, BELOW = 10, 1_000_000
PAIRS = f"a list of 1 to {MOST_READS} pairs (offset, length) of ints"
FORM = Form(
    length=PAIRS,
    least=1,
    most=MOST_READS,
    item=PAIRS,
    bounds=[(0, BELOW - 1), (1, BELOW - 1)],
    number=f"offsets from 0 and lengths from 1, all below {BELOW:,}",
)


def transfer(reads: Reads, bytes_per_us: float) -> float:
    return sum(length for _, length in reads) / bytes_per_us


def forgets_first_seek(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    return max(0.0, access_time([*reads], seek_us, bytes_per_us) - (seek_us if reads else 0))


def seeks_always(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    return len(reads) * seek_us + transfer(reads, bytes_per_us)


def seeks_once(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    return bool(reads) * seek_us + transfer(reads, bytes_per_us)


def starts_compared(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    """A seek where a read starts elsewhere than the one before it started."""
    starts = [None, *(offset for offset, _ in reads)]
    seeks = sum(offset != last for (offset, _), last in zip(reads, starts, strict=False))
    return seeks * seek_us + transfer(reads, bytes_per_us)


def keeps_farthest_end(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    """The head is taken to stand at the farthest byte that was read."""
    seeks, end = 0, -1
    for offset, length in reads:
        seeks += offset != end
        end = max(end, offset + length)
    return seeks * seek_us + transfer(reads, bytes_per_us)


def head_at_zero(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    """The first read needs no seek when it starts at 0."""
    return access_time([*reads], seek_us, bytes_per_us) - (seek_us if reads and reads[0][0] == 0 else 0)


def multiplies(reads: Reads, seek_us: int, bytes_per_us: float) -> float:
    return access_time([*reads], seek_us, 1 / bytes_per_us)


def transfer_only(reads: Reads, _seek_us: int, bytes_per_us: float) -> float:
    return transfer(reads, bytes_per_us)


def call(*reads: tuple[int, int], seek_us: int = SEEK_US, bytes_per_us: float = BYTES_PER_US) -> Arguments:
    """A call with these reads."""
    return [*reads], seek_us, bytes_per_us


def rates() -> list[st.SearchStrategy[float]]:
    """How long a seek takes, and bytes a microsecond."""
    return [st.sampled_from([10_000, 70, 1, 0]), st.sampled_from([58.0, 0.5, 7500.0, 1.0])]


def placed(steps: Sequence[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """Reads that mostly go on where the last one ended."""
    reads: list[tuple[int, int]] = []
    for kind, place, length in steps:
        start, end = (reads[-1][0], sum(reads[-1])) if reads else (0, 0)
        offset = {"goes on": end, "again": start, "anywhere": place, "one further": end + 1}[kind]
        reads.append((offset, length))
    return reads


READS = st.lists(
    st.tuples(
        st.sampled_from(["goes on", "goes on", "again", "anywhere", "one further"]),
        st.integers(0, 9),
        st.integers(1, 5),
    ),
    max_size=8,
).map(placed)

ACCESS_TIME = Exercise(
    "access_time",
    examples=[
        call((58, 58), (200, 58), (300, 58)),
        call((0, 58), (100, 58)),
        call(),
        call((58, 58), (116, 58), (174, 58), (174, 58)),
        call((0, 580), (580, 580), (0, 580)),
        call((58, 58), (0, 58)),
        call((0, 580), (100, 58), (158, 58)),
        call((0, 58), (59, 58)),
    ],
    checks=[
        Check(
            "reads that go forward",
            points=1.5,
            edges=[
                call((0, 58)),
                call((580, 58)),
                call((0, 58), (58, 58)),
                call((0, 58), (59, 58)),
                call((100, 10), (110, 20), (130, 5), (200, 1), (201, 1)),
                call((0, 1), seek_us=0, bytes_per_us=0.5),
                call((0, 4096), (1 << 40, 4096), ((1 << 40) + 4096, 1 << 20), seek_us=70, bytes_per_us=500.0),
                call(),
            ],
            strategy=st.tuples(
                st.lists(st.tuples(st.integers(0, 2), st.integers(1, 5)), max_size=8).map(
                    lambda gaps: placed([("goes on", 0, length + gap) for gap, length in gaps])
                ),
                *rates(),
            ),
            count=30,
        ),
        Check(
            "reads in any order",
            points=1.5,
            edges=[
                call((0, 58), (0, 58)),
                call((58, 58), (0, 58)),
                call((58, 58), (0, 58), (58, 58)),
                call((0, 100), (50, 100), (150, 10)),
                call((0, 580), (100, 58), (580, 58)),
                call((0, 580), (100, 58), (158, 58)),
                call(*[((7 * i) % 1000, 3) for i in range(2000)]),
                call(*[(i, 1) for i in range(2000)]),
            ],
            strategy=st.tuples(READS, *rates()),
        ),
    ],
    causes=[
        Cause(
            "A read that goes backwards, or over bytes that were read, seeks, too.",
            ["Where does the head stand after a read?", "Seek whenever offset != end, also when it is less."],
            like=forward_time,
        ),
        Cause(
            "The head stands where the last read ended, not at the farthest byte that was ever read.",
            [
                "Where does the head stand after a read that went back?",
                "Set end = offset + length each time.",
            ],
            like=keeps_farthest_end,
        ),
        Cause(
            "The first read needs a seek also when it starts at 0.",
            ["Who said that the head stands at 0 at first?", "Start with an end that no offset can be: -1."],
            like=head_at_zero,
        ),
        Cause(
            "The first read has no seek; it needs one as well.",
            [
                "Where does the head stand before the first read?",
                "Start with an end that no offset can be: -1.",
            ],
            like=forgets_first_seek,
        ),
        Cause(
            "Each read has a seek; one that starts where the last one ended needs none.",
            ["What must the head do to go on?", "Seek only when offset != the last offset + length."],
            like=seeks_always,
        ),
        Cause(
            "Only the first read has a seek.",
            [
                "When does the head have to move again?",
                "Compare each offset with the end of the read before.",
            ],
            like=seeks_once,
        ),
        Cause(
            "A read is compared with where the last one started; it counts where that ended.",
            ["Where is the head after a read of 580 bytes at 0?", "The end is offset + length."],
            like=starts_compared,
        ),
        Cause(
            "The seeks are missing.",
            ["What does a disk do before the bytes pass by?", "Add seek_us for each read that seeks."],
            like=transfer_only,
        ),
        Cause(
            "The bytes are multiplied by the rate; a byte takes 1 / bytes_per_us.",
            ["How long do 580 bytes take at 58 bytes a microsecond?", "Divide the bytes by bytes_per_us."],
            like=multiplies,
        ),
    ],
)


BREAKS_FORWARD_TIME = Exercise(
    "breaks_forward_time",
    checks=[
        Breaks(
            "a list that forward_time gets wrong",
            points=2,
            like=[],
            right="access_time",
            broken="forward_time",
            more=(SEEK_US, BYTES_PER_US),
            takes=FORM,
        )
    ],
    causes=[
        Cause(
            "It raises an error instead of returning a list.",
            ["What does your function do when you call it by hand?", "A list may be written out."],
            when=lambda _arguments, got, _expected: got.error is not None,
        ),
        Cause(
            "The answer is no list of pairs.",
            ["What does type() say of your result?", "Write it as [(offset, length), ...]."],
            when=lambda _arguments, got, _expected: (
                not isinstance(got.value, list) or FORM.asked_for(got.value) == PAIRS
            ),
        ),
        Cause(
            "A number of the list is out of its bounds.",
            ["Which offset or length is too small or too large?", "A read of two small numbers is enough."],
            when=lambda _arguments, got, _expected: FORM.asked_for(got.value) != "",
        ),
        Cause(
            "Both give the same time: the list holds only reads that the model was tested on.",
            [
                "Which ways can the head move from one read to the next?",
                "The model seeks when offset > end: give it a read that starts before the end.",
            ],
            when=common.returned(list),
        ),
    ],
)
