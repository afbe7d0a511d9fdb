"""A file of others can be good under a group of anchors; a licence never is, whatever rows somebody inserts."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from config.access import SYSTEM, Actor
from config.unit_of_work import UnitOfWork
from registry.verification import by_document
from registry.verification.by_document import verify_document
from registry.verification.examined import Examined
from registry.verification.pages import group_titles
from registry.verification.result import Colour, Finding
from signing.anchors.change import Purposes, open_group, take_in
from signing.anchors.models import Act, RevocationList, TrustEvent
from signing.trust.anchors import TrustStore
from tests.pki.build import foreign_pki
from tests.signing.anchors.build import others

BOTH = Purposes(signatures=True, timestamps=True)
TITLE = {"vi": "Tổ chức công cộng", "en": "Public authorities"}


@pytest.fixture
def trusting(live_unit: UnitOfWork) -> UnitOfWork:
    """Somebody else's root is an anchor, and its lists were fetched."""
    with live_unit.begin(Actor("lan", "Lan")) as work:
        open_group(work, "public-cas", TITLE, BOTH)
        take_in(work, "public-cas", others().root.der)
    keep(live_unit, ())
    return live_unit


def keep(unit: UnitOfWork, revoked: tuple[int, ...]) -> None:
    """The lists of both authorities, as if they had been fetched just now."""
    which, now = others(), unit.clock.now().replace(microsecond=0)
    with unit.begin(SYSTEM) as work:
        for authority, serials in ((which.root, ()), (which.issuing, revoked)):
            address = f"http://crl.example/{authority.certificate.serial_number}"
            sha256 = f"{authority.certificate.serial_number:064x}"[:64]
            who = {"at": now, "by": "lan", "by_name": "Lan", "group": "public-cas"}
            named = TrustEvent(**who, act=Act.LIST, sha256=sha256, certificate=authority.der, address=address)
            row = RevocationList(
                issuer_sha256=sha256,
                address=address,
                content=which.crl(authority, now, serials),
                this_update=now,
                next_update=datetime(2099, 1, 1, tzinfo=UTC),
                tried_at=now,
            )
            work.session.add(named)
            work.session.merge(row)


def test_a_file_of_others_is_amber_and_names_group_and_anchor(trusting: UnitOfWork) -> None:
    result = verify_document(trusting, others().signed())
    assert (result.finding, result.verdict) == (Finding.OTHERS_SIGNED, Colour.AMBER), result.reasons
    (signature,) = result.signatures
    assert signature["trust_group"] == "public-cas"
    assert "Another root" in signature["trust_anchor"]


def test_one_whose_signer_was_revoked_is_red(trusting: UnitOfWork) -> None:
    keep(trusting, (others().signer.certificate.serial_number,))
    result = verify_document(trusting, others().signed())
    assert result.finding in (Finding.OTHERS_REVOKED, Finding.UNKNOWN_ISSUER)
    assert any("revoked" in reason for reason in result.reasons)


def test_the_page_says_which_group_it_was(trusting: UnitOfWork, browser: FlaskClient) -> None:
    data = {"file": (BytesIO(others().signed()), "x.pdf")}
    page = browser.post("/verify", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert TITLE["vi"] in page.text
    with browser.application.app_context():
        assert group_titles([{"trust_group": "installation"}]) == {}


def test_a_licence_is_judged_under_the_installation_s_roots_alone(
    trusting: UnitOfWork, published: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _ = published
    assert verify_document(trusting, content).finding is Finding.VALID
    ours = trusting.tools[TrustStore]
    with trusting.begin(Actor("eve", "Eve")) as work:
        take_in(work, "public-cas", ours.roots[0])
    stranger = TrustStore.of([foreign_pki().root])
    trusting.tools.add(dataclasses.replace(stranger, algorithms=ours.algorithms))
    trusting.tools.add(Examined())
    asked: list[TrustStore] = []

    def noting(real: Any) -> Any:
        def asking(pdf: bytes, trust: TrustStore, *more: Any) -> Any:
            asked.append(trust)
            return real(pdf, trust, *more)

        return asking

    for door in ("examine", "validate_freshly"):
        monkeypatch.setattr(by_document, door, noting(getattr(by_document, door)))
    assert verify_document(trusting, content).verdict is not Colour.GREEN
    assert [one.groups for one in asked] == [()] * len(asked)
    assert asked
