"""Requests to agents: signed only for an open session of the official whose key it is, and each written down.

What a request says is taken from the record and from the octets, never from the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from config.errors import Refused
from config.tokens import random_secret
from signing.agent_requests.claims import LASTS, NAME, VERSION, AgentRequest, Verb
from signing.journal.record import Journal, KeyUse
from signing.keys.errors import KeyUnknown
from signing.keys.keyring import Keyring
from signing.keys.protocol import KeyInfo, Way
from signing.pades.byte_range import digest_around, last_gap
from signing.signer.admission import REQUESTS, Admission, Question
from signing.signer.agent_key import KEY, AgentKey
from signing.signer.errors import QuestionMalformed, SignatureRefused
from signing.signer.frames import Frame
from signing.signer.questions import question_of, text

PURPOSE = "agent request"
SESSIONS = sa.table(
    "signing_sessions",
    sa.column("id", sa.Uuid),
    sa.column("request_id", sa.Uuid),
    *(sa.column(name) for name in ("account", "kind", "certificate_sha256", "attributes_sha256", "expires_at")),
    sa.column("state"),
)


@dataclass(frozen=True)
class Asked:
    """Who is to be asked: a session, an agent, and a connection of that agent."""

    session: UUID
    agent: str
    nonce: str


class AgentRequests:
    """The questions about agents, `by_name`."""

    def __init__(
        self,
        engine: sa.Engine,
        keyring: Keyring,
        admission: Admission,
        journal: Journal,
        key: AgentKey,
        public_url: str,
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._admission = admission
        self._journal = journal
        self._key = key
        self._issuer = origin_of(public_url)
        self.by_name: dict[str, Callable[[dict[str, Any], list[bytes]], Frame]] = {
            "agent-request": self._request,
            "agent-key": self._public,
        }

    def _public(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        return {"issuer": self._issuer, "jwk": self._key.jwk()}, []

    def _request(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        question, asked = question_of(header, blobs), asked_of(header)
        use = use_of(question, asked, question.attributes)
        try:
            info = self._keyring.usable(question.key)
            if info.way is not Way.HELD:
                raise KeyUnknown("There is no such key in its holder's own hands.")
            self._admission.admit_official(question, info)
            said = self._key.to_be_signed(self._said(question, asked, info))
            use = use_of(question, asked, said.encode())
            self._journal.record(use, "asked")
            signed = self._key.sign(said)
        except Refused as refusal:
            self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
            raise
        self._journal.record(use, "signed")
        return {"request": signed}, []

    def _said(self, question: Question, asked: Asked, info: KeyInfo) -> AgentRequest:
        """Everything in it, of this instant (SignatureRefused)."""
        request, session = self._record(question, asked)
        certificate = hashlib.sha256(info.certificate).hexdigest()
        attributes = hashlib.sha256(question.attributes).hexdigest()
        now = self._admission.now()
        if session is None or request is None or (session.state, session.kind) != ("open", "held"):
            raise SignatureRefused("No signing session of this document is open.")
        if session.account != request.signatory or session.expires_at <= now:
            raise SignatureRefused("The signing session is another person's, or its time has passed.")
        if (session.certificate_sha256, session.attributes_sha256) != (certificate, attributes):
            raise SignatureRefused("The signing session is for another revision or certificate.")
        at, ends = int(now.timestamp()), int(session.expires_at.timestamp())
        return AgentRequest(
            version=VERSION,
            iss=self._issuer,
            aud=asked.agent,
            nonce=asked.nonce,
            jti=random_secret(),
            iat=at,
            exp=min(at + LASTS, ends),
            session=str(asked.session),
            session_ends=ends,
            verb=Verb.APPROVE,
            revision_sha256=hashlib.sha256(question.revision).hexdigest(),
            byte_range_sha256=digest_around(question.revision, last_gap(question.revision)).hex(),
            attributes_sha256=attributes,
            certificate_sha256=certificate,
            summary=request.summary,
            signatory=request.signatory_name,
            on_behalf_of=request.on_behalf_of,
        )

    def _record(self, question: Question, asked: Asked) -> tuple[sa.Row[Any] | None, sa.Row[Any] | None]:
        with self._engine.connect() as connection:
            request = connection.execute(sa.select(REQUESTS).where(REQUESTS.c.id == question.request_id)).first()
            query = sa.select(SESSIONS).where(
                SESSIONS.c.id == asked.session, SESSIONS.c.request_id == question.request_id
            )
            return request, connection.execute(query).first()


def use_of(question: Question, asked: Asked, octets: bytes) -> KeyUse:
    """How the journal names it: the agent is the one it was for. Before there is a request, by the attributes."""
    return KeyUse(KEY, PURPOSE, hashlib.sha256(octets).hexdigest(), question.request_id, f"agent {asked.agent}")


def asked_of(header: dict[str, Any]) -> Asked:
    """The session, the agent and its connection (QuestionMalformed)."""
    agent, nonce = text(header, "agent", 64), text(header, "nonce", 64)
    if not NAME.fullmatch(agent) or not NAME.fullmatch(nonce):
        raise QuestionMalformed("agent, nonce: must be as an agent says them.")
    try:
        return Asked(UUID(text(header, "session")), agent, nonce)
    except ValueError as error:
        raise QuestionMalformed("session: must be the id of a session.") from error


def origin_of(address: str) -> str:
    """Scheme, host and port, as a browser writes them in `Origin`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
