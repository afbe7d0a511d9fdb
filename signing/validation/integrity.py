"""Whether a signature is mathematically good and says only what was signed: step 4 of validation.

Parts of a CMS are protected by nothing (versions, algorithm lists, further certificates, padding). A verifier that
skips them accepts altered files, so here each of them must be what it has to be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, parser
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.validation.census import Census, Entry
from signing.validation.engine_quickened import validate_sig_integrity
from signing.validation.policy import DIGESTS, KNOWN_SUBFILTERS
from signing.validation.report import Integrity, Kind

VERSIONS = {"data": {"v1", "v3"}, "tst_info": {"v3"}}  # of SignedData (RFC 5652, 5.1)
SIGNER_VERSIONS = {"issuer_and_serial_number": "v1", "subject_key_identifier": "v3"}
KNOWN_UNSIGNED = {"signature_time_stamp_token", "archive_time_stamp_v3", "certificate_values", "revocation_values"}
OWN_UNSIGNED = "2.25."  # our own attribute for the registry's proof is a UUID under this arc


class Malformed(Exception):
    """A signature is not what its standard asks for; the text completes "the signature …"."""


@dataclass
class Checked:
    """A signature after step 4. `embedded` is None when it could not be read; `faults` are sentences."""

    entry: Entry
    kind: Kind
    integrity: Integrity
    faults: list[str]
    embedded: EmbeddedPdfSignature | None = None
    certificate: bytes | None = None


def check_integrity(census: Census, entry: Entry) -> Checked:
    """Reads and verifies one signature; whatever its file provokes ends as "unreadable"."""
    kind = Kind.TIMESTAMP if entry.subfilter == "/ETSI.RFC3161" else Kind.SIGNATURE
    if entry.subfilter not in KNOWN_SUBFILTERS:
        return Checked(entry, kind, Integrity.UNREADABLE, ["is of a type that is not supported"])
    if entry.reference is None:
        return Checked(entry, kind, Integrity.UNREADABLE, ["is seen by one of two readers only"])
    try:
        embedded = EmbeddedPdfSignature(census.reader, entry.reference.get_object(), entry.name)
        checked = Checked(entry, kind, Integrity.INTACT, [], embedded, embedded.signer_cert.dump())
        content_type = "tst_info" if kind is Kind.TIMESTAMP else "data"
        _check_padding(entry.contents)
        check_form(embedded.signed_data, content_type)
        digest = embedded.compute_digest()
        if kind is Kind.TIMESTAMP:
            check_token(embedded.signed_data, digest)
        else:
            _check_signature(embedded, digest, bound=entry.subfilter == "/ETSI.CAdES.detached")
    except Malformed as error:
        return Checked(entry, kind, Integrity.BROKEN, [str(error)], embedded, embedded.signer_cert.dump())
    except Exception:  # pyHanko and asn1crypto raise whatever a hostile CMS provokes
        return Checked(entry, kind, Integrity.UNREADABLE, ["cannot be read"])
    return checked


def check_token(signed_data: cms.SignedData, digest: bytes | None = None, signed_value: bytes | None = None) -> None:
    """A timestamp token over `digest`, or over the digest of `signed_value`; raises Malformed otherwise."""
    content = signed_data["encap_content_info"]["content"]
    imprint = content.parsed["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if algorithm not in DIGESTS:
        raise Malformed("uses a digest that is not accepted any more")
    wanted = digest if signed_value is None else _digest(algorithm, signed_value)
    if imprint["hashed_message"].native != wanted:
        raise Malformed("is a timestamp over something else: the covered bytes were changed")
    signer = extract_signer_info(signed_data)
    certificate = extract_certificate_info(signed_data).signer_cert
    inner = _digest(signer["digest_algorithm"]["algorithm"].native, bytes(content))
    _verify(signer, certificate, "tst_info", inner)
    if get_signing_cert_attr(signer["signed_attrs"]) is None:
        raise Malformed("does not name the certificate it was made with")


def check_form(signed_data: cms.SignedData, content_type: str) -> None:
    """The parts of a CMS that no signature protects; raises Malformed when one is not what it has to be."""
    signer = extract_signer_info(signed_data)
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in DIGESTS:
        raise Malformed("uses a digest that is not accepted any more")
    if signed_data["encap_content_info"]["content_type"].native != content_type:
        raise Malformed("holds another type of content than its field says")
    if content_type == "data" and signed_data["encap_content_info"]["content"].native is not None:
        raise Malformed("carries a content of its own instead of covering the document")
    if (
        signed_data["version"].native not in VERSIONS[content_type]
        or signer["version"].native != SIGNER_VERSIONS[signer["sid"].name]
    ):
        raise Malformed("has a version that does not exist")
    if [one["algorithm"].native for one in signed_data["digest_algorithms"]] != [digest]:
        raise Malformed("lists another digest than it uses")
    _check_unsigned(signer)


def _check_unsigned(signer: cms.SignerInfo) -> None:
    for attribute in signer["unsigned_attrs"] or ():
        kind = attribute["type"].native
        if kind not in KNOWN_UNSIGNED and not kind.startswith(OWN_UNSIGNED):
            raise Malformed("has an unsigned attribute of unknown kind")


def unproven_certificates(signed: Iterable[cms.SignedData], known: Iterable[bytes]) -> Iterator[bytes]:
    """Embedded certificates (DER) that no certificate at hand has issued; an altered one is among them."""
    embedded = {choice.chosen.dump() for one in signed for choice in one["certificates"]}
    pool: dict[bytes, list[x509.Certificate]] = {}
    for encoded in {*embedded, *known}:
        parsed = x509.load_der_x509_certificate(encoded)
        pool.setdefault(parsed.subject.public_bytes(), []).append(parsed)
    for encoded in sorted(embedded):
        certificate = x509.load_der_x509_certificate(encoded)
        if not any(_issued(certificate, issuer) for issuer in pool.get(certificate.issuer.public_bytes(), ())):
            yield encoded


def _check_signature(embedded: EmbeddedPdfSignature, digest: bytes, bound: bool) -> None:
    signer = embedded.signer_info
    if signer["signed_attrs"].native is None:
        raise Malformed("has no signed attributes")
    if bound and get_signing_cert_attr(signer["signed_attrs"]) is None:
        raise Malformed("does not name the certificate it was made with")
    _verify(signer, embedded.signer_cert, "data", digest)


def _verify(signer: cms.SignerInfo, certificate: Any, content_type: str, digest: bytes) -> None:
    intact, valid = validate_sig_integrity(signer, certificate, content_type, digest)
    if not intact:
        raise Malformed("does not fit the document: the covered bytes were changed")
    if not valid:
        raise Malformed("does not verify under its certificate")


def _check_padding(contents: bytes) -> None:
    """Behind the CMS only zeros may stand."""
    used = parser.peek(contents)  # of the encoding as it is written: some write it with indefinite lengths (BER)
    if contents[used:].strip(b"\0"):
        raise Malformed("hides bytes behind itself")


def _digest(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
