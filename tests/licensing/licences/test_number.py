"""Numbers that clerks give: gapless whoever orders at once, gives up or comes again; fixed by the first order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import tokens
from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork, Work
from licensing.catalogue.publish import publish_revision
from licensing.licences.layout import blanks_needed
from licensing.licences.models import Licence
from licensing.licences.number import PURPOSE, licence_of_decision, number_licence, number_signed
from licensing.licences.prepare import reserve_licence
from registry.entries.models import NumberReservation
from registry.entries.numbering import void_number
from signing.pades.blanks import DATE, EXPIRY, NUMBER
from signing.pades.printed import printed
from signing.requests.errors import FilledOtherwise, NotYetSigned
from signing.requests.models import State
from signing.requests.queries import get_request
from signing.requests.seal import order_seal
from tests.licensing.factories import AGENCY, SINCE, a_cast, a_grant, a_signed_request, an_agency, kites

LICENCES = 8
ACTS = st.lists(st.tuples(st.integers(0, LICENCES - 1), st.booleans()), min_size=1, max_size=24)


class GivesUp(Exception):
    """A clerk's transaction ends without a commit."""


def signed_licences(work: Work, count: int, numbering: str = "after_signature") -> list[UUID]:
    """Requests of an agency of their own whose official has signed; nothing of it was typeset."""
    code = str(tokens.new_id())
    agency = an_agency(work, replace(AGENCY, code=code, seal_key=f"seal-{code}"))
    revision = publish_revision(work, kites(numbering), SINCE)
    made = []
    for _ in range(count):
        decision = tokens.new_id()
        licence = Licence(
            id=tokens.new_id(),
            decision_id=decision,
            application_id=tokens.new_id(),
            revision_id=revision.id,
            agency=agency.code,
            register_code=str(tokens.new_id())[-20:],
            reserved_at=work.clock.now(),
        )
        work.session.add(licence)
        made.append(a_signed_request(work, PURPOSE, str(decision), agency.code))
    return made


def ordered(unit: UnitOfWork, request_id: UUID, then: Callable[[], None] = lambda: None) -> dict[str, str] | None:
    """What the clerk does; what the blanks get."""
    with unit.begin(SYSTEM) as work:
        filled = order_seal(work, request_id, number_signed(work, get_request(work, request_id))).filled
        then()
        return filled


def licence_of(work: Work, request_id: UUID) -> Licence:
    subject = UUID(get_request(work, request_id).subject)
    return work.session.scalars(sa.select(Licence).where(Licence.decision_id == subject)).one()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_numbers_are_gapless_whoever_orders_at_once_gives_up_or_comes_again(
    unit: UnitOfWork, acts: list[tuple[int, bool]]
) -> None:
    with unit.begin(SYSTEM) as work:
        requests = signed_licences(work, LICENCES)

    def give_up() -> None:
        raise GivesUp

    def act(one: tuple[int, bool]) -> None:
        place, gives_up = one
        with suppress(GivesUp):
            ordered(unit, requests[place], give_up if gives_up else lambda: None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, acts))
    kept = {place for place, gives_up in acts if not gives_up}
    with unit.begin(SYSTEM) as work:
        licences = [licence_of(work, request_id) for request_id in requests]
        numbered = {place: one for place, one in enumerate(licences) if one.number is not None}
        seqs = sorted(int(str(one.number).split("/")[0]) for one in numbered.values())
        assert (set(numbered), seqs) == (kept, list(range(1, len(kept) + 1)))
        for place, one in numbered.items():
            assert one.issued_on is not None
            filled = printed(str(one.number), one.issued_on, one.valid_until)
            assert get_request(work, requests[place]).filled == filled
        reserved = sa.select(NumberReservation.seq).where(NumberReservation.agency == licences[0].agency)
        assert sorted(work.session.scalars(reserved)) == seqs


