"""The whole line of the signer process with both keys in a security module: signed, sealed, and judged by others."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from signing.keys.errors import WrongPin
from signing.pades.complete import complete
from signing.signer.client import SignerClient
from tests.pki.build import PIN, pki
from tests.signing.conftest import SEALS_PIN
from tests.signing.signer.conftest import HEAD, Case
from tests.softhsm import SoftHsm

KEYS = """
[stores.hsm]
kind = "pkcs11"
module = "{module}"

[keys.official-head]
store = "hsm"
token = "head"
label = "head"

[keys.seal-health]
store = "hsm"
token = "seals"
label = "health"
"""


@pytest.fixture
def signer_settings(signer_settings: Settings, softhsm: SoftHsm) -> Settings:
    """The keys of head and health department are in tokens, not in files."""
    folder = signer_settings.keys_folder
    for name in ("official-head", "seal-health"):
        (folder / f"{name}.p12").unlink()
    (folder / "seal-health.pass").write_text(SEALS_PIN)
    (folder / "keys.toml").write_text(KEYS.format(module=softhsm.module))
    return signer_settings


@pytest.fixture
def case(case: Case) -> Case:
    """What the files said is asked of the authority that made them: they are not in the folder any more."""
    return replace(case, ours=pki())


def test_a_document_is_signed_and_sealed_by_tokens(case: Case, tmp_path: Path) -> None:
    signed = case.signed()
    prepared = case.prepared_for_seal(signed)
    info = case.signer.certificate("seal-health")
    value = case.seal(prepared)
    finished = complete(prepared.revision, prepared.attributes, value, info.certificate, info.chain, None)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(finished)
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not here: apt-get install poppler-utils")
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid") == 2


def test_a_wrong_pin_is_counted_as_with_files(case: Case, signer: SignerClient) -> None:
    prepared = case.prepared_for_official()
    with pytest.raises(WrongPin):
        signer.sign(case.request_id, HEAD, "000000", prepared.attributes, prepared.revision)
    signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
