"""How large a chapter's experiments are: WORKBENCH_SCALE, 1 where it is not set."""

from __future__ import annotations

import math
import os


def scaled(count: int) -> int:
    """Return count times the environment variable WORKBENCH_SCALE, at least 1.

    A chapter's sizes go through here, so that WORKBENCH_SCALE=4 makes it four times larger. Raises ValueError
    when the variable is not a number above 0.
    """
    text = os.environ.get("WORKBENCH_SCALE", "1")
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0 < scale < math.inf:
        raise ValueError(f"WORKBENCH_SCALE must be a number above 0, such as 0.5 or 4, not {text!r}.")
    return max(1, round(count * scale))
