"""Submissions of a bulk download into submitted/: the latest of each student, whole files only, nothing lost."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograde.files import write_atomically
from autograde.lms.archive import Archive, Member
from autograde.lms.layouts import Entry, Layout, recognised, with_receipts
from autograde.lms.records import Record, Records, folders_by_id, read_records, write_records
from autograde.lms.students import folders
from autograde.lock import one_at_a_time
from autograde.paths import CourseError

_HALF = ".half-"
_COPY = re.compile(
    r"(?:[ _-]?\(\d+\)|-\d+)?$"
)  # what browsers and Canvas put behind a name that was there before
_NO_PLACE = "its name makes no folder of its own: rename it in the zip"
_RECEIPT_BYTES = 1 << 16
_ZIPS = (".zip", ".7z", ".rar", ".tar", ".gz")


@dataclass(frozen=True)
class Outcome:
    """What became of a student's submission.

    done: new, replaced, unchanged, older, edited or skipped; note: what a human should know of it, or "".
    """

    student: str
    done: str
    note: str = ""


def collect(
    assignment: str, download: Path, submitted: Path
) -> tuple[Layout, Iterator[tuple[int, int, Outcome]]]:
    """Lay the submissions of a download into submitted/STUDENT/ASSIGNMENT/.

    Returns the layout of the download, and what lays one submission at each step: how many are done, how many there
    are, and the latest. Raises CourseError when download is no zip file or holds no submission.
    """
    with Archive(download) as archive:
        layout, entries, strangers = recognised(archive.members, assignment)
        entries = with_receipts(entries, lambda member: _receipt(archive, member))
    if not entries:
        raise CourseError(
            f"{download} holds no submission: no file in it is named as Moodle, Canvas or Blackboard do, nor lies "
            "in a folder of a student."
        )
    return layout, _laid(assignment, download, submitted, layout, entries, strangers)


def _laid(
    assignment: str,
    download: Path,
    submitted: Path,
    layout: Layout,
    entries: Sequence[Entry],
    strangers: Sequence[Member],
) -> Iterator[tuple[int, int, Outcome]]:
    """Lay one student's submission at each step; the records follow each, so that a killed collect can go on."""
    submitted.mkdir(exist_ok=True)
    waiting = "Another course.py is collecting submissions; waiting for it."
    with one_at_a_time(submitted / ".lms.lock", waiting), Archive(download) as archive:
        records = read_records(submitted)
        by_student = _by_student(entries)
        places = _places(assignment, layout, by_student, records)
        count = len(by_student) + len(strangers)
        for done, key in enumerate(sorted(by_student, key=lambda key: places[key]), start=1):
            own, student = by_student[key], places[key] or by_student[key][0].student
            try:
                if not places[key]:
                    raise CourseError(own[0].member.problem or _NO_PLACE)
                entry, note = chosen(own, assignment)
                data = archive.read(entry.member)
                outcome = _lay(submitted / student, assignment, data, entry, layout, records)
            except CourseError as problem:
                yield done, count, Outcome(student, "skipped", str(problem))
                continue
            write_records(submitted, records)
            yield done, count, Outcome(student, outcome, "; ".join(filter(None, [note, _late_note(entry)])))
        for number, member in enumerate(strangers, start=len(by_student) + 1):
            reason = member.problem or f"its name is none that {layout.title} gives"
            yield number, count, Outcome(member.path, "skipped", reason)


def chosen(entries: Sequence[Entry], assignment: str) -> tuple[Entry, str]:
    """Return which file of a student is the submission, and what to know of the others.

    It is the notebook of the latest attempt that has one. Of several it is the one with the assignment's name, and
    of several of these the newest. Raises CourseError, with a sentence, when there is none or it cannot be told.
    """
    notebooks = [entry for entry in entries if entry.is_notebook]
    if not notebooks:
        raise CourseError(_no_notebook(entries))
    latest = max((entry.handed_in for entry in notebooks if entry.handed_in), default=None)
    current = [entry for entry in notebooks if entry.handed_in == latest]
    named = [entry for entry in current if _has_name(entry, assignment)] or current
    newest = max(entry.order for entry in named)
    found = list({entry.member.path: entry for entry in named if entry.order == newest}.values())
    if len(found) > 1 and any(_has_name(entry, assignment) for entry in found):
        found = [entry for entry in found if entry.file_name == f"{assignment}.ipynb"] or found
    if len(found) > 1 or (
        len({entry.file_name for entry in named}) > 1 and not _has_name(found[0], assignment)
    ):
        listed = ", ".join(sorted({entry.file_name for entry in named})[:5])
        raise CourseError(f"which of its notebooks counts? {listed}: ask for one, named {assignment}.ipynb")
    return found[0], _others_note(entries, found[0])


