"""Whether a certificate chains to an anchor: the few rules of RFC 5280, 6.1 that we insist on ourselves."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature

LONGEST_PATH = 4


def path_to_anchor(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate] | None:
    """The certificate, those above it and the anchor; None unless each is valid at `at` and may issue the one below."""
    path = [certificate]
    for below in range(LONGEST_PATH):  # authorities between the certificate and this step
        current = path[-1]
        if not _is_current(current, at):
            return None
        anchor = next((one for one in anchors if _issued(one, current, below) and _is_current(one, at)), None)
        if anchor is not None:
            return [*path, anchor]
        found = next((issuer for issuer in above if _issued(issuer, current, below)), None)
        if found is None:
            return None
        path.append(found)
    return None


def _is_current(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


@lru_cache(1024)  # of the same two certificates it is true for ever; a signer asks for the same ones all day
def _issued(issuer: x509.Certificate, certificate: x509.Certificate, below: int) -> bool:
    authority = is_authority(issuer)
    if authority is None or (authority.path_length is not None and below > authority.path_length):
        return False
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return usage.key_cert_sign


def is_authority(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    """The constraints of an authority's certificate; None for an end certificate."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None
    return constraints if constraints.ca else None
