"""The official signs the number where the procedure says so; one that was filed before keeps its own way."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of
from licensing.licences.queries import document_digest
from licensing.licences.seal_several import seal_several
from licensing.licences.sign_batch import sign_batch
from licensing.licences.view import mark_viewed
from signing.pades.blanks import blanks_of
from signing.requests.models import Role
from signing.requests.queries import get_request, signature_of
from tests.documents import PIN
from tests.journeys.office import Office, number_before_signature
from tests.journeys.story import Story
from tests.journeys.test_numbering import data_of


@pytest.fixture(scope="module")
def granted_before(office: Office) -> Story:
    """Granted while the clerk numbered licences; everything that is filed later has its number before the signature."""
    story = office.story().decided()
    number_before_signature(office.unit)
    return story


def test_the_official_signs_the_number_where_the_procedure_says_so(office: Office, granted_before: Story) -> None:
    story = office.story().decided()
    document = story.to_sign()
    numbered = story.licence() or {}
    assert numbered["number"] in document["summary"]
    story.sign(document)
    story.seal(story.to_seal())
    entry, content = story.published()
    assert entry["licence"]["number"] == numbered["number"]
    assert (blanks_of(content), data_of(content)["numbering"]) == ({}, "before_signature")
    assert data_of(content)["issued_on"] == numbered["issued_on"] == entry["licence"]["issued_on"]
    assert story.verdict_on(content)["verdict"] == "green"


def test_one_pin_signs_and_one_order_seals_documents_of_both_kinds(office: Office, granted_before: Story) -> None:
    after = granted_before
    before = office.story().decided()
    stories = (after, before)
    chosen = [UUID(story.to_sign()["id"]) for story in stories]
    approver = acting(office.unit, "lanhdao")
    looked_at(office.unit, approver, chosen)
    sign_batch(office.unit, approver, chosen, PIN)
    for story in stories:
        story.to_seal()
    clerk = acting(office.unit, "vanthu")
    looked_at(office.unit, clerk, chosen)
    assert seal_several(office.unit, clerk, chosen).refused == []
    found = [story.published() for story in stories]
    assert [story.verdict_on(content)["verdict"] for story, (_, content) in zip(stories, found, strict=True)] == [
        "green",
        "green",
    ]
    assert [bool(blanks_of(content)) for _, content in found] == [True, False]
    with office.unit.begin(SYSTEM) as work:
        official = [signature_of(get_request(work, one), Role.OFFICIAL) for one in chosen]
    results = [office.unit.tools[Storage].get(one.result_sha256 or "") for one in official if one is not None]
    assert [set(blanks_of(one).values()) for one in results] == [{None}, set()]


def acting(unit: UnitOfWork, login: str) -> Actor:
    with unit.begin(SYSTEM) as work:
        return actor_of(work, work.session.scalars(sa.select(Account).where(Account.login == login)).one())


def looked_at(unit: UnitOfWork, actor: Actor, chosen: list[UUID]) -> None:
    with unit.begin(actor) as work:
        for request_id in chosen:
            mark_viewed(work, request_id, document_digest(get_request(work, request_id)))
