"""The class's secret, from which the generated inputs follow."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from autograde.corpus import SECRET_FILE


def ensure_secret(path: Path = SECRET_FILE) -> None:
    """Make the class's secret when there is none: 32 random bytes as hex, readable by the owner only.

    Of two processes at once the first one's stays.
    """
    if path.exists():
        return
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
    finally:
        half.unlink()
