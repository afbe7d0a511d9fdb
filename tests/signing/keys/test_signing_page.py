"""What docs/signing.md writes into `keys.toml` is what services are reached with: its samples sign."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.keys.keyring import Keyring
from signing.pades.complete import check_value
from tests.csc.folder import CLOCK, SEAL_PIN, show
from tests.csc.provider import CLIENT_SECRET, Held, Provider
from tests.csc.serve import serving as serving_csc
from tests.kms.provider import ID, SECRET, Kms
from tests.kms.provider import serving as serving_kms
from tests.pki.build import PIN, pki

PAGE = Path(__file__).parents[3] / "docs" / "signing.md"


def sample(kind: str) -> str:
    """The block of the page for one kind of store."""
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if f'kind = "{kind}"' in block]
    return str(found)


def keyring(folder: Path, content: str) -> Keyring:
    (folder / "keys.toml").write_text(content)
    show(folder, "seal-minhhoa", pki().seal)
    made = Keyring(folder, CLOCK, {})
    assert made.open_seals() == []
    check_value(b"data", made.seal("seal-minhhoa").sign(b"data"), pki().seal.certificate.public_bytes(Encoding.DER))
    return made


@pytest.mark.parametrize("version", ["2.0", "1.0.4"])
def test_the_sample_of_a_remote_signing_service_signs(keys_folder: Path, version: str) -> None:
    held = {"GX0112348": Held(pki().seal, SEAL_PIN), "HX0224685": Held(pki().official, PIN)}
    with serving_csc(Provider(version, held)) as running:
        content = sample("csc").replace("https://sign.example/csc/v2", running.address)
        content = content.replace("https://sign.example/oauth2/token", running.token_address)
        (keys_folder / "provider.secret").write_text(CLIENT_SECRET)
        (keys_folder / "seal-minhhoa.pass").write_text(SEAL_PIN)
        show(keys_folder, "official-lanhdao", pki().official)
        made = keyring(keys_folder, content.replace('api = "2.0"', f'api = "{version}"'))
        value = made.official("official-lanhdao", PIN).sign(b"data")
        check_value(b"data", value, pki().official.certificate_der)


def test_the_sample_of_a_key_management_service_signs(keys_folder: Path) -> None:
    with serving_kms(Kms({"alias/seal-minhhoa": pki().seal})) as kms:
        (keys_folder / "kms.credentials").write_text(
            f"[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n"
        )
        keyring(keys_folder, sample("kms").replace("seconds = 7", f'seconds = 7\nendpoint = "{kms.address}"'))
