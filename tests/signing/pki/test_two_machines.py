"""The ceremony with the root on a machine of its own: request, carry, sign, carry back, install; openssl judges."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from signing.pki import authority
from tests.pki.build import pki
from tests.signing.pki.commands import PASSPHRASE, Machine

POLICY = "1.3.6.1.4.1.99999.1"
NAMES = {"AUTHORITY_ORGANISATION": "Example Authority", "AUTHORITY_COUNTRY": "NZ", "AUTHORITY_POLICY": POLICY}
ADDRESS = {"AUTHORITY_URL": "http://pki.example"}


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    return Machine(monkeypatch, tmp_path / "root-machine", **NAMES, **ADDRESS)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    return Machine(monkeypatch, tmp_path / "house", **NAMES, **ADDRESS)


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def _secret(machine: Machine) -> tuple[str, str]:
    return "--passphrase-file", machine.passphrase


def _ceremony(root: Machine, house: Machine, carried: Path) -> str:
    """All steps; the root's fingerprint."""
    said = root.must("authority", "create-root", root.folder / "ca", "--name", "Example Root", *_secret(root))
    house.must("authority", "request", carried, "--name", "Example Issuing", *_secret(house))
    root.must("authority", "sign", root.folder / "ca", carried, "--name", "Example Issuing", *_secret(root))
    fingerprint = said.splitlines()[-1].removeprefix("SHA-256 ")
    house.must("authority", "install", carried, "--root-fingerprint", fingerprint)
    house.must("authority", "create-services", "--name", "Example", *_secret(house))
    return fingerprint


def _openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_small_installation_gets_its_authority_in_seven_steps(root: Machine, house: Machine, carried: Path) -> None:
    fingerprint = _ceremony(root, house, carried)
    house.must("issue-certificate", "seal", "minhhoa", "--agency", "Example Agency", *_secret(house))
    house.must("authority", "publish-list", *_secret(house))
    _check_names(house)
    _check_with_openssl(house)
    assert not (house.keys / "root.key.pem").exists()
    for key in (root.folder / "ca" / "root.key.pem", house.keys / "issuing.key.pem"):
        assert "Could not read" in _openssl("pkey", "-in", key, "-passin", "pass:wrong", "-noout")
        assert _openssl("pkey", "-in", key, "-passin", f"pass:{PASSPHRASE}", "-noout") == ""
    assert house.must("authority", "audit") == ""
    again = house.must("authority", "install", carried, "--root-fingerprint", fingerprint)
    assert "Example Issuing" in again
    _later_lists(root, house, carried)


def _check_names(house: Machine) -> None:
    seal = x509.load_pem_x509_certificate((house.keys / "seal-minhhoa.pem").read_bytes())
    issuing = x509.load_pem_x509_certificate((house.keys / "issuing.pem").read_bytes())
    assert seal.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value == "NZ"
    assert issuing.subject.rfc4514_string() == "CN=Example Issuing,O=Example Authority,C=NZ"
    for certificate in (seal, issuing):
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        assert [policy.policy_identifier.dotted_string for policy in policies] == [POLICY]
    access = seal.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert access[0].access_location.value == "http://pki.example/ocsp"
    points = issuing.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert (points[0].full_name or [])[0].value == "http://pki.example/crl/root.crl"


def _check_with_openssl(house: Machine) -> None:
    keys = house.keys
    together = keys.parent / "lists.pem"
    together.write_text(
        "".join(_openssl("crl", "-inform", "DER", "-in", keys / "crl" / f"{one}.crl") for one in ("root", "issuing"))
    )
    for name, purpose in (("seal-minhhoa", "any"), ("tsa", "timestampsign"), ("ocsp", "ocsphelper")):
        judged = _openssl(
            *("verify", "-x509_strict", "-policy_check", "-crl_check_all", "-CRLfile", together),
            *("-CAfile", keys / "trust" / "root.pem", "-untrusted", keys / "issuing.pem"),
            *("-purpose", purpose, keys / f"{name}.pem"),
        )
        assert judged.endswith(": OK\n"), judged


