"""A new image of a signature or a seal comes into use; the one before it stays on record.

The picture is looked into and drawn anew outside any transaction: that is another process's work.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from uuid import UUID

from config import tokens
from config.access import Actor
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Kind as Side
from licensing.accounts.queries import account_by_id, agency_by_code
from licensing.accounts.roles import DECIDE, MANAGE_AGENCY
from licensing.images.draw import draw_anew
from licensing.images.errors import ImageNotYours
from licensing.images.events import ImageTakenIntoUse
from licensing.images.models import AppearanceImage
from licensing.images.queries import image_in_use
from licensing.images.rules import Kind


def take_signature_into_use(unit: UnitOfWork, actor: Actor, content: bytes, width_mm: Decimal) -> UUID:
    """The caller's own signature, for what they sign from now on. Raises what `draw_anew` raises, ImageNotYours."""
    if not actor.may(DECIDE):
        raise ImageNotYours(later("Only who signs for an agency has an image of a signature here."))
    return _take(unit, actor, Kind.SIGNATURE, content, width_mm, account_id=actor.account_id)


def take_seal_into_use(unit: UnitOfWork, actor: Actor, agency_code: str, content: bytes, width_mm: Decimal) -> UUID:
    """The seal of an agency that the caller administers. Raises what `draw_anew` raises, ImageNotYours."""
    if not actor.may(MANAGE_AGENCY, agency_code):
        raise ImageNotYours(later("Only an administrator of the agency may change the image of its seal."))
    return _take(unit, actor, Kind.SEAL, content, width_mm, agency_code=agency_code)


def _take(
    unit: UnitOfWork,
    actor: Actor,
    kind: Kind,
    content: bytes,
    width_mm: Decimal,
    account_id: UUID | None = None,
    agency_code: str | None = None,
) -> UUID:
    image = draw_image(unit, kind, content, width_mm)
    image.account_id, image.agency_code, image.uploaded_by = account_id, agency_code, actor.account_id
    with unit.begin(actor) as work:
        return put_in_place(work, image).id


def draw_image(unit: UnitOfWork, kind: Kind, content: bytes, width_mm: Decimal) -> AppearanceImage:
    """The picture drawn anew and stored; nobody's yet, and not on record. Raises what `draw_anew` raises."""
    drawn = draw_anew(content, kind, width_mm)
    return AppearanceImage(
        id=tokens.new_id(),
        kind=kind,
        sha256=unit.tools[Storage].put(drawn.png),
        sent_sha256=hashlib.sha256(content).hexdigest(),
        width_mm=width_mm,
        height_mm=drawn.height_mm,
    )


def put_in_place(work: Work, image: AppearanceImage) -> AppearanceImage:
    """Let `image` follow the one in use; the very same picture in the same size changes nothing."""
    if image.account_id is not None:
        account = account_by_id(work, image.account_id, lock=True)  # two uploads at once go one after the other
        if account.kind != Side.OFFICIAL:
            raise ImageNotYours(later("Only who signs for an agency has an image of a signature here."))
    elif image.agency_code is not None:
        work.session.refresh(agency_by_code(work, image.agency_code), with_for_update={"key_share": True})
    present = image_in_use(work, image.account_id, image.agency_code)
    if present is not None:
        if (present.sha256, present.width_mm) == (image.sha256, image.width_mm):
            return present
        present.ended_at, present.ended_by = work.clock.now(), image.uploaded_by
        work.session.flush()
    image.uploaded_at = work.clock.now()
    work.session.add(image)
    work.session.flush()
    work.record(ImageTakenIntoUse(image.id, image.sha256))
    return image
