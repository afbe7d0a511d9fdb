"""Which requests the agent believes, and what it signs: nothing but what it fetched, hashed and was asked for."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from config.clock import FrozenClock
from signing.agent.act import Act, Desk
from signing.agent.errors import (
    DocumentDiffers,
    Expired,
    ForeignKey,
    Malformed,
    OtherAgent,
    OtherCertificate,
    Replayed,
    Said,
    VerbRefused,
)
from signing.agent.judge import LEEWAY, Connection, Judge, attributes_over
from signing.agent.keys import OwnKey
from signing.agent.pairings import Pairing
from signing.agent_requests.claims import KIND, AgentRequest
from signing.agent_requests.jws import jwk_of, make_jws
from signing.pades.byte_range import last_gap
from signing.pades.prepare import PreparedRevision, prepare
from tests.agent.installation import Installation
from tests.pki.build import PIN, Identity, pki
from tests.signing.agent.conftest import CLOCK, Person
from tests.signing.signer.conftest import base_document

NONCE = "n" * 43


@pytest.fixture
def connection(pairing: Pairing) -> Connection:
    return Connection(pairing, NONCE)


@pytest.fixture
def said(installation: Installation, prepared: PreparedRevision, pairing: Pairing) -> AgentRequest:
    return installation.said(prepared, pairing.agent, NONCE)


CHANGES: list[tuple[dict[str, Any], type[Said]]] = [
    ({"aud": "somebody-elses-agent"}, OtherAgent),
    ({"nonce": "another-connection"}, OtherAgent),
    ({"iss": "https://evil.example"}, ForeignKey),
    ({"verb": "copy"}, VerbRefused),
    ({"verb": "delete"}, VerbRefused),
    ({"version": 2}, Malformed),
    ({"revision_sha256": "A" * 64}, Malformed),
    ({"jti": "short"}, Malformed),
    ({"exp": True}, Malformed),
    ({"exp": 0}, Expired),
    ({"session_ends": 0}, Expired),
]


@pytest.mark.parametrize(("changes", "refusal"), CHANGES)
def test_a_request_that_says_anything_else_is_refused(
    installation: Installation, connection: Connection, said: AgentRequest, changes: dict[str, Any], refusal: type[Said]
) -> None:
    with pytest.raises(refusal):
        Judge(CLOCK).request(installation.signed(said, b"", **changes), connection)


def test_a_request_counts_once_and_is_remembered_for_as_long_as_it_counts(
    installation: Installation, connection: Connection, said: AgentRequest
) -> None:
    clock = FrozenClock(CLOCK.now(), ZoneInfo("UTC"))
    judge, request = Judge(clock), installation.signed(said, b"")
    assert judge.request(request, connection) == said
    with pytest.raises(Replayed):
        judge.request(request, connection)
    clock.at += timedelta(seconds=120 + LEEWAY - 1)
    with pytest.raises(Replayed):
        judge.request(request, connection)
    clock.at += timedelta(seconds=2)
    with pytest.raises(Expired):
        judge.request(request, connection)


def test_one_from_the_future_is_refused(installation: Installation, connection: Connection, said: AgentRequest) -> None:
    late = FrozenClock(CLOCK.now() - timedelta(seconds=LEEWAY + 5), ZoneInfo("UTC"))
    with pytest.raises(Expired):
        Judge(late).request(installation.signed(said, b""), connection)


def test_only_the_pinned_key_counts(connection: Connection, said: AgentRequest) -> None:
    foreign = make_jws(generate_private_key(SECP256R1()), said.as_claims(), KIND)
    with pytest.raises(ForeignKey):
        Judge(CLOCK).request(foreign, connection)


def test_what_is_signed_for_another_purpose_is_no_request(
    installation: Installation, connection: Connection, said: AgentRequest
) -> None:
    with pytest.raises(ForeignKey):
        Judge(CLOCK).request(make_jws(installation.key, said.as_claims(), "JWT"), connection)


def test_missing_and_surplus_claims_are_refused(
    installation: Installation, connection: Connection, said: AgentRequest
) -> None:
    whole = said.as_claims()
    for claims in (whole | {"more": 1}, {name: whole[name] for name in list(whole)[1:]}, {}):
        with pytest.raises(Malformed):
            Judge(CLOCK).request(make_jws(installation.key, claims, KIND), connection)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_no_request_survives_a_change_of_one_character(
    installation: Installation, connection: Connection, said: AgentRequest, data: some.DataObject
) -> None:
    request = installation.signed(said, b"")
    at = data.draw(some.integers(0, len(request) - 1))
    other = data.draw(some.sampled_from("Aa0_-.~ \n")) or "A"
    changed = request[:at] + other + request[at + 1 :]
    if changed != request:
        with pytest.raises(Said):
            Judge(CLOCK).request(changed, connection)


def test_the_attributes_are_made_from_the_document_alone(
    said: AgentRequest, prepared: PreparedRevision, official: Identity
) -> None:
    assert attributes_over(said, prepared.revision, official.certificate_der) == prepared.attributes


def test_another_document_is_not_signed_whatever_the_page_says(
    said: AgentRequest, prepared: PreparedRevision, official: Identity
) -> None:
    certificate = official.certificate_der
    other = prepare(base_document("Khác"), "Official", certificate, official.chain_der, None, CLOCK.now())
    honest = attributes_over
    with pytest.raises(DocumentDiffers):
        honest(said, other.revision, certificate)
    digest = replace(said, revision_sha256=_sha256(other.revision))  # the file's digest is right, the others are not
    with pytest.raises(DocumentDiffers):
        honest(digest, other.revision, certificate)
    with pytest.raises(DocumentDiffers):
        honest(replace(digest, byte_range_sha256=other.digest.hex()), other.revision, certificate)
    for document in (b"", b"%PDF-1.7", prepared.revision + b"\n", prepared.revision[:-1], base_document()):
        with pytest.raises(DocumentDiffers):
            honest(replace(said, revision_sha256=_sha256(document)), document, certificate)


def test_a_document_that_is_signed_already_is_not_signed(
    said: AgentRequest, prepared: PreparedRevision, official: Identity
) -> None:
    gap = last_gap(prepared.revision)
    filled = prepared.revision[: gap.start + 1] + b"ab" + prepared.revision[gap.start + 3 :]
    with pytest.raises(DocumentDiffers):
        attributes_over(replace(said, revision_sha256=_sha256(filled)), filled, official.certificate_der)


def test_a_request_for_another_certificate_is_refused(said: AgentRequest, prepared: PreparedRevision) -> None:
    with pytest.raises(OtherCertificate):
        attributes_over(said, prepared.revision, pki().deputy.certificate_der)


def test_the_session_s_end_is_asked_before_the_key_is(
    installation: Installation,
    pairing: Pairing,
    said: AgentRequest,
    prepared: PreparedRevision,
    key: OwnKey,
    person: Person,
) -> None:
    clock = FrozenClock(CLOCK.now(), ZoneInfo("UTC"))
    heard: list[dict[str, Any]] = []
    person.pins = [PIN]
    person.may_answer.clear()
    act = Act(
        Desk(Judge(clock), key, person, clock, threading.Lock(), print), Connection(pairing, NONCE), "en", heard.append
    )
    thread = threading.Thread(target=act.run, args=([installation.signed(said, prepared.revision)],))
    thread.start()
    assert person.looking.wait(20)
    clock.at += timedelta(seconds=601)
    person.may_answer.set()
    thread.join(20)
    assert [one.get("error") for one in heard] == [None, "expired", None]


def test_a_document_that_cannot_be_fetched_or_drawn_is_refused(
    installation: Installation, pairing: Pairing, key: OwnKey, person: Person, prepared: PreparedRevision
) -> None:
    heard: list[dict[str, Any]] = []
    act = Act(
        Desk(Judge(CLOCK), key, person, CLOCK, threading.Lock(), print), Connection(pairing, NONCE), "en", heard.append
    )
    gone = make_jws(installation.key, installation.said(prepared, pairing.agent, NONCE).as_claims(), KIND)
    act.run([gone])
    assert (heard[0]["error"], heard[0]["detail"].endswith("It is over.")) == ("document-unreachable", True)
    assert person.asked == []
    assert jwk_of(installation.key.public_key()) == pairing.jwk


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
