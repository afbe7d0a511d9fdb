"""A CMS (RFC 5652) that another program made over a prepared revision: read, checked, and taken apart.

Of it only signed attributes and value are used; certificates and everything unsigned are ours. Beside what we would
have had signed, a signing-time is let through: tools that know no PAdES cannot leave it out (EN 319 142-1 forbids it).
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asn1crypto.tsp  # noqa: F401 - teaches cms the attribute signing-certificate-v2
from asn1crypto import cms

from config.sentences import later, say
from signing.pades.attributes import signed_attributes
from signing.pades.errors import ReadyMadeRefused
from signing.pki import der

LARGEST = 65_536  # bytes
SIGNING_TIME = "signing_time"
NEEDED = {"content_type", "message_digest", "signing_certificate_v2"}
SIGNATURES = {"rsassa_pkcs1v15", "ecdsa"}

NOT_READ = later("This is not a detached CMS signature in DER that can be read.")
NOT_DETACHED = later("The CMS carries a content of its own, or more than one signature.")
ALGORITHM = later("The CMS must use SHA-256 with RSA PKCS #1 v1.5 or ECDSA.")
OTHER_DOCUMENT = later("The CMS is over other octets than those that were prepared.")
OTHER_CERTIFICATE = later("The CMS is not bound to the registered certificate (signing-certificate-v2).")
NOT_DER = later("The signed attributes of the CMS are not in the order of DER.")


@dataclass(frozen=True)
class ReadyMade:
    """`attributes` is DER of the SET OF that was signed; `certificate` (DER) the one inside that the signer named."""

    attributes: bytes
    value: bytes
    certificate: bytes | None


def read_ready_made(content: bytes) -> ReadyMade:
    """Take a CMS apart; ReadyMadeRefused when it is none, or another kind than a detached signature of one signer."""
    if not 0 < len(content) <= LARGEST:
        raise ReadyMadeRefused(NOT_READ)
    try:
        info = cms.ContentInfo.load(content, strict=True)
        signed = info["content"]
        inner = signed["encap_content_info"]
        names = (info["content_type"].native, inner["content_type"].native)
        (signer,) = signed["signer_infos"]
        if names != ("signed_data", "data") or inner["content"].native is not None:
            raise ReadyMadeRefused(NOT_DETACHED)
        _check_algorithms(signed, signer)
        attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
        return ReadyMade(attributes, signer["signature"].native, _certificate(signed, signer))
    except ReadyMadeRefused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ReadyMadeRefused(NOT_READ) from error


def check_attributes(attributes: bytes, digest: bytes, certificate: bytes) -> datetime | None:
    """Raise ReadyMadeRefused unless these are attributes over `digest` (SHA-256), bound to `certificate` (DER).

    Ours are, and such as have a signing-time beside them, which is given back.
    """
    if attributes == signed_attributes(digest, certificate):
        return None
    try:
        found = cms.CMSAttributes.load(attributes, strict=True)
        values: dict[str, Any] = {one["type"].native: one["values"] for one in found}
        if attributes != der.set_of(one.dump() for one in found):
            raise ReadyMadeRefused(NOT_DER)
        _check_kinds(found, values)
        (kind,), (over,), (bound,) = (values[name] for name in sorted(NEEDED))
        if kind.native != "data" or over.native != digest:
            raise ReadyMadeRefused(OTHER_DOCUMENT)
        _check_binding(bound, certificate)
        return _time(values)
    except ReadyMadeRefused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ReadyMadeRefused(NOT_READ) from error


def _check_algorithms(signed: cms.SignedData, signer: cms.SignerInfo) -> None:
    algorithm = signer["signature_algorithm"]
    digests = {
        signer["digest_algorithm"]["algorithm"].native,
        *(one["algorithm"].native for one in signed["digest_algorithms"]),
    }
    with suppress(ValueError):  # plain rsaEncryption names none
        digests.add(algorithm.hash_algo)
    if digests != {"sha256"} or algorithm.signature_algo not in SIGNATURES:
        raise ReadyMadeRefused(ALGORITHM)


def _check_kinds(found: cms.CMSAttributes, values: dict[str, Any]) -> None:
    for one in found:
        name = str(one["type"].native)
        if name not in {*NEEDED, SIGNING_TIME} or len(one["values"]) != 1:
            raise ReadyMadeRefused(say("The CMS has a signed attribute that is not allowed: {name}.", name=name))
    if len(found) != len(values):
        raise ReadyMadeRefused(NOT_READ)
    if missing := NEEDED - set(values):
        name = min(missing)
        raise ReadyMadeRefused(say("The CMS lacks a signed attribute: {name}.", name=name))


def _check_binding(bound: Any, certificate: bytes) -> None:
    """ESSCertIDv2 (RFC 5035, 4): the first names the signer's certificate; SHA-256 is its default."""
    first = bound["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != "sha256":
        raise ReadyMadeRefused(ALGORITHM)
    if first["cert_hash"].native != hashlib.sha256(certificate).digest():
        raise ReadyMadeRefused(OTHER_CERTIFICATE)


def _time(values: dict[str, Any]) -> datetime | None:
    if SIGNING_TIME not in values:
        return None
    (stated,) = values[SIGNING_TIME]
    found = stated.native
    return found if isinstance(found, datetime) else None


def _certificate(signed: cms.SignedData, signer: cms.SignerInfo) -> bytes | None:
    name = signer["sid"].chosen
    for choice in signed["certificates"] or ():
        one = choice.chosen
        if signer["sid"].name == "issuer_and_serial_number" and one.serial_number == name["serial_number"].native:
            encoded: bytes = one.dump()
            return encoded
    return None
