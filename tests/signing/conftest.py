"""One SoftHSM for all tests that need one: a process loads a module once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pki.build import PIN, pki
from tests.softhsm import ABSENT, MODULE, UTILITY, SoftHsm, make_softhsm

SEALS_PIN, RSA_PIN = "135790", "864200"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """Token `seals` with two seals (EC and RSA), token `head` with an official's EC key, `rsa` with an RSA key."""
    if MODULE is None or UTILITY is None:
        pytest.skip(ABSENT)
    made = make_softhsm(tmp_path_factory.mktemp("softhsm"))
    for label, pin in (("seals", SEALS_PIN), ("head", PIN), ("rsa", RSA_PIN)):
        made.add_token(label, pin)
    made.put("seals", SEALS_PIN, pki().seal, "health", "a1")
    made.put("seals", SEALS_PIN, pki().tsa, "stamp", "a2")
    made.put("head", PIN, pki().official, "head", "b1")
    made.put("rsa", RSA_PIN, pki().tsa, "rsa", "c1")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ |= made.environment()
    yield made
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    """A folder of keys with certificates and no key."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder
