"""`course.py build`: the notebooks from their sources; with --check, only whether they are in step."""

from __future__ import annotations

import argparse
import sys

from autograde import build
from autograde.paths import ROOT


def run(arguments: argparse.Namespace) -> int:
    """Build all assignments; 0 when that went well, 1 when --check finds a difference.

    Raises CourseError for an author's mistake, OSError on a full disk.
    """
    names = build.source_names()
    files = build.built(names)
    strangers = [f"{folder.relative_to(ROOT)} has no source" for folder in build.without_source(names)]
    if arguments.check:
        committed = {path: data for path, data in files.items() if build.BUILD_SOURCE not in path.parents}
        drift = [f"{path.relative_to(ROOT)} differs from its source" for path in build.differing(committed)]
        for line in drift + strangers:
            print(line, file=sys.stderr)
        if drift:
            print("Run `course.py build`, and commit what it writes.", file=sys.stderr)
        return 1 if drift or strangers else 0
    for path in build.write(files):
        print(f"Wrote {path.relative_to(ROOT)}.")
    for line in strangers:
        print(f"{line}: remove it.", file=sys.stderr)
    print(f"Built {len(names)} assignment{'' if len(names) == 1 else 's'}.")
    return 1 if strangers else 0
