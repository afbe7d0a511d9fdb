"""Asks a time-stamping authority for a token and believes nothing that it did not verify (RFC 3161).

Checked are: digest and its algorithm, nonce, signature, chain to our anchors at the stated time, the purpose of
the certificate and its binding to the token, and that the stated time is the present.
"""

import hashlib
import http.client
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from config.clock import Clock
from config.tokens import random_bytes
from signing.timestamps.errors import TimestampNotTrusted, TimestampUnavailable
from signing.timestamps.pss import is_pss, verify_pss

SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
GRANTED = (0, 1)
MAX_ANSWER = 65_536  # bytes
MAX_SKEW = timedelta(seconds=60)  # between their clock and ours


class Timestamper:
    """One time-stamping authority, with the roots that its certificate must chain to.

    `url` is http or https, `timeout` the seconds for the whole exchange.
    """

    def __init__(self, url: str, roots: Sequence[x509.Certificate], clock: Clock, timeout: float) -> None:
        self._url = urlsplit(url)
        self._roots = list(roots)
        self._clock = clock
        self._timeout = timeout

    def token(self, digest: bytes) -> bytes:
        """The DER TimeStampToken over a SHA-256 digest (TimestampUnavailable, TimestampNotTrusted)."""
        nonce = int.from_bytes(random_bytes(8)) | 1 << 64  # never short, never negative
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        asked = self._clock.now()
        answer = self._exchange(request.dump())
        return self._verified(answer, digest, nonce, asked)

    def _exchange(self, request: bytes) -> bytes:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        ends = time.monotonic() + self._timeout
        connection = kind(self._url.hostname or "", self._url.port, timeout=self._timeout)
        try:
            connection.request("POST", self._url.path or "/", request, {"Content-Type": "application/timestamp-query"})
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise TimestampUnavailable(f"The time-stamping authority answered {response.status}.")
            return _read(response, ends)
        except (OSError, http.client.HTTPException) as error:
            raise TimestampUnavailable("The time-stamping authority cannot be reached.") from error
        finally:
            connection.close()

    def _verified(self, answer: bytes, digest: bytes, nonce: int, asked: datetime) -> bytes:
        try:
            response = decode_timestamp_response(answer)
            if response.status not in GRANTED:
                raise TimestampUnavailable("The time-stamping authority said no.")
            token = response.time_stamp_token()
            info = response.tst_info
            if is_pss(token):
                verify_pss(token, self._roots, info.gen_time)
            else:
                VerifierBuilder(nonce=nonce, roots=self._roots).build().verify(response, digest)
            if info.nonce != nonce or info.message_imprint.message != digest:
                raise ValueError("another question's answer")
            _check_binding(token)
        except (VerificationError, InvalidSignature, ValueError, TypeError, LookupError, AttributeError) as error:
            raise TimestampNotTrusted("The answer of the time-stamping authority is wrong.") from error
        if info.message_imprint.hash_algorithm != SHA256:
            raise TimestampNotTrusted("The timestamp is over another kind of digest.")
        if not asked - MAX_SKEW <= info.gen_time <= self._clock.now() + MAX_SKEW:
            raise TimestampNotTrusted("The time-stamping authority states a time that is not now.")
        return bytes(token)


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    """The whole body; neither a long one nor a slow trickle may hold us."""
    body = b""
    while chunk := response.read1(8_192):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise TimestampNotTrusted("The answer of the time-stamping authority is too long.")
        if time.monotonic() > ends:
            raise TimestampUnavailable("The time-stamping authority is too slow.")
    return body


def _check_binding(token: bytes) -> None:
    """The token names the certificate it was made with (RFC 5816, 2.2.1); raises ValueError."""
    signed = cms.ContentInfo.load(token)["content"]
    signer = signed["signer_infos"][0]
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    for certificate in signed["certificates"]:
        if certificate.chosen.serial_number == signer["sid"].chosen["serial_number"].native:
            encoded = certificate.chosen.dump()
            break
    else:
        raise ValueError("no certificate")
    named = attributes["signing_certificate_v2"][0]["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    if hashlib.new(algorithm, encoded).digest() != named["cert_hash"].native:
        raise ValueError("another certificate")
