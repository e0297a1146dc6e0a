"""The page that `lab` opens: the map of the course, what is solved, what comes next. A file of Markdown in work/."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from autograde.files import write_atomically
from autograde.lock import one_at_a_time
from autograde.overview import Part, end_text, next_part, parts, so_far, so_far_text, terms
from autograde.paths import ROOT, WORK, cache_folder
from autograde.progress import Standing
from autograde.report import points_text
from workbench.predictions import measured_names

PAGE = WORK / "start.md"
CHAPTERS = ROOT / "chapters"
COURSE = (  # name, label, subject: the whole course, also what is still to come
    ("ch01_scale", "1", "How large is a large service?"),
    ("ch02_memory_and_disk", "2", "Memory and disk: what a read costs"),
    ("ch03_os_cache", "3", "The operating system's cache"),
    ("ch04_database_index", "4", "Database indexes and replication"),
    ("ch05_index_server", "5", "An index server of one's own"),
    ("ch06_vb_code", "6", "VB code: smaller postings, read faster"),
    ("ch07_algorithms", "7", "Tries, Aho-Corasick, Bayes"),
    ("ch08_keyword_link", "8", "Keyword links"),
    ("ch09_full_text_search", "9", "Full-text search and its ranking"),
    ("ch10_search_engine", "10", "A search engine"),
    ("ch11_infrastructure", "11", "Infrastructure and what it costs"),
    ("ch12_scalability", "12", "Scalability: load, queues, balancers"),
    ("ch13_redundancy", "13", "Redundancy: losing a server"),
    ("ch14_efficiency", "14", "Efficiency: sharing a machine"),
    ("ch15_network", "15", "The network's limits"),
    ("appendix_a_parts", "A", "Parts of today's services"),
)
_HELP = """\
## How to work

- **Read**: a chapter is run from top to bottom, cell by cell with Shift+Enter. Make each guess before you run on.
- **Solve**: write into an exercise's cell, run it with Shift+Enter, then run the `check` cell under it. It grades the
  cell as you last ran it. What does not run is never lost: your work stays in `work/`.
- **Mend**: `check` shows the first thing to mend: the call, what came, what should have come. The whole course adds
  why that usually happens, and hints that grow plainer with more tries. A student bundle has only the examples to
  check with: all other checks, their hints and the points come with your instructor's grading.
- **Two tabs, one name**: a chapter and its exercises have notebooks of the same name. The first line of each says
  *Chapter* or *Exercises*; the tip of a tab says `chapters/` or `work/`.