def _others_note(entries: Sequence[Entry], taken: Entry) -> str:
    """What to know of the files that were not taken: a later attempt without a notebook."""
    times = [entry.handed_in for entry in entries if entry.handed_in]
    if taken.handed_in and max(times) > taken.handed_in:
        return "the latest attempt has no notebook; the one before was taken"
    return ""


def _no_notebook(entries: Sequence[Entry]) -> str:
    names = sorted({entry.file_name for entry in entries if entry.file_name})
    packed = [name for name in names if name.lower().endswith(_ZIPS)]
    if packed:
        return f"{packed[0]} is packed: ask for the notebook itself"
    return f"no notebook, only {', '.join(names[:3])}" if names else "nothing but a receipt"


def _has_name(entry: Entry, assignment: str) -> bool:
    stem = entry.file_name[: -len(".ipynb")]
    return _COPY.sub("", stem).casefold() == assignment.casefold()


def _late_note(entry: Entry) -> str:
    """Canvas says that, but not by how much."""
    return "late, says the LMS, and not by how much" if entry.late and not entry.handed_in else ""


def _by_student(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found = defaultdict(list)
    for entry in entries:
        found[entry.key].append(entry)
    return dict(found)


def _places(
    assignment: str, layout: Layout, by_student: dict[str, list[Entry]], records: Records
) -> dict[str, str]:
    """The folder of each student."""
    known = folders_by_id(records, assignment, layout.name, layout.lasting_ids)
    own = records.get(assignment, {})
    taken = {name: r.lms_id for name, r in own.items() if r.layout == layout.name and r.lms_id}
    return folders({key: entries[0].student for key, entries in by_student.items()}, known, taken)


def _receipt(archive: Archive, member: Member) -> str:
    """The text of a receipt; one that cannot be read tells nothing."""
    with contextlib.suppress(CourseError):
        return archive.read(member, _RECEIPT_BYTES).decode("utf-8", "replace")
    return ""


def _lay(home: Path, assignment: str, data: bytes, entry: Entry, layout: Layout, records: Records) -> str:
    """Lay one submission, if it is newer than what is there, and note it in the records."""
    own = records.setdefault(assignment, {})
    folder = home / assignment
    notebook = folder / f"{assignment}.ipynb"
    fresh = Record(
        layout.name,
        entry.lms_id,
        entry.full_name or entry.student,
        entry.order,
        hashlib.sha256(data).hexdigest(),
        entry.late,
    )
    done = _decision(notebook, data, fresh, own.get(home.name))
    if done == "new":
        _lay_new(folder, notebook.name, data, entry.handed_in)
    elif done == "replaced":
        _replace(notebook, data, entry.handed_in)
    if done in ("new", "replaced", "unchanged"):
        own[home.name] = fresh
    return done


def _decision(notebook: Path, data: bytes, fresh: Record, held: Record | None) -> str:
    """What to do with a submission: new, unchanged, older, edited (here, since it was collected) or replaced."""
    if not notebook.is_file():
        return "new"
    if notebook.read_bytes() == data:
        return "unchanged"
    if held and held.layout == fresh.layout and fresh.order < held.order:
        return "older"
    return "edited" if held and held.sha256 == fresh.sha256 else "replaced"


def _lay_new(folder: Path, name: str, data: bytes, handed_in: datetime | None) -> None:
    """Make a folder with a submission; it appears at once, whole, unless a folder without a notebook is there."""
    folder.parent.mkdir(exist_ok=True)
    for half in folder.parent.glob(f"{_HALF}*"):  # a killed collect's
        shutil.rmtree(half)
    half = Path(tempfile.mkdtemp(prefix=_HALF, dir=folder.parent))
    made = folder if folder.is_dir() else half / folder.name
    made.mkdir(exist_ok=True)
    if handed_in:
        write_atomically(made / "timestamp.txt", _stamp(handed_in))
    write_atomically(made / name, data)
    if made is not folder:
        os.rename(made, folder)
    half.rmdir()


def _replace(notebook: Path, data: bytes, handed_in: datetime | None) -> None:
    """Put a submission in the place of another one, which stays beside it under a dated name, with its time."""
    moment = f"{datetime.now():%Y-%m-%d_%H%M%S}"
    stamp = notebook.with_name("timestamp.txt")
    _keep(notebook, moment)
    if stamp.is_file():
        _keep(stamp, moment)
    if handed_in:
        write_atomically(stamp, _stamp(handed_in))
    else:
        stamp.unlink(missing_ok=True)
    write_atomically(notebook, data)


def _keep(path: Path, moment: str) -> None:
    """Copy a file to a free dated name; nbgrader takes *.ipynb and timestamp.txt only, so it leaves it alone."""
    kept, number = path.with_name(f"{path.name}.{moment}"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.{moment}-{number}")
    write_atomically(kept, path.read_bytes())


def _stamp(handed_in: datetime) -> bytes:
    """A time as nbgrader reads it."""
    return f"{handed_in:%Y-%m-%d %H:%M:%S} UTC\n".encode("ascii")
