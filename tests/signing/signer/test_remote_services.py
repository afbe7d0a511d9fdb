"""The whole line of the signer process with keys that live at services: signed, sealed, and judged by others."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from signing.keys.errors import KeyUnusable, PinLocked, WrongPin
from signing.pades.complete import complete
from signing.signer.attempts import FREE
from signing.signer.client import SignerClient
from tests.csc.folder import lay_out, provider
from tests.csc.provider import Provider
from tests.csc.serve import Running
from tests.csc.serve import serving as serving_csc
from tests.kms.provider import ID, REGION, SECRET, Kms
from tests.kms.provider import serving as serving_kms
from tests.pki.build import PIN, pki
from tests.signing.signer.conftest import HEAD, Case

CLOUD = f"""
[stores.cloud]
kind = "kms"
region = "{REGION}"
endpoint = "{{address}}"
credentials = "kms.credentials"

[keys.seal-health]
store = "cloud"
key = "alias/health"
"""


@pytest.fixture(params=["1.0.4", "2.0"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with serving_csc(provider(request.param)) as running:
        yield running


@pytest.fixture
def kms() -> Iterator[Kms]:
    with serving_kms(Kms({"alias/health": pki().seal})) as kms:
        yield kms


@pytest.fixture
def seal_at() -> str:
    """Where the seal lives; tests say otherwise by their parameters."""
    return "csc"


@pytest.fixture
def signer_settings(signer_settings: Settings, running: Running, kms: Kms, seal_at: str) -> Settings:
    """The keys of head and health department are at services, not in files."""
    folder = signer_settings.keys_folder
    for name in ("official-head", "seal-health"):
        (folder / f"{name}.p12").unlink()
    lay_out(folder, running)
    if seal_at == "kms":
        file = folder / "keys.toml"
        ours = file.read_text().replace('[keys.seal-health]\nstore = "remote"\ncredential = "SEAL"\n', "")
        file.write_text(ours + CLOUD.format(address=kms.address))
        access = f"[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n"
        (folder / "kms.credentials").write_text(access)
        (folder / "seal-health.pass").unlink()
    return signer_settings


@pytest.fixture
def case(case: Case) -> Case:
    """What the files said is asked of the authority that made them: they are not in the folder any more."""
    return replace(case, ours=pki())


@pytest.fixture
def services(running: Running) -> Provider:
    return running.provider


@pytest.mark.parametrize("seal_at", ["csc", "kms"])
def test_a_document_is_signed_and_sealed_by_services(case: Case, tmp_path: Path, kms: Kms, seal_at: str) -> None:
    signed = case.signed()
    prepared = case.prepared_for_seal(signed)
    info = case.signer.certificate("seal-health")
    value = case.seal(prepared)
    finished = complete(prepared.revision, prepared.attributes, value, info.certificate, info.chain, None)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(finished)
    assert bool(kms.asked) == (seal_at == "kms")
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not here: apt-get install poppler-utils")
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid") == 2


def test_wrong_pins_are_counted_though_they_turn_out_wrong_only_with_the_signature(
    case: Case, signer: SignerClient, services: Provider
) -> None:
    prepared = case.prepared_for_official()
    asked = (prepared.attributes, prepared.revision)
    for _ in range(FREE - 1):
        with pytest.raises(WrongPin):
            signer.sign(case.request_id, HEAD, "000000", *asked)
    signer.sign(case.request_id, HEAD, PIN, *asked)
    for _ in range(FREE):
        with pytest.raises(WrongPin):
            signer.sign(case.request_id, HEAD, "000000", *asked)
    services.held["HEAD"].wrong = 0
    with pytest.raises(PinLocked, match="can be tried again at"):
        signer.sign(case.request_id, HEAD, PIN, *asked)


def test_what_a_service_makes_up_gets_nowhere(case: Case, signer: SignerClient, services: Provider) -> None:
    services.alter = lambda value: value[:-1] + bytes([value[-1] ^ 1])
    prepared = case.prepared_for_official()
    with pytest.raises(KeyUnusable, match="not a signature of this key"):
        signer.sign(case.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
