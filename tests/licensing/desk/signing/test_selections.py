"""Ticks are kept: hundreds are looked at one by one, and one that is returned unticks no other."""

from __future__ import annotations

from uuid import UUID

import pytest

from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import DECIDE
from licensing.accounts.roles import Role as Office
from licensing.decisions.models import Decision
from licensing.licences.errors import SelectionNotFound
from licensing.licences.selections import MOST, keep_selection, selected
from licensing.licences.waiting import ready_documents
from signing.requests.models import SigningRequest
from signing.signer.authorisations import MOST_DOCUMENTS
from tests.documents import work_off
from tests.licensing.desk.conftest import Desk
from tests.licensing.desk.signing.conftest import look_at
from tests.licensing.factories import AGENCY, Cast, an_officer


def test_hundreds_are_ticked_kept_and_looked_at_by_a_short_address(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID]
) -> None:
    desk.as_(cast.approver).get("/desk/signing")
    address = desk.post("/desk/signing/selections", document=[documents[2], documents[0]]).headers["Location"]
    assert len(address) < 100
    assert "Văn bản 1 trên 2" in desk.get(address)
    kept = address.rpartition("=")[2]
    for item in (documents[2], documents[0]):
        with unit.begin(SYSTEM) as work:
            digest = work.session.get_one(SigningRequest, item).document_sha256
        answer = desk.post("/desk/signing/view", list=kept, looked=item, sha256=digest)
        assert answer.headers["Location"].endswith(f"list={kept}")
    assert desk.post("/desk/signing/selections", all="1").status_code == 303  # everything that is ready
    with unit.begin(SYSTEM) as work:
        deputy = an_officer(work, Office.APPROVER, key="official-other")
    desk.as_(deputy).get(address, 404)  # somebody else's ticks


def test_every_ready_document_is_ticked_at_once_and_old_ticks_are_forgotten(
    unit: UnitOfWork, cast: Cast, clock: FrozenClock, documents: list[UUID]
) -> None:
    approver = Actor(cast.approver.id, "approver", {AGENCY.code: frozenset({DECIDE})})
    with unit.begin(approver) as work:
        assert set(ready_documents(work, sealing=False)) == set(documents)
        old = keep_selection(work, documents)
    clock.advance(days=8)
    with unit.begin(approver) as work:
        newer = keep_selection(work, documents[:1])
        assert selected(work, newer) == documents[:1]
        with pytest.raises(SelectionNotFound):
            selected(work, old)


def test_one_returned_with_a_reason_unticks_no_other(
    unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID], key: list[UUID]
) -> None:
    desk.as_(cast.approver)
    look_at(unit, desk, documents)
    kept = desk.post("/desk/signing/selections", document=documents).headers["Location"].rpartition("=")[2]
    page = desk.post(f"/desk/signing/return/{documents[1]}", list=kept, reason="  ")
    assert page.status_code == 422
    assert "Hãy ghi lý do." in page.text
    answer = desk.post(f"/desk/signing/return/{documents[1]}", list=kept, reason="Sai <b>địa chỉ</b>.")
    assert answer.status_code == 303
    with unit.begin(SYSTEM) as work:
        decision = work.session.get_one(Decision, UUID(work.session.get_one(SigningRequest, documents[1]).subject))
        assert (decision.set_aside_reason, decision.set_aside_by) == ("Sai <b>địa chỉ</b>.", cast.approver.id)
    shown = desk.get(f"/desk/signing/sign?list={kept}")
    assert "Ký 2 văn bản" in shown
    desk.post("/desk/signing/sign", list=kept, shown=f"{documents[0]} {documents[2]}", pin="123456")
    work_off(unit)
    assert set(key) == {documents[0], documents[2]}
    assert desk.post(f"/desk/signing/return/{documents[0]}", list=kept, reason="Muộn.").status_code == 409


def test_nobody_returns_what_another_signs(unit: UnitOfWork, desk: Desk, cast: Cast, documents: list[UUID]) -> None:
    with unit.begin(SYSTEM) as work:
        deputy = an_officer(work, Office.APPROVER, key="official-other")
    desk.as_(deputy).get("/desk/signing")
    answer = desk.post(f"/desk/signing/return/{documents[0]}", document=documents[0], reason="Không.")
    assert answer.status_code == 404


def test_as_many_are_ticked_as_one_pin_authorises() -> None:
    assert MOST == MOST_DOCUMENTS
