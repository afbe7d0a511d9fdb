"""Which images are on record, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from config.storage import Storage
from config.unit_of_work import Work
from licensing.accounts.errors import AgencyNotFound
from licensing.accounts.models import Account, Agency, Appointment, Position
from licensing.accounts.queries import agencies, agency_by_code, in_force, names_of
from licensing.accounts.roles import MANAGE_AGENCY
from licensing.images.errors import ImageNotFound
from licensing.images.models import AppearanceImage
from licensing.images.rules import Kind
from licensing.images.stamps import StampImage, StampImages
from signing.pades.placement import Size


@dataclass(frozen=True)
class Signatory:
    """Who signs for an agency today, with the image of the signature, if there is one."""

    account_id: UUID
    name: str
    title_vi: str
    title_en: str
    image: AppearanceImage | None


def image_in_use(work: Work, account_id: UUID | None = None, agency_code: str | None = None) -> AppearanceImage | None:
    """The image of a person's signature, or of an agency's seal."""
    query = sa.select(AppearanceImage).where(AppearanceImage.ended_at.is_(None))
    return work.session.scalar(query.where(*_owner(account_id, agency_code)))


def versions(work: Work, account_id: UUID | None = None, agency_code: str | None = None) -> Sequence[AppearanceImage]:
    """All images that a person or an agency ever had: the one in use first, then from the newest on."""
    query = sa.select(AppearanceImage).where(*_owner(account_id, agency_code))
    order = (AppearanceImage.ended_at.desc().nulls_first(), AppearanceImage.uploaded_at.desc(), AppearanceImage.id)
    return work.session.scalars(query.order_by(*order)).all()


def who_uploaded(work: Work, images: Sequence[AppearanceImage]) -> dict[UUID, str]:
    """Names of those who uploaded images or took them out of use."""
    ids = {image.uploaded_by for image in images} | {image.ended_by for image in images if image.ended_by}
    return names_of(work, list(ids))


def signatories(work: Work, agency_code: str) -> list[Signatory]:
    """Who may sign for the agency today, by name."""
    query = (
        sa.select(Account.id, Account.name, Position.title_vi, Position.title_en)
        .join(Appointment, Appointment.account_id == Account.id)
        .join(Position, Position.id == Appointment.position_id)
        .where(
            Position.agency_code == agency_code,
            Position.may_sign.is_(True),
            Account.active.is_(True),
            in_force(Appointment, work.clock.today()),
        )
        .order_by(Account.name, Account.id)
    )
    return [Signatory(*row, image=image_in_use(work, row[0])) for row in work.session.execute(query)]


def managed_agencies(work: Work) -> list[Agency]:
    """The agencies that the caller administers."""
    return [agency for agency in agencies(work) if work.actor.may(MANAGE_AGENCY, agency.code)]


def managed_agency(work: Work, code: str) -> Agency:
    """The agency, if the caller administers it; a stranger's is not to be told apart from none (AgencyNotFound)."""
    if not work.actor.may(MANAGE_AGENCY, code):
        raise AgencyNotFound("There is no such agency.")
    return agency_by_code(work, code)


def may_manage(work: Work, image: AppearanceImage) -> bool:
    """Whether the caller administers the agency of a seal, or one for which the person signs or has signed."""
    if image.agency_code is not None:
        return work.actor.may(MANAGE_AGENCY, image.agency_code)
    query = (
        sa.select(Position.agency_code)
        .join(Appointment, Appointment.position_id == Position.id)
        .where(Appointment.account_id == image.account_id)
    )
    return any(work.actor.may(MANAGE_AGENCY, code) for code in work.session.scalars(query))


def visible_image(work: Work, image_id: UUID) -> AppearanceImage:
    """The image, if it is the caller's own or of an agency that they administer; raises ImageNotFound."""
    image = work.session.get(AppearanceImage, image_id)
    if image is None or (image.account_id != work.actor.id and not may_manage(work, image)):
        raise ImageNotFound("There is no such image.")
    return image


def picture_of(work: Work, image_id: UUID) -> bytes:
    """The PNG of an image that the caller may see."""
    return work.tools[Storage].get(visible_image(work, image_id).sha256)


def stamp_images(work: Work, account_id: UUID, agency_code: str) -> StampImages:
    """What a document that is prepared now will show of this signatory and this agency."""
    return StampImages(
        _stamp_image(image_in_use(work, account_id=account_id)),
        _stamp_image(image_in_use(work, agency_code=agency_code)),
    )


def _stamp_image(image: AppearanceImage | None) -> StampImage | None:
    if image is None:
        return None
    return StampImage(image.sha256, Size(float(image.width_mm), float(image.height_mm)))


def _owner(account_id: UUID | None, agency_code: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    if account_id is not None:
        return AppearanceImage.kind == Kind.SIGNATURE, AppearanceImage.account_id == account_id
    return AppearanceImage.kind == Kind.SEAL, AppearanceImage.agency_code == agency_code