- **Help on Python**: put a `?` behind a name in a cell, such as `bytes.join?`, and run it.
- **Grade** all of your work: `python3 course.py grade` in a terminal (File, New, Terminal) writes a report.
- **Watch**: `python3 course.py watch` in a terminal grades the exercise that you have saved, each time you save.
- **Start an assignment again**: `python3 course.py reset CHAPTER` keeps your old copy under a dated name.
"""


def write() -> bool:
    """Write the page as the course stands now; return whether work/ could take it.

    Two writers at once do it one after the other, so the page shows the later state. Raises StateError when the
    state cannot be read.
    """
    if not os.access(WORK, os.W_OK):
        return False
    with one_at_a_time(cache_folder("locks") / "start_page", "Another course.py writes the start page."):
        text = page(parts(), measured_names()).encode("utf-8")
        if not PAGE.exists() or PAGE.read_bytes() != text:
            write_atomically(PAGE, text)
    return True


def page(found: Sequence[Part], measured: AbstractSet[str] = frozenset()) -> str:
    """Return the Markdown of the page; its links start in work/.

    measured: the names of all quantities that the trainee's runs of chapters have measured.
    """
    sections = [
        f"# Large-scale web services, measured\n\n{_so_far(found)}",
        _next(found, measured),
        "\n".join(_map(found)),
        *_own_parts(found),
        _HELP,
    ]
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def _so_far(found: Sequence[Part]) -> str:
    label, count = so_far(found)
    solved = sum(part.standing.solved for part in found)
    if not all(part.gives_points for part in found):
        bar = f'<progress value="{solved}" max="{len(found)}"></progress>'
        more = "Grading runs more checks, and gives the points."
        return f"{label.capitalize()}: **{count}**. {bar}\n\nOnly the examples can be checked here. {more}"
    score, total = sum(part.score for part in found), sum(part.exercise.points for part in found)
    bar = f'<progress value="{points_text(score)}" max="{points_text(total)}"></progress>'
    return f"{label.capitalize()}: **{count}**; {solved} of {len(found)} exercises are solved now. {bar}"


def _next(found: Sequence[Part], measured: AbstractSet[str]) -> str:
    part = next_part(found)
    if part is None:
        return f"## Next\n\n{end_text(found)} Each chapter now runs on parts of your own."
    needs = f" It builds on {', '.join(part.exercise.needs)}." if part.exercise.needs else ""
    exercise = f"{_link(part)}: {terms(part.exercise)}.{needs}"
    chapter = _chapter_of(part)
    if chapter is None or _is_begun(chapter, found, measured):
        return f"## Next: {part.exercise.name}\n\nOpen {exercise}"
    name, label, subject = chapter
    link = f"[chapter {label}](../chapters/{name}.ipynb)"
    return f"## Next: chapter {label}\n\nRead and run {link}, {subject}. Then solve {exercise}"


def _chapter_of(part: Part) -> tuple[str, str, str] | None:
    """The chapter that an exercise belongs to, where it is there to be read."""
    key = _chapter_key(part.assignment)
    there = (entry for entry in COURSE if (CHAPTERS / f"{entry[0]}.ipynb").exists())
    return next((entry for entry in there if _chapter_key(entry[0]) == key), None)


def _is_begun(chapter: tuple[str, str, str], found: Sequence[Part], measured: AbstractSet[str]) -> bool:
    """Whether a quantity of the chapter has been measured, or one of its exercises tried."""
    key = _chapter_key(chapter[0])
    tried = any(part.standing != Standing() for part in found if _chapter_key(part.assignment) == key)
    source = (CHAPTERS / f"{chapter[0]}.ipynb").read_text(encoding="utf-8")
    return tried or not measured.isdisjoint(re.findall(r'measured\(\\"(\w+)\\"', source))


def _map(found: Sequence[Part]) -> Iterator[str]:
    """A row a chapter: what is there is linked, the rest is to come."""
    head = f"| chapter | subject | read and measure | exercises | {so_far(found)[0]} |"
    yield f"## The map\n\n{head}\n|--:|---|---|---|---|"
    for name, label, subject in COURSE:
        own = [part for part in found if _chapter_key(part.assignment) == _chapter_key(name)]
        there = (CHAPTERS / f"{name}.ipynb").exists()
        chapter = f"[chapter {label}](../chapters/{name}.ipynb)" if there else "to come"
        exercises = ", ".join(_assignment_links(own)) or ("to come" if there else "")
        yield f"| {label} | {subject} | {chapter} | {exercises} | {so_far(own)[1] if own else ''} |"


def _chapter_key(name: str) -> str:
    """What a chapter and its assignments have in common.

    >>> _chapter_key("ch04a_index") == _chapter_key("ch04_database_index")
    True
    """
    numbered = re.match(r"ch\d\d", name)
    return numbered[0] if numbered else name


def _assignment_links(found: Iterable[Part]) -> Iterator[str]:
    for name, own in groupby(found, key=lambda part: part.assignment):
        count = len(list(own))
        yield f"[{count} exercise{'s' if count > 1 else ''}]({name}/{name}.ipynb)"


def _own_parts(found: Sequence[Part]) -> Iterator[str]:
    """A table an assignment: which parts are one's own, and which the engine stands in for."""
    if found:
        yield (
            "## Your own parts\n\nChapters measure and build on what you have solved. "
            "Where a part is not yours yet, the course's engine stands in."
        )
    for name, own in groupby(found, key=lambda part: part.assignment):
        listed = list(own)
        head = f"### {name}, {so_far_text(listed)}\n\n| exercise | state | part | points | minutes | difficulty |"
        yield "\n".join([f"{head}\n|---|---|---|--:|--:|--:|", *map(_part_row, listed)])


def _part_row(part: Part) -> str:
    exercise = part.exercise
    points = f"{points_text(part.score)} of" if part.gives_points else "up to"
    whose = "**yours**" if part.standing.solved else "the engine's"
    stretch = " (stretch)" if exercise.stretch else ""
    return (
        f"| {_link(part)}{stretch} | {_state(part)} | {whose} | {points} {points_text(exercise.points)} "
        f"| {exercise.minutes} | {exercise.difficulty} of 5 |"
    )


def _state(part: Part) -> str:
    if part.standing.solved:
        return "✓ solved" if part.gives_points else "✓ passed here"
    if part.standing.form_right:
        return "? form right, decided at grading"
    if part.standing.status == "open":
        return "○ open"
    tries = part.standing.tries
    return f"✗ to mend, {tries} {'try' if tries == 1 else 'tries'}"


def _link(part: Part) -> str:
    name = part.exercise.name
    return f"[{name}]({part.assignment}/{part.assignment}.ipynb#cell-id={name})"
