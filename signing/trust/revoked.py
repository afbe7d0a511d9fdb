"""Reads from verified revocation data whether one certificate is revoked."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.x509 import ocsp

from signing.trust.revocation import Revocation


def revoked_at(revocation: Revocation, certificate: bytes) -> datetime | None:
    """Since when `certificate` (DER) is revoked by verified lists and answers; None while it stands."""
    parsed = x509.load_der_x509_certificate(certificate)
    found: list[datetime] = []
    for one in revocation.crls:
        crl = x509.load_der_x509_crl(one)
        entry = crl.get_revoked_certificate_by_serial_number(parsed.serial_number)
        if entry is not None and crl.issuer == parsed.issuer:
            found.append(entry.revocation_date_utc)
    for one in revocation.ocsps:
        answer = ocsp.load_der_ocsp_response(one)
        if answer.serial_number == parsed.serial_number and answer.revocation_time_utc is not None:
            found.append(answer.revocation_time_utc)
    return min(found, default=None)
