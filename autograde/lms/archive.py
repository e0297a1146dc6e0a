"""A zip file that somebody else made: its members are listed with what speaks against each, and read within limits.

Nothing is ever extracted to a path that the zip names. zlib is the only way of packing that is read, because the
others of zipfile unpack a whole chunk at once, however large it becomes.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from autograde.paths import CourseError
from autograde.submission import MAX_BYTES

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 4 << 30  # of all that is read from one zip
_LITTER = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store")
_DAMAGED = "it is damaged inside the zip: download it again"
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Member:
    """A file in a zip. parts: its path; date: as "2026-01-31 09:30:00"; problem: why it is not read, or ""."""

    parts: tuple[str, ...]
    date: str
    problem: str
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]

    @property
    def path(self) -> str:
        """The whole path, with slashes."""
        return "/".join(self.parts)


class Archive:
    """A zip file, open for reading. Use it as a context manager.

    Raises CourseError, with a sentence, when path is no zip file, is cut off, or has too many members.
    """

    def __init__(self, path: Path) -> None:
        self._zip = _opened(path)
        self._room = MAX_TOTAL_BYTES
        try:
            self.members = _members(self._zip.infolist(), path)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, member: Member, limit: int = MAX_BYTES) -> bytes:
        """Return the bytes of a member.

        limit: how many bytes it may have. Raises CourseError when it has a problem, is damaged, is larger than
        limit, or when all that was read of this zip would pass MAX_TOTAL_BYTES.
        """
        if member.problem:
            raise CourseError(member.problem)
        try:
            with self._zip.open(member.info) as file:
                data = file.read(
                    limit + 1
                )  # what the zip says of the size is a claim; at its end is a checksum
        except _BROKEN:
            raise CourseError(_DAMAGED) from None
        if len(data) > limit:
            raise CourseError(_too_large(len(data)))
        self._room -= len(data)
        if self._room < 0:
            raise CourseError(f"the zip holds more than {MAX_TOTAL_BYTES >> 30} GB of notebooks")
        return data


def text_of(info: zipfile.ZipInfo) -> str:
    """Return a member's path, in composed characters; where the zip does not say in which code it is, the bytes tell.

    zipfile reads such bytes as code page 437. UTF-8 (macOS, old Moodle) and EUC-KR (Korean Windows) are told apart
    by their bytes: neither makes sense as the other.

    >>> text_of(zipfile.ZipInfo("홍길동.ipynb".encode("euc_kr").decode("cp437")))
    '홍길동.ipynb'
    """
    text = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        for code in ("utf-8", "euc_kr"):
            try:
                text = info.orig_filename.encode("cp437").decode(code)
                break
            except UnicodeError:
                continue
    return unicodedata.normalize("NFC", text.partition("\0")[0])


def _opened(path: Path) -> zipfile.ZipFile:
    if path.is_dir():
        raise CourseError(
            f"{path} is a folder. Some browsers unpack a download by themselves: pack the folder as a zip file "
            "again, and name that."
        )
    if not path.is_file():
        raise CourseError(f"There is no file {path}.")
    try:
        return zipfile.ZipFile(path)
    except _BROKEN:
        raise CourseError(f"{path} is no zip file, or it was cut off: download it again.") from None


def _members(infos: list[zipfile.ZipInfo], path: Path) -> list[Member]:
    """All files of a zip but the litter of systems and editors; of equal twins only the first."""
    if len(infos) > MAX_MEMBERS:
        raise CourseError(f"{path} has {len(infos):,} files; a download of submissions has not.")
    files = [info for info in infos if not info.is_dir()]
    texts = {id(info): text_of(info) for info in files}
    kinds = {(texts[id(info)], info.CRC, info.file_size) for info in files}
    twins = Counter(text for text, _, _ in kinds)
    found: dict[tuple[str, int, int], Member] = {}
    for info in files:
        text = texts[id(info)]
        member = _member(info, text, twins[text] > 1)
        if member and not _is_litter(member):
            found.setdefault((text, info.CRC, info.file_size), member)
    return list(found.values())


def _member(info: zipfile.ZipInfo, text: str, has_twin: bool) -> Member | None:
    slashed = text.replace("\\", "/")
    parts = tuple(part for part in slashed.split("/") if part not in ("", "."))
    if not parts:
        return None
    leads_out = ".." in parts or slashed.startswith("/") or parts[0].endswith(":")
    problem = "its path leads out of the download" if leads_out else _problem(info, has_twin)
    return Member(parts, _date(info), problem, info)


def _problem(info: zipfile.ZipInfo, has_twin: bool) -> str:
    """What speaks against reading a member, from what the zip says of it."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device, not a file"
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "it is encrypted: ask for one without a password"
    if info.header_offset < 0:
        return _DAMAGED
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in a way that no learning management system uses"
    if has_twin:
        return "it stands in the zip twice, with different content: download it again"
    return _too_large(info.file_size) if info.file_size > MAX_BYTES else ""


def _too_large(size: int) -> str:
    return f"it is too large ({size / 2**20:,.0f} MB): ask for the notebook without its outputs"


def _date(info: zipfile.ZipInfo) -> str:
    """The date of a member, as a text that sorts; a date that is none sorts first."""
    try:
        return str(datetime(*info.date_time))
    except ValueError:
        return ""


def _is_litter(member: Member) -> bool:
    return any(part in _LITTER or part.startswith("._") for part in member.parts)
