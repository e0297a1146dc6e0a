"""nbgrader's settings: its folders and its gradebook lie in this course, and the course's grader gives the scores.

Start nbgrader in this folder, or with --course-dir and the path of it.
"""

import sys
from pathlib import Path

# traitlets runs this file with get_config in its namespace.
root = str(Path(__file__).resolve().parent)
if root not in sys.path:
    sys.path.insert(0, root)

from autograde.nbgrader_settings import settings  # noqa: E402

get_config().merge(settings())  # type: ignore[name-defined]  # noqa: F821
