"""nbgrader's settings for this course, the same for its commands, formgrader and course.py."""

from __future__ import annotations

import logging
import os
import re
import sys
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from autograde import environment
from autograde.paths import ROOT, CourseError

COURSE_ID = "large_scale_web"
GRADEBOOK = ROOT / "gradebook.db"
_HOOKS = "autograde.nbgrader_hooks"
_STOCK = "nbgrader.preprocessors"
_ERROR = re.compile(r"\s*[\w.]*(Error|Exception|Entry|Interrupt): ")


def settings(root: Path = ROOT, database: Path = GRADEBOOK) -> Config:
    """Return nbgrader's configuration.

    root: the folder that holds build/source, exercises and submitted; database: the gradebook's file.
    """
    set_variables()
    config = Config()
    config.CourseDirectory = Config(
        course_id=COURSE_ID,
        root=str(root),
        db_url=f"sqlite:///{database}",
        source_directory=os.path.join("build", "source"),
        source_with_tests_directory=os.path.join("build", "source_with_tests"),
        solution_directory=os.path.join("build", "solution"),
        release_directory="exercises",
        # A link beside a notebook would carry a file of the instructor's into the feedback: none is copied.
        include=["*.ipynb", "*.html", "timestamp.txt", "submission_secret.txt"],
    )
    config.Exchange = Config(root=os.environ.get("COURSE_EXCHANGE") or str(ROOT / "exchange"))
    config.GenerateAssignment = Config(
        preprocessors=[
            f"{_STOCK}.LockCells",
            f"{_HOOKS}.ClearOwnSolutions",
            f"{_STOCK}.ClearOutput",
            f"{_STOCK}.CheckCellMetadata",
            f"{_STOCK}.ComputeChecksums",
            f"{_STOCK}.SaveCells",
        ]
    )
    config.Autograde = Config(
        exporter_class=f"{_HOOKS}.SubmissionExporter",
        pre_convert_hook=f"{_HOOKS}.prepare",
        sanitize_preprocessors=[f"{_STOCK}.CheckCellMetadata"],
        autograde_preprocessors=[
            f"{_HOOKS}.GradeCells",
            f"{_HOOKS}.SaveGrades",
            f"{_STOCK}.CheckCellMetadata",
        ],
    )
    config.GenerateFeedback = Config(exporter_class=f"{_HOOKS}.OfflineFeedback")
    return config


def instructors_settings() -> Config:
    """Return the configuration that nbgrader's commands have here: with what nbgrader_config.py adds.

    Raises CourseError when that file cannot be run.
    """
    try:
        return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    except Exception as error:
        raise CourseError(f"nbgrader_config.py does not run: {type(error).__name__}: {error}.") from error


def quiet_log() -> logging.Logger:
    """Return a logger that shows nothing: nbgrader's words are turned into sentences by who calls it."""
    log = logging.getLogger("course.nbgrader")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def failure(result: dict[str, object]) -> str:
    """Return why a call of nbgrader's API failed, or an empty text when it did not.

    >>> failure({"success": False, "log": "Traceback\\n    KeyError: 'a'\\n[ERROR] Please see the above"})
    "KeyError: 'a'"
    """
    if result["success"]:
        return ""
    text = f"{result.get('error', '')}\n{result.get('log', '')}"
    errors = [line.strip() for line in text.splitlines() if _ERROR.match(line) and "NbGrader" not in line]
    return errors[-1] if errors else text.strip().splitlines()[-1]


def set_variables() -> None:
    """Set what course.py sets for its verbs, for an nbgrader or a grading that was started without it.

    Caches stay out of the course folder; and nbgrader calls alembic by its name when it makes a gradebook.
    """
    for name, value in environment.variables().items():
        os.environ.setdefault(name, value)
    own = str(Path(sys.executable).parent)
    folders = os.environ["PATH"].split(os.pathsep)
    if own not in folders:
        os.environ["PATH"] = os.pathsep.join([own, *folders])
