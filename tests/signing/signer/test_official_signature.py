"""The small questions behind a seal: where a revision begins, and whether a certificate chains to an anchor."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from signing.pki import authority, certificates
from signing.pki.authority import Authority
from signing.signer.fitness import may_sign_documents
from signing.signer.official_signature import earlier_revision
from signing.trust.path import path_to_anchor
from tests.pki.build import END, EXPIRED_AT, START, foreign_pki, pki

NOW = datetime(2026, 2, 12, tzinfo=UTC)


def _chains(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate] | None = None,
    at: datetime = NOW,
) -> bool:
    above = [pki().issuing] if above is None else above
    return path_to_anchor(certificate, above, [pki().root], at) is not None


def test_a_file_of_very_many_revisions_is_not_searched() -> None:
    many = b"%%EOF\n" * 60
    assert earlier_revision(many, hashlib.sha256(many).hexdigest()) is None
    assert earlier_revision(many, hashlib.sha256(many[:12]).hexdigest()) == many[:12]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r", b"\r\n"])
def test_a_revision_ends_with_its_own_line_end(ending: bytes) -> None:
    first = b"document%%EOF" + ending
    assert earlier_revision(first + b"update%%EOF\n", hashlib.sha256(first).hexdigest()) == first


def test_an_official_chains_to_the_anchor() -> None:
    assert _chains(pki().official.certificate)


def test_without_the_authority_between_there_is_no_chain() -> None:
    assert not _chains(pki().official.certificate, [])


def test_a_foreign_authority_with_the_same_names_makes_no_chain() -> None:
    assert not _chains(foreign_pki().official.certificate, [foreign_pki().issuing])
    assert not _chains(foreign_pki().official.certificate, [pki().issuing])


def test_time_counts_for_every_certificate_of_the_chain() -> None:
    official = pki().official.certificate
    assert _chains(pki().expired_official.certificate, at=EXPIRED_AT)
    assert not _chains(pki().expired_official.certificate, at=EXPIRED_AT + timedelta(seconds=1))
    assert not _chains(official, at=START - timedelta(seconds=1))


def test_an_end_certificate_issues_nothing() -> None:
    """An official's key must not make officials."""
    head = pki().official
    rogue = Authority("rogue", head.certificate, head.key)
    made = rogue.issue(
        certificates.OFFICIAL, certificates.seal_name("x"), head.key.public_key(), START, END - timedelta(days=1)
    )
    assert not _chains(made, [head.certificate, pki().issuing])


def test_an_authority_below_the_issuing_one_is_too_many() -> None:
    key = authority.new_signing_key()
    subject = certificates.trial_name("too deep")
    deep = pki().built_in.issuing.issue(certificates.ISSUING, subject, key.public_key(), START, END)
    made = Authority("deep", deep, key).issue(
        certificates.OFFICIAL, certificates.seal_name("x"), key.public_key(), START, END
    )
    assert not _chains(made, [deep, pki().issuing])


def test_only_an_end_certificate_for_signing_signs_documents() -> None:
    assert may_sign_documents(pki().official.certificate)
    assert not may_sign_documents(pki().issuing)
    key = pki().official.key.public_key()
    other = certificates.Profile(1, frozenset({"key_agreement"}))
    made = pki().built_in.issuing.issue(other, certificates.seal_name("x"), key, START)
    assert not may_sign_documents(made)
