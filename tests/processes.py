"""The real processes that tests sign and typeset with: signer, timestamp server, responder, typesetter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.processes import with_parent
from config.serve import answers, listens, takes_connections
from config.settings import Settings
from licensing.demonstration.run import PORTS, free_port

SERVICES = {
    "tsa": "from signing.pki.serving import serve_tsa as serve",
    "responder": "from signing.pki.serving import serve_responder as serve",
    "signer": "from signing.signer.serving import serve_signer as serve",
    "typesetter": "from config.typesetter import serve_typesetter as serve",
    "mailbox": "from tests.mail import serve_trial_mailbox as serve",
}

STARTED = """
import faulthandler, signal
faulthandler.register(signal.SIGUSR1)
{}
from config.settings import Settings
serve(Settings.from_environment())
"""
STOP_SECONDS = 20.0

ROWS = 16  # rows of ports, one for each process that takes its part of the tests


def free_ports() -> int:
    """The first of four ports in a row that nobody uses, nor another process of this run is about to."""
    row = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % ROWS
    return free_port(PORTS[row::ROWS])


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Return when the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        threading.Event().wait(0.02)


@dataclass
class Services:
    """Running processes by name, each of which a test may stop, kill and start again."""

    settings: Settings
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        code = STARTED.format(SERVICES[name])
        log = (self.settings.data_folder / f"{name}.log").open("ab")
        with log:
            self.running[name] = subprocess.Popen(
                with_parent([sys.executable, "-c", code]),
                env=os.environ | self.environment,
                cwd=Path(__file__).parent.parent,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(lambda: self.ready(name))

    def ready(self, name: str) -> bool:
        process = self.running[name]
        assert process.poll() is None, f"{name} ended with {process.returncode}: {self.log(name)}"
        if name == "tsa":
            return answers(self.settings.tsa_url.rsplit("/", 1)[0] + "/healthz")
        if name == "responder":
            return answers(f"{self.settings.responder_url}/healthz")
        if name == "mailbox":
            return takes_connections(self.settings.mail.port)
        path = self.settings.signer_socket if name == "signer" else self.settings.typesetter_socket
        return listens(path)

    def log(self, name: str) -> str:
        """The end of what it wrote."""
        return (self.settings.data_folder / f"{name}.log").read_text(errors="replace")[-4000:]

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGUSR1)  # what each of its threads does goes to its log
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
            process.kill()
            process.wait()
            raise AssertionError(f"{name} did not stop: {self.log(name)}") from None


@contextmanager
def running_services(settings: Settings, environment: Mapping[str, str]) -> Iterator[Services]:
    """All processes on an installation whose keys were made."""
    services = Services(settings, environment)
    try:
        for name in SERVICES:
            services.start(name)
        yield services
    finally:
        for name in list(services.running):
            services.stop(name)
