"""Numbers of papers run without a gap for each agency, kind and year; a rolled-back one is given to the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from config import tokens
from config.access import SYSTEM
from config.unit_of_work import UnitOfWork, Work
from licensing.papers.models import OfficialPaper
from licensing.papers.numbering import number_signed_paper, paper_number, reserve_number
from signing.pades.blanks import NUMBER
from signing.requests.queries import get_request
from signing.requests.seal import order_seal
from tests.licensing.factories import AGENCY, a_cast, a_refusal, a_signed_request


def test_series_count_for_themselves(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        series = [("A", 2026), ("A", 2026), ("B", 2026), ("A", 2027)]
        assert [reserve_number(work, agency, "refusal", year) for agency, year in series] == [1, 2, 1, 1]


def test_a_number_of_a_transaction_that_failed_is_given_again(unit: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="no"), unit.begin(SYSTEM) as work:
        assert reserve_number(work, "A", "refusal", 2026) == 1
        raise ValueError("no")
    with unit.begin(SYSTEM) as work:
        assert reserve_number(work, "A", "refusal", 2026) == 1


def test_many_at_once_get_every_number_once(unit: UnitOfWork) -> None:
    def reserve(_: int) -> int:
        with unit.begin(SYSTEM) as work:
            return reserve_number(work, "A", "refusal", 2026)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(reserve, range(12))) == list(range(1, 13))


def test_a_number_is_printed_with_its_kind_and_agency() -> None:
    assert paper_number("refusal", 12, "SNNMT") == "12/TB-SNNMT"


def test_clerks_who_order_at_once_give_every_paper_one_number_and_leave_no_gap(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        decision = a_refusal(work, a_cast(work, "after_signature"))
        requests = [a_signed_paper(work, decision.application_id) for _ in range(4)]

    def order(request_id: UUID) -> str:
        with unit.begin(SYSTEM) as work:
            request = get_request(work, request_id)
            filled = order_seal(work, request_id, number_signed_paper(work, request)).filled
        return str((filled or {})[NUMBER])

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(order, requests * 3))
    assert given[:4] == given[4:8] == given[8:]
    assert sorted(given[:4]) == [f"{seq}/TB-SVD" for seq in (1, 2, 3, 4)]


def a_signed_paper(work: Work, application_id: UUID) -> UUID:
    """The request of a paper without a number that its official has signed."""
    subject = str(tokens.new_id())
    request_id = a_signed_request(work, "refusal", subject, AGENCY.code)
    paper = OfficialPaper(
        id=tokens.new_id(),
        kind="refusal",
        subject=subject,
        application_id=application_id,
        agency=AGENCY.code,
        reserved_at=work.clock.now(),
        request_id=request_id,
    )
    work.session.add(paper)
    work.session.flush()
    return request_id


def test_the_database_takes_no_paper_that_is_numbered_by_half(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_refusal(work, a_cast(work)).application_id
    numbered: dict[str, object] = {"year": 2026, "seq": 1, "number": "1/TB-SVD", "issued_on": date(2026, 2, 12)}
    for missing in numbered:
        with pytest.raises(IntegrityError, match="numbered_has_date"), unit.begin(SYSTEM) as work:
            request_id = a_signed_paper(work, application)
            paper = work.session.scalars(sa.select(OfficialPaper).where(OfficialPaper.request_id == request_id)).one()
            for name, value in (numbered | {missing: None}).items():
                setattr(paper, name, value)
