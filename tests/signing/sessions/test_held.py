"""A key in its holder's hands: its answer counts once, in time, from whoever began, over what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config import tokens
from config.access import SYSTEM
from config.clock import FrozenClock
from config.errors import Refused
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.keys.errors import KeyNotValid
from signing.pades.digest import signed_fields
from signing.pades.errors import SignatureValueWrong
from signing.pki import ceremony
from signing.pki.ceremony import BuiltInAuthority
from signing.requests.errors import PreparationExpired, RequestVoid, SignatoryWrong
from signing.requests.models import Role, SigningRequest
from signing.requests.queries import get_request
from signing.requests.seal import order_seal
from signing.requests.sign import sign_request
from signing.requests.void import void_request
from signing.sessions.begin import begin_session
from signing.sessions.end import cancel_session, expire_sessions
from signing.sessions.errors import (
    CertificateForeign,
    DocumentLocked,
    SigningSessionClosed,
    SigningSessionExpired,
    SigningSessionForeign,
    SigningSessionNotFound,
)
from signing.sessions.finish import MOST_TRIES, Answer, finish_session
from signing.sessions.models import SessionState, SigningSession
from signing.sessions.queries import session_by_id
from signing.sessions.shown import ShownSession, shown_session
from signing.signer.errors import SignatureRefused, SignerUnavailable
from tests.confirm.moved import signature_by
from tests.documents import PIN, SIGNATORY, result_of, work_off
from tests.pki.build import Identity, pki
from tests.processes import Services

pytestmark = pytest.mark.usefixtures("in_hands")


def shown(unit: UnitOfWork, session_id: UUID) -> ShownSession:
    with unit.begin(SYSTEM) as work:
        return shown_session(work, session_by_id(work, session_id))


def finish(unit: UnitOfWork, begun: ShownSession, value: bytes, **changed: object) -> None:
    finish_session(unit, begun.id, SIGNATORY, replace(Answer(value, begun.secret), **changed))  # type: ignore[arg-type]


def value_in(unit: UnitOfWork, request_id: UUID) -> bytes | None:
    with unit.begin(SYSTEM) as work:
        return get_request(work, request_id).signatures[0].value


def begun_by(unit: UnitOfWork, request_id: UUID) -> ShownSession:
    return shown(unit, begin_session(unit, request_id, SIGNATORY))


def later_by(unit: UnitOfWork, seconds: float) -> UnitOfWork:
    """The same installation, that much later."""
    return unit.by(FrozenClock(unit.clock.now() + timedelta(seconds=seconds), unit.clock.zone))


def test_a_value_from_outside_becomes_a_sealed_document(
    live_unit: UnitOfWork, request_id: UUID, official: Identity
) -> None:
    begun = begun_by(live_unit, request_id)
    certificate = official.certificate.public_bytes(Encoding.DER)
    finish(live_unit, begun, signature_by(official, begun.attributes), certificate=certificate)
    assert shown(live_unit, begun.id).state == SessionState.FINISHED
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
    work_off(live_unit)
    assert [field.name for field in signed_fields(result_of(live_unit, request_id, Role.SEAL))] == ["Official", "Seal"]


def test_what_is_to_be_signed_is_the_document_on_record(live_unit: UnitOfWork, request_id: UUID) -> None:
    begun = begun_by(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:
        request = work.session.get_one(SigningRequest, request_id)
        signature = get_request(work, request_id).signatures[0]
    assert (begun.document_sha256, begun.summary) == (request.document_sha256, request.summary)
    assert begun.attributes == signature.attributes
    revision = live_unit.tools[Storage].get(signature.revision_sha256)
    assert revision.startswith(live_unit.tools[Storage].get(request.document_sha256))


def test_wrong_values_are_refused_and_five_close_the_session(
    live_unit: UnitOfWork, request_id: UUID, official: Identity
) -> None:
    begun = begun_by(live_unit, request_id)
    foreign = signature_by(pki().deputy, begun.attributes)
    for wrong in (b"", b"garbage", foreign, signature_by(official, begun.digest))[: MOST_TRIES - 1]:
        with pytest.raises(SignatureValueWrong):
            finish(live_unit, begun, wrong)
        assert shown(live_unit, begun.id).state == SessionState.OPEN
    good = signature_by(official, begun.attributes)
    with pytest.raises(CertificateForeign):
        finish(live_unit, begun, good, certificate=pki().deputy.certificate_der)
    assert shown(live_unit, begun.id).state == SessionState.REFUSED
    with pytest.raises(SigningSessionClosed):
        finish(live_unit, begun, good)
    assert value_in(live_unit, request_id) is None
    again = begun_by(live_unit, request_id)
    finish(live_unit, again, signature_by(official, again.attributes))


@hypothesis_settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(octets=st.one_of(st.binary(max_size=600), st.binary(min_size=64, max_size=64)))
def test_no_random_octets_are_ever_kept(live_unit: UnitOfWork, request_id: UUID, octets: bytes) -> None:
    with live_unit.begin(SYSTEM) as work:
        opened = work.session.scalar(sa.select(SigningSession.id).where(SigningSession.state == SessionState.OPEN))
    begun = shown(live_unit, opened) if opened else begun_by(live_unit, request_id)
    with pytest.raises(SignatureValueWrong):
        finish(live_unit, begun, octets)
    assert value_in(live_unit, request_id) is None


def test_an_answer_counts_once_and_only_from_who_began(
    live_unit: UnitOfWork, request_id: UUID, official: Identity
) -> None:
    begun = begun_by(live_unit, request_id)
    value = signature_by(official, begun.attributes)
    with pytest.raises(SigningSessionNotFound):
        finish_session(live_unit, begun.id, "another account", Answer(value, begun.secret))
    with pytest.raises(SigningSessionNotFound):
        finish_session(live_unit, tokens.new_id(), SIGNATORY, Answer(value, begun.secret))
    for stolen in ("", "0" * 64, "khác"):
        with pytest.raises(SigningSessionForeign):
            finish(live_unit, begun, value, secret=stolen)
    finish(live_unit, begun, value)
    with pytest.raises(SigningSessionClosed):
        finish(live_unit, begun, value)
    assert value_in(live_unit, request_id) == value


def test_one_answer_handed_in_many_times_at_once_counts_once(
    live_unit: UnitOfWork, request_id: UUID, official: Identity
) -> None:
    begun = begun_by(live_unit, request_id)
    value = signature_by(official, begun.attributes)
    start = Barrier(4)

    def hand_in(_: int) -> str:
        start.wait()
        try:
            finish(live_unit, begun, value)
        except Refused as refusal:
            return type(refusal).__name__
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(hand_in, range(4)))
    assert outcomes.count("kept") == 1
    assert set(outcomes) <= {"kept", "SigningSessionClosed", "AlreadySigned", "SignatureRefused"}
    assert value_in(live_unit, request_id) == value


def test_after_its_time_a_session_is_over_and_locks_nothing(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, settings: Settings
) -> None:
    begun = begun_by(live_unit, request_id)
    late = later_by(live_unit, settings.signing_session)
    assert shown(late, begun.id).state == SessionState.EXPIRED
    with pytest.raises(SigningSessionExpired):
        finish(late, begun, signature_by(official, begun.attributes))
    expire_sessions(live_unit)
    assert shown(live_unit, begun.id).state == SessionState.OPEN
    again = shown(late, begin_session(late, request_id, SIGNATORY))  # nobody wrote down yet that the first is over
    assert shown(live_unit, begun.id).state == SessionState.EXPIRED
    expire_sessions(later_by(late, settings.signing_session))
    assert shown(live_unit, again.id).state == SessionState.EXPIRED


def test_two_signers_at_once(live_unit: UnitOfWork, request_id: UUID, official: Identity) -> None:
    start = Barrier(4)

    def begin(_: int) -> UUID | Refused:
        start.wait()
        try:
            return begin_session(live_unit, request_id, SIGNATORY)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(4) as pool:
        outcomes: Sequence[UUID | Refused] = list(pool.map(begin, range(4)))
    begun = [item for item in outcomes if isinstance(item, UUID)]
    assert len(begun) <= 1  # nobody may be faster than all others; nobody ever signs beside another
    assert all(isinstance(item, UUID | DocumentLocked | SignatureRefused) for item in outcomes)
    first = shown(live_unit, begun[0]) if begun else begun_by(live_unit, request_id)
    with pytest.raises(DocumentLocked):
        begin_session(live_unit, request_id, SIGNATORY)
    with pytest.raises(DocumentLocked):
        sign_request(live_unit, request_id, SIGNATORY, PIN)
    with live_unit.begin(SYSTEM) as work:
        cancel_session(work, first.id)
        cancel_session(work, first.id)
    with pytest.raises(SigningSessionClosed):
        finish(live_unit, first, signature_by(official, first.attributes))
    second = begun_by(later_by(live_unit, 2), request_id)  # another second is another revision
    with pytest.raises(SignatureValueWrong):  # an answer to the session before is none to this one
        finish(live_unit, second, signature_by(official, first.attributes))
    finish(live_unit, second, signature_by(official, second.attributes))
    with live_unit.begin(SYSTEM) as work, pytest.raises(SigningSessionClosed):
        cancel_session(work, second.id)


def test_everybody_may_be_restarted_between(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, services: Services
) -> None:
    begun = begun_by(live_unit, request_id)
    value = signature_by(official, begun.attributes)
    services.stop("signer")
    try:
        with pytest.raises(SignerUnavailable):
            finish(live_unit, begun, value)
    finally:
        services.start("signer")
    assert shown(live_unit, begun.id).state == SessionState.OPEN
    finish(live_unit, begun, value)


def test_all_is_asked_again_at_the_end(live_unit: UnitOfWork, request_id: UUID, official: Identity) -> None:
    with pytest.raises(SignatoryWrong):
        begin_session(live_unit, request_id, "somebody else")
    begun = begun_by(live_unit, request_id)
    value = signature_by(official, begun.attributes)
    with live_unit.begin(SYSTEM) as work:
        expires_on = get_request(work, request_id).expires_on
        get_request(work, request_id).expires_on = live_unit.clock.today() - timedelta(days=1)
    with pytest.raises(PreparationExpired):
        finish(live_unit, begun, value)
    with live_unit.begin(SYSTEM) as work:
        get_request(work, request_id).expires_on = expires_on
        void_request(work, request_id, "a hold was set")
    with pytest.raises(RequestVoid):
        finish(live_unit, begun, value)
    assert value_in(live_unit, request_id) is None


def test_a_certificate_exchanged_meanwhile_is_refused(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, keys: BuiltInAuthority
) -> None:
    begun = begun_by(live_unit, request_id)
    shown_now = keys.folder / "official-lanhdao.pem"
    before = shown_now.read_bytes()
    shown_now.write_bytes(pki().deputy.certificate.public_bytes(Encoding.PEM) + before)
    try:
        with pytest.raises(SignatureRefused):
            finish(live_unit, begun, signature_by(official, begun.attributes))
    finally:
        shown_now.write_bytes(before)


def test_a_certificate_revoked_meanwhile_is_refused(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, keys: BuiltInAuthority
) -> None:
    begun = begun_by(live_unit, request_id)
    register = keys.folder / "revoked.json"
    before = register.read_bytes() if register.exists() else None
    ceremony.revoke(keys, official.certificate.serial_number, live_unit.clock, x509.ReasonFlags.key_compromise)
    try:
        with pytest.raises(KeyNotValid):
            finish(live_unit, begun, signature_by(official, begun.attributes))
    finally:
        register.write_bytes(before if before is not None else b"[]")
    assert value_in(live_unit, request_id) is None
