"""The to-be-signed revision of one signature: made outside any transaction, stored before the key is asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from config import tokens
from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork, Work
from signing.pades.appearance import OFFICIAL_STAMP, SEAL_STAMP, STAMPS
from signing.pades.picture import picture_stamp
from signing.pades.prepare import PreparedRevision, prepare
from signing.requests.errors import AlreadySigned
from signing.requests.file import refuse_void
from signing.requests.models import Role, Signature, SigningRequest
from signing.requests.queries import get_request, signature_of
from signing.sessions.queries import refuse_locked
from signing.signer.client import KeyInfo

FIELDS = {Role.OFFICIAL: "Official", Role.SEAL: "Seal"}


def make_revision(unit: UnitOfWork, request: SigningRequest, role: Role, base: str, key: KeyInfo) -> PreparedRevision:
    """The document `base` (SHA-256) with the stamp and an empty signature in the role's field; a seal fills blanks."""
    at = unit.clock.now()
    content = unit.tools[Storage].get(base)
    filled = request.filled if role is Role.SEAL else None
    return prepare(content, FIELDS[role], key.certificate, key.chain, make_stamp(unit, request, role, at), at, filled)


def make_stamp(unit: UnitOfWork, request: SigningRequest, role: Role, at: datetime) -> bytes:
    """The visible stamp as a page: the picture that the preparation names, or else words."""
    picture = request.stamps.get("official_image" if role is Role.OFFICIAL else "seal_image")
    if picture:
        x1, y1, x2, y2 = stamp_box(request, role)
        return picture_stamp(unit.tools[Storage].get(picture), x2 - x1, y2 - y1)
    return unit.tools[Typesetter].typeset(
        STAMPS,
        OFFICIAL_STAMP if role is Role.OFFICIAL else SEAL_STAMP,
        stamp_data(request, role, at.astimezone(unit.clock.zone).isoformat(timespec="seconds")),
        at=at,
        standards=(),
        tagged=False,
    )


def stamp_data(request: SigningRequest, role: Role, signed_at: str) -> dict[str, object]:
    """What the stamp's template is given; `signed_at` in ISO 8601 with the local offset (NĐ 30/2020, annex I)."""
    x1, y1, x2, y2 = stamp_box(request, role)
    size: dict[str, object] = {"width": x2 - x1, "height": y2 - y1}
    if role is Role.OFFICIAL:
        return size | {"name": request.signatory_name, "signed_at": signed_at}
    return size | {"agency": request.stamps["seal_text"], "note": request.stamps["seal_note"]}


def stamp_box(request: SigningRequest, role: Role) -> tuple[float, float, float, float]:
    """The corners of the role's field in points."""
    x1, y1, x2, y2 = request.stamps["official_box" if role is Role.OFFICIAL else "seal_box"]
    return x1, y1, x2, y2


def store_revision(
    unit: UnitOfWork, request_id: UUID, role: Role, key: KeyInfo, name: str, prepared: PreparedRevision, again: bool
) -> Signature:
    """Put a revision on record and give back the one that counts: with `again` a newer unanswered one replaces it.

    One that somebody is signing elsewhere is not replaced (DocumentLocked).
    """
    digest = unit.tools[Storage].put(prepared.revision)
    with unit.begin(SYSTEM) as work:
        request = get_request(work, request_id, lock=True)
        refuse_void(request)
        if role is Role.OFFICIAL:
            refuse_locked(work, request_id)
        signature = signature_of(request, role) or _new(work, request, role)
        if signature.value is not None:
            if again:
                raise AlreadySigned(later("This document is signed already."))
            return signature
        if again or not signature.attributes:
            signature.key, signature.certificate, signature.chain = name, key.certificate, key.chain
            signature.revision_sha256, signature.attributes = digest, prepared.attributes
            signature.prepared_at = work.clock.now()
    return signature


def _new(work: Work, request: SigningRequest, role: Role) -> Signature:
    signature = Signature(id=tokens.new_id(), request_id=request.id, role=role, attributes=b"")
    work.session.add(signature)
    return signature
