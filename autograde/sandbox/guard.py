"""Others' work is graded in a full sandbox only, or with the instructor's consent."""

from __future__ import annotations

import functools
import os

from autograde.paths import CourseError
from autograde.sandbox.levels import MEANING, Level, best_level, why_not
from autograde.sandbox.probe import tried

CONSENT = "COURSE_UNPROTECTED"  # environment variable; `course.py autograde --unprotected` sets it


@functools.cache
def require() -> str:
    """Return a note on how submissions are locked in, "" for the full sandbox; tried once a process.

    Raises CourseError when they are not, and the instructor has not consented; and whenever an act that the
    sandbox forbids succeeds.
    """
    level = best_level()
    if level is not Level.NONE:
        _require_refusals(level)
    if level is Level.FULL:
        return ""
    lack = f"Submissions are not fully locked in on this machine ({why_not(Level.FULL)}). {MEANING[level]}."
    if os.environ.get(CONSENT) != "1":
        raise CourseError(
            f"{lack} Grade others' work on another machine, or accept the risk: `course.py autograde --unprotected`, "
            f"or {CONSENT}=1 before nbgrader's commands. `course.py doctor` tells more."
        )
    return lack


def _require_refusals(level: Level) -> None:
    done = [act.about for act in tried(level) if not act.refusal]
    if done:
        raise CourseError(
            f"The sandbox does not hold, so nothing was graded. A submission could: {'; '.join(done)}."
        )
