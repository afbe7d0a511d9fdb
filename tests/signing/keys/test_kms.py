"""Seals in a key management service, against one that verifies how requests are signed."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.clock import FrozenClock
from signing.keys.errors import KeyStoresInvalid, KeyUnusable
from signing.keys.keyring import Keyring
from signing.pades.complete import check_value
from tests.csc.folder import show
from tests.kms.provider import ID, REGION, SECRET, SESSION, Kms, serving
from tests.pki.build import pki

CLOCK = FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))
KEYS = """
[stores.cloud]
kind = "kms"
region = "{region}"
endpoint = "{address}"
credentials = "kms.credentials"
seconds = 2

[keys.seal-health]
store = "cloud"
key = "alias/health"

[keys.seal-stamp]
store = "cloud"
key = "alias/stamp"
"""


def give_access(folder: Path, secret: str = SECRET, session: str | None = None, profile: str = "default") -> None:
    """The access key, in a file as the tools of AWS write it."""
    lines = [f"[{profile}]", f"aws_access_key_id = {ID}", f"aws_secret_access_key = {secret}"]
    lines += [f"aws_session_token = {session}"] if session else []
    (folder / "kms.credentials").write_text("\n".join(lines) + "\n")


@pytest.fixture
def kms() -> Iterator[Kms]:
    with serving(Kms({"alias/health": pki().seal, "alias/stamp": pki().tsa})) as running:
        yield running


@pytest.fixture
def folder(kms: Kms, keys_folder: Path) -> Path:
    (keys_folder / "keys.toml").write_text(KEYS.format(region=REGION, address=kms.address))
    for name, key in (("seal-health", pki().seal), ("seal-stamp", pki().tsa)):
        show(keys_folder, name, key)
    give_access(keys_folder)
    return keys_folder


def keyring(folder: Path) -> Keyring:
    return Keyring(folder, CLOCK, {})


def faults_of(folder: Path) -> dict[str, str]:
    return {fault.name: fault.why for fault in keyring(folder).open_seals()}


def test_seals_of_both_kinds_sign_and_no_document_leaves(folder: Path, kms: Kms) -> None:
    ours = keyring(folder)
    assert ours.open_seals() == []
    for name, owner in (("seal-health", pki().seal), ("seal-stamp", pki().tsa)):
        check_value(b"a document", ours.seal(name).sign(b"a document"), owner.certificate_der)
    assert b"a document" not in json.dumps(kms.asked).encode()


def test_an_access_key_that_is_exchanged_is_used_at_once(folder: Path, kms: Kms) -> None:
    key = keyring(folder).seal("seal-health")
    kms.session = SESSION
    with pytest.raises(KeyUnusable, match="400, UnrecognizedClientException"):
        key.sign(b"data")
    give_access(folder, session=SESSION)
    check_value(b"data", key.sign(b"data"), pki().seal.certificate_der)


@pytest.mark.parametrize("secret", ["another secret", "100%sure"])
def test_a_wrong_access_key_is_said_at_the_start_and_not_shown(folder: Path, secret: str) -> None:
    give_access(folder, secret)
    faults = faults_of(folder)
    assert sorted(faults) == ["seal-health", "seal-stamp"]
    assert faults["seal-health"] == "seal-health: The service answers 400, InvalidSignatureException."


def test_an_access_key_of_another_profile_is_not_used(folder: Path) -> None:
    give_access(folder, profile="other")
    assert "holds no access key under [default]" in faults_of(folder)["seal-health"]
    file = folder / "keys.toml"
    file.write_text(file.read_text().replace("seconds = 2", 'seconds = 2\nprofile = "other"'))
    assert faults_of(folder) == {}


@pytest.mark.parametrize("content", ["", "no table", "[default]\naws_access_key_id = x", "\x00"])
def test_a_file_without_an_access_key_is_said(folder: Path, content: str) -> None:
    (folder / "kms.credentials").write_text(content)
    assert "holds no access key" in faults_of(folder)["seal-health"]


def test_the_key_of_another_certificate_is_said_at_the_start(folder: Path, kms: Kms) -> None:
    kms.keys["alias/health"] = pki().other_seal
    assert faults_of(folder) == {"seal-health": "seal-health: the key is not the one of the certificate."}


def test_a_key_that_is_not_there_or_not_for_signing_is_said_at_the_start(folder: Path, kms: Kms) -> None:
    del kms.keys["alias/stamp"]
    kms.usage = "KEY_AGREEMENT"
    faults = faults_of(folder)
    assert "NotFoundException" in faults["seal-stamp"]
    assert "does not sign by ECDSA_SHA_256" in faults["seal-health"]


LIES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda value: b"garbage",
    "nothing": lambda value: b"",
    "a changed value": lambda value: value[:-1] + bytes([value[-1] ^ 1]),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("name", ["seal-health", "seal-stamp"])
def test_what_does_not_verify_is_not_given_on(folder: Path, kms: Kms, name: str, lie: str) -> None:
    kms.alter = LIES[lie]
    with pytest.raises(KeyUnusable, match="not a signature of this key"):
        keyring(folder).seal(name).sign(b"data")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((500, b'{"__type": "KMSInternalException"}'), "500, KMSInternalException"),
        ((400, b'{"__type": "<b>"}'), "answers 400"),
        ((200, b"{}"), "returned no Signature"),
        ((200, b'{"Signature": 7}'), "returned no Signature"),
        ((200, b'{"Signature": "%%"}'), "returned no Signature"),
        ((200, b"<html>"), "returned no Signature"),
        ((302, b""), "sends us elsewhere"),
        ((200, b" " * 400_000), "too long"),
    ],
)
def test_a_service_that_fails_makes_the_key_unusable(folder: Path, kms: Kms, said: tuple[int, bytes], why: str) -> None:
    key = keyring(folder).seal("seal-health")
    kms.instead["Sign"] = said
    with pytest.raises(KeyUnusable, match=why) as caught:
        key.sign(b"data")
    assert str(caught.value).startswith("seal-health: ")
    kms.instead.clear()
    check_value(b"data", key.sign(b"data"), pki().seal.certificate_der)


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("[keys.seal-stamp]", "[keys.official-head]", "official-head: asks for no PIN there"),
        (f'region = "{REGION}"', 'region = "../elsewhere"', "region must be a name"),
        (f'region = "{REGION}"', "", "region is missing"),
        ('"kms.credentials"', '"none"', "credentials: there is no file none"),
        ('endpoint = "http://127.0.0.1', 'endpoint = "http://kms.example', "must begin with https"),
        ('key = "alias/stamp"', "", "key is missing"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(folder: Path, there: str, instead: str, said: str) -> None:
    file = folder / "keys.toml"
    assert there in file.read_text()
    file.write_text(file.read_text().replace(there, instead))
    with pytest.raises(KeyStoresInvalid) as caught:
        keyring(folder)
    assert said in str(caught.value)
