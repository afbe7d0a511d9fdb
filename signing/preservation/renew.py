"""Renew a document's evidence: fresh revocation data about the newest timestamp, and one more timestamp over it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.digest import DOCUMENT_TIMESTAMP, signature_facts, signed_fields
from signing.pades.errors import DocumentNotSuitable
from signing.pades.extend import Timestamper, newest, preserve
from signing.preservation.errors import NothingGained, SealTouched, TooManyTimestamps
from signing.preservation.lives import Life, life_of, newest_certificates
from signing.trust.algorithms import AlgorithmTable
from signing.trust.revocation import RevocationSource
from signing.validation.policy import MOST_SIGNATURES


@dataclass(frozen=True)
class Preserved:
    """A document with its newest evidence, and what that rests on."""

    pdf: bytes
    life: Life


def preserve_document(pdf: bytes, source: RevocationSource, timestamper: Timestamper) -> Preserved:
    """The first evidence (B-LTA) of a signed document; raises as `signing.pades.extend.preserve` does."""
    return _preserved(pdf, certificates_of(pdf), source, timestamper)


def renew_document(
    pdf: bytes, source: RevocationSource, timestamper: Timestamper, table: AlgorithmTable, better_than: datetime
) -> Preserved:
    """The document with evidence that lasts longer than `better_than`.

    One revision: fresh revocation data about the newest timestamp's authority, and a new timestamp. Nothing that
    stands in `pdf` is changed: what the register's leaf says of its seal stays true. Raises NothingGained, or why
    nobody could be asked; a document that was never preserved gets its first evidence.
    """
    if len(signed_fields(pdf)) >= MOST_SIGNATURES:
        raise TooManyTimestamps("The document has as many signatures and timestamps as validators look at.")
    certificates = newest_certificates(pdf) or certificates_of(pdf)
    renewed = _preserved(pdf, certificates, source, timestamper)
    if renewed.life.until(table) <= better_than:
        raise NothingGained("The new timestamp would not last longer than the one that is there.")
    return renewed


def _preserved(pdf: bytes, certificates: list[bytes], source: RevocationSource, timestamper: Timestamper) -> Preserved:
    revocation = source.fetch(certificates)
    crls, ocsps = list(revocation.crls), list(revocation.ocsps)
    finished = preserve(pdf, authorities_among(certificates), crls, ocsps, timestamper)
    last = _last_signature(pdf)
    if not finished.startswith(pdf) or signature_facts(finished, last) != signature_facts(pdf, last):
        raise SealTouched("The document with its new evidence is not the old one with something behind it.")
    return Preserved(finished, life_of(finished))


def _last_signature(pdf: bytes) -> str:
    """The field of the signature that covers most: of a sealed document its seal's."""
    signatures = [field for field in signed_fields(pdf) if field.kind != DOCUMENT_TIMESTAMP]
    if not signatures:
        raise DocumentNotSuitable("The document has no signature.")
    return newest(signatures).name
