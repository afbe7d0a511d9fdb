"""Remote signing services that run, with a folder of keys that lists them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.csc.folder import Remote, lay_out, provider
from tests.csc.serve import serving


@pytest.fixture(params=["1.0.4", "2.0"])
def remote(request: pytest.FixtureRequest, keys_folder: Path) -> Iterator[Remote]:
    with serving(provider(request.param)) as running:
        lay_out(keys_folder, running)
        yield Remote(running, keys_folder)


@pytest.fixture
def second(keys_folder: Path) -> Iterator[Remote]:
    """A service of version 2.0 alone, where the version makes no difference."""
    with serving(provider("2.0")) as running:
        lay_out(keys_folder, running)
        yield Remote(running, keys_folder)
