"""A JupyterLab server of a course, as `course.py lab` starts it, and what becomes of its processes."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client import BlockingKernelClient

START = """
import argparse, os, sys
sys.path.insert(0, {root!r})
from autograde import environment
os.environ.update(environment.variables())
from autograde.verbs import lab
sys.exit(lab.run(argparse.Namespace(port={port}, no_browser=True)))
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Lab:
    """A running server of a course in `root`."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.port = free_port()
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(root=str(root), port=self.port)],
            # The course at root, for kernels, too: this Python has another one installed.
            env={**os.environ, "HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.said = ""
        self.path, self.token = self._address()

    def _address(self) -> tuple[str, str]:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if found := re.search(rf"http://127\.0\.0\.1:{self.port}(/\S+)\?token=(\w+)", line):
                return found[1], found[2]
        pytest.fail(self.said)

    def ask(self, path: str, method: str = "GET", body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}"}
        address = f"http://127.0.0.1:{self.port}/{path}"
        with urllib.request.urlopen(urllib.request.Request(address, data, headers, method=method)) as reply:
            return bytes(reply.read())

    def api(self, path: str, method: str = "GET", body: object = None) -> Any:
        return json.loads(self.ask(f"api/{path}", method, body) or b"null")

    def run_in_kernel(self, kernel: str, source: str) -> str:
        """What source prints in a kernel of this server."""
        client = BlockingKernelClient()
        client.load_connection_file(str(self.root / ".cache/jupyter/runtime" / f"kernel-{kernel}.json"))
        client.start_channels(hb=False)  # a heartbeat that a busy machine delays is taken for a death
        printed: list[str] = []
        try:
            client.wait_for_ready(timeout=60)
            client.execute_interactive(
                source,
                timeout=60,
                output_hook=lambda message: printed.append(message["content"].get("text", "")),
            )
        finally:
            client.stop_channels()
        return "".join(printed)

    def stop(self, number: int) -> str:
        """Send a signal; what the server has said by its end."""
        self.process.send_signal(number)
        self.said += self.process.communicate(timeout=60)[0]
        return self.said


def still_running(processes: list[psutil.Process]) -> list[str]:
    """Those that live on; an orphan that is dead waits for the system to collect it."""
    deadline = time.monotonic() + 10
    while True:
        alive = [
            process
            for process in processes
            if process.is_running() and _status(process) != psutil.STATUS_ZOMBIE
        ]
        if not alive or time.monotonic() > deadline:
            return [str(process) for process in alive]
        time.sleep(0.1)


def _status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE
