"""The signer process lets go of a lost key in the middle of its work: open for a batch, or between value and file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

import registry.reactions
import signing.reactions
from config.access import SYSTEM
from config.clock import SystemClock
from config.compromise import Drill, Loss, loss_of
from config.compromise_cli import mended, told
from config.events import Reactor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.compromise.seals import OFFICIAL, SEAL
from signing.keys.errors import KeyNotValid
from signing.pki.ceremony import BuiltInAuthority, issue_official, issue_seal
from signing.pki.certificates import official_name
from signing.requests.complete import complete_signature
from signing.requests.file import file_request
from signing.requests.models import Role, State
from signing.requests.queries import get_request, signature_of
from signing.requests.revision import make_revision
from signing.requests.seal import revision_to_seal
from signing.requests.sign import sign_request
from signing.signer.client import SignerClient
from signing.signer.errors import AuthorisationEnded
from tests.conftest import HANOI
from tests.documents import PIN, SIGNATORY, a_preparation, work_off


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS, registry.reactions.REACTIONS])


@pytest.fixture(scope="module")
def lost(keys: BuiltInAuthority) -> Iterator[str]:
    """A seal and an official of their own, that no other test uses."""
    clock = SystemClock(HANOI)
    issue_seal(keys, "lost", "Sở Ví Dụ", clock)
    issue_official(keys, "lost", official_name("Phạm Ví Dụ", "Phó Giám đốc", "Sở Ví Dụ"), PIN, clock)
    yield "lost"


def filed(unit: UnitOfWork, subject: str, **changes: str) -> UUID:
    with unit.begin(SYSTEM) as work:
        return file_request(work, replace(a_preparation(unit, subject), **changes)).id  # type: ignore[arg-type]


def retire(unit: UnitOfWork, key_class: str, key: str, drill: Drill) -> list[str]:
    loss = loss_of(unit, drill, Loss(key_class, key, "", unit.clock.now(), "", "nobody"))
    first, *rest = drill.steps
    return [*told(first(unit, loss), True), *mended(unit, loss, rest, quiet=True)]


def test_a_seal_that_was_begun_is_begun_again_with_the_next_key(live_unit: UnitOfWork, lost: str) -> None:
    unit, signer = live_unit, live_unit.tools[SignerClient]
    request_id = filed(unit, "begun", seal_key="seal-lost")
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    begun = revision_to_seal(unit, request_id)
    revision = unit.tools[Storage].get(begun.revision_sha256)
    signer.seal(request_id, begun.key, begun.attributes, revision)  # killed before the value was stored
    assert SEAL.drill is not None
    done = retire(unit, "seal", "seal-lost", SEAL.drill)
    assert any("1 seals that were begun are begun again" in line for line in done), done
    work_off(unit)
    with unit.begin(SYSTEM) as work:
        request = get_request(work, request_id)
        seal = signature_of(request, Role.SEAL)
    assert request.state == State.SEALED
    assert seal is not None and seal.certificate != begun.certificate


def test_a_key_that_is_open_for_a_batch_signs_nothing_more(live_unit: UnitOfWork, lost: str) -> None:
    unit, signer = live_unit, live_unit.tools[SignerClient]
    request_id = filed(unit, "batch", official_key="official-lost")
    with unit.begin(SYSTEM) as work:
        request = get_request(work, request_id)
    name, _ = signer.authorise("official-lost", PIN, {request_id: request.document_sha256})
    assert OFFICIAL.drill is not None
    done = retire(unit, "official", "official-lost", OFFICIAL.drill)
    assert any("renew-certificate official-lost" in line for line in done), done
    key = signer.certificate("official-lost")
    prepared = make_revision(unit, request, Role.OFFICIAL, request.document_sha256, key)
    with pytest.raises((KeyNotValid, AuthorisationEnded)):
        signer.sign_authorised(request_id, "official-lost", name, prepared.attributes, prepared.revision)
    with pytest.raises(KeyNotValid):
        signer.authorise("official-lost", PIN, {request_id: request.document_sha256})
