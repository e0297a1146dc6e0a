"""The student's process: it executes their cells and answers calls.

Everything here belongs to the student once their code runs, this loop included: what it replies is a claim.
It holds no expected value, no test and no score.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import linecache
import os
import sys
import traceback
from types import ModuleType
from typing import Any

from autograde import wire
from autograde.channel import CHUNK_BYTES, Channel, devices_in

OUTPUT_CHARACTERS = 500


class Captured(io.TextIOBase):
    """What the student prints: its first characters are kept, the rest is dropped."""

    def __init__(self) -> None:
        self._text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self._text) < OUTPUT_CHARACTERS:
            self._text += text[: OUTPUT_CHARACTERS - len(self._text)]
        return len(text)

    def take(self) -> str:
        """Return what was printed since the last take."""
        text, self._text = self._text, ""
        return text


class AllowedImports:
    """Refuse packages that graded code may not import, and say so."""

    def __init__(self, packages: list[str]) -> None:
        self._packages = {*packages, "numpy"}

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> None:
        top = name.partition(".")[0]
        of_library = top in sys.stdlib_module_names or top.startswith(
            "_sysconfigdata"
        )  # named after the machine
        if not of_library and top not in self._packages:
            names = ", ".join(sorted(self._packages))
            raise ImportError(f"graded code may import the standard library and {names}, not {top}")


def error_reply(error: BaseException, cell: str) -> dict[str, Any]:
    """Describe an exception as plain data: class names, message, the student's own line; cell: that was called."""
    names = [kind.__name__ for kind in type(error).__mro__]
    try:
        message = str(error)[:300]
    except Exception:
        message = ""
    return {"error": names, "message": message, "where": _where(error, cell)}


def _where(error: BaseException, cell: str) -> str:
    """The innermost line of the submission's own code that was running, counted within its cell.

    A line of another cell goes with that cell's name, and with the line of `cell` that led there.
    """
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {(error.text or '').strip()[:120]}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<cell ")]
    if not frames:
        return ""
    own = f"<cell {cell}>"
    if frames[-1].filename == own:
        return _line(frames[-1])
    callers = [f"; called from {_line(frame)}" for frame in frames if frame.filename == own]
    return f"{frames[-1].filename[6:-1]}, {_line(frames[-1])}{''.join(callers[-1:])}"


def _line(frame: traceback.FrameSummary) -> str:
    return f"line {frame.lineno}: {(frame.line or '')[:120]}"


