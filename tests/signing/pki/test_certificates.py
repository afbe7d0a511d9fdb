"""Issuing, renewing, revoking and listing certificates: by command, on record, for keys here and elsewhere."""

import json
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.clock import FrozenClock
from signing.keys.keyring import Keyring
from signing.pki import certificates, issuance, issue
from signing.pki.ceremony import create_trial_authority
from signing.pki.errors import CertificateRequestRefused, RecordBroken, RevocationRefused, ValidityTooLong
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import KeyOrder, Renewal, certify_request, renew
from signing.pki.revoke import RevocationOrder, revoke_certificate
from signing.validation.facts import signer_named
from tests.pki.build import AGENCY, PIN, REVOKED_AT, Pki, copy_of, pki
from tests.signing.pki.commands import Machine

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEAL = ("issue-certificate", "seal", "new", "--agency", AGENCY)


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return copy_of(pki(), tmp_path / "house" / "keys")


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ours: Pki) -> Machine:
    return Machine(monkeypatch, tmp_path / "house")


def _request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, digest: hashes.HashAlgorithm | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody else")])
    built = x509.CertificateSigningRequestBuilder().subject_name(name)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return built.sign(key, digest or hashes.SHA256()).public_bytes(Encoding.PEM)  # type: ignore[arg-type]


def _rows(house: Machine) -> list[dict[str, str]]:
    return [json.loads(line) for line in house.must("list-certificates", "--json").splitlines()]


