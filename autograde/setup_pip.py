"""Runs venv and pip for the set-up: with progress, a log, and no child left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograde.paths import CourseError

_LOOK_SECONDS = 0.2
_PLAIN_LINE_SECONDS = 10.0
_INSTALLING = "Installing collected packages"
_FULL = "The disk is full: the course's packages need about 1 GB."
_NO_SPACE_BYTES = 1_000_000
_OFFLINE_HELP = """\
To set up without a network: on a machine with one, and with the same Python and operating system, run
    python{version} -m pip download --no-deps --only-binary :all: -r {lock} -d wheels
copy the folder `wheels` here, set COURSE_WHEELS to its path and run the same command again."""


class Progress:
    """One line that is rewritten on a terminal; elsewhere a plain line now and then."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last_line = float("-inf")
        self._stage = ""

    def show(self, stage: str, detail: str = "") -> None:
        """Tell the stage, such as "fetching packages", and how far it is."""
        elapsed = time.monotonic() - self._started
        text = f"Setting up, once: {stage} {detail}".rstrip() + f", {elapsed:.0f} s"
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{text[:width]}", end="", file=sys.stderr, flush=True)
        elif stage != self._stage or elapsed - self._last_line >= _PLAIN_LINE_SECONDS:
            print(text, file=sys.stderr, flush=True)
            self._stage, self._last_line = stage, elapsed

    def end(self, text: str = "") -> None:
        """Leave the line that is rewritten, and say a last thing."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
        if text:
            print(text, file=sys.stderr, flush=True)


class Installer:
    """Makes .venv and fills it. Everything that its programs say goes into the log.

    log: the file, begun anew; lock: a descriptor that the programs inherit, so that the set-up's lock is
    held as long as one of them lives. Raises CourseError when COURSE_WHEELS names no folder of wheels.
    """

    def __init__(self, log: Path, lock: int) -> None:
        self.progress = Progress()
        self._log = log
        self._lock = lock
        self._sources = _sources()
        self._begun_at = 0
        log.write_bytes(b"")

    def make_venv(self, venv: Path) -> None:
        """Make an empty environment with pip. Raises CourseError when the venv module fails."""
        python = getattr(sys, "_base_executable", sys.executable)  # the one that .venv itself was made with
        command = [python, "-P", "-m", "venv", str(venv)]
        if self._run(command, lambda: self.progress.show("making .venv")):
            why = _FULL if self._met_a_full_disk() else f"Python's venv module failed: {self._last_words()}"
            raise CourseError(f"{why}\nIts log: {self._log}")

    def install(self, python: Path, lock: Path, packages: Path) -> None:
        """Install what a lock file names, checked by its hashes, for python; packages is its site-packages.

        Raises CourseError when pip fails.
        """
        self._begun_at = self._log.stat().st_size
        total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
        before = _count_installed(packages)
        command = [str(python), "-P", "-m", "pip", "install", "--no-deps", "--only-binary", ":all:"]
        command += ["--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        command += ["--no-user", *self._sources, "-r", str(lock)]  # a user's pip may install for the user
        if self._run(command, lambda: self._show_pip(total, packages, before)):
            raise CourseError(self._why_pip_failed(lock))

    def has_begun_to_install(self) -> bool:
        """Return whether the last `install` came past fetching."""
        return _INSTALLING in self._said()

    def _run(self, command: Sequence[str], look: Callable[[], None]) -> int:
        """Run a program to its end, looking at it now and then; it never outlives this call."""
        own_group = {"start_new_session": True, "pass_fds": (self._lock,)} if os.name == "posix" else {}
        with open(self._log, "ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **own_group,  # type: ignore[call-overload]
            )
        try:
            while process.poll() is None:
                look()
                time.sleep(_LOOK_SECONDS)
        finally:
            self.progress.end()
            _kill(process)
        return int(process.returncode)

    def _said(self) -> str:
        """What pip has said since the last `install` began."""
        with open(self._log, "rb") as log:
            log.seek(self._begun_at)
            return log.read().decode("utf-8", "replace")

    def _met_a_full_disk(self) -> bool:
        """Whether a program said so, or could not even say so: the log is on the same disk."""
        said = self._said()
        is_said = "No space left on device" in said or "Disk quota exceeded" in said
        return is_said or shutil.disk_usage(self._log.parent).free < _NO_SPACE_BYTES

    def _show_pip(self, total: int, packages: Path, before: int) -> None:
        """Say how far pip is, of the packages for this machine: pip names the others before it fetches any."""
        said = self._said()
        total -= len(re.findall(r"^Ignoring \S+: markers", said, re.MULTILINE))
        if _INSTALLING in said:
            self.progress.show("installing packages,", f"{_count_installed(packages) - before} of {total}")
        elif fetched := len(re.findall(r"^Collecting ", said, re.MULTILINE)):
            self.progress.show("fetching packages,", f"{fetched} of {total}")
        else:
            self.progress.show("fetching packages")

    def _last_words(self) -> str:
        """The last error that the log holds, or its last line."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        lines = [line.strip() for line in lines if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR: ")]
        return (errors or lines or ["no message"])[-1].removeprefix("ERROR: ")

    def _why_pip_failed(self, lock: Path) -> str:
        said = self._said()
        help_text = _OFFLINE_HELP.format(
            version=f"{sys.version_info[0]}.{sys.version_info[1]}", lock=lock.name
        )
        if self._met_a_full_disk():
            text, help_text = _FULL, ""
        elif wheels := os.environ.get("COURSE_WHEELS"):
            text = f"The wheels in COURSE_WHEELS={wheels} do not make up {lock.name}: {self._last_words()}"
        elif "Retrying (Retry(" in said:
            text = f"The package index could not be reached: {self._last_words()}"
        else:
            text, help_text = f"pip could not install {lock.name}: {self._last_words()}", ""
        return "\n".join(filter(None, [text, f"pip's log: {self._log}", help_text]))


def _sources() -> list[str]:
    """Where pip looks: as the user has configured it, or in COURSE_WHEELS alone."""
    wheels = os.environ.get("COURSE_WHEELS")
    if not wheels:
        return []
    folder = Path(wheels).expanduser().absolute()
    if not any(folder.glob("*.whl")):
        raise CourseError(f"COURSE_WHEELS={wheels} is not a folder with wheels (*.whl) in it.")
    return ["--no-index", "--find-links", str(folder)]


def _count_installed(packages: Path) -> int:
    return sum(1 for _ in packages.glob("*.dist-info"))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started, if it still runs."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
