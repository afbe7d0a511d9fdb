"""A sealed document reaches the level that its kind must have, or is not finished yet; never a lower one."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

import signing.reactions
from config.access import SYSTEM
from config.events import Reactor
from config.settings import Settings, SettingsInvalid
from config.unit_of_work import UnitOfWork
from signing.pades.levels import Level, level_of
from signing.preservation import raise_to as raising
from signing.preservation.errors import LevelNotReached
from signing.requests.complete import complete_signature
from signing.requests.file import file_request
from signing.requests.models import Role, State
from signing.requests.queries import get_request, signature_of
from signing.requests.seal import seal_request
from signing.requests.sign import sign_request
from signing.timestamps.client import Timestamper
from signing.timestamps.errors import TimestampUnavailable
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationUnavailable
from signing.trust.revocation import RevocationSource
from signing.validation.fresh import fresh_revocation
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.documents import PIN, SIGNATORY, a_preparation, result_of

DEAD = "http://127.0.0.1:9"


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


def sealed_at(unit: UnitOfWork, level: Level) -> UUID:
    with unit.begin(SYSTEM) as work:
        request_id = file_request(work, replace(a_preparation(unit, f"level {level}"), level=level)).id
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    return request_id


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_reached_and_valid(live_unit: UnitOfWork, level: Level) -> None:
    request_id = sealed_at(live_unit, level)
    seal_request(live_unit, request_id)
    pdf = result_of(live_unit, request_id, Role.SEAL)
    assert level_of(pdf) is level
    fresh = fresh_revocation(pdf, live_unit.tools[RevocationSource])
    report = validate(pdf, live_unit.tools[TrustStore], live_unit.clock.now(), fresh)
    assert report.verdict is Verdict.VALID, report.reasons


@pytest.mark.parametrize("level", [Level.B_LT, Level.B_LTA])
def test_without_the_authorities_nothing_below_its_level_is_kept(live_unit: UnitOfWork, level: Level) -> None:
    request_id = sealed_at(live_unit, level)
    trust, clock = live_unit.tools[TrustStore], live_unit.clock
    stamps, source = live_unit.tools[Timestamper], live_unit.tools[RevocationSource]
    live_unit.tools.add(Timestamper(f"{DEAD}/tsa", [], clock, 1))
    with pytest.raises(TimestampUnavailable):
        seal_request(live_unit, request_id)
    live_unit.tools.add(stamps)
    live_unit.tools.add(RevocationSource(DEAD, trust, clock, 1))
    with pytest.raises(RevocationUnavailable):
        seal_request(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:
        request = get_request(work, request_id)
        seal = signature_of(request, Role.SEAL)
        assert (request.state, seal is not None and seal.result_sha256) == (State.SIGNED, None)
    live_unit.tools.add(source)
    seal_request(live_unit, request_id)
    assert level_of(result_of(live_unit, request_id, Role.SEAL)) is level


def test_a_document_that_falls_short_is_not_kept(live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = sealed_at(live_unit, Level.B_LT)
    monkeypatch.setattr(raising, "add_evidence", lambda pdf, evidence: pdf)
    with pytest.raises(LevelNotReached):
        seal_request(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:
        seal = signature_of(get_request(work, request_id), Role.SEAL)
    assert seal is not None
    assert seal.result_sha256 is None


def test_the_setting_says_the_level_of_each_kind_and_a_licence_has_the_highest() -> None:
    read = Settings.from_environment({"SIGNATURE_LEVELS": "*=B-B refusal=B-LTA"}).evidence
    assert [read.level_of(kind) for kind in ("refusal", "receipt", "licence")] == ["B-LTA", "B-B", "B-LTA"]
    for wrong in ("licence=B-T", "refusal=B-X", "refusal", "*=B-LT licence=B-LT"):
        with pytest.raises(SettingsInvalid, match="SIGNATURE_LEVELS"):
            Settings.from_environment({"SIGNATURE_LEVELS": wrong})
