"""Keys in a security module, against SoftHSM: both kinds of key, many at once, wrong PINs, a token that goes away."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from signing.keys import pkcs11, pkcs11_module
from signing.keys.errors import KeyStoresInvalid, KeyUnusable, WrongPin
from signing.keys.keyring import Keyring
from tests.pki.build import PIN, Identity, pki
from tests.signing.conftest import RSA_PIN, SEALS_PIN
from tests.softhsm import SoftHsm

CLOCK = FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))
KEYS = """
[stores.hsm]
kind = "pkcs11"
module = "{module}"
sessions = 3

[keys.seal-health]
store = "hsm"
token = "seals"
label = "health"

[keys.seal-stamp]
store = "hsm"
token = "seals"
id = "a2"

[keys.official-head]
store = "hsm"
token = "head"
label = "head"

[keys.official-rsa]
store = "hsm"
token = "rsa"
label = "rsa"
"""


def show(folder: Path, name: str, key: Identity) -> None:
    """The certificates of a key, beside `keys.toml`."""
    shown = [key.certificate, *key.chain]
    (folder / f"{name}.pem").write_bytes(b"".join(item.public_bytes(Encoding.PEM) for item in shown))


@pytest.fixture
def folder(softhsm: SoftHsm, keys_folder: Path) -> Path:
    (keys_folder / "keys.toml").write_text(KEYS.format(module=softhsm.module))
    show(keys_folder, "seal-health", pki().seal)
    show(keys_folder, "seal-stamp", pki().tsa)
    show(keys_folder, "official-head", pki().official)
    show(keys_folder, "official-rsa", pki().tsa)
    for name in ("seal-health", "seal-stamp"):
        (keys_folder / f"{name}.pass").write_text(SEALS_PIN)
    return keys_folder


@pytest.fixture
def keyring(folder: Path) -> Iterator[Keyring]:
    keyring = Keyring(folder, CLOCK, {})
    yield keyring
    keyring.close()


def faults_of(folder: Path) -> dict[str, str]:
    """What is said at the start, by the key's name."""
    keyring = Keyring(folder, CLOCK, {})
    found = {fault.name: fault.why for fault in keyring.open_seals()}
    keyring.close()
    return found


