"""Two installations for whole stories: a real one with all its processes, and one whose clock and worker a test holds.

The first is started once and serves the stories that end well. The second is the same application on a loopback
port, on the running processes of this test session; its jobs run when a test says so.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import PACKAGES, make_plan, make_unit
from config.cli import Context, commands
from config.clock import Clock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.demonstration.passwords import Secrets, secrets_of
from licensing.demonstration.run import served
from licensing.demonstration.walk import Outcome, Walk
from tests.journeys.office import Office, an_office, close
from tests.journeys.story import Story
from tests.processes import Services, free_ports


@dataclass(frozen=True)
class Installation:
    """`antin serve --demonstration`, really running."""

    folder: Path
    address: str
    secrets: Secrets
    settings: Settings
    unit: UnitOfWork

    @cached_property
    def walk(self) -> Walk:
        """Everybody, signed in once for all stories."""
        return Walk(self.address, self.secrets, lambda line: None)

    def story(self) -> Story:
        return Story(self.address, self.walk, self.secrets)

    @property
    def environment(self) -> dict[str, str]:
        return {"DATA_FOLDER": str(self.folder), "PORT": str(self.settings.port), "ANTIN_MODE": "trial"}

    def antin(self, *arguments: str | Path) -> Result:
        """A command of ours on this installation, in this process."""
        for package in PACKAGES:
            for command in package.COMMANDS:
                commands.add_command(command)
        context = Context(lambda settings: self.unit, make_plan)
        result = CliRunner(env=self.environment).invoke(commands, [str(part) for part in arguments], obj=context)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """One for all stories of a run, in a folder whose path is short enough for its sockets."""
    folder = Path(tempfile.mkdtemp(prefix="antin-"))
    try:
        with served(folder, lambda line: None, port=free_ports()) as address:
            environment = {"DATA_FOLDER": str(folder), "PORT": address.rsplit(":", 1)[1], "ANTIN_MODE": "trial"}
            settings = Settings.from_environment(environment)
            unit = make_unit(settings)
            yield Installation(folder, address, secrets_of(folder), settings, unit)
            close(unit)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def granted(installation: Installation) -> Outcome:
    """An application that became a licence."""
    return installation.walk.issue()


OpenOffice = Callable[[Clock], Office]


@pytest.fixture(scope="module")
def office(settings: Settings, services: Services) -> Iterator[Office]:
    """One office for the tests of a file, by the real clock: each test has its own application in it."""
    with an_office(settings, services) as office:
        yield office


@pytest.fixture
def open_office(settings: Settings, services: Services) -> Iterator[OpenOffice]:
    """Opens an office of the test's own, by a clock that the test holds."""
    with ExitStack() as stack:
        yield lambda clock: stack.enter_context(an_office(settings, services, clock))
