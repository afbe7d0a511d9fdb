"""A CMS that `openssl cms` made over a prepared document is checked and embedded, or refused with the reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from asn1crypto import cms

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from signing.pades.digest import signed_fields
from signing.pades.errors import ReadyMadeRefused, SignatureValueWrong
from signing.pades.ready_made import (
    ALGORITHM,
    NOT_DETACHED,
    NOT_READ,
    OTHER_CERTIFICATE,
    OTHER_DOCUMENT,
    check_attributes,
    read_ready_made,
)
from signing.requests.models import Role
from signing.requests.seal import order_seal
from signing.sessions.begin import begin_session
from signing.sessions.errors import CertificateForeign
from signing.sessions.finish import MOST_TRIES, OTHER_TIME, Answer, finish_session
from signing.sessions.models import SessionState
from signing.sessions.queries import session_by_id
from signing.sessions.shown import ShownSession, covered_octets, shown_session
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource
from signing.validation.fresh import fresh_revocation
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.confirm.ready_made import GOOD, made
from tests.documents import SIGNATORY, result_of, work_off
from tests.pki.build import Identity, pki

pytestmark = pytest.mark.usefixtures("in_hands")


def begun(unit: UnitOfWork, request_id: UUID) -> tuple[ShownSession, bytes]:
    session_id = begin_session(unit, request_id, SIGNATORY)
    with unit.begin(SYSTEM) as work:
        session = session_by_id(work, session_id)
        return shown_session(work, session), covered_octets(work, session)


def hand_in(unit: UnitOfWork, session: ShownSession, content: bytes) -> None:
    finish_session(unit, session.id, SIGNATORY, Answer(content, session.secret, ready_made=True))


def test_a_cms_of_openssl_becomes_a_sealed_document_that_is_valid(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, tmp_path: Path
) -> None:
    session, covered = begun(live_unit, request_id)
    hand_in(live_unit, session, made(tmp_path, official, covered, *GOOD))
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
    work_off(live_unit)
    sealed = result_of(live_unit, request_id, Role.SEAL)
    assert [field.name for field in signed_fields(sealed)] == ["Official", "Seal"]
    trust = live_unit.tools[TrustStore]
    fresh = fresh_revocation(sealed, live_unit.tools[RevocationSource])
    assert validate(sealed, trust, live_unit.clock.now(), fresh).verdict is Verdict.VALID
    embedded = cms.ContentInfo.load(signed_fields(sealed)[0].contents)["content"]["signer_infos"][0]
    assert {one["type"].native for one in embedded["unsigned_attrs"]} == {"signature_time_stamp_token"}


BAD = {
    "over another document": (("-cades", "-nosmimecap", "-md", "sha256"), b"x", OTHER_DOCUMENT),
    "without the certificate bound": (("-nosmimecap", "-md", "sha256"), b"", "lacks a signed attribute"),
    "with another attribute": (("-cades", "-md", "sha256"), b"", "not allowed: smime_capabilities"),
    "with another digest": (("-cades", "-nosmimecap", "-md", "sha512"), b"", ALGORITHM),
    "without signed attributes": (("-noattr", "-md", "sha256"), b"", NOT_READ),
    "with the document inside": ((*GOOD, "-nodetach"), b"", NOT_DETACHED),
}


@pytest.mark.parametrize("how", BAD)
def test_another_cms_is_refused_with_its_reason(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, tmp_path: Path, how: str
) -> None:
    options, more, why = BAD[how]
    session, covered = begun(live_unit, request_id)
    with pytest.raises(ReadyMadeRefused) as refused:
        hand_in(live_unit, session, made(tmp_path, official, covered + more, *options))
    assert why in refused.value.detail
    hand_in(live_unit, session, made(tmp_path, official, covered, *GOOD))  # the session stayed open


def test_a_cms_of_another_key_or_of_garbage_is_refused_and_five_close_the_session(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, tmp_path: Path
) -> None:
    session, covered = begun(live_unit, request_id)
    foreign = made(tmp_path, pki().deputy, covered, *GOOD)
    with pytest.raises(ReadyMadeRefused) as refused:
        hand_in(live_unit, session, foreign)
    assert refused.value.detail == OTHER_CERTIFICATE
    good = made(tmp_path, official, covered, *GOOD)
    value = cms.ContentInfo.load(good)["content"]["signer_infos"][0]["signature"].native
    with pytest.raises(SignatureValueWrong):
        hand_in(live_unit, session, good.replace(value, value[:-1] + bytes([value[-1] ^ 1])))
    inside = official.certificate_der
    with pytest.raises((CertificateForeign, ReadyMadeRefused, SignatureValueWrong)):
        hand_in(live_unit, session, good.replace(inside, inside[:-1] + bytes([inside[-1] ^ 1])))
    for junk in (b"junk", good[:-1])[: MOST_TRIES - 3]:
        with pytest.raises(ReadyMadeRefused, match="can be read"):
            hand_in(live_unit, session, junk)
    with live_unit.begin(SYSTEM) as work:
        assert session_by_id(work, session.id).state == SessionState.REFUSED


def test_a_cms_that_was_made_at_another_time_is_refused(
    live_unit: UnitOfWork, request_id: UUID, official: Identity, tmp_path: Path
) -> None:
    earlier = live_unit.by(FrozenClock(live_unit.clock.now() - timedelta(minutes=30), live_unit.clock.zone))
    session, covered = begun(earlier, request_id)
    with pytest.raises(ReadyMadeRefused) as refused:
        hand_in(earlier, session, made(tmp_path, official, covered, *GOOD))
    assert refused.value.detail == OTHER_TIME


def test_attributes_out_of_order_are_refused(official: Identity, tmp_path: Path) -> None:
    good = read_ready_made(made(tmp_path, official, b"octets", *GOOD)).attributes
    parts = [one.dump() for one in cms.CMSAttributes.load(good)]
    turned = good[: -sum(map(len, parts))] + b"".join(reversed(parts))
    with pytest.raises(ReadyMadeRefused, match="order"):
        check_attributes(turned, b"", official.certificate_der)
