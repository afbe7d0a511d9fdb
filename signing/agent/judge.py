"""Whether a request is believed: signed by the paired installation, for this connection, in time, once."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from config.clock import Clock
from signing.agent.errors import (
    DocumentDiffers,
    Expired,
    ForeignKey,
    Malformed,
    OtherAgent,
    OtherCertificate,
    Replayed,
    VerbRefused,
)
from signing.agent.pairings import Pairing
from signing.agent_requests.claims import KIND, AgentRequest, ClaimsInvalid, Verb, request_of_claims
from signing.agent_requests.jws import JwsInvalid, read_jws
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, is_empty, last_gap
from signing.pades.errors import CertificateNotSuitable, DocumentNotSuitable

LEEWAY = 60  # seconds by which two clocks may differ


@dataclass(frozen=True)
class Connection:
    """Whom a connection is with, and its name, which no other connection has."""

    pairing: Pairing
    nonce: str


class Judge:
    """Remembers each request until its time is over. Shared by all connections."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._guard = threading.Lock()

    def request(self, text: str, connection: Connection) -> AgentRequest:
        """What is asked (Malformed, ForeignKey, OtherAgent, Expired, Replayed, VerbRefused)."""
        try:
            said = request_of_claims(read_jws(text, connection.pairing.jwk, KIND))
        except JwsInvalid as error:
            raise ForeignKey(f"({error})") from error
        except ClaimsInvalid as error:
            raise Malformed(f"({error})") from error
        if said.iss != connection.pairing.issuer:
            raise ForeignKey(f"(it names {said.iss})")
        if said.aud != connection.pairing.agent or said.nonce != connection.nonce:
            raise OtherAgent
        now = self._clock.now().timestamp()
        if not said.iat - LEEWAY <= now < min(said.exp + LEEWAY, said.session_ends):
            raise Expired
        self._once(said, int(now))
        if said.verb != Verb.APPROVE:
            raise VerbRefused
        return said

    def _once(self, said: AgentRequest, now: int) -> None:
        with self._guard:
            self._seen = {name: until for name, until in self._seen.items() if until + LEEWAY > now}
            if said.jti in self._seen:
                raise Replayed
            self._seen[said.jti] = said.exp


def attributes_over(said: AgentRequest, document: bytes, certificate: bytes) -> bytes:
    """What the key signs, made here from the document itself (DER).

    Raises DocumentDiffers when the document, what it covers or the attributes are not those of the request, and
    OtherCertificate.
    """
    if hashlib.sha256(certificate).hexdigest() != said.certificate_sha256:
        raise OtherCertificate
    if hashlib.sha256(document).hexdigest() != said.revision_sha256:
        raise DocumentDiffers
    try:
        gap = last_gap(document)
        digest = digest_around(document, gap)
        attributes = signed_attributes(digest, certificate)
    except (DocumentNotSuitable, CertificateNotSuitable) as error:
        raise DocumentDiffers(f"({error.detail})") from error
    if not is_empty(document, gap) or digest.hex() != said.byte_range_sha256:
        raise DocumentDiffers
    if hashlib.sha256(attributes).hexdigest() != said.attributes_sha256:
        raise DocumentDiffers
    return attributes
