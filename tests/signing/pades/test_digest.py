"""What the registry keeps of a sealed document."""

import hashlib

import pytest

from signing.pades.byte_range import last_gap
from signing.pades.digest import seal_facts, signature_facts
from signing.pades.errors import DocumentNotSuitable
from tests.pki.build import pki
from tests.signing.pades.build import issued, prepared_for, sign


def test_the_facts_stay_the_same_when_evidence_is_added() -> None:
    assert seal_facts(issued().preserved) == seal_facts(issued().sealed)
    assert seal_facts(issued().preserved).sealed_revision == issued().sealed


def test_the_facts_are_digests_of_covered_bytes_value_and_certificate() -> None:
    facts = seal_facts(issued().sealed)
    gap = last_gap(issued().sealed)
    covered = issued().sealed[: gap.start] + issued().sealed[gap.end :]
    assert facts.byte_range_digest == hashlib.sha256(covered).digest()
    assert facts.certificate_sha256 == hashlib.sha256(pki().seal.certificate_der).digest()


def test_two_seals_over_the_same_bytes_differ_in_value() -> None:
    prepared = prepared_for(issued().official, "Seal", pki().seal)
    again = sign(issued().official, "Seal", pki().seal)
    assert seal_facts(again).byte_range_digest == prepared.digest == seal_facts(issued().sealed).byte_range_digest
    assert seal_facts(again).signature_value_sha256 != seal_facts(issued().sealed).signature_value_sha256


def test_the_officials_signature_has_its_own_facts() -> None:
    facts = signature_facts(issued().preserved, "Official")
    assert facts.certificate_sha256 == hashlib.sha256(pki().official.certificate_der).digest()
    assert facts.sealed_revision == issued().official


def test_without_a_seal_there_are_no_facts() -> None:
    for wrong in (b"", b"text", issued().base, issued().official, issued().sealed[:-300]):
        with pytest.raises(DocumentNotSuitable):
            seal_facts(wrong)
