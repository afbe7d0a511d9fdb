"""What is signed is on record before a key is touched, and one request gets one signature and one seal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

import signing.reactions
from config import tokens
from config.access import SYSTEM
from config.events import Reactor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.keys.errors import WrongPin
from signing.pades.digest import seal_facts, signed_fields
from signing.requests.complete import complete_signature
from signing.requests.errors import (
    AlreadySigned,
    NotYetSigned,
    PreparationExpired,
    RequestNotFound,
    RequestVoid,
    SignatoryWrong,
)
from signing.requests.file import file_request
from signing.requests.models import Role, SigningRequest, State
from signing.requests.queries import WaitingFor, count_waiting, get_request, request_for, requests_waiting, signature_of
from signing.requests.seal import order_seal, revision_to_seal, seal_request
from signing.requests.sign import sign_request
from signing.requests.void import void_request
from signing.signer.client import SignerClient
from signing.signer.errors import SignerUnavailable
from signing.timestamps.client import Timestamper
from signing.timestamps.errors import TimestampUnavailable
from tests.documents import PIN, SIGNATORY, a_preparation
from tests.processes import Services


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


@pytest.fixture
def request_id(live_unit: UnitOfWork) -> UUID:
    """A small document, prepared and on record."""
    preparation = a_preparation(live_unit)
    with live_unit.begin(SYSTEM) as work:
        request = file_request(work, preparation)
        assert file_request(work, replace(preparation, summary="another")).id == request.id
    return request.id


def load(unit: UnitOfWork, request_id: UUID) -> SigningRequest:
    with unit.begin(SYSTEM) as work:
        return get_request(work, request_id)


def events(unit: UnitOfWork) -> Sequence[str]:
    with unit.begin(SYSTEM) as work:
        rows = work.session.connection().exec_driver_sql("SELECT name FROM events ORDER BY recorded_at, id")
        return [row[0] for row in rows]


def test_an_official_signs_and_the_clerk_has_it_sealed(live_unit: UnitOfWork, request_id: UUID) -> None:
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    with live_unit.begin(SYSTEM) as work, pytest.raises(NotYetSigned):
        order_seal(work, request_id)
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    assert load(live_unit, request_id).state == State.SIGNED
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
        wanted = WaitingFor(["000.00.05.H99"], State.SIGNED)
        assert [item.id for item in requests_waiting(work, wanted)] == [request_id]
    seal_request(live_unit, request_id)
    request = load(live_unit, request_id)
    assert request.state == State.SEALED
    assert sorted(events(live_unit)) == sorted(
        ["RequestFiled", "SignatureMade", "RequestSigned", "SealOrdered", "RequestSealed"]
    )
    sealed = signature_of(request, Role.SEAL)
    assert sealed is not None
    assert sealed.result_sha256 is not None
    content = live_unit.tools[Storage].get(sealed.result_sha256)
    assert [field.name for field in signed_fields(content)] == ["Official", "Seal"]
    assert seal_facts(content).sealed_revision == content
    first = signature_of(request, Role.OFFICIAL)
    assert first is not None
    assert first.result_sha256 is not None
    assert content.startswith(live_unit.tools[Storage].get(first.result_sha256))


def test_a_signed_document_is_not_signed_again(live_unit: UnitOfWork, request_id: UUID) -> None:
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    before = load(live_unit, request_id).signatures[0].value
    with pytest.raises(AlreadySigned):
        sign_request(live_unit, request_id, SIGNATORY, PIN)
    assert load(live_unit, request_id).signatures[0].value == before


def test_a_wrong_pin_leaves_the_preparation_and_the_right_one_signs(live_unit: UnitOfWork, request_id: UUID) -> None:
    with pytest.raises(WrongPin):
        sign_request(live_unit, request_id, SIGNATORY, "999999")
    request = load(live_unit, request_id)
    assert request.state == State.FILED
    assert request.signatures[0].value is None
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    assert load(live_unit, request_id).signatures[0].value is not None


def test_only_the_signatory_signs(live_unit: UnitOfWork, request_id: UUID) -> None:
    with pytest.raises(SignatoryWrong):
        sign_request(live_unit, request_id, "somebody else", PIN)


def test_a_passed_date_and_a_void_preparation_are_not_signed(live_unit: UnitOfWork, request_id: UUID) -> None:
    with live_unit.begin(SYSTEM) as work:
        get_request(work, request_id).expires_on = live_unit.clock.today() - timedelta(days=1)
    with pytest.raises(PreparationExpired):
        sign_request(live_unit, request_id, SIGNATORY, PIN)
    with live_unit.begin(SYSTEM) as work:
        void_request(work, request_id, "a hold was set")
        void_request(work, request_id, "again")
        assert request_for(work, "licence", "decision 1") is None
    with pytest.raises(RequestVoid, match="a hold was set"):
        sign_request(live_unit, request_id, SIGNATORY, PIN)
    with pytest.raises(RequestNotFound):
        sign_request(live_unit, tokens.new_id(), SIGNATORY, PIN)


def test_without_a_timestamp_server_the_signature_waits_and_is_not_lost(
    live_unit: UnitOfWork, request_id: UUID, services: Services
) -> None:
    services.stop("tsa")
    try:
        sign_request(live_unit, request_id, SIGNATORY, PIN)
        value = load(live_unit, request_id).signatures[0].value
        with pytest.raises(TimestampUnavailable):
            complete_signature(live_unit, request_id, Role.OFFICIAL)
        assert load(live_unit, request_id).state == State.FILED
    finally:
        services.start("tsa")
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    request = load(live_unit, request_id)
    assert (request.state, request.signatures[0].value) == (State.SIGNED, value)


def test_a_failed_seal_leaves_the_request_and_a_retry_signs_the_same_bytes(
    live_unit: UnitOfWork, request_id: UUID, services: Services
) -> None:
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    first = revision_to_seal(live_unit, request_id)
    services.stop("signer")
    try:
        with pytest.raises(SignerUnavailable):
            seal_request(live_unit, request_id)
    finally:
        services.start("signer")
    for _ in range(2):
        seal_request(live_unit, request_id)
    request = load(live_unit, request_id)
    sealed = signature_of(request, Role.SEAL)
    assert sealed is not None
    assert (sealed.attributes, sealed.revision_sha256) == (first.attributes, first.revision_sha256)
    assert request.state == State.SEALED
    assert events(live_unit).count("RequestSealed") == 1


def test_a_void_request_is_not_sealed(live_unit: UnitOfWork, request_id: UUID) -> None:
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    with live_unit.begin(SYSTEM) as work:
        void_request(work, request_id, "an appeal")
    with pytest.raises(RequestVoid):
        seal_request(live_unit, request_id)


def test_what_follows_runs_by_itself(live_unit: UnitOfWork, request_id: UUID) -> None:
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    live_unit.jobs.run_worker(live_unit, wait=False)
    with live_unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
    live_unit.jobs.run_worker(live_unit, wait=False)
    assert load(live_unit, request_id).state == State.SEALED


def test_no_pin_is_kept_anywhere(live_unit: UnitOfWork, request_id: UUID, services: Services) -> None:
    pin = "618033"
    with pytest.raises(WrongPin):
        sign_request(live_unit, request_id, SIGNATORY, pin)
    with live_unit.begin(SYSTEM) as work:
        tables = [
            row[0]
            for row in work.session.connection().exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
        ]
        assert "signing_requests" in tables
        for table in tables:
            if table == "alembic_version":
                continue
            rows = work.session.connection().exec_driver_sql(f'SELECT to_jsonb(t) FROM "{table}" t')
            assert pin not in json.dumps([row[0] for row in rows]), table
    for path in services.settings.data_folder.glob("*.log"):
        assert pin not in path.read_text(errors="replace"), path.name
    for path in (services.settings.data_folder / "signer").rglob("*"):
        assert not path.is_file() or pin.encode() not in path.read_bytes(), path.name


def test_the_tools_are_the_running_processes(live_unit: UnitOfWork) -> None:
    assert live_unit.tools[SignerClient].certificate("seal-minhhoa").certificate
    assert live_unit.tools[Timestamper].token(bytes(32))


def test_what_waits_is_read_page_by_page_and_for_one_signatory_alone(live_unit: UnitOfWork) -> None:
    prepared = a_preparation(live_unit)
    with live_unit.begin(SYSTEM) as work:
        ours = [file_request(work, replace(prepared, subject=f"ours-{number}")).id for number in range(5)]
        for number in range(5):
            file_request(work, replace(prepared, subject=f"other-{number}", signatory="somebody-else"))
    wanted = WaitingFor([prepared.agency], State.FILED, prepared.signatory)
    with live_unit.begin(SYSTEM) as work:
        first = requests_waiting(work, wanted, limit=2)
        second = requests_waiting(work, wanted, after=first[-1].id, limit=2)
        rest = requests_waiting(work, wanted, skip=4, limit=2)
        assert [item.id for item in (*first, *second, *rest)] == ours
        assert (count_waiting(work, wanted), count_waiting(work, replace(wanted, signatory=None))) == (5, 10)
        assert requests_waiting(work, replace(wanted, agencies=[])) == []
