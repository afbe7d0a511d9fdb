"""The paper of a licence was withdrawn because a key was lost: whoever looks it up is told, beside the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from config import tokens
from config.access import SYSTEM
from config.compromise import Fate, Loss
from config.unit_of_work import UnitOfWork, Work
from registry.compromise.models import LostKey
from registry.compromise.papers import SignedPaper
from registry.compromise.reseal import keep_papers
from registry.entries.enter_anew import NewSeal, enter_anew
from registry.entries.models import Entry, Paper
from registry.entries.queries import current_paper, entry_by_code
from registry.log.append import integrate
from registry.prints.record_print import WITHDRAWN, printable
from registry.verification.by_code import verdict_of
from registry.verification.check_file import check_file
from registry.verification.errors import EvidencePending
from registry.verification.record import record_of
from registry.verification.result import Finding, Notice
from registry.verification.withdrawn import ADVICE, MATTERS, WORDS, notice_of
from registry.verification.words import WORDS as GENUINE
from tests.documents import work_off
from tests.registry.verification.test_statement import checked

NOTICE = Notice.PAPER_WITHDRAWN


def withdraw(unit: UnitOfWork, code: str, fate: Fate = Fate.NEW_PAPER) -> None:
    """What the drill does with a paper that the log had not seen before the cut."""
    with unit.begin(SYSTEM) as work:
        entry, now = entry_by_code(work, code), work.clock.now()
        paper, loss = current_paper(work, entry.id), a_loss(work)
        touched = SignedPaper(paper.id, entry.id, tokens.new_id(), code, now, b"", None, None, None)
        keep_papers(work, loss, [touched], fate)
        keep_papers(work, loss, [touched], fate)  # a repeat says nothing anew


def a_loss(work: Work) -> Loss:
    mark, now = tokens.random_bytes(32).hex(), work.clock.now()
    lost = {"mark": mark, "key_class": "official", "name": "lost", "reason": ""}
    work.session.add(LostKey(**lost, lost_since=now, retired_at=now))
    work.session.flush()
    return Loss("official", "lost", mark, now, "", "")


def looked_up(browser: FlaskClient, code: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(f"/l/{code}?format=json").get_json()
    return answer


@pytest.mark.parametrize("fate", [Fate.NEW_PAPER, Fate.SEALED_ANEW])
def test_it_is_told_until_another_paper_is_there(
    browser: FlaskClient, live_unit: UnitOfWork, code: str, fate: Fate
) -> None:
    assert "notice" not in looked_up(browser, code)
    withdraw(live_unit, code, fate)
    answer = looked_up(browser, code)
    assert (answer["verdict"], answer["finding"], answer["licence"]["status"]) == ("green", "valid", "valid")
    assert answer["notice"] == {"name": NOTICE, "words": dict(WORDS[NOTICE]), "advice": dict(ADVICE[NOTICE])}
    with live_unit.begin(SYSTEM) as work:
        entry = entry_by_code(work, code)
        other = tokens.random_bytes(32)
        seal = NewSeal(other.hex(), pdf=other, sv=other, sk=other, auth=other)
        enter_anew(work, current_paper(work, entry.id).id, seal)
    integrate(live_unit)
    assert "notice" not in looked_up(browser, code)


def test_the_page_says_what_to_do_and_offers_no_file(
    browser: FlaskClient, live_unit: UnitOfWork, published: tuple[bytes, str]
) -> None:
    _, code = published
    offer = f'href="/v1/licences/{code}/document"'
    assert offer in browser.get(f"/l/{code}").text
    old = browser.get(f"/v1/licences/{code}/statement").data
    withdraw(live_unit, code)
    for prefix, language in (("", "vi"), ("/en", "en")):
        page = browser.get(f"{prefix}/l/{code}").text
        assert 'class="notice notice--warning" id="notice"' in page
        assert WORDS[NOTICE][language] in page
        assert ADVICE[NOTICE][language] in page
        assert "verdict--green" in page
        assert GENUINE[Finding.VALID][language] in page
        assert "paper in your hand" not in page and "giấy đang cầm" not in page  # the other advice
        assert offer not in page
    assert browser.get(f"/v1/licences/{code}/statement").status_code == 409  # what was stated says nothing of it
    work_off(live_unit)
    _, payload, _ = checked(browser.get(f"/v1/licences/{code}/statement").data)
    assert payload["notice"]["name"] == NOTICE
    assert "notice" not in checked(old)[1]
    with live_unit.begin(SYSTEM) as work, pytest.raises(EvidencePending) as refused:
        printable(work, entry_by_code(work, code).id)
    assert refused.value.detail == WITHDRAWN


def test_a_file_of_it_is_told_of_as_well(live_unit: UnitOfWork, published: tuple[bytes, str]) -> None:
    pdf, code = published
    withdraw(live_unit, code)
    assert check_file(live_unit, pdf).notice is NOTICE


def test_where_no_other_paper_follows_nothing_is_told(live_unit: UnitOfWork, code: str) -> None:
    withdraw(live_unit, code)
    with live_unit.begin(SYSTEM) as work:
        entry: Entry = entry_by_code(work, code)
        paper: Paper = current_paper(work, entry.id)
        assert verdict_of(work, record_of(work, entry)).notice is NOTICE
        told = {finding for finding in Finding if notice_of(work, paper, finding)}
    assert told == set(MATTERS)
