"""What this machine has: memory, and the caches of its processor."""

from __future__ import annotations

from pathlib import Path

import psutil

_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def memory_bytes() -> int | None:
    """Return how much memory the machine has; None where it does not tell."""
    try:
        return psutil.virtual_memory().total
    except OSError:
        return None


def cache_bytes(cpu: Path = Path("/sys/devices/system/cpu/cpu0")) -> dict[int, int]:
    """Return the size of the data cache of each level, {1: 32768, ...}; nothing where the system does not tell."""
    try:
        caches = [cache for cache in cpu.glob("cache/index*") if _word(cache, "type") != "Instruction"]
        return dict(sorted(map(_level, caches)))
    except (OSError, ValueError, KeyError):
        return {}


def _level(cache: Path) -> tuple[int, int]:
    size = _word(cache, "size")
    return int(_word(cache, "level")), int(size[:-1]) * _UNITS[size[-1]]


def _word(cache: Path, name: str) -> str:
    return (cache / name).read_text().strip()