class Submission:
    """The namespace that the cells share, and the calls into it."""

    def __init__(self, channel: Channel, output: Captured) -> None:
        module = ModuleType("submission")
        sys.modules["submission"] = module
        self._namespace = module.__dict__
        self._channel = channel
        self._output = output
        self._held: list[tuple[list[Any], dict[int, Any]]] = []

    def run_cell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Execute a cell's source."""
        filename = f"<cell {request['name']}>"
        source = request["source"]
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        if os.getcwd() == os.environ.get("TMPDIR"):  # numba keeps a cache only of what stands in a file
            with contextlib.suppress(OSError), open(filename, "w", encoding="utf-8") as file:
                file.write(source)
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), self._namespace)
        except BaseException as error:
            return error_reply(error, request["name"])
        return {}

    def batch(self, request: dict[str, Any]) -> None:
        """Call a function once for each tuple of arguments; a reply each."""
        for arguments, kinds in request["calls"]:
            before = wire.pack(arguments)
            reply = self._call(request["name"], arguments, kinds, request["drains"])
            if not kinds and _packed(arguments) != before:
                reply["changed"] = True
            reply["output"] = self._output.take()
            self._channel.send(reply)

    def hold(self, request: dict[str, Any]) -> dict[str, Any]:
        """Keep a call's arguments, so that handing them over is not part of what it costs."""
        self._held = [tuple(call) for call in request["calls"]]
        return {}

    def run_held(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call a function with held arguments."""
        arguments, kinds = self._held[request["index"]]
        reply = self._call(request["name"], arguments, kinds, request["drains"])
        self._output.take()
        return reply

    def _call(self, name: str, arguments: list[Any], kinds: dict[int, Any], drains: bool) -> dict[str, Any]:
        arguments = list(arguments)
        steps = arguments.pop() if "Steps" in kinds.values() else None
        burst = arguments.pop() if "Burst" in kinds.values() else None
        streams = devices_in(arguments, kinds, self._channel)
        try:
            if name not in self._namespace:
                raise NameError(f"the cell does not define {name}")
            value = self._namespace[name](*arguments)
            if steps is not None:
                self._take(steps, value, name)
                value = None
            if burst is not None:
                value = [r for method, columns in burst for r in map(getattr(value, method), *columns)]
            if drains:
                self._drain(value)
                value = None
            for stream in streams:
                if not stream.closed:
                    stream.flush()
            return {"value": value}
        except BaseException as error:
            return error_reply(error, name)

    def _take(self, steps: list[tuple[str, list[Any]]], thing: Any, name: str) -> None:
        """Call methods of an object, one after the other; a reply each."""
        for method, arguments in steps:
            before = wire.pack(arguments)
            try:
                reply = {"value": getattr(thing, method)(*arguments)}
            except BaseException as error:
                reply = error_reply(error, name)
            if _packed(arguments) != before:
                reply["changed"] = True
            self._channel.send({**reply, "step": True, "output": self._output.take()})

    def _drain(self, value: Any) -> None:
        """Read an iterator to its end; its items go to the grader a chunk at a time."""
        if isinstance(value, (list, tuple, str, bytes)):
            raise NotAnIterator(type(value).__name__)
        items: list[Any] = []
        size = 0
        for item in value:
            items.append(item)
            size += len(item) if isinstance(item, bytes) else 64
            if size >= CHUNK_BYTES:
                self._channel.send({"items": items})
                items, size = [], 0
        self._channel.send({"items": items})


class NotAnIterator(TypeError):
    """The function gave a finished collection where an iterator is asked for."""


def _packed(value: Any) -> bytes:
    """The bytes of a value, or of nothing when it can no longer be packed."""
    try:
        return wire.pack(value)
    except TypeError:
        return b""


def own_pipes() -> Channel:
    """Take standard input and output for the channel, and leave empty ones to the student."""
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    return Channel(os.fdopen(requests, "rb"), os.fdopen(replies, "wb"))


def limit_resources(memory_bytes: int, cpu_seconds: int) -> None:
    """Backstops by the kernel, where there are such limits: the grader's watchdog is the first line."""
    if sys.platform == "win32":
        return
    import resource

    for kind, limit in ((resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (limit, limit))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def forget_the_course(course: str) -> None:
    """Leave only the standard library and the installed packages to be imported."""
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != course]
    for name in list(sys.modules):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top != "__main__":
            del sys.modules[name]


def serve(channel: Channel) -> None:
    """Answer requests until the grader closes the pipe."""
    setup = channel.receive()
    if setup is None:
        return
    limit_resources(setup["memory_bytes"], setup["cpu_seconds"])
    for name in setup["preload"]:
        with contextlib.suppress(BaseException):  # the submission's own import tells what is wrong
            importlib.import_module(name)
    sys.meta_path.insert(0, AllowedImports(setup["imports"]))
    output = Captured()
    sys.stdout = sys.stderr = output
    submission = Submission(channel, output)
    channel.send({"ready": True})
    while (request := channel.receive()) is not None:
        if request["do"] == "batch":
            submission.batch(request)
        else:
            channel.send(getattr(submission, request["do"])(request))


def main(course: str) -> None:
    """Be the student's process on a machine without a sandbox; course is the folder to forget."""
    channel = own_pipes()
    forget_the_course(course)
    serve(channel)
