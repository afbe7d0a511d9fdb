"""One running installation in which one key after another is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from licensing.demonstration.run import served
from tests.compromise.office import Office
from tests.processes import free_ports
from tests.uncovered import uncovered


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    with (
        tempfile.TemporaryDirectory(prefix="lost-") as folder,
        uncovered(served(Path(folder), lambda line: None, port=free_ports())) as address,
    ):
        office = Office(Path(folder), address)
        yield office
        office.close()
