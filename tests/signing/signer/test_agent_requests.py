"""The key of requests to agents signs only for an open session of the official whose key it is; all is written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.settings import Settings
from config.tokens import new_id
from signing.agent_requests.claims import KIND, request_of_claims
from signing.agent_requests.jws import read_jws
from signing.journal.models import JournalLine
from signing.keys.errors import KeyUnknown
from signing.pades.prepare import PreparedRevision
from signing.pki.agent_key import AGENT_KEY, make_agent_key
from signing.requests.models import State
from signing.sessions.models import Kind, SessionState, SigningSession
from signing.signer.client import SignerClient
from signing.signer.errors import AgentsNotServed, QuestionMalformed, SignatureRefused, SignerNotReady
from signing.signer.serving import prepare as prepare_signer
from tests.pki.build import pki
from tests.signing.signer.conftest import HEAD, Case

KEYS = f'[stores.hands]\nkind = "held"\n[keys.{HEAD}]\nstore = "hands"\n'
AGENT, NONCE = "agent-of-the-head", "connection-number-1"
Ask = Callable[..., str]


@pytest.fixture
def signer_settings(signer_settings: Settings) -> Settings:
    """The head's key is in their hands, and the installation has a key for agents."""
    folder = signer_settings.keys_folder
    (folder / f"{HEAD}.p12").unlink()
    (folder / "keys.toml").write_text(KEYS)
    make_agent_key(folder)
    return replace(signer_settings, public_url="https://Licences.example/somewhere")


@pytest.fixture
def case(case: Case) -> Case:
    return replace(case, ours=pki())


@pytest.fixture
def prepared(case: Case) -> PreparedRevision:
    return case.prepared_for_official()


@pytest.fixture
def session_id(case: Case, prepared: PreparedRevision) -> UUID:
    """The head began to sign."""
    row = SigningSession(
        id=new_id(),
        request_id=case.request_id,
        account="head",
        kind=Kind.HELD,
        certificate_sha256=hashlib.sha256(pki().official.certificate_der).hexdigest(),
        attributes_sha256=hashlib.sha256(prepared.attributes).hexdigest(),
        nonce=b"n" * 16,
        ticket=None,
        tries=0,
        created_at=case.clock.now(),
        expires_at=case.clock.now() + timedelta(seconds=600),
        state=SessionState.OPEN,
    )
    with case.unit.begin(SYSTEM) as work:
        work.session.add(row)
    return row.id


@pytest.fixture
def ask(case: Case, prepared: PreparedRevision, session_id: UUID) -> Ask:
    """Ask for a request, with what a caller changed."""

    def asked(**changes: Any) -> str:
        said = {"session": str(session_id), "agent": AGENT, "nonce": NONCE} | changes
        return case.signer.agent_request(case.request_id, HEAD, prepared.attributes, prepared.revision, said)

    return asked


def change(case: Case, session_id: UUID, **values: object) -> None:
    """As whoever holds the database could."""
    with case.unit.begin(SYSTEM) as work:
        row = work.session.get(SigningSession, session_id)
        for name, value in values.items():
            setattr(row, name, value)


def lines(case: Case) -> list[tuple[str, str]]:
    with case.unit.begin(SYSTEM) as work:
        query = sa.select(JournalLine).where(JournalLine.key == "agent").order_by(JournalLine.seq)
        return [(line.outcome, line.on_behalf_of) for line in work.session.scalars(query)]


def test_a_request_says_what_is_on_record(case: Case, prepared: PreparedRevision, session_id: UUID, ask: Ask) -> None:
    before = len(lines(case))
    issuer, jwk = case.signer.agent_key()
    said = request_of_claims(read_jws(ask(), jwk, KIND))
    assert (issuer, said.iss) == ("https://licences.example", "https://licences.example")
    assert (said.aud, said.nonce, said.session, said.verb) == (AGENT, NONCE, str(session_id), "approve")
    assert said.exp - said.iat == 120
    assert said.revision_sha256 == hashlib.sha256(prepared.revision).hexdigest()
    assert said.byte_range_sha256 == prepared.digest.hex()
    assert said.attributes_sha256 == hashlib.sha256(prepared.attributes).hexdigest()
    assert (said.summary, said.signatory) == ("Giấy chứng nhận số 1", "Nguyễn Thị Thử")
    assert lines(case)[before:] == [("asked", f"agent {AGENT}"), ("signed", f"agent {AGENT}")]
    assert request_of_claims(read_jws(ask(), jwk, KIND)).jti != said.jti


