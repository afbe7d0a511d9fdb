"""The key ceremony: what it makes, that it may be cut off anywhere, and that nothing is made twice."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.clock import FrozenClock
from signing.pki import ceremony, certificates, keyfolder
from signing.pki.errors import CertificateNotIssued, KeyFolderUnusable, ValidityTooLong
from tests.pki.build import AGENCY, PIN, Pki, copy_of, pki

CLOCK = FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "keys")


def test_every_name_of_the_trial_authority_says_that_it_has_no_legal_value() -> None:
    for certificate in (pki().root, pki().issuing, pki().tsa.certificate):
        (organisation,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert "no legal value" in str(organisation.value)
        assert "không có giá trị pháp lý" in str(organisation.value)


def test_the_lives_are_thirty_fifteen_five_and_two_years() -> None:
    years = [
        round(certificates.lifetime(profile).days / 365.25)
        for profile in (certificates.ROOT, certificates.ISSUING, certificates.TSA, certificates.OFFICIAL)
    ]
    assert years == [30, 15, 5, 2]
    life = pki().root.not_valid_after_utc - pki().root.not_valid_before_utc
    assert life == certificates.lifetime(certificates.ROOT)


def test_an_official_is_named_with_title_and_agency() -> None:
    subject = pki().official.certificate.subject
    assert subject.rfc4514_string() == f"CN=Nguyễn Thị Thử,2.5.4.12=Giám đốc,O={AGENCY},C=VN"


@pytest.mark.parametrize("name", ["official-head", "seal-health"])
def test_a_person_and_a_seal_may_sign_and_vouch_and_nothing_else(name: str) -> None:
    certificate = pki().identity(name).certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not (usage.value.key_cert_sign or usage.value.crl_sign or usage.value.key_encipherment)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_tsa_is_for_timestamps_alone_and_the_responder_is_never_asked_about() -> None:
    purpose = pki().tsa.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert purpose.critical
    assert list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    responder = pki().identity("ocsp").certificate.extensions
    assert list(responder.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert responder.get_extension_for_class(x509.OCSPNoCheck)


def test_openssl_builds_the_whole_path() -> None:
    folder = pki().folder
    command = ["openssl", "verify", "-x509_strict", "-CAfile", f"{folder}/root.pem"]
    done = subprocess.run(
        [*command, "-untrusted", f"{folder}/issuing.pem", f"{folder}/official-head.pem"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith(": OK\n"), done.stderr


def test_no_certificate_outlives_its_authority(ours: Pki) -> None:
    late = ours.issuing.not_valid_after_utc + timedelta(seconds=1)
    key = pki().official.key.public_key()
    with pytest.raises(ValidityTooLong):
        ours.built_in.issuing.issue(certificates.OFFICIAL, certificates.seal_name("x"), key, CLOCK.now(), late)


def test_a_second_ceremony_changes_nothing(ours: Pki) -> None:
    before = {path: path.read_bytes() for path in ours.folder.rglob("*") if path.is_file()}
    built_in = ceremony.create_trial_authority(ours.folder, CLOCK)
    ceremony.issue_seal(built_in, "health", "another name", CLOCK)
    assert {path: path.read_bytes() for path in ours.folder.rglob("*") if path.is_file()} == before


def test_a_ceremony_cut_off_at_any_write_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = pki().official.key
    monkeypatch.setattr("signing.pki.authority.new_authority_key", lambda: key)  # only to save the making of keys
    whole = tmp_path / "whole"
    expected = _names(_ceremony(whole))
    replace = os.replace
    cut = 0
    while True:
        folder = tmp_path / f"cut-{cut}"
        left = cut

        def dying(source: str, target: str) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            replace(source, target)

        monkeypatch.setattr(os, "replace", dying)
        try:
            _ceremony(folder)
            break
        except KeyboardInterrupt:
            monkeypatch.setattr(os, "replace", replace)
            assert _names(_ceremony(folder)) == expected, cut
        cut += 1
    assert cut > 12


def _ceremony(folder: Path) -> Path:
    built_in = ceremony.create_trial_authority(folder, CLOCK)
    ceremony.issue_seal(built_in, "health", AGENCY, CLOCK)
    root = x509.load_pem_x509_certificate((folder / "trust" / "root.pem").read_bytes())
    built_in.issuing.certificate.verify_directly_issued_by(root)
    password = (folder / "seal-health.pass").read_bytes()
    packed = pkcs12.load_pkcs12((folder / "seal-health.p12").read_bytes(), password)
    assert packed.cert
    assert built_in.issued(packed.cert.certificate.serial_number)
    return folder


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "issued" not in path.parts}


def test_all_files_are_closed_to_others(ours: Pki) -> None:
    modes = {path: path.stat().st_mode & 0o077 for path in pki().folder.rglob("*")}
    assert len(modes) > 30
    assert set(modes.values()) == {0}


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(0o750)
    with pytest.raises(KeyFolderUnusable):
        ceremony.create_trial_authority(folder, CLOCK)


def test_an_officials_key_is_opened_by_the_pin_alone(ours: Pki) -> None:
    name = certificates.official_name("Lê Thị Hai", "Phó Giám đốc", AGENCY)
    ceremony.issue_official(ours.built_in, "second", name, PIN, CLOCK)
    assert not (ours.folder / "official-second.pass").exists()
    packed = (ours.folder / "official-second.p12").read_bytes()
    assert pkcs12.load_pkcs12(packed, PIN.encode()).key
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(packed, b"111111")


def test_only_what_was_issued_can_be_revoked(ours: Pki) -> None:
    with pytest.raises(CertificateNotIssued):
        ceremony.revoke(ours.built_in, 12345, CLOCK)


@pytest.mark.parametrize("name", ["root.pem", "issuing.key.pem"])
def test_a_missing_or_damaged_file_is_named(ours: Pki, name: str) -> None:
    (ours.folder / name).write_bytes(b"damaged")
    with pytest.raises(KeyFolderUnusable, match=name):
        ceremony.load_authority(ours.folder)
    (ours.folder / name).unlink()
    with pytest.raises(KeyFolderUnusable, match=name):
        ceremony.load_authority(ours.folder)


def test_a_key_that_cannot_sign_certificates_is_refused(ours: Pki) -> None:
    shutil.copy(ours.folder / "log.key.pem", ours.folder / "root.key.pem")
    with pytest.raises(KeyFolderUnusable, match="cannot sign certificates"):
        ceremony.load_authority(ours.folder)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    keyfolder.write_private(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        keyfolder.write_private(path, b"new")
    assert [item.name for item in tmp_path.iterdir()] == ["state"]
    assert path.read_bytes() == b"old"


def test_the_addresses_of_the_responder_stand_in_the_certificates(tmp_path: Path) -> None:
    built_in = ceremony.load_authority(pki().folder, "http://127.0.0.1:8002")
    certificate = built_in.issuing.issue(
        certificates.SEAL, certificates.seal_name(AGENCY), pki().seal.key.public_key(), CLOCK.now()
    )
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    (name,) = points[0].full_name or []
    assert name.value == "http://127.0.0.1:8002/crl/issuing.crl"
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert access[0].access_location.value == "http://127.0.0.1:8002/ocsp"
