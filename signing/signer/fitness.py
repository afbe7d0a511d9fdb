"""Whether a certificate may sign a document for a person or an agency: NĐ 23/2025, art. 15.

Purpose, limits and name, as they stand in the certificate itself; whether it is revoked is asked elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from config.sentences import later
from signing.signer.errors import CertificateRefused
from signing.trust.algorithms import AlgorithmTable, shipped_table
from signing.trust.path import is_authority
from signing.validation.algorithms import used_by

# Purposes that let a certificate sign documents, where it names any (RFC 5280, 4.2.1.12; RFC 9336; Microsoft, Adobe).
DOCUMENT_PURPOSES = {
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
    x509.ObjectIdentifier("1.2.840.113583.1.1.5"),
}
CRITICAL_KNOWN = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
}
PLACES = (NameOID.LOCALITY_NAME, NameOID.STATE_OR_PROVINCE_NAME)
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")  # RFC 3739, 3.2.6
QC_LIMIT, QC_TYPE = "0.4.0.1862.1.2", "0.4.0.1862.1.6"  # ETSI EN 319 412-5, 4.3.2 and 4.2.3
QC_PERSON, QC_AGENCY = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2"

NOT_FOR_DOCUMENTS = later("The certificate is not for signing documents.")
NOT_UNDERSTOOD = later("The certificate has a limit that cannot be checked here.")
OTHER_POLICY = later("The certificate was not issued under a policy that counts here.")
LIMITED = later("The certificate is limited to transactions of some value, and so signs no official document.")
OTHER_KIND = later("The certificate is for another kind of signer: a person's signs, an agency's seals.")
TOO_WEAK = later("The certificate or one above it uses an algorithm or a key that is not accepted any more.")
OTHER_PERSON = later("The certificate is another person's.")
OTHER_AGENCY = later("The certificate is another agency's.")


@dataclass(frozen=True)
class Rules:
    """What an installation asks of certificates: policies that count (dotted; none: all), and algorithms."""

    policies: frozenset[str] = frozenset()
    algorithms: AlgorithmTable = field(default_factory=shipped_table)


class _Statement(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]


class _Statements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


class _Types(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


def refuse_unfit(path: Sequence[x509.Certificate], kind: str, rules: Rules, today: date) -> None:
    """Raise unless the first certificate of `path` may sign documents; `kind` is QC_PERSON or QC_AGENCY.

    Key usage and purpose, critical extensions, policies, statements about limits, strength of keys and digests.
    """
    certificate = path[0]
    if not may_sign_documents(certificate):
        raise CertificateRefused(NOT_FOR_DOCUMENTS)
    for one in path[:-1]:
        if any(extension.critical and extension.oid not in CRITICAL_KNOWN for extension in one.extensions):
            raise CertificateRefused(NOT_UNDERSTOOD)
    if rules.policies and not rules.policies & _policies(certificate):
        raise CertificateRefused(OTHER_POLICY)
    _refuse_limited(certificate, kind)
    _refuse_weak(path, rules.algorithms, today)


def may_sign_documents(certificate: x509.Certificate) -> bool:
    """True for an end certificate with the usage digitalSignature or nonRepudiation (RFC 5280, 4.2.1.3).

    One that names purposes must name one for documents: a timestamp server's, a responder's, a web server's does not.
    """
    if is_authority(certificate) is not None:
        return False
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    try:
        purposes = set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = DOCUMENT_PURPOSES
    return (usage.digital_signature or usage.content_commitment) and bool(purposes & DOCUMENT_PURPOSES)


def names_person(certificate: x509.Certificate, name: str) -> bool:
    """Whether the common name holds every word of a person's name, in order, whatever its case and accents.

    Authorities write PHẠM VÍ DỤ, Pham Vi Du, or put a title before it; another person's name is none of these.
    """
    wanted, found = _words([name]), _words(_values(certificate, NameOID.COMMON_NAME))
    return bool(wanted) and _run(wanted, found)


def names_agency(certificate: x509.Certificate, agency: str) -> bool:
    """Whether organisation, its units and its place hold every word of an agency's name, or are a shorter form of it.

    "Sở Y tế" of "UBND tỉnh An Bình" is "Sở Y tế tỉnh An Bình"; "Sở Công Thương tỉnh An Bình" is not.
    """
    kinds = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    own = [value for kind in kinds for value in _values(certificate, kind)] or _values(certificate, NameOID.COMMON_NAME)
    places = [value for kind in PLACES for value in _values(certificate, kind)]
    wanted = _words([agency])
    if any(len(_words([one])) > 1 and _run(_words([one]), wanted) for one in own):
        return True
    return bool(wanted) and _covered(wanted, [_words([one]) for one in (*own, *places)])


def _covered(wanted: list[str], phrases: list[list[str]]) -> bool:
    """Whether `wanted` falls into runs of two words or more, or whole phrases, that stand so in the phrases."""
    start = 0
    while start < len(wanted):
        ends = (end for end in range(len(wanted), start, -1) if _stands(wanted[start:end], phrases))
        start = next(ends, -1)
        if start < 0:
            return False
    return True


def _stands(run: list[str], phrases: list[list[str]]) -> bool:
    return any(run == phrase or (len(run) > 1 and _run(run, phrase)) for phrase in phrases)


def _run(part: list[str], whole: list[str]) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))


def _refuse_limited(certificate: x509.Certificate, kind: str) -> None:
    """By the statements in a qualified certificate, where there are any."""
    try:
        extension = certificate.extensions.get_extension_for_oid(QC_STATEMENTS).value
    except x509.ExtensionNotFound:
        return
    try:
        statements = _Statements.load(extension.public_bytes(), strict=True)
        found = {one["id"].dotted: one["info"] for one in statements}
        types = {one.dotted for one in found[QC_TYPE].parse(_Types)} if QC_TYPE in found else {kind}
    except (ValueError, TypeError) as error:
        raise CertificateRefused(NOT_UNDERSTOOD) from error
    if QC_LIMIT in found:
        raise CertificateRefused(LIMITED)
    if kind not in types:
        raise CertificateRefused(OTHER_KIND)


def _refuse_weak(path: Sequence[x509.Certificate], table: AlgorithmTable, today: date) -> None:
    until = table.weakest(_algorithms(tuple(path)))[1]
    if until is not None and today > until:
        raise CertificateRefused(TOO_WEAK)


@lru_cache(256)
def _algorithms(path: tuple[x509.Certificate, ...]) -> list[str]:
    """What the certificates of a path rest on, with the key of the first."""
    parsed = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in path]
    own = parsed[0].public_key
    used = {f"{_family(own.algorithm)} {own.bit_size}"}
    for one, issuer in pairwise(parsed):
        used |= set(used_by(one["signature_algorithm"], issuer.public_key))
    return sorted(used)


def _family(algorithm: str) -> str:
    return {"rsa": "rsassa_pkcs1v15", "ec": "ecdsa"}.get(algorithm, algorithm)


def _policies(certificate: x509.Certificate) -> set[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return set()
    return {one.policy_identifier.dotted_string for one in found}


def _values(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> list[str]:
    return [str(item.value) for item in certificate.subject.get_attributes_for_oid(kind)]


def _words(texts: Iterable[str]) -> list[str]:
    plain = unicodedata.normalize("NFKD", " ".join(texts).casefold().replace("đ", "d"))
    return re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
