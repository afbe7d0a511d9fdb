"""An image is taken out of use, by its person or by an administrator: from then on stamps are set in words again."""

from __future__ import annotations

from uuid import UUID

from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.rules import visible_line
from licensing.images.errors import ImageNotFound, ImageNotYours
from licensing.images.events import ImageWithdrawn
from licensing.images.models import AppearanceImage
from licensing.images.queries import may_manage, visible_image


def withdraw_image(work: Work, image_id: UUID, reason: str) -> AppearanceImage:
    """Take an image out of use; it stays on record. One that is out of use already stays as it is.

    A document that was prepared before keeps the image that it was prepared with. Raises ImageNotFound,
    ImageNotYours, and DetailsNotAccepted for a reason that is empty or cannot be read.
    """
    visible_image(work, image_id)
    image = work.session.get(AppearanceImage, image_id, with_for_update=True, populate_existing=True)
    if image is None:
        raise ImageNotFound("There is no such image.")
    if image.account_id != work.actor.id and not may_manage(work, image):
        raise ImageNotYours(later("Only the person, or an administrator of the agency, may do this."))
    if image.in_use:
        image.end_reason = visible_line(reason, "reason", 500)
        image.ended_at, image.ended_by = work.clock.now(), work.actor.account_id
        work.record(ImageWithdrawn(image.id, image.end_reason))
    return image
