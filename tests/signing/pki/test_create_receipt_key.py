"""The key of receipts: made once with a certificate of the service's own, or certified where it lives elsewhere."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.pki.build import copy_of, pki
from tests.signing.pki.commands import Machine
from tests.signing.pki.test_create_log_key import PRODUCTION

NAMES = {"AUTHORITY_ORGANISATION": "Trung tâm Ví Dụ", "AUTHORITY_URL": "http://pki.example"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """An installation from before there were such keys."""
    made = Machine(monkeypatch, tmp_path / "house", **PRODUCTION, **NAMES)
    keys = copy_of(pki(), made.keys).folder
    for path in keys.glob("receipt.*"):
        path.unlink()
    return made


def certificate_of(machine: Machine) -> x509.Certificate:
    return x509.load_pem_x509_certificate((machine.keys / "receipt.pem").read_bytes())


def test_the_key_is_made_once_and_names_the_service(machine: Machine) -> None:
    told = machine.must("create-receipt-key", "--name", "Cổng Ví Dụ")
    certificate = certificate_of(machine)
    names = {part.oid: part.value for part in certificate.subject}
    assert names[NameOID.ORGANIZATION_NAME] == "Trung tâm Ví Dụ"
    assert names[NameOID.COMMON_NAME] == "Cổng Ví Dụ receipts"
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, False, False)
    assert (machine.keys / "receipt.p12").stat().st_mode & 0o777 == 0o600
    content = (machine.keys / "receipt.p12").read_bytes()
    assert machine.must("create-receipt-key", "--name", "Other") == told
    assert (machine.keys / "receipt.p12").read_bytes() == content
    assert "receipt" in machine.must("list-certificates")
    machine.must("renew-certificate", "receipt")
    assert (machine.keys / "receipt.p12").read_bytes() != content
    assert certificate_of(machine).subject == certificate.subject


def test_a_key_that_is_elsewhere_gets_its_certificate(machine: Machine, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])
    request = x509.CertificateSigningRequestBuilder().subject_name(named).sign(key, hashes.SHA256())
    path = tmp_path / "receipt.csr"
    path.write_bytes(request.public_bytes(serialization.Encoding.PEM))
    machine.must("create-receipt-key", "--request", path)
    assert certificate_of(machine).public_key() == key.public_key()
    assert not (machine.keys / "receipt.p12").exists()


def test_a_seal_s_key_gets_no_certificate_of_receipts(machine: Machine, tmp_path: Path) -> None:
    seal = pki().seal.key
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])
    request = x509.CertificateSigningRequestBuilder().subject_name(named).sign(seal, hashes.SHA256())
    path = tmp_path / "seal.csr"
    path.write_bytes(request.public_bytes(serialization.Encoding.PEM))
    refused = machine.run("create-receipt-key", "--request", path)
    assert refused.exit_code == 1 and "another name" in refused.output
