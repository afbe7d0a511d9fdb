"""`antin demo`: a fresh trial installation of its own, the walk through it, and everything stopped again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.processes import with_parent
from config.serve import antin
from config.tokens import random_bytes
from licensing.demonstration.passwords import secrets_of
from licensing.demonstration.walk import Outcome, Walk, WalkFailed, write_pdf

READY = "Antin is ready"
# Below those that the kernel gives to whoever connects, for a moment, without asking us.
PORTS = range(20_000, 32_000, 4)


def run_demonstration(folder: Path | None, say: Callable[[str], None]) -> tuple[Outcome, Path]:
    """Serve, walk, stop. The folder stays, with the licence in it."""
    data = folder or Path(tempfile.mkdtemp(prefix="antin-demo-"))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with served(data, say) as address:
        outcome = Walk(address, secrets_of(data), say).issue()
    path = write_pdf(data, outcome)
    say(f"the licence is in {path}")
    return outcome, path


def described(outcome: Outcome, pdf: Path) -> dict[str, Any]:
    """The outcome as one JSON object."""
    return {
        "register_code": outcome.register_code,
        "document_number": outcome.document_number,
        "reference": outcome.reference,
        "pdf_path": str(pdf),
        "pdf_bytes": len(outcome.pdf),
        "verdict": outcome.verdict["verdict"],
        "finding": outcome.verdict["finding"],
        "recorded": outcome.verdict["recorded"],
        "checkpoint": outcome.checkpoint,
    }


@contextmanager
def served(data: Path, say: Callable[[str], None], *, whole: bool = False, port: int | None = None) -> Iterator[str]:
    """`antin serve --demonstration` on free ports of this machine, or from `port` on; the address while it runs.

    Without `whole` there are only the people of the demonstration, no applications.
    """
    port = port or free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "SECRET_KEY"))}
    environment = inherited | {"ANTIN_MODE": "trial", "DATA_FOLDER": str(data), "PORT": str(port)}
    command = antin("serve", "--demonstration", *(() if whole else ("--people-only",)))
    process = subprocess.Popen(with_parent(command), stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield _ready(process, say)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _ready(process: subprocess.Popen[str], say: Callable[[str], None]) -> str:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in process.stdout:
        say(line.rstrip())
        if line.startswith(READY):
            return line.split()[-1]
    raise WalkFailed(f"The installation did not start (exit {process.wait()}).")


def free_port(places: Sequence[int] = PORTS) -> int:
    """The first of four ports in a row that nobody uses now, one of `places`."""
    while True:
        port = places[int.from_bytes(random_bytes(4)) % len(places)]
        if all(_free(port + offset) for offset in range(4)):
            return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))  # connections that have ended keep their ports for a while
        except OSError:
            return False
    return True
