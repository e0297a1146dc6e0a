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
from autograde.channel import Channel, chunked, devices_in

OUTPUT_CHARACTERS = 500
_CONSTANTS = (type(None), bool, int, float, str, bytes)


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
    lines = _own_lines(error)
    if not lines:
        return ""
    own = f"<cell {cell}>"
    if lines[-1][0] == own:
        return _line(*lines[-1])
    callers = [f"; called from {_line(*line)}" for line in lines if line[0] == own]
    return f"{lines[-1][0][6:-1]}, {_line(*lines[-1])}{''.join(callers[-1:])}"


def _own_lines(error: BaseException) -> list[tuple[str, int]]:
    """File name and number of each line of a cell that was running, outermost first."""
    running = traceback.walk_tb(error.__traceback__)
    places = ((frame.f_code.co_filename, number) for frame, number in running)
    return [place for place in places if place[0].startswith("<cell ")]


def _line(filename: str, number: int) -> str:
    return f"line {number}: {linecache.getline(filename, number).strip()[:120]}"


class Submission:
    """The namespace that the cells share, and the calls into it."""

    def __init__(self, channel: Channel, output: Captured) -> None:
        module = ModuleType("submission")
        sys.modules["submission"] = module
        self._namespace = module.__dict__
        self._channel = channel
        self._output = output
        self._held: list[tuple[list[Any], dict[int, Any]]] = []

    def run_cells(self, request: dict[str, Any]) -> None:
        """Execute the sources of cells; a reply each."""
        cells = request["cells"]
        # numba keeps a cache only of what stands in a file
        in_files = any("numba" in source for _, source in cells) and os.getcwd() == os.environ.get("TMPDIR")
        for name, source in cells:
            self._channel.send(self._run_cell(name, source, in_files))

    def _run_cell(self, name: str, source: str, in_file: bool) -> dict[str, Any]:
        filename = f"<cell {name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        if in_file:
            with contextlib.suppress(OSError), open(filename, "w", encoding="utf-8") as file:
                file.write(source)
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), self._namespace)
        except BaseException as error:
            return error_reply(error, name)
        return {}

    def batch(self, request: dict[str, Any]) -> None:
        """Call a function once for each tuple of arguments; a reply each."""
        for arguments, kinds in request["calls"]:
            before = None if kinds or _is_constant(arguments) else wire.pack(arguments)
            reply = self._call(request["name"], arguments, kinds, request["drains"])
            if before is not None and _packed(arguments) != before:
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
            before = None if _is_constant(arguments) else wire.pack(arguments)
            try:
                reply = {"value": getattr(thing, method)(*arguments)}
            except BaseException as error:
                reply = error_reply(error, name)
            if before is not None and _packed(arguments) != before:
                reply["changed"] = True
            self._channel.send({**reply, "step": True, "output": self._output.take()})

    def _drain(self, value: Any) -> None:
        """Read an iterator to its end; its items go to the grader a chunk at a time."""
        if isinstance(value, (list, tuple, str, bytes)):
            raise NotAnIterator(type(value).__name__)
        for items in chunked(value):
            self._channel.send({"items": items})


class NotAnIterator(TypeError):
    """The function gave a finished collection where an iterator is asked for."""


def _is_constant(arguments: list[Any]) -> bool:
    """Whether there is nothing in the arguments that could be changed."""
    return all(type(argument) in _CONSTANTS for argument in arguments)


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
        reply = getattr(submission, request["do"])(request)
        if reply is not None:
            channel.send(reply)


def main(course: str) -> None:
    """Be the student's process on a machine without a sandbox; course is the folder to forget."""
    channel = own_pipes()
    forget_the_course(course)
    serve(channel)