def _certificate(house: Machine, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((house.keys / f"{name}.pem").read_bytes())


def test_a_request_gives_the_key_and_nothing_else(house: Machine) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    request = house.folder / "seal.csr"
    request.write_bytes(_request(key))
    said = house.must(*SEAL, "--request", request, "--by", "Nguyễn Thị Quản Trị")
    certificate = _certificate(house, "seal-new")
    assert certificate.public_key() == key.public_key()
    assert certificate.subject == certificates.seal_name(AGENCY)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert house.must(*SEAL, "--request", request) == said  # a repeat
    row = _rows(house)[-1]
    assert (row["name"], row["by"], row["state"]) == ("seal-new", "Nguyễn Thị Quản Trị", "valid")
    assert row["digest"] == certificate.fingerprint(hashes.SHA256()).hex()
    assert f"{row['serial']}\t" in house.must("list-certificates")


def test_a_key_made_here_opens_in_the_keyring(house: Machine) -> None:
    house.must(*SEAL)
    official = ("issue-certificate", "official", "new", "--agency", AGENCY)
    assert house.run(*official).exit_code == 2  # neither name nor position
    whole = (*official, "--person", "Lê Thị Mới", "--title", "Phó Giám đốc", "--pin-file", house.write("pin", PIN))
    house.must(*whole, "--until", "2027-06-30")
    assert "renew" in house.run(*whole).output
    keyring = Keyring(house.keys, FrozenClock(NOW + timedelta(days=365), ZONE))
    end = _certificate(house, "official-new").not_valid_after_utc
    assert end == datetime(2027, 6, 29, 17, 0, tzinfo=UTC)
    assert keyring.official("official-new", PIN).sign(b"x")
    assert keyring.seal("seal-new").sign(b"x")
    assert house.run(*SEAL, "--person", "x").exit_code == 2
    assert house.run("issue-certificate", "seal", "../x", "--agency", AGENCY).exit_code == 1
    too_long = ("issue-certificate", "seal", "late", "--agency", AGENCY, "--until", "2200-01-01")
    assert "outlive" in house.run(*too_long).output
    assert "cannot stand in a certificate" in house.run("issue-certificate", "seal", "a", "--agency", "x" * 201).output


@pytest.mark.parametrize(
    ("agency", "common"),
    [
        ("Sở Y tế", "Sở Y tế"),
        ("x" * 64, "x" * 64),
        (
            "Sở Nông nghiệp và Môi trường, Ủy ban nhân dân tỉnh Đồng Thử",
            "Sở Nông nghiệp và Môi trường, Ủy ban nhân dân …",
        ),
        ("Sở Ví Dụ" + " rất dài" * 24, "Sở Ví Dụ rất dài rất dài rất dài rất dài …"),
    ],
)
def test_a_long_name_of_an_agency_is_whole_in_its_seal(agency: str, common: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        subject = certificates.seal_name(agency)
    assert [part.value for part in subject] == ["VN", agency, common]
    assert len(common.encode()) <= 64
    named = asn1_x509.Name.load(subject.public_bytes())
    assert signer_named(named) == agency


def test_renewing_keeps_who_it_is_and_renews_the_key_or_not(house: Machine) -> None:
    house.must(*SEAL)
    first = _certificate(house, "seal-new")
    house.must("renew-certificate", "seal-new", "--same-key")
    second = _certificate(house, "seal-new")
    house.must("renew-certificate", "seal-new")
    third = _certificate(house, "seal-new")
    assert first.public_key() == second.public_key() != third.public_key()
    assert first.subject == second.subject == third.subject
    assert len({one.serial_number for one in (first, second, third)}) == 3
    assert Keyring(house.keys, FrozenClock(third.not_valid_before_utc, ZONE)).seal("seal-new").sign(b"x")
    pin = ("--pin-file", house.write("pin", PIN))
    house.must("renew-certificate", "official-head", "--same-key", *pin)
    assert _certificate(house, "official-head").subject == pki().official.certificate.subject
    wrong = ("--pin-file", house.write("wrong", "000000"))
    assert "does not open" in house.run("renew-certificate", "official-head", "--same-key", *wrong).output
    assert house.run("renew-certificate", "official-nobody", *pin).exit_code == 1
    request = house.folder / "request"
    request.write_bytes(_request(ec.generate_private_key(ec.SECP256R1())))
    assert "in a file" in house.run("renew-certificate", "seal-new", "--request", request).output
    assert house.run("renew-certificate", "seal-new", "--request", request, "--same-key").exit_code == 2


def test_a_key_elsewhere_is_renewed_with_the_same_key_or_another_request(ours: Pki) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(2)]
    order = KeyOrder("seal-card", certificates.SEAL, certificates.seal_name(AGENCY), NOW)
    certify_request(ours.built_in, order, keys[0])
    assert renew(ours.built_in, "seal-card", Renewal(NOW, same_key=True)).public_key() == keys[0]
    assert renew(ours.built_in, "seal-card", Renewal(NOW, key=keys[1])).public_key() == keys[1]
    for how, why in ((Renewal(NOW), "request"), (Renewal(NOW, key=pki().deputy.key.public_key()), "another name")):
        with pytest.raises(Exception, match=why):
            renew(ours.built_in, "seal-card", how)
    serial = x509.load_pem_x509_certificate((ours.folder / "seal-card.pem").read_bytes()).serial_number
    revoke_certificate(ours.folder, "issuing", RevocationOrder(serial, NOW), NOW)
    for how in (Renewal(NOW, same_key=True), Renewal(NOW, key=keys[1])):
        with pytest.raises(CertificateRequestRefused, match="revoked"):
            renew(ours.built_in, "seal-card", how)


def test_near_its_own_end_the_authority_issues_for_what_is_left(ours: Pki) -> None:
    issuing, key = ours.built_in.issuing, pki().seal.key.public_key()
    last = ours.issuing.not_valid_after_utc
    name = certificates.seal_name(AGENCY)
    made = issuing.issue(certificates.SEAL, name, key, last - timedelta(days=9))
    assert made.not_valid_after_utc == last
    with pytest.raises(ValidityTooLong):
        issuing.issue(certificates.SEAL, name, key, last)


def test_revoking_has_a_reason_and_a_time_that_can_be(house: Machine, ours: Pki) -> None:
    serial = ours.seal.certificate.serial_number
    revoke = ("revoke-certificate", "seal-health", "--reason")
    assert "future" in house.run(*revoke, "superseded", "--at", "2099-01-01").output
    assert "not valid yet" in house.run(*revoke, "superseded", "--at", "2020-01-01").output
    late = ("--at", "2026-02-01", "--invalid-since", "2026-02-02")
    assert "lost after" in house.run(*revoke, "keyCompromise", *late).output
    assert house.run(*revoke, "certificateHold").exit_code == 2
    assert house.run(*revoke, "superseded", "--at", "yesterday").exit_code == 2
    assert "No certificate" in house.run("revoke-certificate", "12345", "--reason", "superseded").output
    assert "No certificate" in house.run("revoke-certificate", "seal-none", "--reason", "superseded").output
    done = house.must(*revoke, "keyCompromise", "--at", "2026-02-01T09:00", "--invalid-since", "2026-01-20")
    assert f"{serial:x} is revoked as of 2026-02-01T09:00:00+07:00" in done
    assert house.must(*revoke, "superseded") == done  # the first one stands
    crl = x509.load_der_x509_crl(ours.crls(NOW)[0])
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    assert entry
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    assert since == datetime(2026, 1, 19, 17, 0, tzinfo=UTC)
    act = IssuanceRecord(ours.folder).acts()[-1]
    assert (act.act, act.serial) == ("revoked", f"{serial:x}")
    assert "keyCompromise" in act.detail
    assert {row["state"] for row in _rows(house) if row["name"] == "seal-health"} == {"revoked"}
    with pytest.raises(RevocationRefused):
        order = RevocationOrder(ours.other_seal.certificate.serial_number, NOW, x509.ReasonFlags.ca_compromise)
        revoke_certificate(ours.folder, "issuing", order, NOW)


def test_a_number_that_was_given_is_drawn_again(ours: Pki) -> None:
    taken = ours.official.certificate.serial_number
    draws = iter((taken, taken, 77))
    assert IssuanceRecord(ours.folder).fresh_serial(lambda: next(draws)) == 77


@pytest.mark.parametrize("change", [b"another issuer", b"", b'{"act": 1}\n', b"null\n"])
def test_a_changed_record_is_not_trusted(ours: Pki, house: Machine, change: bytes) -> None:
    path = ours.folder / issuance.FILE_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    changed = lines[3].replace(b'"issuing"', b'"root"') if change == b"another issuer" else change
    path.write_bytes(b"".join([*lines[:3], changed, *lines[4:]]))
    with pytest.raises(RecordBroken):
        IssuanceRecord(ours.folder).acts()
    assert house.run("authority", "audit").exit_code == 1
    assert house.run(*SEAL).exit_code == 1
    assert not (house.keys / "seal-new.pem").exists()


def test_a_record_that_shrank_or_vanished_is_noticed_by_who_saw_it(ours: Pki) -> None:
    record = IssuanceRecord(ours.folder)
    count = len(record.acts())
    path = ours.folder / issuance.FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordBroken, match="shorter"):
        record.acts()
    path.unlink()
    with pytest.raises(RecordBroken, match="vanished"):
        record.acts()
    path.write_bytes(whole + b'{"half": ')  # a writer that died: its line does not count, and the next one removes it
    assert len(IssuanceRecord(ours.folder).acts()) == count
    renew(ours.built_in, "seal-health", Renewal(NOW, password=b"x"))
    assert len(IssuanceRecord(ours.folder).acts()) == count + 1


