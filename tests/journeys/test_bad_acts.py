"""What officials can do wrong, and what can fail around them: each has its clear answer, and nothing is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import Clock
from config.jobs import JobFailure
from config.unit_of_work import UnitOfWork
from licensing.accounts.appoint import appoint
from licensing.accounts.create_official import create_official
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Account, Appointment
from licensing.accounts.open_agency import create_position
from licensing.accounts.roles import Role
from licensing.demonstration.cast import AGENCY
from licensing.demonstration.client import ApiRefused
from licensing.demonstration.seed import SINCE
from registry.entries.models import Entry, NumberReservation, PaperReservation
from signing.journal.models import JournalLine
from signing.pki import certificates
from signing.pki.ceremony import BuiltInAuthority, KeyOrder, issue_key, revoke
from tests.documents import PIN
from tests.journeys.office import PASSWORD, Office
from tests.journeys.story import Story, refusal


def an_approver(unit: UnitOfWork, login: str) -> None:
    """One more approver of the agency, who signs with `official-<login>`."""
    with unit.begin(SYSTEM) as work:
        account = create_official(
            work,
            login=login,
            name="Người Ký Thử",
            email=f"{login}@vidu.example",
            password=PASSWORD,
            signing_key=f"official-{login}",
        )
        grant_role(work, account.id, AGENCY.code, Role.APPROVER, SINCE)
        position = create_position(work, AGENCY.code, f"Phó Giám đốc {login}", "Deputy director", may_sign=True)
        appoint(work, account.id, position.id, SINCE)


def a_key(authority: BuiltInAuthority, login: str, clock: Clock, days: int, *, revoked: bool = False) -> None:
    """The key of an official, valid from 400 days ago until some days from now."""
    now = clock.now()
    subject = certificates.official_name("Người Ký Thử", "Phó Giám đốc", AGENCY.name_vi)
    begins, ends = now - timedelta(days=400), now + timedelta(days=days)
    order = KeyOrder(f"official-{login}", certificates.OFFICIAL, subject, begins, ends)
    certificate = issue_key(authority, order, PIN.encode())
    if revoked:
        revoke(authority, certificate.serial_number, clock)


def test_nobody_decides_without_the_role_nor_on_an_own_recommendation(office: Office) -> None:
    story = office.story().proposed()
    with office.unit.begin(SYSTEM) as work:
        examiner = work.session.scalars(sa.select(Account).where(Account.login == "thamdinh")).one()
        grant_role(work, examiner.id, AGENCY.code, Role.APPROVER, SINCE)
    for login, expected in (
        ("tiepnhan", (403, "permission-missing")),
        ("truongphong", (403, "permission-missing")),
        ("vanthu", (403, "permission-missing")),
        ("quantri", (403, "permission-missing")),
        ("doanhnghiep@vidu.example", (403, "permission-missing")),
        ("thamdinh", (403, "recommender-may-not-decide")),
    ):
        path = f"{story.path}/decision"
        assert refusal(partial(story.by(login).post, path, {"outcome": "granted"})) == expected
    assert story.status == "proposed"
    assert refusal(lambda: story.by("lanhdao").get(f"{story.path}/decision")) == (404, "decision-not-found")
    assert story.by("lanhdao").post(f"{story.path}/decision", {"outcome": "granted"})["outcome"] == "granted"
    assert refusal(lambda: story.by("lanhdao").post(f"{story.path}/decision", {"outcome": "granted"}))[0] == 409


def test_a_wrong_pin_or_signer_signs_nothing_and_the_right_one_does(office: Office) -> None:
    story = office.story().decided()
    an_approver(office.unit, "nguoikhac")
    document = story.to_sign()
    assert refusal(lambda: story.sign(document, pin="000000")) == (403, "wrong-pin")
    assert refusal(lambda: story.sign(document, "nguoikhac")) == (403, "signatory-wrong")
    assert refusal(lambda: story.sign(document, "vanthu")) == (403, "permission-missing")
    assert refusal(lambda: story.seal(document)) == (409, "not-yet-signed")
    assert story.document("lanhdao", "filed") == document
    story.sign(document)
    assert refusal(lambda: story.sign(document)) == (409, "already-signed")
    assert story.to_seal()["document_sha256"] == document["document_sha256"]


def test_only_a_document_that_was_fetched_and_is_named_by_its_digest_is_signed(office: Office) -> None:
    story = office.story().decided()
    document = story.to_sign()
    path, approver = f"/v1/signing-requests/{document['id']}", story.by("lanhdao")

    def sign(**more: str) -> Callable[[], Any]:
        return lambda: approver.post(f"{path}/signature", {"pin": story.secrets.pin, **more})

    known = document["document_sha256"]
    assert refusal(sign(digest=known)) == (422, "document-not-viewed")  # the digest alone can be read in the list
    content, _ = approver.send("GET", f"{path}/document")
    assert hashlib.sha256(content).hexdigest() == known
    for wrong in ({}, {"digest": ""}, {"digest": "0" * 64}):
        assert refusal(sign(**wrong)) == (409, "document-digest-wrong")
    assert story.document("lanhdao", "filed") == document
    sign(digest=known.upper())()
    assert story.to_seal()["id"] == document["id"]


@pytest.mark.parametrize(("login", "days", "revoked"), [("hethan", -1, False), ("thuhoi", 400, True)])
def test_a_signer_whose_certificate_expired_or_was_revoked_signs_nothing(
    office: Office, keys: BuiltInAuthority, login: str, days: int, revoked: bool
) -> None:
    a_key(keys, login, office.unit.clock, days, revoked=revoked)
    an_approver(office.unit, login)
    story = office.story().decided(login)
    document = story.to_sign(login)
    licence = story.licence()
    assert refusal(lambda: story.sign(document, login)) == (422, "key-not-valid")
    office.work_off()
    assert (story.document(login, "filed"), story.licence()) == (document, licence)
    with office.unit.begin(SYSTEM) as work:
        used = sa.select(JournalLine.outcome).where(JournalLine.key == f"official-{login}").order_by(JournalLine.seq)
        assert list(work.session.scalars(used)) == ["refused"]  # before the key was touched


def test_a_signer_whose_appointment_ended_since_the_decision_signs_nothing(
    office: Office, keys: BuiltInAuthority
) -> None:
    a_key(keys, "daroi", office.unit.clock, 400)
    an_approver(office.unit, "daroi")
    story = office.story().decided("daroi")
    document = story.to_sign("daroi")
    with office.unit.begin(SYSTEM) as work:
        account = work.session.scalars(sa.select(Account).where(Account.login == "daroi")).one()
        held = work.session.scalars(sa.select(Appointment).where(Appointment.account_id == account.id)).one()
        end_appointment(work, held.id, work.clock.today() - timedelta(days=1))
    assert refusal(lambda: story.sign(document, "daroi")) == (403, "appointment-ended")
    assert story.document("daroi", "filed") == document
    other = office.story().proposed()
    decision = f"{other.path}/decision"
    assert refusal(lambda: other.by("daroi").post(decision, {"outcome": "granted"})) == (403, "appointment-ended")
    assert other.status == "proposed"


def test_timestamp_server_and_responder_may_be_away_and_nothing_is_lost(office: Office) -> None:
    story = office.story().decided()
    document = story.to_sign()
    office.services.stop("tsa")
    try:
        story.sign(document)
        office.work_off()
        assert story.document("vanthu", "signed") == {}
        assert refusal(lambda: story.seal(document)) == (409, "not-yet-signed")
        assert "TimestampUnavailable" in last_failure(office.unit)
    finally:
        office.services.start("tsa")
    to_seal = story.to_seal()
    office.services.stop("responder")
    try:
        story.seal(to_seal)
        code = (story.licence() or {})["register_code"]
        entry = story.until("it is in force", lambda: in_force(story, code))
        assert (entry["recorded"], entry["licence"]["evidence"]) == ("yes", "pending")
        office.work_off()
        assert refusal(lambda: story.stranger().get(f"/v1/licences/{code}/document")) == (409, "evidence-pending")
        assert "RevocationUnavailable" in last_failure(office.unit)
    finally:
        office.services.start("responder")
    _, content = story.published()
    assert story.verdict_on(content)["verdict"] == "green"
    assert story.status == "closed"


def test_a_hold_between_decision_and_entry_stops_the_licence_and_a_fresh_decision_issues(office: Office) -> None:
    story = office.story().decided()
    story.sign(story.to_sign())
    document = story.to_seal()
    first = story.licence() or {}
    hold = story.by("thamdinh").post(f"{story.path}/holds", {"reason": "Có đơn tố cáo đang được xác minh."})
    story.seal(document)
    story.until("the decision is set aside", lambda: story.status == "under_review")
    assert story.licence() is None
    sealed, _ = story.by("vanthu").send("GET", f"/v1/signing-requests/{document['id']}/document")
    verdict = story.verdict_on(sealed)
    assert (verdict["verdict"], verdict["finding"]) == ("red", "signed_not_issued")
    assert refusal(lambda: story.stranger().get(f"/l/{first['register_code']}")) == (404, "entry-not-found")
    with office.unit.begin(SYSTEM) as work:
        assert work.session.scalar(sa.select(Entry).where(Entry.register_code == first["register_code"])) is None
        papers = sa.select(PaperReservation).where(PaperReservation.register_code == first["register_code"])
        reserved = work.session.scalars(papers).one()
        number = sa.select(NumberReservation).where(NumberReservation.owner_key == reserved.owner_key)
        void = work.session.scalars(number).one()
        assert (reserved.state, void.state, void.void_reason) == ("void", "void", reserved.void_reason)
        assert "hold" in str(void.void_reason)
    story.recommend()
    decision = f"{story.path}/decision"
    assert refusal(lambda: story.by("lanhdao").post(decision, {"outcome": "granted"})) == (422, "gate-closed")
    story.by("thamdinh").post(f"{story.path}/holds/{hold['id']}/lifting", {"reason": "Đơn không có cơ sở."})
    story.by("lanhdao").post(decision, {"outcome": "granted"})
    story.sign(story.to_sign())
    story.seal(story.to_seal())
    entry, content = story.published()
    assert entry["licence"]["register_code"] != first["register_code"]
    assert int(entry["licence"]["number"].split("/")[0]) == void.seq + 1
    assert story.verdict_on(content)["verdict"] == "green"
    assert story.status == "closed"


def in_force(story: Story, code: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = story.stranger().get(f"/l/{code}")
    except ApiRefused as refused:
        assert refused.status == 404
        return None
    return found if found["finding"] == "valid" else None


def last_failure(unit: UnitOfWork) -> str:
    with unit.begin(SYSTEM) as work:
        return str(work.session.scalar(sa.select(JobFailure.error).order_by(JobFailure.id.desc()).limit(1)))
