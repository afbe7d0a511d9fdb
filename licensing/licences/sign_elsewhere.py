"""The official signs with a key that is elsewhere: in their own hands, or confirmed on their telephone.

Authority, appointment and the look at the document are asked at the beginning and once more at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from config.access import SYSTEM, Actor
from config.errors import Refused
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts import roles
from licensing.accounts.queries import account_by_id, actor_of
from licensing.licences.sign import check_signatory
from licensing.licences.view import check_viewed
from signing.agent_requests.ask import agent_key, make_agent_request
from signing.agent_requests.verbs import check_verb
from signing.requests.queries import get_request
from signing.sessions.begin import begin_session, kind_needed
from signing.sessions.end import cancel_session, refuse_session
from signing.sessions.errors import SigningSessionNotFound
from signing.sessions.events import SigningSessionBegun
from signing.sessions.finish import Answer, finish_session
from signing.sessions.follow import follow_session
from signing.sessions.models import Kind, SigningSession
from signing.sessions.queries import latest_sessions, session_by_id
from signing.sessions.shown import ShownSession, covered_octets, shown_session


def kind_of_key(unit: UnitOfWork, actor: Actor) -> Kind | None:
    """How the caller's key is asked where it is not here; None when a PIN opens it, or nobody knows just now."""
    with unit.begin(actor) as work:
        key = account_by_id(work, actor.account_id).signing_key
    try:
        return kind_needed(unit, key) if key is not None else None
    except Refused:
        return None


def begin_signing(unit: UnitOfWork, actor: Actor, request_id: UUID) -> UUID:
    """Open a session for a document that the caller looked at (DocumentNotViewed, and what `begin_session` raises)."""
    with unit.begin(actor) as work:
        check_signatory(work, request_id)
        check_viewed(work, request_id)
    return begin_session(unit, request_id, str(actor.account_id))


def finish_signing(unit: UnitOfWork, actor: Actor, session_id: UUID, answer: Answer) -> None:
    """Hand in what a held key signed; see `finish_session`."""
    with unit.begin(actor) as work:
        session = _own(work, session_id)
        check_signatory(work, session.request_id)
    finish_session(unit, session_id, str(actor.account_id), answer)


def ask_agent(unit: UnitOfWork, actor: Actor, session_id: UUID, verb: str, agent: str, nonce: str) -> str:
    """A signed request to the caller's agent for one of their sessions (VerbNotServed; see `make_agent_request`)."""
    check_verb(verb)
    with unit.begin(actor) as work:
        session = _own(work, session_id)
        check_signatory(work, session.request_id)
        check_viewed(work, session.request_id)
    return make_agent_request(unit, session_id, str(actor.account_id), agent, nonce)


def key_for_agents(unit: UnitOfWork) -> dict[str, str] | None:
    """The public key that agents pin (JWK); None where no agents are served, or nobody knows just now."""
    try:
        return agent_key(unit)[1]
    except Refused:
        return None


def own_session(work: Work, session_id: UUID) -> ShownSession:
    """A session that the caller began (SigningSessionNotFound)."""
    return shown_session(work, _own(work, session_id))


def own_octets(work: Work, session_id: UUID) -> bytes:
    """What a ready-made CMS is to cover, in a session that the caller began (SigningSessionNotFound)."""
    return covered_octets(work, _own(work, session_id))


def own_sessions(work: Work, request_ids: Sequence[UUID]) -> dict[UUID, ShownSession]:
    """The caller's newest session for each of these documents that has one."""
    found = latest_sessions(work, request_ids, str(work.actor.account_id))
    return {request_id: shown_session(work, session) for request_id, session in found.items()}


def release_session(work: Work, session_id: UUID) -> None:
    """Give a document free: its signatory, another who may sign for the agency, or the agency's administrator."""
    agency = get_request(work, session_by_id(work, session_id).request_id).agency
    if not any(work.actor.may(permission, agency) for permission in (roles.DECIDE, roles.MANAGE_AGENCY)):
        raise SigningSessionNotFound("There is no such signing session.")
    cancel_session(work, session_id)


def follow_confirmation(unit: UnitOfWork, event: SigningSessionBegun) -> None:
    """Ask the telephone, and come back, as long as the official may still sign (`NotYet` until there is an answer)."""
    if event.kind != Kind.CONFIRM:
        return
    try:
        with unit.begin(SYSTEM) as work:
            account = account_by_id(work, UUID(session_by_id(work, event.session_id).account))
            signatory = actor_of(work, account)
        with unit.begin(signatory) as work:
            check_signatory(work, event.request_id)
    except Refused as refusal:
        refuse_session(unit, event.session_id, str(refusal.detail))
        return
    follow_session(unit, event.session_id)


def _own(work: Work, session_id: UUID) -> SigningSession:
    session = session_by_id(work, session_id)
    if session.account != str(work.actor.account_id):
        raise SigningSessionNotFound("There is no such signing session.")
    return session
