"""Brings a sealed document to the level that its kind must have (ETSI EN 319 142-1, 5.2), never below it."""

from __future__ import annotations

from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.extend import Evidence, Timestamper, add_evidence
from signing.pades.levels import Level, level_of
from signing.preservation.errors import LevelNotReached
from signing.preservation.renew import preserve_document
from signing.trust.revocation import RevocationSource


def raise_to(pdf: bytes, level: Level, source: RevocationSource, timestamper: Timestamper) -> bytes:
    """The document with what it lacks: revocation data (B-LT), and a timestamp over it (B-LTA).

    Raises why nobody could be asked, which is worth another try, or LevelNotReached; a document that falls short is
    never given back.
    """
    if level is Level.B_LTA:
        pdf = preserve_document(pdf, source, timestamper).pdf
    elif level is Level.B_LT:
        certificates = certificates_of(pdf)
        found = source.fetch(certificates)
        pdf = add_evidence(pdf, Evidence(authorities_among(certificates), list(found.crls), list(found.ocsps)))
    if not level_of(pdf).reaches(level):
        raise LevelNotReached("The document does not reach the level that its kind must have.")
    return pdf
