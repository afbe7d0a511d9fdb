"""A fresh trial installation on free ports with its real processes, and a way to work on it from inside a benchmark."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import signing.wiring
from app import PACKAGES
from config.access import SYSTEM
from config.clock import SystemClock
from config.database import make_engine
from config.events import Reactions, Reactor
from config.jobs import Jobs
from config.settings import Settings
from config.storage import Storage
from config.typeset import Typesetter
from config.typesetter import Compilers
from config.unit_of_work import Tools, UnitOfWork
from licensing.demonstration.passwords import Secrets, secrets_of
from licensing.demonstration.run import served
from tests.benchmarks.cpu import parts_of
from tests.uncovered import uncovered

Kind = TypeVar("Kind")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Installation:
    """A running installation. `parent` is the process id of `antin serve`."""

    address: str
    settings: Settings
    secrets: Secrets
    parent: int

    def process(self, part: str) -> int:
        """The process id of one part."""
        return self.processes(part)[0]

    def processes(self, part: str) -> list[int]:
        """The process ids of one part that has several."""
        return [pid for pid, name in parts_of(self.parent).items() if name == part]


@contextmanager
def fresh_installation(say: Say, *, whole: bool = False, **settings: str) -> Iterator[Installation]:
    """Serve in a folder of its own, with `settings`; stopped and removed afterwards.

    `whole`: with the demonstration's applications.
    """
    with tempfile.TemporaryDirectory(prefix="antin-benchmark-") as folder, _environment(settings):
        before = set(parts_of(os.getpid()))
        with uncovered(served(Path(folder), say, whole=whole)) as address:
            (parent,) = set(parts_of(os.getpid())) - before
            inherited = {
                name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "SECRET_KEY"))
            }
            environment = inherited | {"ANTIN_MODE": "trial", "DATA_FOLDER": folder, "PORT": address.rpartition(":")[2]}
            yield Installation(address, Settings.from_environment(environment), secrets_of(Path(folder)), parent)


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """These variables as long as it lasts."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ |= settings
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextmanager
def paused(*processes: int) -> Iterator[None]:
    """Hold processes still, so that they neither work nor take work away meanwhile."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def wait_until(what: str, done: Callable[[], bool], seconds: float = 120, pause: float = 0.1) -> None:
    """Return when it is done; raises TimeoutError."""
    for _ in range(int(seconds / pause)):
        if done():
            return
        Event().wait(pause)
    raise TimeoutError(f"After {seconds:.0f} s still not: {what}.")


class TypesetterHere(Typesetter):
    """The typesetter's own code in this process, so that its cost can be told from one run to the next."""

    def __init__(self, fonts: Path) -> None:
        super().__init__(Path("/nonexistent"))
        self._compilers = Compilers(fonts)

    def _ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        return {}, self._compilers.typeset(json.loads(request))


class ToolsHere(Tools):
    """The tools of an installation, but with the typesetter in this process."""

    def __getitem__(self, kind: type[Kind]) -> Kind:
        return cast(Kind, super().__getitem__(TypesetterHere)) if kind is Typesetter else super().__getitem__(kind)


def quiet_unit(settings: Settings) -> UnitOfWork:
    """A unit of work on a running installation, without the jobs that would follow from what it does."""
    return _unit(
        settings,
        [
            {kind: Reactions(reactions.together) for kind, reactions in package.REACTIONS.items()}
            for package in PACKAGES
        ],
    )


def busy_unit(settings: Settings) -> UnitOfWork:
    """A unit of work on a running installation, whose worker does what follows."""
    return _unit(settings, [package.REACTIONS for package in PACKAGES])


def let_go(unit: UnitOfWork) -> None:
    """Close the connections of such a unit of work."""
    with unit.begin(SYSTEM) as work:
        engine = work.session.get_bind()
    cast(Engine, engine).dispose()


def _unit(settings: Settings, tables: Sequence[Mapping[Any, Reactions]]) -> UnitOfWork:
    clock, reactor = SystemClock(settings.time_zone), Reactor(tables)
    tools = ToolsHere(settings, Storage(settings.storage_folder), TypesetterHere(settings.fonts_folder))
    for part in signing.wiring.tools(settings, clock):
        tools.add(part)
    sessions = sessionmaker[Session](make_engine(settings.database_url), expire_on_commit=False)
    return UnitOfWork(sessions, clock, reactor, Jobs(settings, reactor, {}), tools)
