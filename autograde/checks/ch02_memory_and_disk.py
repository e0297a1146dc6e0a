"""What ch02_memory_and_disk must show, exercise by exercise."""

from __future__ import annotations

from autograde.checks.ch02.growths import FIT_GROWTH
from autograde.checks.ch02.loads import CLASSIFY_LOAD
from autograde.checks.ch02.reads import ACCESS_TIME, BREAKS_FORWARD_TIME
from autograde.checks.ch02.sort import EXTERNAL_SORT

EXERCISES = [ACCESS_TIME, BREAKS_FORWARD_TIME, FIT_GROWTH, CLASSIFY_LOAD, EXTERNAL_SORT]
