"""Revokes a certificate: on record first, then in the register that answers and lists are made of.

A revocation is final. Killed in between, a repeat finishes it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.x509 import ReasonFlags

from signing.pki import authority as authorities
from signing.pki.built_in import issued_certificate
from signing.pki.errors import CertificateNotIssued, RevocationRefused
from signing.pki.issuance import IssuanceRecord
from signing.pki.issue import adopt, who
from signing.pki.keyfolder import locked
from signing.pki.revoked import Revocation, RevocationRegister

REASONS = {
    reason.value: reason
    for reason in (
        ReasonFlags.unspecified,
        ReasonFlags.key_compromise,
        ReasonFlags.affiliation_changed,
        ReasonFlags.superseded,
        ReasonFlags.cessation_of_operation,
        ReasonFlags.privilege_withdrawn,
    )
}


@dataclass(frozen=True)
class RevocationOrder:
    """What to revoke, as of when, why, since when the key may have been lost, by whom."""

    serial: int
    at: datetime
    reason: ReasonFlags = ReasonFlags.unspecified
    invalid_since: datetime | None = None
    by: str = ""


def revoke_certificate(folder: Path, issuer: str, order: RevocationOrder, now: datetime) -> Revocation:
    """Revoke a certificate of "root" or "issuing"; one that is revoked already keeps its first revocation.

    Raises CertificateNotIssued, and RevocationRefused for a time that is not between its first day and now, or
    for a reason that does not fit: only an issuing authority's own certificate is revoked for its compromise.
    """
    with locked(folder):
        adopt(folder)
        record, register = IssuanceRecord(folder), RevocationRegister(folder)
        known = record.find(issuer, order.serial)
        if known is None:
            raise CertificateNotIssued(f"No certificate was issued with the serial number {order.serial:x}.")
        found = register.find(issuer, order.serial)
        if found:
            return found
        _check(folder, issuer, order, now)
        detail = f"{order.reason.value} as of {order.at.isoformat()}"
        if order.invalid_since:
            detail += f", invalid since {order.invalid_since.isoformat()}"
        if record.acts()[-1].detail != detail or record.acts()[-1].serial != known.serial:
            record.append(known.revoked(now, order.by or who(), detail))
        revocation = Revocation(issuer, order.serial, order.at, order.reason, order.invalid_since)
        register.add(revocation)
        return revocation


def _check(folder: Path, issuer: str, order: RevocationOrder, now: datetime) -> None:
    certificate = issued_certificate(folder, order.serial)
    # An authority's certificate ends by the compromise of its key, everybody else's by that of their own.
    reasons = set(REASONS.values()) | ({ReasonFlags.ca_compromise} if issuer == authorities.ROOT_NAME else set())
    if order.reason not in reasons:
        raise RevocationRefused("A certificate is not revoked for this reason.")
    if order.at > now:
        raise RevocationRefused("A revocation does not begin in the future.")
    if order.at < certificate.not_valid_before_utc:
        raise RevocationRefused("The certificate was not valid yet at that time.")
    if order.invalid_since and order.invalid_since > order.at:
        raise RevocationRefused("The key cannot have been lost after the revocation.")