def test_a_request_does_not_outlast_its_session(case: Case, session_id: UUID, ask: Ask) -> None:
    change(case, session_id, expires_at=case.clock.now() + timedelta(seconds=30))
    said = request_of_claims(read_jws(ask(), case.signer.agent_key()[1], KIND))
    assert said.exp == said.session_ends == int(case.clock.now().timestamp()) + 30


@pytest.mark.parametrize(
    "values",
    [
        {"state": SessionState.FINISHED, "ended": True},
        {"state": SessionState.CANCELLED, "ended": True},
        {"account": "somebody-else"},
        {"kind": Kind.CONFIRM},
        {"certificate_sha256": "0" * 64},
        {"attributes_sha256": "0" * 64},
        {"late": True},
    ],
)
def test_no_request_but_for_an_open_session_of_its_official(
    case: Case, session_id: UUID, ask: Ask, values: dict[str, Any]
) -> None:
    if values.pop("ended", False):
        values["ended_at"] = case.clock.now()
    if values.pop("late", False):
        values["expires_at"] = case.clock.now()
    change(case, session_id, **values)
    with pytest.raises(SignatureRefused):
        ask()
    assert lines(case)[-1][0] == "refused"


def test_no_request_for_a_session_that_is_not_there_or_of_another_document(case: Case, ask: Ask) -> None:
    with pytest.raises(SignatureRefused):
        ask(session=str(new_id()))


def test_no_request_for_what_may_not_be_signed(case: Case, clock: FrozenClock, ask: Ask) -> None:
    clock.advance(days=1)
    with pytest.raises(SignatureRefused):
        ask()
    clock.advance(days=-1)
    case.change(state=State.SIGNED)
    with pytest.raises(SignatureRefused):
        ask()


@pytest.mark.parametrize("changes", [{"agent": "short"}, {"nonce": "with space and more"}, {"session": "x"}])
def test_what_names_no_agent_is_refused(ask: Ask, changes: dict[str, str]) -> None:
    with pytest.raises(QuestionMalformed):
        ask(**changes)


def test_no_request_for_a_key_that_is_opened_here(case: Case, session_id: UUID) -> None:
    said = {"session": str(session_id), "agent": AGENT, "nonce": NONCE}
    with pytest.raises(KeyUnknown):
        case.signer.agent_request(case.request_id, "official-deputy", b"a", b"r", said)


def test_an_installation_without_the_key_says_so(signer_settings: Settings, case: Case, clock: FrozenClock) -> None:
    (signer_settings.keys_folder / AGENT_KEY).unlink()
    other = replace(signer_settings, data_folder=signer_settings.data_folder / "other")
    other.data_folder.mkdir()
    prepared = prepare_signer(other, clock)
    try:
        with pytest.raises(AgentsNotServed):
            prepared.answers.answer({"ask": "agent-key"}, [])
    finally:
        prepared.close()


def test_what_is_no_key_stops_the_start(signer_settings: Settings, case: Case, clock: FrozenClock) -> None:
    (signer_settings.keys_folder / AGENT_KEY).write_text("none")
    other = replace(signer_settings, data_folder=signer_settings.data_folder / "other")
    other.data_folder.mkdir()
    with pytest.raises(SignerNotReady, match="agent"):
        prepare_signer(other, clock)


def test_the_key_is_made_once(signer_settings: Settings, signer: SignerClient) -> None:
    folder = signer_settings.keys_folder
    before = (folder / AGENT_KEY).read_bytes()
    assert make_agent_key(folder) == make_agent_key(folder)
    assert (folder / AGENT_KEY).read_bytes() == before
