"""The attacks: small files in tests/attacks/GROUP/NAME.py, read as text and never imported by the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograde.paths import assignment_names
from autograde.released import released

FOLDER = Path(__file__).resolve().parent / "attacks"
ASSIGNMENT = "ch06_vb_code"  # of the hostile notebooks, and of answers that say nothing else
_HEADER = re.compile(r"^# (\w+): (.*)$")


@dataclass(frozen=True)
class Attack:
    """One hostile answer.

    wants: what it would gain or harm; layer: what is to stop it; pays: the points that it deserves all the same;
    says: words that its report holds; alone: without a sandbox it succeeds, and harms nobody by that.
    """

    name: str
    title: str
    wants: str
    layer: str
    code: str
    exercise: str = "gaps"
    pays: float = 0
    says: str = ""
    alone: bool = False
    long: bool = False

    @property
    def assignment(self) -> str:
        """The assignment that has its exercise."""
        named = {listed.name: name for name in assignment_names() for listed in released(name).exercises}
        return named[self.exercise]


def read(path: Path) -> Attack:
    """Return the attack of a file: lines `# KEY: TEXT`, then its code.

    `# with: NAME` puts the code of tests/attacks/NAME.py before it.
    """
    fields: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    while lines and (header := _HEADER.match(lines[0])):
        fields[header[1]] = header[2]
        del lines[0]
    name = f"{path.parent.name}/{path.stem}"
    flags = {key: fields.pop(key, "no") == "yes" for key in ("alone", "long")}
    pays = float(fields.pop("pays", 0))
    if "with" in fields:
        lines.insert(0, (FOLDER / f"{fields.pop('with')}.py").read_text(encoding="utf-8") + "\n")
    return Attack(name, code="".join(lines), pays=pays, **flags, **fields)  # type: ignore[arg-type]


def attacks() -> list[Attack]:
    """Return all attacks by name."""
    return [read(path) for path in sorted(FOLDER.glob("*/*.py"))]
