"""One running installation in which one key after another is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from licensing.demonstration.run import served
from tests.compromise.office import Office
from tests.processes import free_ports
from tests.softhsm import MODULE, UTILITY, SoftHsm, make_softhsm
from tests.uncovered import uncovered


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm | None:
    """Tokens that the installation's processes find; None where SoftHSM is not here."""
    if MODULE is None or UTILITY is None:
        return None
    return make_softhsm(tmp_path_factory.mktemp("lost-tokens"))


@pytest.fixture(scope="session")
def office(softhsm: SoftHsm | None) -> Iterator[Office]:
    with tempfile.TemporaryDirectory(prefix="lost-") as folder, pytest.MonkeyPatch.context() as environment:
        for name, value in softhsm.environment().items() if softhsm else ():
            environment.setenv(name, value)
        installation = uncovered(served(Path(folder), lambda line: None, port=free_ports()))
        with installation as address:
            environment.undo()  # other tests have tokens of their own
            office = Office(Path(folder), address)
            yield office
            office.close()