def _later_lists(root: Machine, house: Machine, carried: Path) -> None:
    """The root revokes the issuing authority, and its list is carried over; an older one does not come back."""
    older = (carried / "root.crl").read_bytes()
    serial = x509.load_pem_x509_certificate((house.keys / "issuing.pem").read_bytes()).serial_number
    ca = root.folder / "ca"
    root.must("authority", "revoke-issuing", ca, f"{serial:x}", "--reason", "cACompromise")
    root.must("authority", "sign-list", ca, carried, "--days", "30", *_secret(root))
    house.must("authority", "install-list", carried)
    found = x509.load_der_x509_crl((house.keys / "crl" / "root.crl").read_bytes())
    assert found.get_revoked_certificate_by_serial_number(serial)
    if x509.load_der_x509_crl(older).last_update_utc < found.last_update_utc:
        (carried / "root.crl").write_bytes(older)
        assert "older" in house.run("authority", "install-list", carried).output
    (carried / "root.crl").write_bytes(b"junk")
    assert "no list" in house.run("authority", "install-list", carried).output


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Authorities with two keys that are there already, only to save the making."""
    made = iter((pki().tsa.key, pki().identity("ocsp").key, *[pki().tsa.key] * 5))
    monkeypatch.setattr(authority, "new_authority_key", lambda: next(made))
    monkeypatch.setattr("signing.pki.root.PASSPHRASE_ROUNDS", 1000)
    monkeypatch.setattr("signing.pki.joining.PASSPHRASE_ROUNDS", 1000)


@pytest.mark.usefixtures("quick")
def test_what_does_not_fit_is_not_installed(root: Machine, house: Machine, carried: Path, tmp_path: Path) -> None:
    said = root.must("authority", "create-root", root.folder / "ca", "--name", "Root", *_secret(root))
    fingerprint = said.splitlines()[-1].removeprefix("SHA-256 ")
    house.must("authority", "request", carried, "--name", "Issuing", *_secret(house))
    root.must("authority", "sign", root.folder / "ca", carried, "--name", "Issuing", *_secret(root))
    install = ("authority", "install")
    wrong = house.run(*install, carried, "--root-fingerprint", "00" * 32)
    assert (wrong.exit_code, "fingerprint" in wrong.output) == (1, True)
    for name, source, why in (
        ("issuing.pem", pki().folder / "issuing.pem", "not signed by this root"),
        ("issuing.pem", carried / "root.pem", "not the certificate of an issuing authority"),
        ("root.crl", pki().folder / "root.pem", "no list"),
    ):
        other = tmp_path / "other"
        shutil.copytree(carried, other)
        shutil.copy(source, other / name)
        refused = house.run(*install, other, "--root-fingerprint", fingerprint)
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output
        shutil.rmtree(other)
    assert not (house.keys / "trust").exists() or not list((house.keys / "trust").iterdir())
    (house.keys / "issuing.csr").unlink()
    assert "begin with the request" in house.run(*install, carried, "--root-fingerprint", fingerprint).output


@pytest.mark.usefixtures("quick")
def test_the_same_request_gets_the_same_certificate_and_the_request_says_no_more_than_its_key(
    root: Machine, house: Machine, carried: Path
) -> None:
    ca = root.folder / "ca"
    root.must("authority", "create-root", ca, "--name", "Root", *_secret(root))
    house.must("authority", "request", carried, "--name", "Ministry of Everything", *_secret(house))
    sign = ("authority", "sign", ca, carried, "--name", "Issuing", *_secret(root))
    first = root.must(*sign)
    assert "Everything" not in first
    assert root.must(*sign) == first
    root.must("authority", "revoke-issuing", ca, first.splitlines()[2].split()[1], "--reason", "superseded")
    assert "was revoked" in root.run(*sign).output


def test_a_passphrase_is_typed_twice_or_read_from_a_closed_file(root: Machine, quick: None) -> None:
    create = ("authority", "create-root", root.folder / "ca", "--name", "Root")
    assert "16 characters" in root.run(*create, typed="short\nshort\n").output
    differing = root.run(*create, typed=f"{PASSPHRASE}\nanother\n")
    assert differing.exit_code != 0
    root.must(*create, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    key = (root.folder / "ca" / "root.key.pem").read_bytes()
    assert load_pem_private_key(key, PASSPHRASE.encode())
    wrong = root.write("wrong", "not this one at all")
    assert "does not open" in root.run(*create, "--passphrase-file", wrong).output
    Path(wrong).chmod(0o644)
    assert "closed to other users" in root.run(*create, "--passphrase-file", wrong).output
    assert "cannot be read" in root.run(*create, "--passphrase-file", root.folder / "nothing").output
    assert "is empty" in root.run(*create, "--passphrase-file", root.write("empty", "")).output


def test_without_an_organisation_there_is_no_ceremony(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nobody = Machine(monkeypatch, tmp_path / "machine")
    refused = nobody.run("authority", "create-root", tmp_path / "ca", "--name", "Root", *_secret(nobody))
    assert (refused.exit_code, "AUTHORITY_ORGANISATION" in refused.output) == (1, True)
    assert not (tmp_path / "ca").exists()