def test_a_folder_from_before_the_record_is_taken_over_once(ours: Pki, house: Machine) -> None:
    (ours.folder / issuance.FILE_NAME).unlink()
    for name in ("root", "issuing"):
        (ours.folder / f"{name}.key.pem").write_bytes(_plain(ours, name))
        (ours.folder / f"{name}.pass").unlink()
    create_trial_authority(ours.folder, FrozenClock(NOW, ZONE))
    acts = {act.name: act for act in IssuanceRecord(ours.folder).acts()}
    assert acts["seal-health"].act == "adopted"
    assert acts["seal-health"].profile == "seal"
    assert (acts["issuing"].issuer, acts["official-head"].issuer) == ("root", "issuing")
    assert house.must("authority", "audit") == ""
    assert b"ENCRYPTED" in (ours.folder / "root.key.pem").read_bytes()
    house.must("renew-certificate", "seal-health")


def _plain(ours: Pki, name: str) -> bytes:
    key = ours.built_in.authority(name).key
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_what_does_not_agree_is_told(ours: Pki, house: Machine) -> None:
    assert house.must("authority", "audit") == ""
    stranger = ours.built_in.issuing.issue(
        certificates.SEAL, certificates.seal_name("x"), pki().seal.key.public_key(), NOW
    )
    pem = stranger.public_bytes(Encoding.PEM)
    (ours.folder / "seal-stranger.pem").write_bytes(pem)
    (ours.folder / "issued" / "1.pem").write_bytes(pem)
    known = ours.seal.certificate.serial_number
    (ours.folder / "issued" / f"{known:x}.pem").write_bytes((ours.folder / "issued" / "1.pem").read_bytes())
    (ours.folder / "revoked.json").unlink()
    result = house.run("authority", "audit")
    assert result.exit_code == 1
    assert result.output.count("not on record") == 3
    assert "revocation is on record and not in force" in result.output
    assert REVOKED_AT.year == 2026


def test_the_audit_reads_the_journal_of_timestamps(house: Machine) -> None:
    folder = house.folder / "tsa"
    folder.mkdir()
    (folder / "tokens.jsonl").write_text('{"serial": "1"}\n')
    assert "journal of timestamps" in house.run("authority", "audit").output


def test_the_user_of_the_machine_is_on_record(ours: Pki) -> None:
    assert IssuanceRecord(ours.folder).acts()[0].by == issue.who() != ""
