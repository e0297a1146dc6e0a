"""`course.py reset`: keep the old copy of an assignment under a dated name, lay a fresh one."""

from __future__ import annotations

import argparse

from autograde import work


def run(arguments: argparse.Namespace) -> int:
    """Reset the assignment arguments.chapter; return 0. Raises CourseError when no assignment is meant."""
    name = work.find_assignment(arguments.chapter)
    kept = work.lay_again(name)
    if kept:
        print(f"Your old copy is now work/{kept.name}.")
    print(f"A fresh copy is in work/{name}.")
    return 0
