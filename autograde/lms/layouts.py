"""How the bulk downloads of learning management systems name their files: pure functions from names to submissions.

Sources: Moodle's mod/assign/classes/downloader.php (folders since 3.1, flat names before), Canvas's
lib/content_zipper.rb, the names and receipts of Blackboard's "Assignment File Download".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from autograde.lms.archive import Member


@dataclass(frozen=True)
class Entry:
    """A file that a student has handed in, as the layout tells it.

    student: what the download calls the student; lms_id: the LMS's own number or user name, or ""; file_name: as
    the student called it; order: a text that sorts attempts by age; handed_in: in UTC, None when the layout does not
    tell; late: whether the LMS says so; full_name: where the download has one beside what it calls the student.
    """

    member: Member
    student: str
    lms_id: str
    file_name: str
    order: str
    handed_in: datetime | None = None
    late: bool = False
    full_name: str = ""

    @property
    def key(self) -> str:
        """What tells students of one download apart."""
        return self.lms_id or self.student

    @property
    def is_notebook(self) -> bool:
        """Whether the file's name is one of a notebook."""
        return self.file_name.lower().endswith(".ipynb")


@dataclass(frozen=True)
class Layout:
    """A kind of download. lasting_ids: whether a student has the same lms_id in every assignment."""

    name: str
    title: str
    entry: Callable[[Member], Entry | None]
    lasting_ids: bool


_MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_file(?:_?/(?:.*/)?|_)(?P<file>[^/]+)$")
_MOODLE_TEXT = re.compile(
    r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_(?!file)\w+?(?:_?/|_)(?P<file>[^/]+)$"
)
_CANVAS = re.compile(
    r"(?:(?P<name>\w+?)_)??(?P<late>LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]{5})_(?P<number>\d+)_(?P<file>.+)$"
)
_BLACKBOARD = re.compile(
    r"(?P<before>.+?_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5}))(?:_(?P<file>.+)|(?P<receipt>\.txt))$"
)
_RECEIPT_NAME = re.compile(r"[^:\n]+:\s*(?P<name>.*?)\s*\((?P<id>[^()\n]+)\)\s*(?:\n|$)")


def recognised(members: Sequence[Member], assignment: str) -> tuple[Layout, list[Entry], list[Member]]:
    """Return the layout of a download, its files by that layout, and the files that the layout does not know.

    It is the system's that names most files, if that is at least half of them, and else a plain zip of
    STUDENT/NAME.ipynb. Nothing but the names of files tells.
    """
    best = max(LMS, key=lambda layout: sum(layout.entry(member) is not None for member in members))
    if 2 * sum(best.entry(member) is not None for member in members) < len(members):
        best = Layout("plain", "plain folders", _plain(members, assignment), lasting_ids=True)
    found = [(member, best.entry(member)) for member in members]
    return best, [entry for _, entry in found if entry], [member for member, entry in found if not entry]


def with_receipts(entries: Iterable[Entry], read: Callable[[Member], str]) -> list[Entry]:
    """Return Blackboard's files with the names that its receipts give; the receipts themselves are left out.

    An underscore may stand in a title and in a user name: only the receipt tells where one ends. read returns the
    text of a receipt.
    """
    entries = list(entries)
    people = {}
    for receipt in filter(_is_receipt, entries):
        before = receipt.member.name.removesuffix(".txt")
        named = _RECEIPT_NAME.match(read(receipt.member).lstrip("\ufeff"))
        if named and f"_{named['id']}_attempt_" in before:
            people[before] = named
    files = [entry for entry in entries if not _is_receipt(entry)]
    return [_with_person(entry, people) for entry in files]


def _with_person(entry: Entry, people: dict[str, re.Match[str]]) -> Entry:
    named = people.get(entry.member.name[: -len(entry.file_name) - 1])
    return (
        replace(entry, student=named["id"], lms_id=named["id"], full_name=named["name"]) if named else entry
    )


def _is_receipt(entry: Entry) -> bool:
    return entry.file_name == ""


def _moodle(member: Member) -> Entry | None:
    """`Full Name_12345_assignsubmission_file/name.ipynb`; the flat form has an underscore for the slash."""
    match = _MOODLE.search(member.path) or _MOODLE_TEXT.search(member.path)
    return Entry(member, match["name"], match["id"], match["file"], member.date) if match else None


def _canvas(member: Member) -> Entry | None:
    """`lastfirst_LATE_4321_98765_name-1.ipynb`: user, then file; a newer file has a larger number."""
    match = _CANVAS.match(member.name)
    if not match:
        return None
    late = match["late"] is not None
    student = match["name"] or match["id"]
    return Entry(member, student, match["id"], match["file"], match["number"].zfill(20), late=late)


def _blackboard(member: Member) -> Entry | None:
    """`Title_user_attempt_2026-01-31-09-30-00_name.ipynb`, and the same without a name: its receipt, a .txt.

    The time is the server's; the machine that collects is taken to be in the same zone.
    """
    match = _BLACKBOARD.match(member.name)
    if not match:
        return None
    try:
        local = datetime.strptime(match["time"], "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
    utc = local.astimezone(UTC)
    return Entry(member, match["id"], match["id"], match["file"] or "", match["time"], utc)


def _plain(members: Sequence[Member], assignment: str) -> Callable[[Member], Entry | None]:
    """`STUDENT/name.ipynb` or `STUDENT/ASSIGNMENT/name.ipynb`; one folder around all of it is no student."""

    def folders(member: Member) -> tuple[str, ...]:
        return tuple(part for part in member.parts[:-1] if part != assignment)

    notebooks = [folders(member) for member in members if member.name.lower().endswith(".ipynb")]
    wrapped = bool(notebooks) and min(map(len, notebooks)) > 1 and len({path[0] for path in notebooks}) == 1

    def entry(member: Member) -> Entry | None:
        own = folders(member)[wrapped:]
        return Entry(member, own[0], "", member.name, member.date) if own else None

    return entry


LMS = (
    Layout(
        "moodle", "Moodle", _moodle, lasting_ids=False
    ),  # participants are numbered anew in each assignment
    Layout("canvas", "Canvas", _canvas, lasting_ids=True),
    Layout("blackboard", "Blackboard", _blackboard, lasting_ids=True),
)
