"""Accounts over HTTP: register, sign in and out, tokens, who am I; and who is behind a request."""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import UUID

from flask import Response, current_app, g, jsonify, make_response, request
from flask_smorest import Blueprint, abort

from config.access import VISITOR, Actor, SignInNeeded, begin_work, current_unit, public, requires
from config.origin import network_of
from config.security import clear_sign_in_cookie, refuse_other_sites, set_sign_in_cookie, sign_in_cookie
from config.unit_of_work import Work
from licensing.accounts.create_token import create_token
from licensing.accounts.errors import TooManyAttempts
from licensing.accounts.identify import Caller, identify_session, identify_token
from licensing.accounts.models import Account, SignInSession
from licensing.accounts.passwords import decoy
from licensing.accounts.queries import account_by_id, actor_of, live_sessions, live_tokens, organisations_of
from licensing.accounts.register import register_from_outside
from licensing.accounts.revoke_token import revoke_token
from licensing.accounts.roles import MANAGE_ACCESS, OWN_ACCOUNT
from licensing.accounts.rules import COOKIE_LASTS, session_is_over
from licensing.accounts.schemas import (
    CredentialsSchema,
    IssuedTokenSchema,
    MeSchema,
    MessageSchema,
    NewApplicantSchema,
    NewTokenSchema,
    SessionSchema,
    TokenSchema,
)
from licensing.accounts.sign_in import sign_in
from licensing.accounts.sign_out import end_session

accounts = Blueprint("accounts", __name__, url_prefix="/v1", description="Accounts of applicants, and one's own")
sessions = Blueprint("sessions", __name__, url_prefix="/v1", description="Signing in and out")
tokens = Blueprint("tokens", __name__, url_prefix="/v1/tokens", description="Access for programs")

accounts.record_once(lambda state: decoy())  # made before the first caller could notice it being made
REGISTERED = (
    "If this address has no account yet, it has one now. Sign in with your password; before an application is "
    "handed in, open the link in the mail that was sent there."
)
SIGNED_IN: dict[str, Any] = {"security": [{"session": []}, {"token": []}]}
BY_SESSION: dict[str, Any] = {"security": [{"session": []}]}


def load_actor() -> Actor:
    """The caller of this request: by bearer token when one is sent, else by the session's cookie, else a visitor."""
    caller = _caller()
    g.sign_in_session, g.ended_session = caller.session_id, caller.ended
    return caller.actor


def _caller() -> Caller:
    given = request.headers.get("Authorization")
    if given is not None:  # the cookie is not looked at: this is how such a request needs no proof of its origin
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer":
            raise SignInNeeded("Only bearer tokens are accepted here.")
        return identify_token(current_unit(), secret.strip())
    cookie = request.cookies.get(sign_in_cookie(current_app))
    return identify_session(current_unit(), cookie) if cookie else Caller(VISITOR)


@accounts.post("/accounts")
@accounts.arguments(NewApplicantSchema)
@accounts.response(202, MessageSchema)
@accounts.alt_response(429, description="Too many registrations from this network; see Retry-After")
@public
def register(details: dict[str, Any]) -> dict[str, str]:
    """Open an applicant's account. The answer is the same for an address that has one."""
    organisation = details.pop("organisation", None)
    stated = (organisation["name"], organisation["tax_code"]) if organisation else None
    try:
        register_from_outside(current_unit(), network_of(request.remote_addr), organisation=stated, **details)
    except TooManyAttempts as refusal:
        _ask_to_wait(refusal)
    return {"message": REGISTERED}


@accounts.get("/me")
@accounts.response(200, MeSchema)
@accounts.doc(**SIGNED_IN)
@requires(OWN_ACCOUNT)
def me() -> dict[str, Any]:
    """Who the caller is and may do."""
    with begin_work() as work:
        return _described(work, account_by_id(work, work.actor.account_id), work.actor)


@sessions.post("/session")
@sessions.arguments(CredentialsSchema)
@sessions.response(201, MeSchema, headers={"Set-Cookie": {"schema": {"type": "string"}}})
@sessions.alt_response(429, description="Too many attempts; see Retry-After")
@public
def begin_session(credentials: dict[str, str]) -> Response:
    """Sign in: the answer sets a cookie. Wrong, unknown and closed are told apart by nothing."""
    refuse_other_sites()
    browser = request.headers.get("User-Agent", "")
    try:
        begun = sign_in(current_unit(), **credentials, network=network_of(request.remote_addr), browser=browser)
    except TooManyAttempts as refusal:
        _ask_to_wait(refusal)
    with current_unit().begin(Actor(begun.account_id)) as work:
        account = account_by_id(work, begun.account_id)
        body = MeSchema().dump(_described(work, account, actor_of(work, account)))
    response = make_response(jsonify(body), 201)
    response.headers["Cache-Control"] = "no-store"
    set_sign_in_cookie(response, begun.secret, COOKIE_LASTS)
    return response


@sessions.delete("/session")
@sessions.response(204)
@sessions.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def finish_session() -> Response:
    """Sign out."""
    with begin_work() as work:
        end_session(work, g.sign_in_session)
    response = Response(status=204)
    clear_sign_in_cookie(response)
    return response


@sessions.get("/sessions")
@sessions.response(200, SessionSchema(many=True))
@sessions.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def list_sessions() -> list[dict[str, Any]]:
    """The browsers in which one is signed in."""
    with begin_work() as work:
        now = work.clock.now()
        found = live_sessions(work, work.actor.account_id)
        return [_shown(item) for item in found if not session_is_over(item.created_at, item.seen_at, now)]


@sessions.delete("/sessions/<uuid:session_id>")
@sessions.response(204)
@sessions.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def end_one_session(session_id: UUID) -> None:
    """Sign out another browser."""
    with begin_work() as work:
        end_session(work, session_id)


@tokens.post("")
@tokens.arguments(NewTokenSchema)
@tokens.response(201, IssuedTokenSchema)
@tokens.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def add_token(wanted: dict[str, Any]) -> dict[str, Any]:
    """Make a token for a program. Its text is in this answer and nowhere else."""
    with begin_work() as work:
        created = create_token(work, wanted["name"], wanted["days"], wanted.get("scopes"))
        shown = {name: getattr(created.row, name) for name in ("id", "name", "scopes", "created_at", "expires_at")}
        return shown | {"token": created.text}


@tokens.get("")
@tokens.response(200, TokenSchema(many=True))
@tokens.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def list_tokens() -> Any:
    """One's tokens that work."""
    with begin_work() as work:
        return live_tokens(work, work.actor.account_id)


@tokens.delete("/<uuid:token_id>")
@tokens.response(204)
@tokens.doc(**BY_SESSION)
@requires(MANAGE_ACCESS)
def end_token(token_id: UUID) -> None:
    """Revoke a token."""
    with begin_work() as work:
        revoke_token(work, token_id)


def _described(work: Work, account: Account, actor: Actor) -> dict[str, Any]:
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "email": account.email,
        "email_verified_at": account.email_verified_at,
        "kind": account.kind,
        "language": account.language,
        "permissions": {agency: sorted(held) for agency, held in sorted(actor.permissions.items())},
        "organisations": organisations_of(work, account.id),
    }


def _shown(session: SignInSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "browser": session.browser,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "current": session.id == g.sign_in_session,
    }


def _ask_to_wait(refusal: TooManyAttempts) -> NoReturn:  # type: ignore[misc]  # abort() raises
    abort(429, message=refusal.detail, headers={"Retry-After": str(refusal.retry_after)})
