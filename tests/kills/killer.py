"""Kills processes of a running installation at the steps of issuance, by a plan that a seed fixes."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

CHANNEL = "steps"
VICTIMS = ("worker", "signer", "typesetter", "tsa", "responder", "server", "worker", "database")
MARKS = {
    "worker": "app worker",
    "signer": "commands signer",
    "typesetter": "config.typesetter",
    "tsa": "commands tsa",
    "responder": "commands responder",
    "server": "gunicorn",
    "database": "bin/postgres",
}
TRIGGER = f"""
CREATE OR REPLACE FUNCTION tell_step() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('{CHANNEL}', NEW.name || ' ' || NEW.id); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER tell_step AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION tell_step();
"""


@dataclass
class Killer:
    """Waits for steps (events as they commit) and kills what the seed says, `each` times at every step."""

    data_folder: Path
    parent: int
    seed: str
    each: int
    steps: Sequence[str]
    kills: list[tuple[str, str]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"host={self.data_folder}/postgres/run user=antin dbname=antin"

    def start(self) -> None:
        """Have the database tell of every step, and begin."""
        with psycopg.connect(self.address, autocommit=True) as owner:
            owner.execute(TRIGGER.encode())
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Kill no more."""
        self._stop.set()
        if self._thread:
            self._thread.join(30)

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(psycopg.Error), psycopg.connect(self.address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}".encode())
                self._listen(connection)
            self._stop.wait(0.2)  # the database itself was killed: it is being started again

    def _listen(self, connection: psycopg.Connection) -> None:
        while not self._stop.is_set():
            for notice in connection.notifies(timeout=0.5):
                name = notice.payload.split()[0]
                if name in self.steps and sum(step == name for step, _ in self.kills) < self.each:
                    self._kill_one(name)

    def _kill_one(self, step: str) -> None:
        """The victim of this step follows from the seed and the number of the kill."""
        digest = hashlib.sha256(f"{self.seed} {len(self.kills)} {step}".encode()).digest()
        victim = VICTIMS[digest[0] % len(VICTIMS)]
        pid = child_of(self.parent, MARKS[victim])
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills.append((step, victim))


def child_of(parent: int, mark: str, variable: str = "") -> int | None:
    """The child of `parent` whose command line holds `mark`, and whose environment holds `variable`."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, ValueError):
            stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if int(stat[1]) != parent or stat[0] == "Z" or mark not in command:
                continue
            if not variable or variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                return int(folder.name)
    return None
