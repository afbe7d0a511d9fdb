"""Whom to believe about one document, and which lists travel with the question: never for a document of our own."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from config.unit_of_work import Work
from signing.anchors.queries import lists_in_force, trusted_groups
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation

MOST_LISTS = 4_000_000  # bytes of lists that travel with one question


def trust_for_others(work: Work, pdf: bytes) -> tuple[TrustStore, Revocation | None]:
    """The installation's roots with the anchors of all groups, and the lists that were fetched.

    For documents that the register does not know. Nothing is fetched here, and nothing in the document is parsed.
    """
    store, groups = work.tools[TrustStore], trusted_groups(work)
    if not groups:
        return store, None
    lists = lists_for(pdf, lists_in_force(work))
    return store.with_groups(groups), Revocation(crls=tuple(lists)) if lists else None


def lists_for(pdf: bytes, lists: Sequence[bytes]) -> list[bytes]:
    """All lists while they are small together; else first those whose issuer the file names, as far as there is room.

    Without a list, or an answer in the file that its authority signed, a signature does not count: what is left out
    makes a verdict less good. It can only miss a revocation that is newer than an answer in the file that still counts.
    """
    if sum(map(len, lists)) <= MOST_LISTS:
        return list(lists)
    text = pdf.lower()  # signatures stand there in hexadecimal digits
    first = sorted(lists, key=lambda one: (not _named(pdf, text, one), len(one)))
    chosen, room = [], MOST_LISTS
    for one in first:
        if len(one) <= room:
            chosen.append(one)
            room -= len(one)
    return chosen


def _named(pdf: bytes, text: bytes, crl: bytes) -> bool:
    issuer = x509.load_der_x509_crl(crl).issuer.public_bytes()
    return issuer.hex().encode() in text or issuer in pdf
