"""A signature value from elsewhere goes into its revision, or is refused."""

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.byte_range import last_gap
from signing.pades.complete import check_value, complete
from signing.pades.errors import (
    CertificateNotSuitable,
    DocumentNotSuitable,
    SignatureTooLarge,
    SignatureValueWrong,
    TimestampWrong,
)
from tests.pki.build import Identity, pki
from tests.signing.pades.build import AT, issued, prepared_for, sign_value, timestamper

KINDS = pytest.mark.parametrize("name", ["official-head", "tsa"], ids=["elliptic curve", "RSA"])


def _parts(who: Identity) -> tuple[bytes, bytes, bytes]:
    prepared = prepared_for(issued().fields, "Official", who)
    return prepared.revision, prepared.attributes, sign_value(who, prepared.attributes)


@KINDS
def test_only_the_gap_changes(name: str) -> None:
    who = pki().identity(name)
    revision, attributes, value = _parts(who)
    signed = complete(revision, attributes, value, who.certificate_der, who.chain_der, None)
    gap = last_gap(revision)
    assert len(signed) == len(revision)
    assert signed[: gap.start + 1] == revision[: gap.start + 1]
    assert signed[gap.end - 1 :] == revision[gap.end - 1 :]


def test_the_octets_that_were_signed_are_the_octets_embedded() -> None:
    revision, attributes, value = _parts(pki().official)
    signed = complete(revision, attributes, value, pki().official.certificate_der, [], None)
    assert (b"\xa0" + attributes[1:]).hex().encode() in signed


@KINDS
def test_garbage_from_a_key_is_refused(name: str) -> None:
    who = pki().identity(name)
    revision, attributes, value = _parts(who)
    with pytest.raises(SignatureValueWrong):
        complete(revision, attributes, value[:-1] + bytes([value[-1] ^ 1]), who.certificate_der, [], None)


def test_the_value_of_another_key_is_refused() -> None:
    revision, attributes, _ = _parts(pki().official)
    with pytest.raises(SignatureValueWrong):
        complete(revision, attributes, sign_value(pki().deputy, attributes), pki().official.certificate_der, [], None)


def test_attributes_of_another_document_are_refused() -> None:
    revision, _, _ = _parts(pki().official)
    other = prepared_for(issued().fields, "Official", pki().official, AT.replace(hour=4)).attributes
    with pytest.raises(SignatureValueWrong):
        complete(revision, other, sign_value(pki().official, other), pki().official.certificate_der, [], None)


def test_another_certificate_than_the_one_signed_for_is_refused() -> None:
    revision, attributes, value = _parts(pki().official)
    with pytest.raises(SignatureValueWrong):
        complete(revision, attributes, value, pki().deputy.certificate_der, [], None)


def test_a_timestamp_over_something_else_is_refused() -> None:
    revision, attributes, value = _parts(pki().official)
    token = timestamper(AT)(hashlib.sha256(b"something else").digest())
    with pytest.raises(TimestampWrong):
        complete(revision, attributes, value, pki().official.certificate_der, [], token)
    with pytest.raises(TimestampWrong):
        complete(revision, attributes, value, pki().official.certificate_der, [], b"no token")


def test_a_revision_that_is_signed_already_is_refused() -> None:
    revision, attributes, value = _parts(pki().official)
    signed = complete(revision, attributes, value, pki().official.certificate_der, [], None)
    with pytest.raises(DocumentNotSuitable):
        complete(signed, attributes, value, pki().official.certificate_der, [], None)


def test_what_has_no_prepared_signature_at_its_end_is_refused() -> None:
    revision, attributes, value = _parts(pki().official)
    for wrong in (issued().fields, revision + b"\n", b""):
        with pytest.raises(DocumentNotSuitable):
            complete(wrong, attributes, value, pki().official.certificate_der, [], None)


def test_a_chain_that_does_not_fit_is_refused() -> None:
    revision, attributes, value = _parts(pki().official)
    with pytest.raises(SignatureTooLarge):
        complete(revision, attributes, value, pki().official.certificate_der, [bytes(9_000)], None)


def test_a_kind_of_key_that_we_do_not_sign_with_is_refused() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(pki().tsa.key, hashes.SHA256())
    )
    with pytest.raises(CertificateNotSuitable):
        check_value(b"data", b"value", certificate.public_bytes(Encoding.DER))
    with pytest.raises(CertificateNotSuitable):
        check_value(b"data", b"value", b"no certificate")
