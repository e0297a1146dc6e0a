"""What ch03_os_cache must show, exercise by exercise."""

from __future__ import annotations

from autograde.checks.ch03.curve import HIT_RATE_CURVE
from autograde.checks.ch03.fifo import BREAKS_FIFO_CACHE
from autograde.checks.ch03.lru import LRU_CACHE
from autograde.checks.ch03.partition import CHOOSE_PARTITION

EXERCISES = [LRU_CACHE, BREAKS_FIFO_CACHE, HIT_RATE_CURVE, CHOOSE_PARTITION]
