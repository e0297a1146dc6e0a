"""`course.py lab`: lay the exercises, and serve the course in JupyterLab."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp
from traitlets.config import Config

from autograde import start_page, work
from autograde.overview import next_part, parts
from autograde.paths import BUILD_SOURCE, ROOT, WORK, CourseError

_FIRST_PORT = 8888
_LAB = Path(__file__).parent.parent / "lab"  # JupyterLab's defaults for the course, and its extension


def run(arguments: argparse.Namespace) -> int:
    """Serve the course until it is stopped; return 0. Raises CourseError when the port is taken."""
    if arguments.port:
        _require_free(arguments.port)
    for name in work.lay_missing():
        print(f"Laid the exercises of {name} into work/{name}.")
    os.chdir(ROOT)
    # A trainee's own modules are imported from work/: no __pycache__ there.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    token = secrets.token_hex(24)
    settings = _settings(token, arguments.port)
    settings.ServerApp.open_browser = settings.LabApp.open_browser = not arguments.no_browser
    server = LabApp.initialize_server(argv=[], config=settings)
    address = f"http://127.0.0.1:{server.port}{settings.LabApp.default_url}?token={token}"
    _stop_on_signals(server)
    # The loop binds the port first, then tells: whoever reads the address gets an answer.
    server.io_loop.add_callback(print, f"JupyterLab runs at\n    {address}\nCtrl-C stops it.", flush=True)
    server.start()
    print("JupyterLab has stopped.")
    return 0


def _stop_on_signals(server: ServerApp) -> None:
    """End the kernels, too. Jupyter's own handler does so only where a terminal can ask "are you sure?"."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: server.stop(from_signal=True))


def _settings(token: str, port: int | None) -> Config:
    """JupyterLab's settings: this machine only, offline, nothing written outside the course's own folders."""
    server = {
        "ip": "127.0.0.1",
        "port": port or _FIRST_PORT,
        "port_retries": 0 if port else 50,
        "root_dir": str(ROOT),
        "allow_root": True,  # containers
        "log_level": "WARN",
        "tornado_settings": {} if BUILD_SOURCE.exists() else {"page_config_hook": _without_nbgrader},
    }
    lab = {
        "default_url": _start_url(),
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "app_settings_dir": str(_LAB / "settings"),  # defaults only: a trainee's own settings go before them
        "extra_labextensions_path": [str(_LAB / "extensions")],
        "log_level": "WARN",
    }
    checkpoints = {"checkpoints_class": "autograde.checkpoints.CacheCheckpoints"}
    return Config(
        ServerApp=server,
        LabApp=lab,
        AsyncContentsManager=checkpoints,
        IdentityProvider={"token": token},  # given, so that Jupyter does not print the address a second time
        LanguageServerManager={"autodetect": False},  # it runs npm, which writes into the home folder
        MappingKernelManager={"transport_encryption": "auto"},  # other users of the machine cannot listen
    )


def _without_nbgrader(_handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """JupyterLab's page without nbgrader's menu and buttons: without its source notebooks nobody can use them."""
    others = page_config.get("disabledExtensions", [])
    return {**page_config, "disabledExtensions": [*others, "@jupyter/nbgrader"]}


def _start_url() -> str:
    """The start page; where work/ takes no file, the notebook of the next exercise."""
    if start_page.write() or start_page.PAGE.exists():
        target = start_page.PAGE
    else:
        following = next_part(parts())
        target = WORK / following.assignment / f"{following.assignment}.ipynb" if following else WORK
    return f"/lab/tree/{quote(target.relative_to(ROOT).as_posix())}"


def _require_free(port: int) -> None:
    """Refuse a port that is taken: the user has asked for this one."""
    with socket.socket() as trial:
        if os.name == "posix":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as problem:
            raise CourseError(
                f"Port {port} cannot be used: {problem.strerror}. Leave --port out to get a free one."
            ) from None