def verify(key: Identity, value: bytes, data: bytes) -> None:
    public = key.certificate.public_key()
    if isinstance(public, RSAPublicKey):
        public.verify(value, data, PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(public, EllipticCurvePublicKey)
        public.verify(value, data, ECDSA(hashes.SHA256()))


def test_seals_of_both_kinds_sign_by_label_and_by_identifier(keyring: Keyring) -> None:
    assert keyring.open_seals() == []
    verify(pki().seal, keyring.seal("seal-health").sign(b"data"), b"data")
    verify(pki().tsa, keyring.seal("seal-stamp").sign(b"data"), b"data")
    assert keyring.info("seal-health").chain == pki().seal.chain_der


def test_the_key_of_receipts_may_stand_in_a_module_as_well(folder: Path) -> None:
    """But never one that is an official's, or a seal's, as well: the timestamp server's stands in for it."""
    listed = (folder / "keys.toml").read_text().replace("[keys.seal-stamp]", "[keys.receipt]")
    (folder / "keys.toml").write_text(listed)
    (folder / "receipt.pass").write_text(SEALS_PIN)
    show(folder, "receipt", pki().tsa)
    twice = Keyring(folder, CLOCK, {})
    assert [fault.why for fault in twice.open_receipt()] == [
        "receipt: its key is that of seal-stamp; it must be one of its own."
    ]
    twice.close()
    for other in ("seal-stamp", "official-rsa"):
        (folder / f"{other}.pem").unlink()
    keyring = Keyring(folder, CLOCK, {})
    assert keyring.open_receipt() == []
    verify(pki().tsa, keyring.receipt().sign(b"data"), b"data")
    keyring.close()


@pytest.mark.parametrize(("name", "pin"), [("official-head", PIN), ("official-rsa", RSA_PIN)])
def test_an_official_signs_with_the_pin_for_one_act(keyring: Keyring, name: str, pin: str) -> None:
    owner = pki().official if name == "official-head" else pki().tsa
    for _ in range(2):
        key = keyring.official(name, pin)
        verify(owner, key.sign(b"data"), b"data")
        key.close()
        key.close()


def test_many_seal_at_once_and_nobody_shares_a_session(keyring: Keyring) -> None:
    key = keyring.seal("seal-health")
    with ThreadPoolExecutor(8) as pool:
        data = [f"document {number}".encode() for number in range(48)]
        for said, value in zip(data, pool.map(key.sign, data), strict=True):
            verify(pki().seal, value, said)


@pytest.mark.parametrize("pin", ["000000", "1", "9" * 300])
def test_a_wrong_pin_is_told_apart_and_opens_nothing(keyring: Keyring, pin: str) -> None:
    with pytest.raises(WrongPin) as caught:
        keyring.official("official-head", pin)
    assert pin not in str(caught.value)
    key = keyring.official("official-head", PIN)
    verify(pki().official, key.sign(b"data"), b"data")
    key.close()


def test_nobody_signs_on_the_login_of_another_act(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """PKCS #11 logs a whole process in: with the token open, a wrong PIN would do (2.40, 5.6.7)."""
    monkeypatch.setattr(pkcs11, "BUSY_SECONDS", 0.1)
    opened = keyring.official("official-head", PIN)
    with pytest.raises(KeyUnusable, match="the token is being used"):
        keyring.official("official-head", "000000")
    opened.close()
    with pytest.raises(WrongPin):
        keyring.official("official-head", "000000")


def test_the_next_act_waits_for_the_token(keyring: Keyring) -> None:
    opened, begun, values = keyring.official("official-head", PIN), threading.Event(), []

    def next_act() -> None:
        begun.set()
        key = keyring.official("official-head", PIN)
        values.append(key.sign(b"second"))
        key.close()

    thread = threading.Thread(target=next_act)
    thread.start()
    begun.wait(5)
    verify(pki().official, opened.sign(b"first"), b"first")
    opened.close()
    thread.join(10)
    verify(pki().official, values[0], b"second")


def test_a_token_that_goes_away_stops_a_seal_and_lets_it_go_on_when_it_is_back(
    keyring: Keyring, softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pkcs11_module, "LEAST_SECONDS", 0)
    key = keyring.seal("seal-health")
    verify(pki().seal, key.sign(b"before"), b"before")
    tokens = softhsm.folder / "tokens"
    away = tokens.rename(softhsm.folder / "away")
    try:
        with pytest.raises(KeyUnusable):
            key.sign(b"meanwhile")
    finally:
        away.rename(tokens)
    verify(pki().seal, key.sign(b"after"), b"after")


WRONG = {
    "a label that is not there": (('label = "health"', 'label = "wealth"'), "NoSuchKey"),
    "a token that is not there": (('token = "seals"\nlabel', 'token = "none"\nlabel'), "NoSuchToken"),
    "the key of another certificate": (('label = "health"', 'label = "stamp"'), "not the one of the certificate"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_seal_that_cannot_be_used_is_said_at_the_start(folder: Path, case: str) -> None:
    (there, instead), said = WRONG[case]
    file = folder / "keys.toml"
    file.write_text(file.read_text().replace(there, instead))
    faults = faults_of(folder)
    assert list(faults) == ["seal-health"]
    assert said in faults["seal-health"]


def test_a_wrong_pin_of_a_seal_is_said_at_the_start(folder: Path) -> None:
    (folder / "seal-health.pass").write_text("000000")
    (folder / "seal-stamp.pass").write_text("000000")
    assert list(faults_of(folder).values()) == [
        "seal-health: its password does not open it.",
        "seal-stamp: its password does not open it.",
    ]


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ('module = "', 'module = "/nowhere', "stores.hsm: module: there is no file"),
        ("module =", "modul =", "stores.hsm: there is no option modul"),
        ("sessions = 3", "sessions = 0", "sessions must be a whole number from 1 to 64"),
        ('kind = "pkcs11"', 'kind = "floppy"', "stores.hsm: kind must be one of"),
        ('token = "head"', 'token = "seals"', "the token seals of official-head holds other keys too"),
        ('id = "a2"', 'id = "zz"', "id must be hexadecimal"),
        ('label = "rsa"', "", "label or its id"),
        ("[keys.official-rsa]", "[keys.rsa]", "keys.rsa: a key is named seal-…, official-… or receipt"),
        ("[keys.official-rsa]\nstore", "[keys.official-rsa]\nshop", "keys.official-rsa: store must name one of"),
        ("[stores.hsm]", "[store.hsm]", "there is no table [store]"),
        ("[stores.hsm]", "stores", "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(folder: Path, there: str, instead: str, said: str) -> None:
    file = folder / "keys.toml"
    assert there in file.read_text()
    file.write_text(file.read_text().replace(there, instead, 1))
    with pytest.raises(KeyStoresInvalid) as caught:
        Keyring(folder, CLOCK, {})
    assert said in str(caught.value)


def test_a_key_in_a_file_and_in_a_store_is_refused(folder: Path) -> None:
    (folder / "official-head.p12").write_bytes(b"")
    with pytest.raises(KeyStoresInvalid, match=r"official-head\.p12 too"):
        Keyring(folder, CLOCK, {})
