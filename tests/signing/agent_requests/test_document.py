"""A request to an agent opens its one document, while it counts; whoever asks otherwise gets nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from signing.agent_requests.ask import make_agent_request
from signing.agent_requests.claims import KIND, request_of_claims
from signing.agent_requests.document import document_of
from signing.agent_requests.errors import AgentRequestInvalid, AgentRequestMalformed, VerbNotServed
from signing.agent_requests.jws import make_jws, read_jws
from signing.agent_requests.verbs import NOT_SERVED, check_verb
from signing.sessions.begin import begin_session
from signing.sessions.end import cancel_session
from signing.sessions.errors import SigningSessionClosed, SigningSessionExpired, SigningSessionNotFound
from signing.sessions.models import SigningSession
from signing.signer.client import SignerClient
from tests.documents import SIGNATORY

AGENT, NONCE = "a" * 43, "n" * 43
pytestmark = pytest.mark.usefixtures("in_hands")


@pytest.fixture
def session_id(live_unit: UnitOfWork, request_id: UUID) -> UUID:
    return begin_session(live_unit, request_id, SIGNATORY)


@pytest.fixture
def request_text(live_unit: UnitOfWork, session_id: UUID) -> str:
    return make_agent_request(live_unit, session_id, SIGNATORY, AGENT, NONCE)


def said_in(unit: UnitOfWork, text: str) -> Any:
    return request_of_claims(read_jws(text, unit.tools[SignerClient].agent_key()[1], KIND))


def test_the_document_is_the_very_revision_of_the_request(live_unit: UnitOfWork, request_text: str) -> None:
    document = document_of(live_unit, request_text)
    assert hashlib.sha256(document).hexdigest() == said_in(live_unit, request_text).revision_sha256
    assert document_of(live_unit, request_text) == document  # an agent whose connection broke may ask again


def test_somebody_else_s_session_is_not_found(live_unit: UnitOfWork, session_id: UUID) -> None:
    with pytest.raises(SigningSessionNotFound):
        make_agent_request(live_unit, session_id, "somebody-else", AGENT, NONCE)


@pytest.mark.parametrize(("agent", "nonce"), [("", NONCE), (AGENT, "x"), (AGENT, "ü" * 20)])
def test_an_agent_has_to_say_who_it_is(live_unit: UnitOfWork, session_id: UUID, agent: str, nonce: str) -> None:
    with pytest.raises(AgentRequestMalformed):
        make_agent_request(live_unit, session_id, SIGNATORY, agent, nonce)


def test_a_session_that_ended_opens_nothing(live_unit: UnitOfWork, session_id: UUID, request_text: str) -> None:
    with live_unit.begin(SYSTEM) as work:
        cancel_session(work, session_id)
    with pytest.raises(SigningSessionClosed):
        document_of(live_unit, request_text)
    with pytest.raises(SigningSessionClosed):
        make_agent_request(live_unit, session_id, SIGNATORY, AGENT, NONCE)


def test_a_session_whose_time_has_passed_opens_nothing(
    live_unit: UnitOfWork, session_id: UUID, request_text: str
) -> None:
    with live_unit.begin(SYSTEM) as work:
        row = work.session.get(SigningSession, session_id)
        assert row is not None
        row.expires_at = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(SigningSessionExpired):
        document_of(live_unit, request_text)


def test_a_request_whose_time_has_passed_opens_nothing(
    live_unit: UnitOfWork, request_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = FrozenClock(live_unit.clock.now() + timedelta(seconds=121), live_unit.clock.zone)
    monkeypatch.setattr(live_unit, "clock", later)
    with pytest.raises(AgentRequestInvalid):
        document_of(live_unit, request_text)


def test_only_the_key_of_this_installation_opens_a_document(live_unit: UnitOfWork, request_text: str) -> None:
    said = said_in(live_unit, request_text)
    forged = make_jws(generate_private_key(SECP256R1()), said.as_claims(), KIND)
    for text in (forged, request_text[:-2], request_text + "a", "a.b.c", replace(said, exp=0).jti, ""):
        with pytest.raises(AgentRequestInvalid):
            document_of(live_unit, text)


@pytest.mark.parametrize("verb", [*NOT_SERVED, "delete", ""])
def test_a_verb_that_is_not_served_is_refused_with_its_reason(verb: str) -> None:
    with pytest.raises(VerbNotServed) as refused:
        check_verb(verb)
    assert len(refused.value.detail) > 20


def test_approvals_are_served() -> None:
    assert check_verb("approve") == "approve"
