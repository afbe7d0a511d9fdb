"""Whether a certificate chains to an anchor: the few rules of RFC 5280, 6.1 that the signer insists on itself."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

LONGEST_PATH = 4


def chains_to_anchor(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    revoked: Callable[[x509.Certificate], bool],
) -> bool:
    """True when each certificate up to an anchor is valid at `at`, not revoked, and allowed to issue the one below."""
    current = certificate
    for below in range(LONGEST_PATH):  # authorities between the certificate and this step
        if not _is_current(current, at) or revoked(current):
            return False
        if any(_issued(anchor, current, below) and _is_current(anchor, at) for anchor in anchors):
            return True
        found = next((issuer for issuer in above if _issued(issuer, current, below)), None)
        if found is None:
            return False
        current = found
    return False


def may_sign_documents(certificate: x509.Certificate) -> bool:
    """True for an end certificate with the usage digitalSignature or nonRepudiation (RFC 5280, 4.2.1.3)."""
    if _is_authority(certificate) is not None:
        return False
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature or usage.content_commitment


def names_person(certificate: x509.Certificate, name: str) -> bool:
    """Whether the common name holds every word of a person's name, in order, whatever its case and accents.

    Authorities write PHẠM VÍ DỤ, Pham Vi Du, or put a title before it; another person's name is none of these.
    """
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    wanted, found = _words(name), _words(" ".join(str(item.value) for item in names))
    return bool(wanted) and any(found[start : start + len(wanted)] == wanted for start in range(len(found)))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).split()


def _is_current(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, below: int) -> bool:
    authority = _is_authority(issuer)
    if authority is None or (authority.path_length is not None and below > authority.path_length):
        return False
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return usage.key_cert_sign


def _is_authority(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None
    return constraints if constraints.ca else None
