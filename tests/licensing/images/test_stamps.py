"""A paper that is prepared with images: its fields stand where they do, its stamps show them, and it stays valid."""

from __future__ import annotations

import io
from decimal import Decimal

import pikepdf
import pytest

from config.access import SYSTEM, Actor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role as Office
from licensing.decisions.events import DecisionRefused
from licensing.decisions.models import Decision
from licensing.decisions.prepare_refusal import prepare_refusal
from licensing.images.stamps import StampImage, StampImages
from licensing.images.take_into_use import take_seal_into_use, take_signature_into_use
from licensing.images.withdraw import withdraw_image
from licensing.papers.refusal import BOXES, KIND
from signing.pades.picture import read_picture
from signing.pades.placement import POINTS, Size
from signing.requests.complete import complete_signature
from signing.requests.models import Role, SigningRequest
from signing.requests.queries import get_request, request_for, signature_of
from signing.requests.seal import order_seal, seal_request
from signing.requests.sign import sign_request
from tests.licensing.factories import AGENCY, Cast, a_cast, a_refusal, an_officer
from tests.licensing.images.pictures import a_seal, a_signature

PIN = "123456"


@pytest.fixture
def cast(live_unit: UnitOfWork) -> Cast:
    with live_unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def administrator(live_unit: UnitOfWork, cast: Cast) -> Actor:
    with live_unit.begin(SYSTEM) as work:
        return an_officer(work, Office.ADMINISTRATOR)


@pytest.fixture
def decision(live_unit: UnitOfWork, cast: Cast) -> Decision:
    with live_unit.begin(SYSTEM) as work:
        return a_refusal(work, cast)


def prepared(unit: UnitOfWork, decision: Decision) -> SigningRequest:
    prepare_refusal(unit, DecisionRefused(decision.id, decision.application_id))
    with unit.begin(SYSTEM) as work:
        request = request_for(work, KIND, str(decision.id))
        assert request is not None
        return request


def test_both_stamps_show_the_images_that_the_preparation_names(
    live_unit: UnitOfWork, cast: Cast, administrator: Actor, decision: Decision
) -> None:
    own = take_signature_into_use(live_unit, cast.approver, a_signature(), Decimal(45))
    take_seal_into_use(live_unit, administrator, AGENCY.code, a_seal(), Decimal(36))
    request = prepared(live_unit, decision)
    with live_unit.begin(cast.approver) as work:  # what is prepared keeps the image that it was prepared with
        withdraw_image(work, own, "Đổi mẫu chữ ký.")

    sign_request(live_unit, request.id, str(cast.approver.id), PIN)
    complete_signature(live_unit, request.id, Role.OFFICIAL)
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request.id)
    seal_request(live_unit, request.id)

    storage = live_unit.tools[Storage]
    with live_unit.begin(SYSTEM) as work:
        sealed = signature_of(get_request(work, request.id), Role.SEAL)
        assert sealed is not None and sealed.result_sha256 is not None
        content = storage.get(sealed.result_sha256)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for field, name in zip(list(pdf.Root.AcroForm.Fields)[:2], ("official", "seal"), strict=True):
            picture = read_picture(storage.get(request.stamps[f"{name}_image"]))
            (image,) = field.AP.N.Resources.XObject.values()
            assert image.SMask.read_raw_bytes() == picture.rows
            assert (int(image.Width), int(image.Height)) == (picture.width, picture.height)
            corners = [round(float(edge), 2) for edge in field.Rect]
            assert corners == [pytest.approx(edge, abs=0.02) for edge in request.stamps[f"{name}_box"]]
        seal = list(pdf.Root.AcroForm.Fields)[1]
        assert float(seal.Rect[2] - seal.Rect[0]) == pytest.approx(36 * POINTS, abs=0.05)


def test_without_images_words_stand_in_the_places_of_the_layout(live_unit: UnitOfWork, decision: Decision) -> None:
    stamps = prepared(live_unit, decision).stamps
    assert (stamps["official_image"], stamps["seal_image"]) == (None, None)
    assert (tuple(stamps["official_box"]), tuple(stamps["seal_box"])) == BOXES


def test_a_seal_without_a_signatures_image_covers_the_left_third_of_its_place() -> None:
    official, seal = StampImages(seal=StampImage("", Size(36, 36))).places(*BOXES)
    assert official == BOXES[0]
    assert (seal[2] - official[0]) / (official[2] - official[0]) == pytest.approx(1 / 3, abs=0.001)


def test_a_signatures_image_without_a_seals_leaves_the_seals_place() -> None:
    official, seal = StampImages(signature=StampImage("", Size(40, 15))).places(*BOXES)
    assert seal == BOXES[1]
    assert official != BOXES[0]
