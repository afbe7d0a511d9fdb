"""Who may give which image, what stays on record, and what a document that is prepared then shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.errors import DetailsNotAccepted
from licensing.accounts.roles import Role
from licensing.images.errors import ImageNotFound, ImageNotYours, PictureNotTransparent
from licensing.images.models import AppearanceImage
from licensing.images.queries import picture_of, signatories, stamp_images, versions, visible_image
from licensing.images.stamps import NO_IMAGES
from licensing.images.take_into_use import take_seal_into_use, take_signature_into_use
from licensing.images.withdraw import withdraw_image
from signing.pades.picture import read_picture
from tests.licensing.factories import AGENCY, Cast, an_agency, an_officer
from tests.licensing.images.pictures import BLUE, SCRIPT, a_seal, a_signature, saved
from tests.licensing.images.test_draw import on_white

WIDTH, SEAL_WIDTH = Decimal("45.0"), Decimal("36.0")


def sign_with(unit: UnitOfWork, actor: Actor, content: bytes = a_signature()) -> UUID:
    return take_signature_into_use(unit, actor, content, WIDTH)


def seal_with(unit: UnitOfWork, actor: Actor, content: bytes = a_seal()) -> UUID:
    return take_seal_into_use(unit, actor, AGENCY.code, content, SEAL_WIDTH)


def test_images_are_taken_into_use_by_person_and_administrator(
    unit: UnitOfWork, cast: Cast, administrator: Actor
) -> None:
    with unit.begin(SYSTEM) as work:
        assert stamp_images(work, cast.approver.account_id, AGENCY.code) == NO_IMAGES
    own, seal = sign_with(unit, cast.approver), seal_with(unit, administrator)
    with unit.begin(administrator) as work:
        images = stamp_images(work, cast.approver.account_id, AGENCY.code)
        assert images.pictures == (visible_image(work, own).sha256, visible_image(work, seal).sha256)
        assert images.seal is not None and (images.seal.size.width, images.seal.size.height) == (36.0, 36.0)
        (person,) = signatories(work, AGENCY.code)
        assert person.image is not None and person.image.id == own
        assert read_picture(picture_of(work, own)).bits


def test_another_image_takes_its_place_and_the_first_stays_on_record(unit: UnitOfWork, cast: Cast) -> None:
    first = sign_with(unit, cast.approver)
    second = sign_with(unit, cast.approver, a_signature(size=(700, 240)))
    with unit.begin(cast.approver) as work:
        found = versions(work, account_id=cast.approver.account_id)
        assert [image.id for image in found] == [second, first]
        assert [image.in_use for image in found] == [True, False]
        assert found[1].ended_by == cast.approver.id and found[1].end_reason == ""
        assert work.tools[Storage].get(found[1].sha256)


def test_the_same_image_again_changes_nothing(unit: UnitOfWork, cast: Cast) -> None:
    assert sign_with(unit, cast.approver) == sign_with(unit, cast.approver)


def test_two_uploads_at_once_leave_one_in_use(live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        an_agency(work)
        approver = an_officer(work, Role.APPROVER, key="official-lanhdao")
    pictures = [a_signature(size=(500 + step, 240)) for step in range(0, 80, 20)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda content: sign_with(live_unit, approver, content), pictures))
    with live_unit.begin(SYSTEM) as work:
        found = versions(work, account_id=approver.account_id)
        assert {image.id for image in found} == set(made) and len(found) == 4
        assert sum(image.in_use for image in found) == 1


def test_what_is_refused_leaves_no_trace(unit: UnitOfWork, cast: Cast, administrator: Actor) -> None:
    with pytest.raises(PictureNotTransparent):
        sign_with(unit, cast.approver, on_white(a_signature(BLUE)))
    with pytest.raises(ImageNotYours):
        seal_with(unit, cast.approver)
    with pytest.raises(ImageNotYours):
        sign_with(unit, administrator)
    with unit.begin(SYSTEM) as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(AppearanceImage)) == 0


def test_an_administrator_takes_out_of_use_and_says_why(unit: UnitOfWork, cast: Cast, administrator: Actor) -> None:
    own = sign_with(unit, cast.approver)
    with unit.begin(administrator) as work:
        with pytest.raises(DetailsNotAccepted):
            withdraw_image(work, own, "  ")
        withdraw_image(work, own, "Mẫu chữ ký đã thay đổi.")
    with unit.begin(administrator) as work:
        withdraw_image(work, own, "Một lần nữa.")
        image = visible_image(work, own)
        assert (image.end_reason, image.ended_by) == ("Mẫu chữ ký đã thay đổi.", administrator.id)
        assert stamp_images(work, cast.approver.account_id, AGENCY.code) == NO_IMAGES


def test_a_signatory_may_withdraw_their_own_but_not_the_seal(
    unit: UnitOfWork, cast: Cast, administrator: Actor
) -> None:
    own, seal = sign_with(unit, cast.approver), seal_with(unit, administrator)
    with unit.begin(cast.approver) as work:
        assert not withdraw_image(work, own, "Không dùng nữa.").in_use
        with pytest.raises(ImageNotFound):
            withdraw_image(work, seal, "Không được.")


def test_others_learn_of_no_image(unit: UnitOfWork, cast: Cast) -> None:
    own = sign_with(unit, cast.approver)
    for stranger in (cast.clerk, cast.applicant):
        with unit.begin(stranger) as work, pytest.raises(ImageNotFound):
            picture_of(work, own)


def test_what_was_sent_is_named_but_not_kept(unit: UnitOfWork, cast: Cast) -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    import io

    from PIL import Image

    with Image.open(io.BytesIO(a_signature())) as picture:
        sent = saved(picture, pnginfo=told)
    assert SCRIPT in sent
    own = sign_with(unit, cast.approver, sent)
    with unit.begin(cast.approver) as work:
        image = visible_image(work, own)
        assert image.sha256 != image.sent_sha256
        assert SCRIPT not in work.tools[Storage].get(image.sha256)
