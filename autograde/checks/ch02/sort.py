"""external_sort."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import strategies as st

from autograde.check import Arguments, Cause, Check, Counted, Counts, Exercise, Memory, Outcome
from autograde.checks.ch02 import sort_twins as twins
from autograde.checks.ch02.sort_limits import LIMITS, allowed_moves, allowed_seeks, least_moves

LARGE_BITS = 16384  # of a record that takes two kilobytes


def call(records: Sequence[int], memory_records: int, block_records: int) -> Arguments:
    """A call with these records on a source."""
    sizes = {"block_records": block_records, "memory_records": memory_records}
    source = Counted("RecordSource", {"records": list(records), **sizes})
    return source, Counted("RecordDisk", sizes), Counted("RecordSink", sizes), memory_records


def shuffled(count: int, memory_records: int, block_records: int, most: int = 10**6) -> Arguments:
    """A call with so many records, some of them equal, the same ones each time."""
    draw = random.Random(count)
    return call([draw.randrange(-most, most) for _ in range(count)], memory_records, block_records)


def large(count: int, memory_records: int, block_records: int) -> Arguments:
    """A call with records of two kilobytes each."""
    draw = random.Random(count)
    return call([draw.getrandbits(LARGE_BITS) for _ in range(count)], memory_records, block_records)


records = st.one_of(st.integers(0, 9), st.integers(-(2**70), 2**70))


def calls(most_records: int, blocks: tuple[int, int]) -> st.SearchStrategy[Arguments]:
    """Calls with generated records, memory for so many blocks."""
    return st.builds(
        lambda found, block, held, more: call(found, block * held + more % block, block),
        st.lists(records, max_size=most_records),
        st.integers(1, 4),
        st.integers(*blocks),
        st.integers(0, 3),
    )


def too_large(_arguments: Arguments, got: Outcome, _expected: Outcome) -> bool:
    """Was a request refused because memory does not hold it?"""
    return got.error is not None and "ValueError" in got.error and "memory holds" in got.message


def unwritten(_arguments: Arguments, got: Outcome, _expected: Outcome) -> bool:
    """Was a read refused because there is nothing at its place?"""
    return got.error is not None and "IndexError" in got.error and "were written" in got.message


def with_gap(_arguments: Arguments, got: Outcome, _expected: Outcome) -> bool:
    """Was a write refused because a block would stay empty?"""
    return got.error is not None and "IndexError" in got.error and "next empty block" in got.message


EXTERNAL_SORT = Exercise(
    "external_sort",
    examples=[
        call([7, 1, 5, 2, 9, 3, 8, 8, 0, 6, 4, 1], 6, 2),
        call([3, 1, 2], 6, 2),
        call([], 6, 2),
        call([5, -5, 5, 2**70, 0, 5, -5, 9, 1, 1, 8, 2, 3, 4, 4, 7, 6, 0, -1], 6, 2),
        call([25 * i % 36 for i in range(36)], 6, 2),  # more runs than one merge takes
        call([25 * i % 36 for i in range(36)], 11, 2),  # as many runs as one merge takes
        call([*range(58, -2, -2), *range(59, 0, -2)], 30, 2),  # two runs, whose records alternate
    ],
    limits=LIMITS,
    checks=[
        Check(
            "what fits in memory",
            points=0.5,
            edges=[
                call([2, 1], 6, 2),
                call([], 6, 2),
                call([4], 3, 1),
                call([1, 1, 0, 1], 6, 2),
                call([6, 5, 4, 3, 2, 1], 6, 2),
                call([0, -1, -(2**70), 2**70], 12, 4),
                call([*range(12, 0, -1)], 12, 4),
            ],
            strategy=calls(9, (3, 9)),
            count=12,
        ),
        Check(
            "runs and one merge",
            points=1,
            edges=[
                call([7, 6, 5, 4, 3, 2, 1], 6, 2),
                call([3, 1, 2, 0], 3, 1),
                call([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 6, 2),
                call([5] * 11, 6, 2),
                call([2, 2, 1, 1, 2, 2, 1, 1, 0, 0], 6, 2),
                call([9, -9, 8, -8, 7, -7, 2**70, -(2**70), 0, 1, 5, 5], 6, 2),
                call([*range(20, 0, -1)], 11, 2),
                call([*range(15, 0, -1)], 14, 4),
                shuffled(601, 130, 13, most=50),
            ],
            strategy=calls(24, (4, 6)),
            count=20,
        ),
        Check(
            "more runs than one merge takes",
            points=1,
            edges=[
                call([*range(11, 0, -1)], 3, 1),
                call([*range(25, 0, -1)], 6, 2),
                call([3] * 26, 6, 2),
                call([*range(50), *range(50)], 13, 4),
                shuffled(333, 40, 10, most=9),
                shuffled(17, 3, 1),
            ],
            strategy=calls(18, (3, 4)),
            count=16,
        ),
        Counts(
            "few moves of blocks",
            points=2,
            counted="moves",
            calls=[
                shuffled(64, 64, 8),
                shuffled(880, 88, 8),
                shuffled(576, 64, 16),
                shuffled(512, 64, 16),
            ],
            limit=allowed_moves,
            rule="2 * blocks * (1 + passes)",
            least=least_moves,
            causes=[
                Cause(
                    "Each request of a record moves its whole block.",
                    [
                        "How many records of a block that was moved do you use?",
                        "Read and write whole blocks, and keep what is not used yet.",
                    ],
                    like=twins.single_records,
                ),
                Cause(
                    "It merges two runs at a time; memory has room for a block of many more.",
                    [
                        "How often is each record moved when half as many runs are left each time?",
                        "Merge m - 1 runs at once: heapq.merge takes any number.",
                    ],
                    like=twins.two_at_a_time,
                ),
                Cause(
                    "The runs are as short as a block; memory sorts more at once.",
                    ["How long can a run be?", "Read memory_records // block_records blocks for a run."],
                    like=twins.runs_of_a_block,
                ),
                Cause(
                    "The last merge goes to the disk, and is copied from there.",
                    ["What is the last pass for?", "Write the last merge to out."],
                    like=twins.copies_at_the_end,
                ),
                Cause(
                    "What fits in memory takes the way over the disk.",
                    ["How many runs are there?", "Write a single run to out at once."],
                    like=twins.disk_for_all,
                ),
            ],
            hints=[
                "Which records move more often than 1 + passes times, there and back?",
                "Compare try_sort's moves, device by device, with the blocks and the passes of the text.",
            ],
        ),
        Counts(
            "long pieces, few seeks",
            points=1,
            counted="seeks",
            calls=[shuffled(480, 160, 4), shuffled(500, 96, 4), shuffled(1000, 400, 4)],
            limit=allowed_seeks,
            rule="2 * (2 + runs + blocks / piece)",
            causes=[
                Cause(
                    "The pieces of the merge are single blocks; memory has room for longer ones.",
                    [
                        "How many blocks of memory does each run get when there are three runs?",
                        "Read m // (k + 1) blocks of each of k runs at once.",
                    ],
                    like=twins.pieces_of_a_block,
                ),
            ],
            hints=[
                "Which request does not go on where the last one on its device ended?",
                "Write runs one behind the other, and read long pieces: m // (k + 1) blocks for k runs.",
            ],
        ),
        Memory(
            "memory for memory_records",
            points=2.5,
            make=lambda: large(3600, 384, 32),
            hints=[
                "How many records do all your lists hold together at the worst moment?",
                "Keep one piece of each run: a generator that reads the next when one is used up.",
            ],
        ),
    ],
    causes=[
        Cause(
            "A request carries more records than memory holds.",
            ["How many records does this request ask for?", "Ask for memory_records at most, in pieces."],
            when=too_large,
        ),
        Cause(
            "A write leaves an empty block behind what is on the disk.",
            ["Where does the last write end?", "Go on there, or at the next multiple of block_records."],
            when=with_gap,
        ),
        Cause(
            "No records make it fail; they give no records.",
            ["How many runs do no records make?", "Look at record_count before you merge."],
            when=lambda arguments, got, _expected: (
                got.error is not None and not arguments[0].settings["records"]
            ),
        ),
        Cause(
            "It reads a place of the disk where no record was written.",
            ["How long is the last piece of a run?", "Ask for min(piece, end - start) records."],
            when=unwritten,
        ),
        Cause(
            "Equal records are lost; each comes out as often as it went in.",
            ["How many times does this record come in?", "Keep lists; a set or a dict drops equal ones."],
            like=twins.without_doubles,
        ),
        Cause(
            "Only one memory full is sorted; what follows is lost.",
            ["How many records does src.record_count tell?", "Read until src.read gives no record."],
            like=twins.first_run_only,
        ),
        Cause(
            "The last run, which is shorter, is lost.",
            ["How long is the last run?", "Make a run of what is left, too."],
            like=twins.whole_runs_only,
        ),
        Cause(
            "The runs stand one behind the other, not merged.",
            ["Where is the smallest record of the second run?", "Take the smallest of all runs each time."],
            like=twins.not_merged,
        ),
        Cause(
            "Runs beyond those of one merge are lost.",
            ["How many runs are there, and how many does one merge take?", "Merge until one group is left."],
            like=twins.first_group_only,
        ),
        Cause(
            "The records come in descending order.",
            ["Which record comes first?", "Take the smallest first."],
            like=twins.descending,
        ),
        Cause(
            "Nothing, or not all, was written to out.",
            ["What was left in a list when the function ended?", "Write what is left after the loop."],
            when=lambda _arguments, got, expected: (
                got.error is None and len(got.written) < len(expected.written)
            ),
        ),
    ],
)
