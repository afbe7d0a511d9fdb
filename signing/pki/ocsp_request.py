"""Reads OCSP requests (RFC 6960, 4.1): any number of certificates, a nonce, and no surprise."""

import hashlib
from dataclasses import dataclass

from asn1crypto import core, ocsp

MOST = 64  # certificates in one request
NONCE = "1.3.6.1.5.5.7.48.1.2"
NONCE_LENGTHS = range(1, 33)  # octets (RFC 8954, 2.1)
DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class MalformedRequest(Exception):
    """These bytes are no OCSP request that can be answered."""


@dataclass(frozen=True)
class Asked:
    """One certificate: `encoded` is its CertID as it came; `digest` names the hash in it, which we may not know."""

    encoded: bytes
    digest: str
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True)
class OcspQuestion:
    """What a request asks, and the nonce to give back."""

    certificates: tuple[Asked, ...]
    nonce: bytes | None


def read_question(der: bytes) -> OcspQuestion:
    """The request in these bytes (MalformedRequest)."""
    try:
        wanted = ocsp.OCSPRequest.load(der, strict=True)["tbs_request"]
        _ = wanted.native  # asn1crypto reads lazily: look at every field now
        if wanted["version"].native != "v1":
            raise MalformedRequest
        certificates = tuple(_asked(one) for one in wanted["request_list"])
        nonce = _nonce(wanted["request_extensions"])
    except Exception as error:  # asn1crypto raises whatever a damaged request provokes
        raise MalformedRequest from error
    if not 1 <= len(certificates) <= MOST:
        raise MalformedRequest
    return OcspQuestion(certificates, nonce)


def _asked(one: ocsp.Request) -> Asked:
    identity = one["req_cert"]
    _refuse_critical(one["single_request_extensions"])
    return Asked(
        identity.dump(),
        identity["hash_algorithm"]["algorithm"].native,
        identity["issuer_name_hash"].native,
        identity["issuer_key_hash"].native,
        identity["serial_number"].native,
    )


def _nonce(extensions: core.SequenceOf) -> bytes | None:
    """The nonce, once at most; an extension that we must understand and do not is refused (RFC 6960, 4.4)."""
    found = [one["extn_value"].contents for one in extensions if one["extn_id"].dotted == NONCE]
    _refuse_critical(one for one in extensions if one["extn_id"].dotted != NONCE)
    if not found:
        return None
    (encoded,) = found
    nonce: bytes = core.OctetString.load(encoded, strict=True).native
    if len(nonce) not in NONCE_LENGTHS:
        raise MalformedRequest
    return nonce


def _refuse_critical(extensions: core.SequenceOf) -> None:
    if any(one["critical"].native for one in extensions):
        raise MalformedRequest
