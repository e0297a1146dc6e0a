"""`course.py reset`: keep the old copy of an assignment under a dated name, lay a fresh one."""

from __future__ import annotations

import argparse
import sys

from autograde import progress, start_page, work
from workbench.state import StateError


def run(arguments: argparse.Namespace) -> int:
    """Reset the assignment arguments.chapter; return 0. Raises CourseError when no assignment is meant."""
    name = work.find_assignment(arguments.chapter)
    kept = work.lay_again(name)
    if kept:
        print(f"Your old copy is now work/{kept.name}.")
    print(f"A fresh copy is in work/{name}. Is the notebook open? Close it and restart its kernel.")
    if kept:
        print(f"To have the old copy back: delete work/{name}, then rename work/{kept.name} to {name}.")
    try:
        progress.start_again(name)
        start_page.write()
    except StateError as error:
        print(f"The start page was not changed: {error}", file=sys.stderr)
    return 0
