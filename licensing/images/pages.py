"""Pages of images: a signatory's own signature, and an administrator's view of seals and signatures of an agency.

A preview shows the stored picture where stamps will show it, on a piece of paper drawn beside the form.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request

from config.access import begin_work, current_actor, current_unit, requires
from config.error_pages import said
from config.errors import RuleBroken
from config.languages import translated
from config.pages import Pages, page_address
from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.errors import DetailsNotAccepted
from licensing.accounts.roles import DECIDE, MANAGE_AGENCY
from licensing.images.errors import PictureSizeWrong
from licensing.images.models import AppearanceImage
from licensing.images.preview import preview
from licensing.images.queries import (
    managed_agencies,
    managed_agency,
    picture_of,
    signatories,
    versions,
    visible_image,
    who_uploaded,
)
from licensing.images.rules import Kind, law_of, width_stated
from licensing.images.take_into_use import take_seal_into_use, take_signature_into_use
from licensing.images.withdraw import withdraw_image

pages = Pages("images", __name__)
SIGNATURE, DESK = "/account/signature", "/desk/images"
ONE = "/images/<uuid:image_id>"
HEADERS = {
    "Content-Type": "image/png",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=600",  # the bytes behind the address never change
}
NO_FILE = later("Choose a file first.")
IN_USE = later("The image is in use. Documents that are prepared from now on show it.")
OUT_OF_USE = later("The image is out of use. It stays on record.")
Typed = tuple[str, dict[str, str]]  # the width as typed, and what is wrong by field
NOTHING_TYPED: Typed = ("", {})


@pages.get(SIGNATURE)
@requires(DECIDE)
def my_signature() -> Any:
    """One's own signature as documents show it, and a form for another."""
    return signature_page(NOTHING_TYPED)


@pages.post(SIGNATURE)
@requires(DECIDE)
def put_my_signature() -> Any:
    """Take a picture of one's own signature into use."""
    typed = uploaded(
        Kind.SIGNATURE, lambda content, width: take_signature_into_use(current_unit(), current_actor(), content, width)
    )
    return make_response(signature_page(typed), 422) if typed else to_page("my_signature")


@pages.get(DESK)
@requires(MANAGE_AGENCY)
def overview() -> Any:
    """Seals and signatures of the agencies that the caller administers."""
    with begin_work() as work:
        found = [(agency, signatories(work, agency.code)) for agency in managed_agencies(work)]
        seals = {agency.code: versions(work, agency_code=agency.code) for agency, _ in found}
        return render_template("images/overview.html", agencies=found, seals=seals, preview=preview)


@pages.get(f"{DESK}/<agency_code>")
@requires(MANAGE_AGENCY)
def seal(agency_code: str) -> Any:
    """The seal of an agency as documents show it, and a form for another."""
    return seal_page(agency_code, NOTHING_TYPED)


@pages.post(f"{DESK}/<agency_code>")
@requires(MANAGE_AGENCY)
def put_seal(agency_code: str) -> Any:
    """Take a picture of an agency's seal into use."""
    typed = uploaded(
        Kind.SEAL,
        lambda content, width: take_seal_into_use(current_unit(), current_actor(), agency_code, content, width),
    )
    return make_response(seal_page(agency_code, typed), 422) if typed else to_page("seal", agency_code=agency_code)


@pages.get(f"{ONE}/picture")
@requires(DECIDE, MANAGE_AGENCY)
def picture(image_id: UUID) -> Response:
    """The picture as it was drawn anew; nothing of the file that was sent."""
    with begin_work() as work:
        return Response(picture_of(work, image_id), headers=HEADERS)


@pages.get(f"{ONE}/withdrawal")
@requires(DECIDE, MANAGE_AGENCY)
def withdrawal(image_id: UUID) -> Any:
    """Ask why the image goes out of use."""
    with begin_work() as work:
        image = visible_image(work, image_id)
        return withdrawal_page(work, image, NOTHING_TYPED) if image.in_use else back_from(work, image)


@pages.post(f"{ONE}/withdrawal")
@requires(DECIDE, MANAGE_AGENCY)
def withdraw(image_id: UUID) -> Any:
    """Take the image out of use; a second click finds it so."""
    reason = request.form.get("reason", "")
    try:
        with begin_work() as work:
            withdraw_image(work, image_id, reason)
    except DetailsNotAccepted as refusal:
        with begin_work() as work:
            page = withdrawal_page(work, visible_image(work, image_id), (reason, {"reason": translated(said(refusal))}))
        return make_response(page, 422)
    with begin_work() as work:
        return back_from(work, visible_image(work, image_id))


def uploaded(kind: Kind, take: Callable[[bytes, Decimal], object]) -> Typed | None:
    """Do what the form asks; what was typed and is wrong, or None when it is done."""
    typed, upload = request.form.get("width_mm", "").strip(), request.files.get("file")
    faults: dict[str, str] = {}
    if upload is None or not upload.filename:
        faults["file"] = translated(NO_FILE)
    try:
        width = width_stated(kind, request.form)
    except PictureSizeWrong as refusal:
        faults["width_mm"] = translated(said(refusal))
    if faults or upload is None:
        return typed, faults
    try:
        take(upload.read(), width)
    except RuleBroken as refusal:
        field = "width_mm" if isinstance(refusal, PictureSizeWrong) else "file"
        return typed, {field: translated(said(refusal))}
    flash(translated(IN_USE), "success")
    return None


def to_page(endpoint: str, **values: Any) -> Any:
    """Go on to a page of this room."""
    return redirect(page_address(f"images_pages.{endpoint}", **values), 303)


def back_from(work: Work, image: AppearanceImage) -> Any:
    """To the page where the image stood."""
    flash(translated(OUT_OF_USE), "success")
    if image.agency_code is not None:
        return to_page("seal", agency_code=image.agency_code)
    return to_page("my_signature" if image.account_id == work.actor.id else "overview")


def signature_page(typed: Typed) -> str:
    """The page of one's own signature."""
    with begin_work() as work:
        found = versions(work, account_id=work.actor.account_id)
        agencies = work.actor.agencies(DECIDE)
        person = next((one for code in agencies for one in signatories(work, code) if one.image in found), None)
        return render_template("images/signature.html", person=person, **shown(work, Kind.SIGNATURE, found, typed))


def seal_page(agency_code: str, typed: Typed) -> str:
    """The page of an agency's seal."""
    with begin_work() as work:
        agency = managed_agency(work, agency_code)
        found = versions(work, agency_code=agency_code)
        return render_template("images/seal.html", agency=agency, **shown(work, Kind.SEAL, found, typed))


def shown(work: Work, kind: Kind, found: Any, typed: Typed) -> dict[str, Any]:
    """What both pages show: the image in use, those before, the law, the form."""
    width, faults = typed
    present = found[0] if found and found[0].in_use else None
    return {
        "present": present,
        "earlier": [image for image in found if image is not present],
        "names": who_uploaded(work, found),
        "law": law_of(kind),
        "preview": preview,
        "typed": width or (f"{float(present.width_mm):g}" if present and not faults else ""),
        "faults": {"file": None, "width_mm": None} | faults,
        "summary": [{"text": text, "href": f"#{field}"} for field, text in faults.items()],
    }


def withdrawal_page(work: Work, image: AppearanceImage, typed: Typed) -> str:
    """The form that asks for the reason."""
    reason, faults = typed
    return render_template(
        "images/withdrawal.html",
        image=image,
        own=image.account_id == work.actor.id,
        reason=reason,
        fault=faults.get("reason"),
        summary=[{"text": text, "href": f"#{field}"} for field, text in faults.items()],
        preview=preview,
    )
