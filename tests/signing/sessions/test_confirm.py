"""A person confirms on the telephone: a job asks and comes back until there is an answer, whatever happens between."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.jobs import NotYet
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.requests.models import Role
from signing.requests.seal import order_seal
from signing.sessions.begin import begin_session
from signing.sessions.end import cancel_session
from signing.sessions.errors import SigningSessionNotFound
from signing.sessions.finish import Answer, finish_session
from signing.sessions.follow import FALSE, FIRST, LONGEST, NO, follow_session
from signing.sessions.models import SessionState
from signing.sessions.queries import session_by_id
from signing.sessions.shown import ShownSession, shown_session
from tests.confirm.server import ConfirmService
from tests.documents import SIGNATORY, result_of, work_off
from tests.processes import Services


@pytest.fixture(autouse=True)
def patient(phone: ConfirmService) -> None:
    """The service as it was at the beginning."""
    phone.mode = "good"
    phone.transactions.clear()
    phone.released.clear()


def shown(unit: UnitOfWork, session_id: UUID) -> ShownSession:
    with unit.begin(SYSTEM) as work:
        return shown_session(work, session_by_id(work, session_id))


def asked(unit: UnitOfWork, request_id: UUID) -> UUID:
    """A session whose holder was asked on the telephone."""
    session_id = begin_session(unit, request_id, SIGNATORY)
    with pytest.raises(NotYet):
        follow_session(unit, session_id)
    assert shown(unit, session_id).asked
    return session_id


def waiting_jobs(unit: UnitOfWork) -> int:
    with unit.begin(SYSTEM) as work:
        return work.session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) or 0


def test_confirmed_on_the_telephone_signed_and_sealed(
    live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService
) -> None:
    session_id = begin_session(live_unit, request_id, SIGNATORY)
    work_off(live_unit)  # asks, and comes back later: no failure, and one job that waits
    assert waiting_jobs(live_unit) == 1
    begun = shown(live_unit, session_id)
    assert phone.asked.words.startswith(begun.control_code)
    assert phone.asked.digest == begun.digest
    phone.confirm()
    follow_session(live_unit, session_id)
    follow_session(live_unit, session_id)  # the job that still waits finds nothing to do
    assert shown(live_unit, session_id).state == SessionState.FINISHED
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
        assert work.session.scalar(sa.text("SELECT count(*) FROM job_failures")) == 0
    work_off(live_unit)
    assert result_of(live_unit, request_id, Role.SEAL)


def test_a_person_is_asked_once_however_often_the_job_is_killed(
    live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService, services: Services
) -> None:
    session_id = asked(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:  # killed after the telephone was reached, before it was written down
        session_by_id(work, session_id, lock=True).ticket = None
    services.stop("signer")
    services.start("signer")
    with pytest.raises(NotYet):
        follow_session(live_unit, session_id)
    assert len(phone.transactions) == 1
    phone.confirm()
    follow_session(live_unit, session_id)
    assert shown(live_unit, session_id).state == SessionState.FINISHED


@pytest.mark.parametrize("mode", ["garbage", "foreign"])
def test_a_false_answer_closes_the_session_and_frees_the_document(
    live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService, mode: str
) -> None:
    session_id = asked(live_unit, request_id)
    phone.mode = mode
    phone.confirm()
    follow_session(live_unit, session_id)
    assert (shown(live_unit, session_id).state, shown(live_unit, session_id).reason) == (SessionState.REFUSED, FALSE)
    phone.mode = "good"
    again = asked(live_unit, request_id)
    phone.confirm()
    follow_session(live_unit, again)
    assert shown(live_unit, again).state == SessionState.FINISHED


def test_a_no_an_end_and_a_release(live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService) -> None:
    session_id = asked(live_unit, request_id)
    phone.refuse()
    follow_session(live_unit, session_id)
    assert (shown(live_unit, session_id).state, shown(live_unit, session_id).reason) == (SessionState.REFUSED, NO)
    session_id = asked(live_unit, request_id)
    phone.expire()
    follow_session(live_unit, session_id)
    assert shown(live_unit, session_id).state == SessionState.EXPIRED
    session_id = asked(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:
        cancel_session(work, session_id)
    phone.confirm()
    polls = phone.polls
    follow_session(live_unit, session_id)
    assert (phone.polls, shown(live_unit, session_id).state) == (polls, SessionState.CANCELLED)


@pytest.mark.parametrize("mode", ["slow", "error", "nonsense"])
def test_a_service_that_does_not_work_is_asked_again_until_the_session_ends(
    live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService, settings: Settings, mode: str
) -> None:
    phone.mode = mode
    session_id = begin_session(live_unit, request_id, SIGNATORY)
    late = live_unit.by(FrozenClock(live_unit.clock.now() + timedelta(seconds=200), live_unit.clock.zone))
    for unit, pause in ((live_unit, FIRST), (late, LONGEST)):
        with pytest.raises(NotYet) as caught:
            follow_session(unit, session_id)
        assert caught.value.seconds == pause
    over = timedelta(seconds=settings.signing_session)
    follow_session(live_unit.by(FrozenClock(live_unit.clock.now() + over, live_unit.clock.zone)), session_id)
    assert shown(live_unit, session_id).state == SessionState.EXPIRED


def test_nobody_hands_in_what_the_telephone_should_say(
    live_unit: UnitOfWork, request_id: UUID, phone: ConfirmService
) -> None:
    session_id = asked(live_unit, request_id)
    phone.confirm()
    with pytest.raises(SigningSessionNotFound):
        finish_session(live_unit, session_id, SIGNATORY, Answer(phone.asked.value, shown(live_unit, session_id).secret))
