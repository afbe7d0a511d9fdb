"""What one request to an agent says (docs/agent.md): one document, one connection of one agent, two minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

VERSION = 1
KIND = "antin-agent-request"  # the header's `typ`
USUAL_PORT = 17_460  # on loopback, where nobody chose another
LASTS = 120  # seconds in which a request counts, and fetches its document
KEY_ADDRESS = "/.well-known/antin-agent.json"
DOCUMENT_ADDRESS = "/v1/agent-documents"
NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")  # of an agent, a connection, a request
SHA256 = re.compile(r"[0-9a-f]{64}")
DIGESTS = ("revision_sha256", "byte_range_sha256", "attributes_sha256", "certificate_sha256")


class ClaimsInvalid(ValueError):
    """A request lacks something, or says something that cannot be."""


class Verb(StrEnum):
    """The acts that an agent may be asked for, after those of the tools that officials know."""

    APPROVE = "approve"
    ISSUE = "issue"
    APPENDIX = "appendix"
    COPY = "copy"
    INCOMING = "incoming"


@dataclass(frozen=True)
class AgentRequest:
    """`aud` is the agent, `nonce` its connection, `jti` this request; times are seconds since 1970.

    `revision_sha256` is of the whole PDF that the agent fetches, `byte_range_sha256` of what its last signature covers,
    `attributes_sha256` of the signed attributes over that, `certificate_sha256` of the certificate that must sign.
    """

    version: int
    iss: str
    aud: str
    nonce: str
    jti: str
    iat: int
    exp: int
    session: str
    session_ends: int
    verb: str
    revision_sha256: str
    byte_range_sha256: str
    attributes_sha256: str
    certificate_sha256: str
    summary: str
    signatory: str
    on_behalf_of: str

    def as_claims(self) -> dict[str, Any]:
        """For the JWS."""
        return asdict(self)


def request_of_claims(claims: Mapping[str, Any]) -> AgentRequest:
    """The claims of a verified JWS, each looked at (ClaimsInvalid)."""
    expected = {field.name: int if field.type == "int" else str for field in fields(AgentRequest)}
    if set(claims) != set(expected):
        raise ClaimsInvalid("it does not say exactly what a request says")
    for name, kind in expected.items():
        if type(claims[name]) is not kind:
            raise ClaimsInvalid(f"{name} is not of its kind")
    found = AgentRequest(**claims)
    if found.version != VERSION:
        raise ClaimsInvalid(f"it is of version {found.version}, not {VERSION}")
    if not all(SHA256.fullmatch(claims[name]) for name in DIGESTS):
        raise ClaimsInvalid("a digest is none")
    if not all(NAME.fullmatch(name) for name in (found.aud, found.nonce, found.jti)):
        raise ClaimsInvalid("a name is none")
    return found
