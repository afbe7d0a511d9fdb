"""Whoever gets a red or amber verdict reports it with one press; officials of the agency see it, nobody else does."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import tokens
from config.access import SYSTEM, VISITOR, Actor
from config.clock import FrozenClock
from config.mail import Mail, Mailer
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.codes import new_register_code
from registry.suspicions import tell as telling
from registry.suspicions.errors import HandledBefore, SuspicionNotAccepted, SuspicionNotFound, TooManySuspicions
from registry.suspicions.events import SuspicionTold
from registry.suspicions.handle import forget_tellers, handle
from registry.suspicions.models import Suspicion, SuspicionFile
from registry.suspicions.queries import HANDLE_REPORTS, file_of, suspicion_by_id, suspicions
from registry.suspicions.send_mail import send_suspicion
from registry.suspicions.tell import Told, tell
from registry.verification.evidence import NO_LICENCE, Evidence, VerdictTooOld, opened, sealed
from registry.verification.result import Finding
from tests.conftest import HANOI
from tests.registry.conftest import SERIES
from tests.registry.suspicions.conftest import CONTACT

SECRET = "k" * 40
FIELD = re.compile(r'name="evidence" value="([^"]+)"')
JUNK = b"<script>no PDF</script>"
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _none_before(told_unit: UnitOfWork) -> Iterator[None]:
    """The register's tables outlive a test; these need not."""
    yield
    with told_unit.begin(SYSTEM) as work:
        work.session.execute(sa.delete(SuspicionFile))
        work.session.execute(sa.delete(Suspicion))


def said(**changes: object) -> Evidence:
    found = Evidence(Finding.UNREADABLE, "amber", None, hashlib.sha256(JUNK).hexdigest(), AT)
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]


def told(unit: UnitOfWork, evidence: Evidence, network: str = "192.0.2.1", **more: object) -> UUID:
    with unit.begin(VISITOR) as work:
        return tell(work, evidence, Told(**more), network, SECRET).id  # type: ignore[arg-type]


def checked(visitor: FlaskClient) -> str:
    """What the page of a bad file has for a report."""
    page = visitor.post("/verify", data={"file": (BytesIO(JUNK), "x.pdf")})
    return str(FIELD.findall(page.text)[0])


def test_one_press_is_enough_and_two_are_one_report(visitor: FlaskClient, told_unit: UnitOfWork) -> None:
    evidence = checked(visitor)
    first, second = (visitor.post("/verify/suspicion", data={"evidence": evidence}) for _ in range(2))
    assert first.status_code == 303
    assert first.location == second.location
    page = visitor.get(first.location)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    with told_unit.begin(SYSTEM) as work:
        one = work.session.scalars(sa.select(Suspicion)).one()
        assert (one.finding, one.colour, one.sha256) == ("unreadable", "amber", hashlib.sha256(JUNK).hexdigest())
        assert (one.note, one.contact, one.agency) == ("", "", None)
        assert work.session.scalars(sa.select(SuspicionFile)).all() == []


def test_a_file_is_kept_only_if_it_is_asked_for_and_the_one_that_was_checked(
    visitor: FlaskClient, told_unit: UnitOfWork
) -> None:
    evidence = checked(visitor)

    def sent(content: bytes | None, **fields: str) -> int:
        data: dict[str, object] = {"evidence": evidence, **fields}
        if content is not None:
            data["file"] = (BytesIO(content), "x.pdf")
        return visitor.post("/verify/suspicion", data=data).status_code

    assert sent(JUNK, note="not asked") == 303
    assert sent(b"another", keep="yes") == 422
    assert sent(None, keep="yes") == 422
    assert sent(JUNK, keep="yes", note="asked") == 303
    with told_unit.begin(SYSTEM) as work:
        kept = work.session.execute(sa.select(Suspicion.note, SuspicionFile.content).join(SuspicionFile)).all()
    assert [tuple(row) for row in kept] == [("asked", JUNK)]


def test_what_was_typed_stays_when_it_is_too_long(visitor: FlaskClient) -> None:
    page = visitor.post("/verify/suspicion", data={"evidence": checked(visitor), "contact": "x" * 201, "note": "typed"})
    assert page.status_code == 422
    assert "typed" in page.text


@pytest.mark.parametrize("text", ["", "no base64!", "AAAA", "x" * 5000])
def test_evidence_that_we_did_not_seal_is_no_evidence(visitor: FlaskClient, text: str) -> None:
    assert visitor.post("/verify/suspicion", data={"evidence": text}).status_code == 422


def test_evidence_is_good_for_a_day_and_cannot_be_changed() -> None:
    text = sealed(said(), SECRET)
    assert opened(text, SECRET, AT + timedelta(hours=23)) == said()
    for changed, secret, at in (
        (text, SECRET, AT + timedelta(hours=25)),
        (text, SECRET, AT - timedelta(seconds=1)),
        (text, "another", AT),
        (text[:-6] + "AAAA" + text[-2:], SECRET, AT),
    ):
        with pytest.raises(VerdictTooOld):
            opened(changed, secret, at)


