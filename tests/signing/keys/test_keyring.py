"""Keys by name: what opens them, and that a missing, damaged, expired or revoked one is said in one line."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from config.clock import FrozenClock
from config.retired import RetiredKey, RetiredKeys
from signing.keys.errors import KeyNotValid, KeyUnknown, KeyUnusable, WrongPin
from signing.keys.keyring import Keyring
from signing.keys.pkcs12 import open_pkcs12
from signing.pki import ceremony
from signing.pki.marks import mark_of
from tests.pki.build import PIN, Pki, copy_of, pki

CLOCK = FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    found = copy_of(pki(), tmp_path / "keys")
    for ending in ("p12", "pem", "pass"):
        (found.folder / f"seal-expired.{ending}").unlink()
    return found


@pytest.fixture
def keyring(ours: Pki) -> Keyring:
    return Keyring(ours.folder, CLOCK, {})


def test_a_seal_signs_with_its_certificate(keyring: Keyring, ours: Pki) -> None:
    assert keyring.open_seals() == []
    key = keyring.seal("seal-health")
    assert key.info.certificate == ours.seal.certificate_der
    assert key.info.chain == ours.seal.chain_der
    public = x509.load_der_x509_certificate(key.info.certificate).public_key()
    assert isinstance(public, EllipticCurvePublicKey)
    public.verify(key.sign(b"data"), b"data", ECDSA(hashes.SHA256()))
    assert key.sign(b"data") == key.sign(b"data")


def test_an_rsa_key_signs_as_well(tmp_path: Path) -> None:
    shutil.copy(pki().folder / "tsa.p12", tmp_path / "seal-rsa.p12")
    (tmp_path / "seal-rsa.pass").write_text(pki().tsa.password)
    key = Keyring(tmp_path, CLOCK, {}).seal("seal-rsa")
    public = pki().tsa.certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(key.sign(b"data"), b"data", PKCS1v15(), hashes.SHA256())


def test_an_official_is_opened_by_the_pin_and_shown_without(keyring: Keyring, ours: Pki) -> None:
    assert keyring.info("official-head").certificate == ours.official.certificate_der
    assert keyring.official("official-head", PIN).info == keyring.info("official-head")


@pytest.mark.parametrize("pin", ["", "000000", PIN + " ", "ký"])
def test_a_wrong_pin_is_told_apart_and_never_repeated_in_the_message(keyring: Keyring, pin: str) -> None:
    with pytest.raises(WrongPin) as caught:
        keyring.official("official-head", pin)
    assert not pin or pin not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["official-nobody", "seal-nobody", "official-../official-head", "../keys/official-head", "tsa", "", "root.key"],
)
def test_no_name_leads_anywhere_else(keyring: Keyring, name: str) -> None:
    with pytest.raises(KeyUnknown):
        keyring.info(name)


def test_a_seal_is_not_opened_as_an_official_nor_the_other_way(keyring: Keyring) -> None:
    with pytest.raises(KeyUnknown):
        keyring.official("seal-health", "password of seal-health")
    with pytest.raises(KeyUnknown):
        keyring.seal("official-head")


def test_an_expired_or_early_certificate_is_not_used(ours: Pki) -> None:
    with pytest.raises(KeyNotValid, match="expired on 2025-07-01"):
        Keyring(ours.folder, CLOCK, {}).official("official-expired", PIN)
    early = FrozenClock(datetime(2024, 1, 1, tzinfo=UTC), CLOCK.zone)
    with pytest.raises(KeyNotValid, match="not valid yet"):
        Keyring(ours.folder, early, {}).seal("seal-health")


def test_a_revoked_certificate_is_not_used_from_the_moment_it_is_revoked(keyring: Keyring, ours: Pki) -> None:
    with pytest.raises(KeyNotValid, match="revoked"):
        keyring.official("official-revoked", PIN)
    keyring.seal("seal-health")
    ceremony.revoke(ours.built_in, ours.seal.certificate.serial_number, CLOCK)
    with pytest.raises(KeyNotValid, match="revoked"):
        keyring.seal("seal-health")


def test_every_seal_that_cannot_be_used_is_named_at_the_start(ours: Pki) -> None:
    shutil.copy(pki().folder / "seal-expired.p12", ours.folder)
    shutil.copy(pki().folder / "seal-expired.pass", ours.folder)
    (ours.folder / "seal-health.pass").unlink()
    (ours.folder / "seal-trade.pass").write_text("wrong")
    (ours.folder / "seal-zero.p12").write_bytes(b"")
    (ours.folder / "seal-zero.pass").write_text("x")
    faults = {fault.name: fault.why for fault in Keyring(ours.folder, CLOCK, {}).open_seals()}
    assert faults == {
        "seal-expired": "seal-expired: the certificate expired on 2025-07-01.",
        "seal-health": "seal-health: needs seal-health.pass or KEY_PASSWORD_SEAL_HEALTH_FILE.",
        "seal-trade": "seal-trade: its password does not open it.",
        "seal-zero": "seal-zero.p12: is not a PKCS #12 file.",
    }


def test_a_lost_key_is_refused_and_stops_no_other_at_the_start(ours: Pki) -> None:
    lost = RetiredKey("seal", "seal-health", mark_of(ours.seal.certificate), CLOCK.now(), CLOCK.now())
    RetiredKeys(ours.folder).add(lost)
    keyring = Keyring(ours.folder, CLOCK, {})
    assert keyring.open_seals() == []
    with pytest.raises(KeyNotValid, match="the key was lost and is retired"):
        keyring.seal("seal-health")


def test_a_password_may_come_from_a_file_that_a_setting_names(ours: Pki, tmp_path: Path) -> None:
    (ours.folder / "seal-health.pass").rename(tmp_path / "secret")
    Keyring(ours.folder, CLOCK, {"KEY_PASSWORD_SEAL_HEALTH_FILE": str(tmp_path / "secret")}).seal("seal-health")
    Keyring(ours.folder, CLOCK, {"KEY_PASSWORD_SEAL_HEALTH": "password of seal-health"}).seal("seal-health")
    with pytest.raises(KeyUnusable, match="KEY_PASSWORD_SEAL_HEALTH_FILE: cannot be read"):
        Keyring(ours.folder, CLOCK, {"KEY_PASSWORD_SEAL_HEALTH_FILE": str(tmp_path / "gone")}).seal("seal-health")


def test_a_seal_that_came_after_the_start_is_found(keyring: Keyring, ours: Pki) -> None:
    assert keyring.open_seals() == []
    ceremony.issue_seal(ours.built_in, "late", "Sở Xây dựng", CLOCK)
    assert keyring.seal("seal-late").info.certificate


def test_certificates_beside_the_key_must_be_those_in_it(keyring: Keyring, ours: Pki) -> None:
    shutil.copy(ours.folder / "official-deputy.pem", ours.folder / "official-head.pem")
    with pytest.raises(KeyUnusable, match="not the one in it"):
        keyring.official("official-head", PIN)
    (ours.folder / "official-head.pem").write_text("nothing")
    with pytest.raises(KeyUnusable, match="no certificate"):
        keyring.info("official-head")


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "official-x.p12"
    certificate = pki().official.certificate
    lock = BestAvailableEncryption(b"1")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", None, certificate, None, lock))
    with pytest.raises(KeyUnusable, match="holds no"):
        open_pkcs12(path, "1")
    with pytest.raises(KeyUnusable, match="cannot be read"):
        open_pkcs12(tmp_path / "gone.p12", "1")
