"""A signing session as its owner sees it: what is to be signed, in octets and in words, and how far it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.storage import Storage
from config.unit_of_work import Work
from signing.pades.byte_range import last_gap
from signing.pades.value import control_code
from signing.requests.models import Role
from signing.requests.queries import get_request, signature_of
from signing.sessions.models import Kind, SessionState, SigningSession
from signing.sessions.secret import secret_of

HASH = "SHA-256"


@dataclass(frozen=True)
class ShownSession:
    """`attributes` is DER of what the key signs, `digest` its SHA-256; `certificate` (DER) the key's that must sign.

    `secret` comes back with the value; `asked` says whether the telephone was reached.
    """

    id: UUID
    request_id: UUID
    kind: Kind
    state: SessionState
    reason: str
    asked: bool
    attributes: bytes
    certificate: bytes
    document_sha256: str
    summary: str
    expires_at: datetime
    secret: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.attributes).digest()

    @property
    def hash_algorithm(self) -> str:
        return HASH

    @property
    def control_code(self) -> str:
        return control_code(self.attributes)


def covered_octets(work: Work, session: SigningSession) -> bytes:
    """What a detached CMS is made over: the prepared revision without the place that waits for the signature."""
    signature = signature_of(get_request(work, session.request_id), Role.OFFICIAL)
    assert signature is not None  # noqa: S101 - as below
    revision = work.tools[Storage].get(signature.revision_sha256)
    gap = last_gap(revision)
    return revision[: gap.start] + revision[gap.end :]


def shown_session(work: Work, session: SigningSession) -> ShownSession:
    """The session; one whose time has passed is shown as expired before anybody wrote it down."""
    request = get_request(work, session.request_id)
    signature = signature_of(request, Role.OFFICIAL)
    assert signature is not None  # noqa: S101 - stored before the session was opened, and never removed
    late = session.state == SessionState.OPEN and work.clock.now() >= session.expires_at
    return ShownSession(
        id=session.id,
        request_id=session.request_id,
        kind=session.kind,
        state=SessionState.EXPIRED if late else session.state,
        reason=session.reason or "",
        asked=session.ticket is not None,
        attributes=signature.attributes,
        certificate=signature.certificate,
        document_sha256=request.document_sha256,
        summary=request.summary,
        expires_at=session.expires_at,
        secret=secret_of(work.tools, session),
    )
