"""`course.py build`: the notebooks from their sources; with --check, only whether they are in step."""

from __future__ import annotations

import argparse
import sys

from autograde import build, chapters
from autograde.paths import ROOT


def run(arguments: argparse.Namespace) -> int:
    """Build all assignments, and run the chapters that are not in step; 1 when --check finds a difference, else 0.

    Raises CourseError for an author's mistake, OSError on a full disk.
    """
    names = build.source_names()
    files = build.built(names)
    unknown = [*build.without_source(names), *chapters.without_source()]
    strangers = [f"{path.relative_to(ROOT)} has no source" for path in unknown]
    stale = chapters.stale_chapters()
    if arguments.check:
        committed = {path: data for path, data in files.items() if build.BUILD_SOURCE not in path.parents}
        drift = [f"{path.relative_to(ROOT)} differs from its source" for path in build.differing(committed)]
        drift += [f"chapters/{name}.ipynb {reason}" for name, reason in stale.items()]
        for line in drift + strangers:
            print(line, file=sys.stderr)
        if drift:
            print("Run `course.py build`, and commit what it writes.", file=sys.stderr)
        return 1 if drift or strangers else 0
    for path in build.write(files):
        print(f"Wrote {path.relative_to(ROOT)}.")
    for name, reason in stale.items():
        print(f"chapters/{name}.ipynb {reason}: running the chapter.", flush=True)
        chapters.build_chapter(name)
    for line in strangers:
        print(f"{line}: remove it.", file=sys.stderr)
    print(f"Built {len(names)} assignment{'' if len(names) == 1 else 's'}.")
    return 1 if strangers else 0
