"""Decides whether a revocation list that somebody gave us may be believed (RFC 5280, 6.3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from signing.trust.algorithms import AlgorithmTable, ends
from signing.trust.revocation import SKEW


@dataclass(frozen=True)
class BelievedList:
    """When a list was made, until when it counts, and how many certificates it names."""

    this_update: datetime
    next_update: datetime
    entries: int


def believed(content: bytes, issuer: x509.Certificate, table: AlgorithmTable, now: datetime) -> BelievedList:
    """What a list (DER) says of itself; raises ValueError, TypeError or another fault of UNBELIEVABLE.

    It must be complete, signed by `issuer` itself with an algorithm that counts, and in force at `now`.
    """
    found = x509.load_der_x509_crl(content)
    key = issuer.public_key()
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise TypeError("the authority's kind of key is unknown")
    allowed = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    if not allowed or found.issuer != issuer.subject or not found.is_signature_valid(key):
        raise ValueError("it is not signed by the authority")
    digest = found.signature_hash_algorithm
    end = ends(table.digest_until(digest.name)) if digest is not None else now
    if end is not None and end <= now:
        raise ValueError("it is signed with an algorithm that is not accepted any more")
    for extension in found.extensions:
        _check_extension(extension)
    until = found.next_update_utc
    if until is None or not found.last_update_utc - SKEW <= now <= until:
        raise ValueError("it is stale, or from the future")
    return BelievedList(found.last_update_utc, until, len(found))


def _check_extension(extension: x509.Extension[x509.ExtensionType]) -> None:
    """A list of changes only, of some reasons, or of other authorities' certificates is not what we ask for."""
    value = extension.value
    if isinstance(value, x509.IssuingDistributionPoint):
        if value.only_contains_attribute_certs or value.indirect_crl or value.only_some_reasons:
            raise ValueError("it is a list of other certificates")
    elif isinstance(value, x509.DeltaCRLIndicator) or extension.critical:
        raise ValueError("it has a critical extension that is not known here")
