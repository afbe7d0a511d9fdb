"""Images of signatures and seals over HTTP: one's own signature, an agency's seal, and the pictures themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, current_actor, current_unit, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import DECIDE, MANAGE_AGENCY
from licensing.images.models import AppearanceImage
from licensing.images.queries import managed_agency, picture_of, versions, visible_image
from licensing.images.rules import Kind, checked_width
from licensing.images.schemas import (
    UPLOAD,
    ImageFilesSchema,
    ImageFormSchema,
    ImageSchema,
    ImageWithdrawalSchema,
)
from licensing.images.take_into_use import take_seal_into_use, take_signature_into_use
from licensing.images.withdraw import withdraw_image

images = Blueprint("images", __name__, url_prefix="/v1", description="What stamps show of signatures and seals")
MINE, SEALS = "/me/signature-images", "/agencies/<agency_code>/seal-images"


@images.get(MINE)
@images.response(200, ImageSchema(many=True))
@images.doc(**SIGNED_IN)
@requires(DECIDE)
def my_images() -> Sequence[AppearanceImage]:
    """The images that one's own signature ever had; the one in use, if there is one, first."""
    with begin_work() as work:
        return versions(work, account_id=work.actor.account_id)


@images.post(MINE)
@images.arguments(ImageFilesSchema, location="files")
@images.arguments(ImageFormSchema, location="form", content_type="multipart/form-data")
@images.response(201, ImageSchema)
@images.doc(**SIGNED_IN, requestBody=UPLOAD)
@requires(DECIDE)
def put_my_image(files: dict[str, Any], form: dict[str, Any]) -> AppearanceImage:
    """Take a picture of one's own signature into use, for what is prepared from now on."""
    width = checked_width(Kind.SIGNATURE, form["width_mm"])
    return shown(take_signature_into_use(current_unit(), current_actor(), files["file"].read(), width))


@images.get(SEALS)
@images.response(200, ImageSchema(many=True))
@images.doc(**SIGNED_IN)
@requires(MANAGE_AGENCY)
def seal_images(agency_code: str) -> Sequence[AppearanceImage]:
    """The images that an agency's seal ever had; the one in use, if there is one, first."""
    with begin_work() as work:
        return versions(work, agency_code=managed_agency(work, agency_code).code)


@images.post(SEALS)
@images.arguments(ImageFilesSchema, location="files")
@images.arguments(ImageFormSchema, location="form", content_type="multipart/form-data")
@images.response(201, ImageSchema)
@images.doc(**SIGNED_IN, requestBody=UPLOAD)
@requires(MANAGE_AGENCY)
def put_seal_image(files: dict[str, Any], form: dict[str, Any], agency_code: str) -> AppearanceImage:
    """Take a picture of an agency's seal into use, for what is prepared from now on."""
    with begin_work() as work:
        code = managed_agency(work, agency_code).code
    width = checked_width(Kind.SEAL, form["width_mm"])
    return shown(take_seal_into_use(current_unit(), current_actor(), code, files["file"].read(), width))


@images.get("/images/<uuid:image_id>/picture")
@images.response(200, {"type": "string", "format": "binary"}, content_type="image/png")
@images.doc(**SIGNED_IN)
@requires(DECIDE, MANAGE_AGENCY)
def image_picture(image_id: UUID) -> Response:
    """The picture as stamps show it."""
    with begin_work() as work:
        content = picture_of(work, image_id)
    return Response(content, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@images.post("/images/<uuid:image_id>/withdrawal")
@images.arguments(ImageWithdrawalSchema)
@images.response(200, ImageSchema)
@images.doc(**SIGNED_IN)
@requires(DECIDE, MANAGE_AGENCY)
def withdraw(details: dict[str, str], image_id: UUID) -> AppearanceImage:
    """Take an image out of use; it stays on record."""
    with begin_work() as work:
        return withdraw_image(work, image_id, details["reason"])


def shown(image_id: UUID) -> AppearanceImage:
    """An image that was just taken into use."""
    with begin_work() as work:
        return visible_image(work, image_id)
