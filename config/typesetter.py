"""The typesetter process: Typst templates in, PDF out, on a unix socket, with no network and with limits.

Templates are written by officials, so a template is treated as hostile: it sees its own folder and nothing
else, it cannot reach a host or start a program, and one that hangs or eats memory costs only its own request.
The parent listens, denies itself the network and starts workers by fork; it never typesets, because after
that a fork would hang. A worker serves one request at a time and keeps one warm compiler a template.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from config.no_network import NetworkNotDenied, deny_network
from config.stopping import hold_stop_orders, obey_again
from config.typeset import receive_frame, send_frame

if TYPE_CHECKING:
    from config.settings import Settings

WORKERS = 2
SECONDS_A_DOCUMENT = 20
SECONDS_TO_RECEIVE = 10
MEMORY = 2 * 1024**3
COMPILERS_KEPT = 40
DOCUMENTS_A_WORKER = 20_000
PR_SET_PDEATHSIG = 1
NO_PACKAGES = "/nonexistent"
FONT_FILES = {".ttf", ".otf", ".ttc"}
PAUSE_BEFORE_NEXT_WORKER = 0.05


def serve_typesetter(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raises `NetworkNotDenied` where the network cannot be denied."""
    serve(settings.typesetter_socket, settings.fonts_folder)


def serve(socket_path: Path, fonts_folder: Path, workers: int = WORKERS) -> None:
    """Listen on `socket_path`, keep `workers` workers alive, replace the ones that die."""
    if not any(file.suffix.lower() in FONT_FILES for file in fonts_folder.glob("*")):
        raise FileNotFoundError(f"there are no fonts in {fonts_folder}")
    listener = _listen(socket_path)
    deny_network()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wait_for_next = hold_stop_orders(signal.SIGCHLD)
    children: set[int] = set()
    try:
        for _ in range(workers):
            children.add(_start_worker(listener, fonts_folder))
        while wait_for_next() == signal.SIGCHLD:
            for child in list(children):  # one signal may stand for several
                if os.waitpid(child, os.WNOHANG)[0]:
                    time.sleep(PAUSE_BEFORE_NEXT_WORKER)
                    children.remove(child)
                    children.add(_start_worker(listener, fonts_folder))
    finally:
        for child in children:
            os.kill(child, signal.SIGTERM)
        socket_path.unlink(missing_ok=True)


def _listen(socket_path: Path) -> socket.socket:
    """A socket that only this user can connect to."""
    socket_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket_path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listener.bind(str(socket_path))
    finally:
        os.umask(mask)
    listener.listen(128)
    return listener


def _start_worker(listener: socket.socket, fonts_folder: Path) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            obey_again(signal.SIGCHLD)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() == parent:
                _work(listener, fonts_folder)
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def _work(listener: socket.socket, fonts_folder: Path) -> None:
    compilers = Compilers(fonts_folder)
    for _ in range(DOCUMENTS_A_WORKER):
        connection, _address = listener.accept()
        with connection:
            connection.settimeout(SECONDS_TO_RECEIVE)
            try:
                request = json.loads(receive_frame(connection))
                head, body = _answer(compilers, request)
                send_frame(connection, json.dumps(head).encode())
                send_frame(connection, body)
            except (OSError, EOFError, ValueError, KeyError):
                continue  # the asker went away or spoke nonsense; it sees a closed connection


def _answer(compilers: Compilers, request: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Typeset under a clock of the kernel: one that takes too long ends this worker only."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS_A_DOCUMENT)
    try:
        return {}, compilers.typeset(request)
    except typst.TypstError as error:
        return {"failed": " ".join([error.message, *error.hints])}, b""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Compilers:
    """One warm compiler for each template; the ones used least recently are dropped."""

    def __init__(self, fonts_folder: Path) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts_folder)]
        )
        self._kept: OrderedDict[str, typst.Compiler] = OrderedDict()

    def typeset(self, request: Mapping[str, Any]) -> bytes:
        """The PDF that `Typesetter.typeset` asked for; raises `typst.TypstError`."""
        entry = Path(request["folder"]) / request["entry"]
        document = self._compiler(request["folder"]).compile(
            input=str(entry),
            format="pdf",
            sys_inputs={"data": request["data"]},
            pdf_standards=request["standards"],
            timestamp=datetime.fromtimestamp(request["at"], UTC),
            pdf_tags=request["tagged"],
        )
        if not isinstance(document, bytes):
            raise typst.TypstError("The template made no document.", "")
        return document

    def _compiler(self, folder: str) -> typst.Compiler:
        if folder not in self._kept:
            self._kept[folder] = typst.Compiler(
                root=folder, font_paths=self._fonts, package_path=NO_PACKAGES, package_cache_path=NO_PACKAGES
            )
        self._kept.move_to_end(folder)
        while len(self._kept) > COMPILERS_KEPT:
            self._kept.popitem(last=False)
        return self._kept[folder]


def main(arguments: list[str]) -> int:
    """`python -m config.typesetter SOCKET FONTS_FOLDER`; exit 1 when it cannot start safely."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m config.typesetter SOCKET FONTS_FOLDER\n")
        return 2
    try:
        serve(Path(arguments[0]), Path(arguments[1]))
    except (NetworkNotDenied, OSError) as error:
        sys.stderr.write(f"The typesetter does not start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
