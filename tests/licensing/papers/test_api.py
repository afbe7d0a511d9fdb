"""Papers over HTTP: only what was handed out, only to whom it concerns."""

from __future__ import annotations

from datetime import date

import pytest

from config import tokens
from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.papers.models import OfficialPaper
from tests.licensing.factories import AGENCY, Cast, a_cast, a_refusal, an_applicant
from tests.licensing.fixtures import Browser


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def a_paper(unit: UnitOfWork, cast: Cast, *, delivered: bool) -> OfficialPaper:
    """A paper as far as the database knows it; how it is signed is tested beside."""
    with unit.begin(SYSTEM) as work:
        paper = OfficialPaper(
            id=tokens.new_id(),
            kind="refusal",
            subject=str(tokens.new_id()),
            application_id=a_refusal(work, cast).application_id,
            agency=AGENCY.code,
            year=2026,
            seq=1,
            number="1/TB-SVD",
            issued_on=date(2026, 2, 12),
            reserved_at=work.clock.now(),
            request_id=tokens.new_id(),
            file_sha256=work.tools[Storage].put(b"%PDF-1.7 signed") if delivered else None,
            delivered_at=work.clock.now() if delivered else None,
        )
        work.session.add(paper)
        return paper


def test_a_paper_is_listed_and_downloaded_by_the_applicant_and_the_agency(
    unit: UnitOfWork, browser: Browser, cast: Cast
) -> None:
    paper = a_paper(unit, cast, delivered=True)
    for actor in (cast.applicant, cast.case_officer):
        (found,) = browser.as_(actor).get(f"/applications/{paper.application_id}/papers").json
        assert (found["number"], found["kind"]) == ("1/TB-SVD", "refusal")
        file = browser.get(f"/papers/{paper.id}/file")
        assert (file.data, file.content_type) == (b"%PDF-1.7 signed", "application/pdf")
        assert 'filename="refusal-1-TB-SVD.pdf"' in file.headers["Content-Disposition"]


def test_a_stranger_finds_none(unit: UnitOfWork, browser: Browser, cast: Cast) -> None:
    paper = a_paper(unit, cast, delivered=True)
    with unit.begin(SYSTEM) as work:
        browser.as_(an_applicant(work, "Người Lạ"))
    for path in (f"/applications/{paper.application_id}/papers", f"/papers/{paper.id}/file"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/papers/{tokens.new_id()}/file").status_code == 404


def test_what_is_not_preserved_yet_is_not_handed_out(unit: UnitOfWork, browser: Browser, cast: Cast) -> None:
    paper = a_paper(unit, cast, delivered=False)
    assert browser.as_(cast.applicant).get(f"/applications/{paper.application_id}/papers").json == []
    assert browser.get(f"/papers/{paper.id}/file").status_code == 409
