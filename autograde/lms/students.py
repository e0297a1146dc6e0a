"""Names of students as folders: readable, and safe on every system and for nbgrader."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping

_KEPT = "-_.@"
_OUTER = "-_.@ "  # at its start a dash is an option, a dot hides; at its end Windows drops a dot
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
_MAX_BYTES = 150


def folder_name(text: str) -> str:
    """Return a name as one folder: letters and digits of any script, and - _ . @; all else becomes an underscore.

    It is empty when nothing is left. No sign of a path, a pattern or a formula stays.

    >>> folder_name("Kim Minsu"), folder_name("=cmd|' /C calc'!A0"), folder_name("홍 길동"), folder_name("../..")
    ('Kim_Minsu', 'cmd_C_calc_A0', '홍_길동', '')
    """
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(c if unicodedata.category(c)[0] in "LNM" or c in _KEPT else " " for c in composed)
    name = "_".join(plain.split()).strip(_OUTER)
    name = name.encode("utf-8")[:_MAX_BYTES].decode("utf-8", "ignore").strip(_OUTER)
    first, dot, rest = name.partition(".")
    return f"{first}_{dot}{rest}" if first.lower() in _RESERVED else name


def folders(names: Mapping[str, str], known: Mapping[str, str], taken: Mapping[str, str]) -> dict[str, str]:
    """Return the folder of each student of a download; "" for one that none can be found for.

    names: what the download calls a student, by key (the LMS's id, or the name itself); known: folders by key from
    earlier downloads; taken: keys by folder of the same assignment. A student whose name somebody else has, too
    (letters differ only in case, say), gets the key behind it; where the key is the name, none.

    >>> folders({"1": "Kim Minsu", "2": "kim minsu", "3": "Lee"}, {"1": "Kim_Minsu"}, {"Kim_Minsu": "1"})
    {'1': 'Kim_Minsu', '2': 'kim_minsu_2', '3': 'Lee'}
    """
    wanted = {key: known.get(key) or folder_name(name) or folder_name(key) for key, name in names.items()}
    count = Counter(name.casefold() for name in wanted.values())
    owner = {folder.casefold(): key for folder, key in taken.items()}
    found = {}
    for key, folder in wanted.items():
        shared = count[folder.casefold()] > 1 or owner.get(folder.casefold(), key) != key
        if shared and key not in known:
            folder = "" if key == names[key] else f"{folder}_{folder_name(key)}"
        found[key] = folder
    return found
