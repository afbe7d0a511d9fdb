"""`antin serve`: everything of one installation under one parent, from the database to the web server."""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config import tokens
from config.confinement import require_confinement
from config.database import make_engine
from config.errors import Stopped
from config.migrate import check_schema, migrate
from config.postgres import EmbeddedPostgres
from config.processes import Process, ProcessFailed, Supervisor, with_parent
from config.settings import Settings
from config.storage import write_durably

Say = Callable[[str], None]


class AlreadyRunning(Stopped):
    """Another `antin serve` holds this data folder or port."""


class Demonstration(StrEnum):
    """How much invented data a trial installation is given at its first start."""

    NONE = "none"
    PEOPLE = "people"
    WHOLE = "whole"


@dataclass(frozen=True)
class Plan:
    """What the packages add: commands to run before the processes start and after, and the processes themselves.

    `last` gives the lines that are said at the very end, when everything is ready.
    """

    first: Sequence[Sequence[str]]
    processes: Sequence[Process]
    then: Sequence[Sequence[str]] = ()
    last: Callable[[], Sequence[str]] = tuple


def antin(*arguments: str) -> list[str]:
    """The command line of one of our own commands, in this same Python."""
    return [sys.executable, "-m", "app", *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """The command line of a process that needs one package only, and so is up sooner than by `antin`."""
    return [sys.executable, "-m", name, *arguments]


def serve(settings: Settings, plan: Plan, say: Say) -> None:
    """Start everything, say where it is, keep it running until SIGTERM or SIGINT, stop everything.

    Nothing is started where no process can be confined (ConfinementImpossible).
    """
    require_confinement()
    with _only_one(settings):
        _refuse_taken_port(settings.port)
        supervisor = Supervisor(_log_folder(settings))
        supervisor.stop_on_signals()
        try:
            _start_database(settings, supervisor, say)
            for command in plan.first:
                _run_once(list(command))
            for process in plan.processes:
                supervisor.begin(process)
            for command in plan.then:
                _run_once(list(command))
            for process in plan.processes:
                supervisor.wait_until_ready(process)
                say(f"{process.name} is ready")
            say(f"Antin is ready at {settings.public_url}")
            for line in plan.last():
                say(line)
            supervisor.watch()
        finally:
            supervisor.stop()
            say("Antin has stopped")


def server_process(settings: Settings) -> Process:
    """The web server: gunicorn's threads on loopback; a reverse proxy faces the world."""
    options = ["--bind", f"127.0.0.1:{settings.port}", "--worker-class", "gthread", "--no-control-socket"]
    options += ["--workers", str(settings.server_workers), "--threads", str(settings.server_threads)]
    options += ["--log-level", "warning", "--max-requests", "20000", "--max-requests-jitter", "2000"]
    command = [sys.executable, "-m", "gunicorn", *options, "app:create_app()"]
    return Process("server", with_parent(command), lambda: answers(f"http://127.0.0.1:{settings.port}/healthz"))


def answers(address: str) -> bool:
    """True when a server on this machine answers with success."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - a loopback address of our own
            return bool(response.status < 400)
    except (urllib.error.URLError, http.client.HTTPException, OSError):  # a free port may answer with our own request
        return False


def listens(path: Path) -> bool:
    """True when somebody accepts connections on a unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def takes_connections(port: int) -> bool:
    """True when somebody accepts connections on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def set_up_trial(settings: Settings) -> None:
    """The folders of a trial installation and its session key, made on the first start."""
    settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.data_folder / "run").mkdir(exist_ok=True, mode=0o700)
    key = settings.data_folder / "secret-key"
    if settings.trial and not settings.secret_key and not key.exists():
        write_durably(key, tokens.random_secret().encode())


def _start_database(settings: Settings, supervisor: Supervisor, say: Say) -> None:
    if settings.embedded_database:
        server = EmbeddedPostgres(settings.data_folder)
        server.prepare()
        process = Process("database", server.command(), stop_signal=signal.SIGINT)
        server.wait_until_ready(supervisor.start(process))
        server.create_database()
        say("database is ready")
    if settings.trial:
        migrate(settings)
        return
    engine = make_engine(settings.database_url)
    check_schema(engine)
    engine.dispose()


def _run_once(command: list[str]) -> None:
    """Run a command to its end; its own message is all that is told when it fails."""
    done = subprocess.run(with_parent(command), check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise ProcessFailed(f"{' '.join(command[3:])}: ended with {done.returncode}.")


def _log_folder(settings: Settings) -> Path | None:
    """A trial keeps its logs in files, so that the terminal shows the address; production writes to standard error."""
    if not settings.trial:
        return None
    folder = settings.data_folder / "logs"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    set_up_trial(settings)
    descriptor = os.open(settings.data_folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise AlreadyRunning(f"Another antin serve is running on {settings.data_folder}.") from None
    try:
        yield
    finally:
        os.close(descriptor)


def _refuse_taken_port(port: int) -> None:
    """A server left over on the port would answer in our place."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise AlreadyRunning(f"PORT: {port} is in use; choose another.") from None
