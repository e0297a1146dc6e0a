"""What is known of collected submissions: whose they are in the learning management system, and how old.

Kept in submitted/.lms.json, because folders of submitted/ bear names that people can read, and a system needs its
own numbers back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograde.files import write_atomically
from autograde.paths import CourseError

FILE = ".lms.json"


@dataclass(frozen=True)
class Record:
    """A collected submission: its layout, the LMS's id and name of the student, and what it was.

    order: a text that sorts attempts of one layout by age; sha256: of the notebook as it was handed in; late:
    whether the LMS says so.
    """

    layout: str
    lms_id: str
    name: str
    order: str
    sha256: str
    late: bool


Records = dict[str, dict[str, Record]]  # by assignment and student, which is the folder in submitted/


def read_records(submitted: Path) -> Records:
    """Return the records of a class; none when there is no file yet. Raises CourseError for a damaged file."""
    path = submitted / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            assignment: {student: Record(**entry) for student, entry in entries.items()}
            for assignment, entries in content["assignments"].items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CourseError(
            f"{path} is damaged. Move it away and collect the downloads again: they tell it anew."
        ) from None


def write_records(submitted: Path, records: Records) -> None:
    """Write the records; a killed process leaves the old ones or the new ones. Raises OSError."""
    content: dict[str, Any] = {
        "version": 1,
        "assignments": {
            assignment: {student: asdict(record) for student, record in sorted(entries.items())}
            for assignment, entries in sorted(records.items())
        },
    }
    data = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_atomically(submitted / FILE, data.encode("utf-8"))


def folders_by_id(records: Records, assignment: str, layout: str, lasting_ids: bool) -> dict[str, str]:
    """Return the folders of the students that a layout has named before, by the LMS's id.

    lasting_ids: whether other assignments count, because a student has one id in all of them.
    """
    others: Iterable[Mapping[str, Record]] = records.values() if lasting_ids else ()
    found = {}
    for entries in (*others, records.get(assignment, {})):
        found.update({r.lms_id: student for student, r in entries.items() if r.layout == layout and r.lms_id})
    return found