def test_the_first_order_fixes_number_and_days(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        (request_id,) = signed_licences(work, 1)
    filled = ordered(unit, request_id)
    assert filled is not None
    assert set(filled) == {NUMBER, DATE, EXPIRY}
    clock.advance(days=400)
    assert ordered(unit, request_id) == filled
    with unit.begin(SYSTEM) as work, pytest.raises(FilledOtherwise):
        order_seal(work, request_id, {**filled, NUMBER: "999/2026/GP-SVD"})


def test_the_end_is_counted_from_the_day_of_the_clerk(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        (request_id,) = signed_licences(work, 1)
    clock.advance(days=3)
    ordered(unit, request_id)
    with unit.begin(SYSTEM) as work:
        licence, today = licence_of(work, request_id), work.clock.today()
        assert (licence.issued_on, licence.valid_until) == (today, date(today.year + 3, today.month, today.day))


def test_the_number_is_of_the_local_year_and_the_next_year_begins_with_one(
    unit: UnitOfWork, clock: FrozenClock
) -> None:
    with unit.begin(SYSTEM) as work:
        first, second = signed_licences(work, 2)
    clock.at = datetime(2026, 12, 31, 16, 50, tzinfo=UTC)  # ten minutes to the new year in Hanoi
    assert _given(unit, first) == ("1/2026/GP-SVD", "ngày 31 tháng 12 năm 2026")
    clock.advance(minutes=20)
    assert _given(unit, first) == ("1/2026/GP-SVD", "ngày 31 tháng 12 năm 2026")
    assert _given(unit, second) == ("1/2027/GP-SVD", "ngày 01 tháng 01 năm 2027")


def _given(unit: UnitOfWork, request_id: UUID) -> tuple[str, str]:
    filled = ordered(unit, request_id)
    assert filled is not None
    return filled[NUMBER], filled[DATE]


def test_a_number_that_was_given_and_not_used_is_recorded_void_and_not_given_again(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        first, second = signed_licences(work, 2)
    ordered(unit, first)
    with unit.begin(SYSTEM) as work:
        licence = licence_of(work, first)
        void_number(work, str(licence.decision_id), "Thử")
    ordered(unit, second)
    with unit.begin(SYSTEM) as work:
        assert str(licence_of(work, second).number).startswith("2/")
        rows = sa.select(NumberReservation).where(NumberReservation.agency == licence.agency)
        states = {one.seq: one.state for one in work.session.scalars(rows)}
    assert states == {1: "void", 2: "reserved"}


def test_when_the_key_was_lost_after_the_order_the_next_document_has_blanks_again_for_the_same_number(
    unit: UnitOfWork, clock: FrozenClock
) -> None:
    """The request that the number was given to is withdrawn: none is on record when the licence is reserved anew."""
    with unit.begin(SYSTEM) as work:
        decision = a_grant(work, a_cast(work, "after_signature"))
        assert reserve_licence(work, decision.id) is not None
        licence = licence_of_decision(work, decision.id)
        assert licence is not None
        number_licence(work, licence)
        given = licence.number
        clock.advance(days=1)
        facts = reserve_licence(work, decision.id)
        assert facts is not None
        assert (facts.number, facts.issued_on, facts.valid_until) == (None, None, None)
        assert set(blanks_needed(facts)) == {NUMBER, DATE, EXPIRY}
        number_licence(work, licence)
        assert (licence.number, licence.issued_on) == (given, work.clock.today())


def test_nothing_is_numbered_by_the_clerk_where_the_official_signed_the_number(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        (request_id,) = signed_licences(work, 1, "before_signature")
    assert ordered(unit, request_id) is None
    with unit.begin(SYSTEM) as work:
        assert licence_of(work, request_id).number is None


def test_no_number_is_given_for_what_is_not_signed(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        (request_id,) = signed_licences(work, 1)
        get_request(work, request_id).state = State.FILED
    with pytest.raises(NotYetSigned):
        ordered(unit, request_id)
    with unit.begin(SYSTEM) as work:
        licence = licence_of(work, request_id)
        rows = sa.select(NumberReservation).where(NumberReservation.agency == licence.agency)
        assert (licence.number, work.session.scalars(rows).all()) == (None, [])
