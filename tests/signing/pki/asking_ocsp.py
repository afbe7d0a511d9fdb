"""Asks OCSP responders in tests: requests of any shape, and what their answers say."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import core, ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp as library

from signing.pki import der
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from tests.pki.build import Pki, pki

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def responder_of(which: Pki) -> OcspResponder:
    """The responder of a folder, with the key that is in it."""
    key = which.identity("ocsp")
    register = RevocationRegister(which.folder)
    return OcspResponder(which.issuing, "issuing", key.certificate, key.key, which.built_in.issued, register.find)


def identity(certificate: x509.Certificate, issuer: x509.Certificate, digest: str = "sha256") -> dict[str, Any]:
    """A certificate as a request names it."""
    made = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[digest]
    request = library.OCSPRequestBuilder().add_certificate(certificate, issuer, made).build()
    return {
        "hash_algorithm": {"algorithm": digest},
        "issuer_name_hash": request.issuer_name_hash,
        "issuer_key_hash": request.issuer_key_hash,
        "serial_number": certificate.serial_number,
    }


def request_of(*identities: dict[str, Any], **more: Any) -> bytes:
    """A request, DER."""
    listed = [{"req_cert": identity} for identity in identities]
    return bytes(ocsp.OCSPRequest({"tbs_request": {"request_list": listed, **more}}).dump())


def extension(oid: str, value: bytes, *, critical: bool = False) -> Any:
    """One extension of a request."""
    flag = b"\x01\x01\xff" if critical else b""
    return ocsp.TBSRequestExtension.load(der.sequence(der.oid(oid), flag, der.octets(value)))


def status_of(answer: bytes) -> str:
    """The response status."""
    return str(ocsp.OCSPResponse.load(answer, strict=True)["response_status"].native)


def statuses(answer: bytes) -> list[str]:
    """What an answer says about each certificate."""
    return [one["cert_status"].name for one in singles(answer)]


def singles(answer: bytes) -> Any:
    """The answers about single certificates."""
    return ocsp.OCSPResponse.load(answer, strict=True).response_data["responses"]


GOOD = request_of(
    identity(pki().official.certificate, pki().issuing),
    request_extensions=[extension("1.3.6.1.5.5.7.48.1.2", core.OctetString(b"nonce").dump())],
)
