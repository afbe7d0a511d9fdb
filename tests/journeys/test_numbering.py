"""The clerk numbers what the official has signed: to the end, and cut off on the way."""

from __future__ import annotations

import io
import json
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.licences.issue import issue_licence
from licensing.licences.models import Licence
from licensing.papers.errors import NumberDiffers
from registry.entries.models import Entry, NumberReservation
from signing.pades.blanks import NUMBER, blanks_of
from signing.pades.printed import printed
from signing.requests.models import SigningRequest
from signing.requests.seal import revision_to_seal, seal_request
from signing.signer.errors import SealRefused
from tests.journeys.office import Office
from tests.journeys.story import Story, refusal


def signed(office: Office) -> Story:
    """Decided and signed: it waits for the clerk."""
    story = office.story().decided()
    story.sign(story.to_sign())
    return story


def licence_of(unit: UnitOfWork, story: Story) -> Licence:
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(sa.select(Licence).where(Licence.application_id == UUID(story.id))).one()


def numbers_of(unit: UnitOfWork, licence: Licence) -> list[tuple[int, str]]:
    """Every number that was ever reserved for it, and what became of it."""
    query = sa.select(NumberReservation).where(NumberReservation.owner_key == str(licence.decision_id))
    with unit.begin(SYSTEM) as work:
        return [(one.seq, one.state) for one in work.session.scalars(query.order_by(NumberReservation.seq))]


def data_of(content: bytes) -> dict[str, object]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        data: dict[str, object] = json.loads(pdf.attachments["licence.json"].get_file().read_bytes())
        return data


def test_the_clerk_numbers_after_the_signature(office: Office) -> None:
    story = office.story().decided()
    document = story.to_sign()
    prepared, _ = story.by("lanhdao").send("GET", f"/v1/signing-requests/{document['id']}/document")
    assert set(blanks_of(prepared).values()) == {None}
    story.sign(document)
    to_seal = story.to_seal()
    before = story.licence() or {}
    assert (before["number"], before["issued_on"], before["valid_until"]) == (None, None, None)
    assert numbers_of(office.unit, licence_of(office.unit, story)) == []
    story.seal(to_seal)
    after = story.licence() or {}
    entry, content = story.published()
    licence = licence_of(office.unit, story)
    assert licence.number is not None
    assert licence.issued_on is not None
    assert after["number"] == entry["licence"]["number"] == licence.number
    assert entry["licence"]["valid_until"] == after["valid_until"]
    assert blanks_of(content) == printed(licence.number, licence.issued_on, licence.valid_until)
    assert [state for _, state in numbers_of(office.unit, licence)] == ["used"]
    data = data_of(content)
    assert (data["numbering"], data["issued_on"], data["valid_until"]) == ("after_signature", None, None)
    assert data["validity"] == {"value": 3, "unit": "year"}
    assert "number" not in data
    assert story.verdict_on(content)["verdict"] == "green"
    assert licence.number not in document["summary"]


def test_cut_off_between_number_and_key_the_same_number_is_sealed(office: Office) -> None:
    story = signed(office)
    document = story.to_seal()
    office.services.stop("signer")
    try:
        story.seal(document)
        office.work_off()
        given = licence_of(office.unit, story)
        assert given.number is not None
        assert given.entry_id is None
    finally:
        office.services.start("signer")
    story.seal(document)
    revision = revision_to_seal(office.unit, UUID(document["id"])).revision_sha256
    assert blanks_of(office.unit.tools[Storage].get(revision))[NUMBER] == given.number
    assert revision_to_seal(office.unit, UUID(document["id"])).revision_sha256 == revision
    entry, content = story.published()
    assert entry["licence"]["number"] == given.number
    assert [state for _, state in numbers_of(office.unit, given)] == ["used"]
    assert story.verdict_on(content)["verdict"] == "green"


def test_cut_off_between_seal_and_entry_it_is_entered_with_the_number_that_was_sealed(office: Office) -> None:
    story = signed(office)
    document = story.to_seal()
    story.seal(document)
    for _ in range(2):
        seal_request(office.unit, UUID(document["id"]))  # and the process dies: what follows from it was not begun
    given = licence_of(office.unit, story)
    assert given.entry_id is None
    for _ in range(2):
        issue_licence(office.unit, given.decision_id)
    entry, _ = story.published()
    assert entry["licence"]["number"] == given.number
    with office.unit.begin(SYSTEM) as work:
        entries = sa.select(sa.func.count()).select_from(Entry).where(Entry.owner_key == str(given.decision_id))
        assert work.session.scalar(entries) == 1
    assert [state for _, state in numbers_of(office.unit, given)] == ["used"]


def test_no_number_is_given_before_the_official_has_signed(office: Office) -> None:
    story = office.story().decided()
    document = story.to_sign()
    assert refusal(lambda: story.seal(document)) == (409, "not-yet-signed")
    assert numbers_of(office.unit, licence_of(office.unit, story)) == []


def test_the_signer_seals_no_revision_with_another_number_than_is_on_record(office: Office) -> None:
    story = signed(office)
    document = story.to_seal()
    story.seal(document)
    revision_to_seal(office.unit, UUID(document["id"]))
    recorded = record_otherwise(office.unit, UUID(document["id"]), "999/2026/ATTP-SNNMT")
    with pytest.raises(SealRefused, match="does not say what is on record"):
        seal_request(office.unit, UUID(document["id"]))
    record_otherwise(office.unit, UUID(document["id"]), recorded)
    seal_request(office.unit, UUID(document["id"]))


def test_what_was_sealed_with_another_number_is_never_entered(office: Office) -> None:
    story = signed(office)
    document = story.to_seal()
    story.seal(document)
    record_otherwise(office.unit, UUID(document["id"]), "999/2026/ATTP-SNNMT")
    seal_request(office.unit, UUID(document["id"]))
    licence = licence_of(office.unit, story)
    with pytest.raises(NumberDiffers):
        issue_licence(office.unit, licence.decision_id)
    sealed, _ = story.by("vanthu").send("GET", f"/v1/signing-requests/{document['id']}/document")
    assert story.verdict_on(sealed)["finding"] == "signed_not_issued"


def record_otherwise(unit: UnitOfWork, request_id: UUID, number: str) -> str:
    """What the record says the blank of the number gets; the number that stood there."""
    with unit.begin(SYSTEM) as work:
        request = work.session.get_one(SigningRequest, request_id)
        assert request.filled is not None
        before = request.filled[NUMBER]
        request.filled = {**request.filled, NUMBER: number}
    return str(before)
