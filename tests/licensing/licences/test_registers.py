"""Number registers: every number of an agency's year in its place, void ones with their reason, for those in charge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.open_agency import NewAgency
from licensing.accounts.roles import Role
from licensing.decisions.set_aside import set_aside
from licensing.licences.issue import void_licence
from licensing.licences.prepare import reserve_licence
from licensing.licences.registers.errors import NumberNotFound, RegisterNotFound
from licensing.licences.registers.pages import WIDTH, bars
from licensing.licences.registers.queries import Wanted, agencies_in_reach, one_number, register_of
from registry.entries.models import NumberCounter
from registry.entries.numbering import NumberSeries, reserve_number
from tests.licensing.factories import AGENCY, Cast, acting, an_agency, an_officer
from tests.licensing.fixtures import reactor, unit
from tests.licensing.licences.book import KITES, a_licence, a_paper, cast, the_register, year

__all__ = ["cast", "reactor", "unit", "year"]
OTHER = NewAgency(**{**AGENCY.__dict__, "code": "000.00.10.H99", "symbol": "SK", "seal_key": "seal-khac"})


DECIDED = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)  # in a year whose working days are known


def test_numbers_stand_in_their_order_and_void_ones_keep_their_place(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        first, second = a_licence(work, cast), a_licence(work, cast)
        void_licence(work, first, "The decision was set aside.")
        a_paper(work, cast, 1, void="The date in the paper passed before it was signed.")
        a_paper(work, cast, 2)
        found = the_register(work, cast)
    assert [(line.series, line.seq, line.state) for line in found.lines] == [
        (KITES, 1, "void"),
        (KITES, 2, "reserved"),
        ("refusal", 1, "void"),
        ("refusal", 2, "reserved"),
    ]
    void, living = (line.cells("vi") for line in found.lines[:2])
    assert void["number"] == f"1/{year}/GP-SVD"
    assert void["note"] == "hủy: Quyết định đã bị hủy."
    assert (void["recipients"], void["copies"]) == ("–", "–")
    assert (living["number"], living["day"]) == (second.number, f"12/02/{year}")
    assert living["recipients"] == "Nguyễn Thị Diều"
    assert living["kept_by"] == "VT"
    assert found.lines[2].cells("en")["note"] == "void: The date in the paper passed before it was signed."
    assert found.total == 4
    assert [series.label for series in found.series] == [KITES, "TB"]
    assert found.lines[3].cells("vi")["abstract"].startswith("Thông báo từ chối giải quyết, hồ sơ 000.")


def test_a_number_of_last_year_is_void_there_and_another_is_in_this_years_book(
    unit: UnitOfWork, cast: Cast, year: int, clock: FrozenClock
) -> None:
    clock.at = datetime(year, 12, 31, 3, 0, tzinfo=UTC)
    with unit.begin(SYSTEM) as work:
        decision_id = a_licence(work, cast).decision_id
    clock.at += timedelta(days=1)
    with unit.begin(SYSTEM) as work:
        reserve_licence(work, decision_id)
        old, new = the_register(work, cast, year), the_register(work, cast, year + 1)
    assert old.years == new.years
    assert old.years[:2] == [year + 1, year]
    assert [(line.number, line.state, line.day) for line in old.lines] == [
        (f"1/{year}/GP-SVD", "void", date(year, 12, 31))
    ]
    assert [(line.number, line.state, line.day) for line in new.lines] == [
        (f"1/{year + 1}/GP-SVD", "reserved", date(year + 1, 1, 1))
    ]


def test_each_type_is_compared_with_its_counter(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        a_licence(work, cast)
        a_licence(work, cast)
        (series,) = the_register(work, cast).series
        assert (series.count, series.last, series.gapless) == (2, 2, True)
        work.session.get_one(NumberCounter, (AGENCY.code, KITES, year)).last = 3  # a line was taken out
        work.session.flush()
        (series,) = the_register(work, cast).series
        assert not series.gapless


def test_filters_search_and_pages(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        licences = [a_licence(work, cast) for _ in range(3)]
        a_paper(work, cast, 1)
        assert [line.series for line in the_register(work, cast, series="refusal").lines] == ["refusal"]
        assert the_register(work, cast, words="nguyen thi dieu").total == 4
        assert [line.seq for line in the_register(work, cast, words=licences[1].number).lines] == [2]
        assert [line.seq for line in the_register(work, cast, words="3").lines] == [3]
        assert the_register(work, cast, words="100%_").total == 0
        with pytest.raises(RegisterNotFound):
            the_register(work, cast, series="nothing")
        page = register_of(acting(work, cast.clerk), AGENCY.code, year, Wanted(page=2), size=3)
        assert [line.series for line in page.lines] == ["refusal"]
        assert register_of(acting(work, cast.clerk), AGENCY.code, year, Wanted(page=99), size=3).wanted.page == 2


def test_a_year_is_counted_by_month(unit: UnitOfWork, cast: Cast, year: int, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        a_licence(work, cast)
    clock.at = datetime(year, 3, 31, 18, 0, tzinfo=UTC)  # the first of April in Hanoi
    with unit.begin(SYSTEM) as work:
        a_licence(work, cast)
        months = the_register(work, cast).months
    assert (months[1], months[2], months[3], sum(months)) == (1, 0, 1, 2)


def test_a_year_without_numbers_is_there_and_an_unknown_year_is_not(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        empty = the_register(work, cast)
        assert (empty.lines, empty.series, empty.years[0], empty.pages) == ([], [], year, 1)
        for unknown in (year - 1, year + 1, 0, 10**30):
            with pytest.raises(RegisterNotFound):
                the_register(work, cast, unknown)


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.CLERK, True),
        (Role.UNIT_HEAD, True),
        (Role.APPROVER, True),
        (Role.ADMINISTRATOR, True),
        (Role.RECEPTION_OFFICER, False),
        (Role.CASE_OFFICER, False),
    ],
)
def test_a_register_is_read_by_those_in_charge_of_that_agency_alone(
    unit: UnitOfWork, cast: Cast, year: int, role: Role, reads: bool
) -> None:
    with unit.begin(SYSTEM) as work:
        an_agency(work, OTHER)
        a_licence(work, cast)
        here, there = (an_officer(work, role, agency=code) for code in (AGENCY.code, OTHER.code))

        def may(actor: Actor) -> bool:
            try:
                register_of(acting(work, actor), AGENCY.code, year, Wanted())
                one_number(acting(work, actor), AGENCY.code, year, KITES, 1)
            except RegisterNotFound:
                return False
            return True

        assert (may(here), may(there)) == (reads, False)
        codes = [agency.code for agency in agencies_in_reach(acting(work, here))]
        assert codes == ([AGENCY.code] if reads else [])


def test_one_number_or_none(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        licence = a_licence(work, cast)
        clerk = acting(work, cast.clerk)
        assert one_number(clerk, AGENCY.code, year, KITES, 1)[1].number == licence.number
        for series, seq in ((KITES, 2), ("x", 1), (KITES, 10**30), ("\0", 1)):
            with pytest.raises(NumberNotFound):
                one_number(clerk, AGENCY.code, year, series, seq)
        with pytest.raises(RegisterNotFound):
            one_number(clerk, "\0", 2026, KITES, 1)


def test_a_number_that_belongs_to_no_application_is_in_the_book_as_well(
    unit: UnitOfWork, cast: Cast, year: int
) -> None:
    with unit.begin(SYSTEM) as work:
        reserve_number(work, NumberSeries(AGENCY.code, "OTHER", year), "something else")
        (line,) = the_register(work, cast).lines
    assert (line.number, line.title.vi, line.state) == ("1/OTHER", "", "reserved")


def test_what_is_set_aside_is_void_in_the_book(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        licence = a_licence(work, cast)
    with unit.begin(SYSTEM) as work:
        set_aside(work, licence.decision_id, "Ghi nhầm hồ sơ.")
    with unit.begin(SYSTEM) as work:
        (line,) = the_register(work, cast).lines
    assert (line.state, line.application_id) == ("void", licence.application_id)


def test_the_largest_month_fills_the_chart_and_an_empty_year_has_no_bars() -> None:
    drawn = bars([0, 10, 5, *[0] * 9])
    assert [bar.length for bar in drawn[:3]] == [0, max(bar.length for bar in drawn), drawn[1].length / 2]
    assert drawn[1].length < WIDTH
    assert {bar.length for bar in bars([0] * 12)} == {0}