def test_another_site_s_form_is_refused(visitor: FlaskClient) -> None:
    data, headers = {"evidence": checked(visitor)}, {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/verify/suspicion", data=data, headers=headers).status_code == 403


def test_a_code_that_was_never_given_can_be_reported(visitor: FlaskClient, told_unit: UnitOfWork) -> None:
    page = visitor.get("/l/" + new_register_code())
    (evidence,) = FIELD.findall(page.text)
    assert visitor.post("/verify/suspicion", data={"evidence": evidence}).status_code == 303
    with told_unit.begin(SYSTEM) as work:
        assert work.session.scalars(sa.select(Suspicion.finding)).all() == [NO_LICENCE]


def test_of_a_green_verdict_there_is_nothing_to_report(visitor: FlaskClient, code: str) -> None:
    assert not FIELD.findall(visitor.get(f"/l/{code}").text)


def test_the_agency_of_the_licence_is_whom_to_call(visitor: FlaskClient, told_unit: UnitOfWork, code: str) -> None:
    found = told(told_unit, said(finding=Finding.REVOKED, colour="red", register_code=code, sha256=None))
    with told_unit.begin(SYSTEM) as work:
        one = work.session.get_one(Suspicion, found)
        assert one.agency == SERIES.agency
        reference = one.reference
    assert CONTACT.phone in visitor.get(f"/verify/suspicion/{reference}").text


def test_a_flood_is_stopped_by_network_and_in_all(told_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "OF_ONE_NETWORK", 2)
    monkeypatch.setattr(telling, "OF_ALL", 3)
    for number in range(2):
        told(told_unit, said(), note=str(number))
    with pytest.raises(TooManySuspicions):
        told(told_unit, said(), note="2")
    told(told_unit, said(), network="192.0.2.2")
    with pytest.raises(TooManySuspicions):
        told(told_unit, said(), network="192.0.2.3")
    with pytest.raises(SuspicionNotAccepted):
        told(told_unit, said(), note="\x00")


def test_officials_see_what_is_their_agency_s_and_what_is_nobody_s(
    told_unit: UnitOfWork, official: Actor, code: str
) -> None:
    theirs = told(told_unit, said(register_code=code), file=JUNK)
    nobodys = told(told_unit, said())
    stranger = Actor(tokens.new_id(), "Khác", {"elsewhere": frozenset({HANDLE_REPORTS})})
    with told_unit.begin(official) as work:
        assert {one.id for one in suspicions(work, 1)[0]} == {theirs, nobodys}
        assert file_of(work, theirs) == JUNK
        with pytest.raises(SuspicionNotFound):
            file_of(work, nobodys)
    with told_unit.begin(stranger) as work:
        assert [one.id for one in suspicions(work, 1)[0]] == [nobodys]
        with pytest.raises(SuspicionNotFound):
            suspicion_by_id(work, theirs)


def test_it_is_handled_once_with_a_word_about_it(told_unit: UnitOfWork, official: Actor) -> None:
    found = told(told_unit, said())
    with told_unit.begin(official) as work:
        with pytest.raises(SuspicionNotAccepted):
            handle(work, found, "  ")
        handle(work, found, "Đã báo công an")
        handle(work, found, "Đã báo công an")
        with pytest.raises(HandledBefore):
            handle(work, found, "something else")
        assert suspicion_by_id(work, found).handled_by_name == "Lan Ví Dụ"


def test_what_people_wrote_is_erased_in_time(told_unit: UnitOfWork, settings: Settings) -> None:
    found = told(told_unit, said(), note="note", contact="0900 000 000", file=JUNK)
    clock = FrozenClock(told_unit.clock.now() + timedelta(days=2), HANOI)
    forget_tellers(told_unit.by(clock))
    with told_unit.begin(SYSTEM) as work:
        one = work.session.get_one(Suspicion, found)
        assert (one.note, one.network_mark) == ("note", None)
    clock.advance(days=settings.report_days)
    forget_tellers(told_unit.by(clock))
    with told_unit.begin(SYSTEM) as work:
        one = work.session.get_one(Suspicion, found)
        assert (one.note, one.contact, one.finding) == ("", "", "unreadable")
        assert one.erased_at is not None
        assert work.session.get(SuspicionFile, found) is None


def test_the_mail_says_nothing_of_who_told_us(told_unit: UnitOfWork, code: str) -> None:
    sent: list[Mail] = []

    class Kept(Mailer):
        def send(self, mail: Mail, at: datetime) -> None:
            sent.append(mail)

    told_unit.tools._parts[Mailer] = Kept(told_unit.tools[Settings].mail)
    one = told(told_unit, said(register_code=code), note="a secret", contact="0900 000 000")
    other = told(told_unit, said(), note="a secret")
    for found in (one, other):
        send_suspicion(told_unit, SuspicionTold(found))
    assert [mail.to for mail in sent] == ["vanthu@vidu.example", "quantri@vidu.example"]
    for mail in sent:
        assert "secret" not in mail.body
        assert "0900" not in mail.body
    assert f"/desk/reports/{one}" in sent[0].body
