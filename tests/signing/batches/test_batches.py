"""Many documents with one PIN: exactly those, each signed once, whatever is cut off."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

import signing.reactions
from config.access import SYSTEM
from config.errors import NotAllowed, Unavailable
from config.events import Reactions, Reactor
from config.sentences import say
from config.unit_of_work import UnitOfWork, Work
from signing.batches.errors import BatchEmpty, BatchNotFound
from signing.batches.events import DocumentAuthorised
from signing.batches.models import BatchItem, ItemState
from signing.batches.open import open_batch
from signing.batches.queries import batch_of, refusal_of, state_now
from signing.batches.sign import sign_item
from signing.journal.record import LINES
from signing.keys.errors import WrongPin
from signing.requests.errors import SignatoryWrong
from signing.requests.file import file_request
from signing.requests.models import State
from signing.requests.queries import get_request
from signing.requests.void import void_request
from signing.signer.client import SignerClient
from signing.signer.errors import AuthorisationEnded, SignatureRefused, SignerUnavailable
from tests.documents import PIN, SIGNATORY, a_preparation, work_off
from tests.processes import Services

KEY = "official-lanhdao"


def sign_now(unit: UnitOfWork, event: DocumentAuthorised) -> None:
    """What a job does where nobody asks more than the signer."""
    sign_item(unit, event.batch_id, event.request_id, lambda work, item: None)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS, {DocumentAuthorised: Reactions(afterwards=[sign_now])}])


@pytest.fixture
def requests(live_unit: UnitOfWork) -> list[UUID]:
    """Four documents that wait for the same official."""
    preparation = a_preparation(live_unit)
    with live_unit.begin(SYSTEM) as work:
        filed = [file_request(work, dataclasses.replace(preparation, subject=f"decision {n}")) for n in range(4)]
    return [request.id for request in filed]


def states(unit: UnitOfWork, batch_id: UUID) -> list[ItemState]:
    with unit.begin(SYSTEM) as work:
        batch = batch_of(work, batch_id, SIGNATORY)
        return [state_now(work, batch, item) for item in batch.items]


def request_states(unit: UnitOfWork, requests: Sequence[UUID]) -> list[State]:
    with unit.begin(SYSTEM) as work:
        return [get_request(work, request_id).state for request_id in requests]


def signatures(unit: UnitOfWork) -> list[str]:
    """The requests for which the official's key answered, one for each answer."""
    query = sa.select(LINES.c.request_id).where(LINES.c.purpose == "official", LINES.c.outcome == "signed")
    query = query.order_by(LINES.c.seq)
    with unit.begin(SYSTEM) as work:
        return [str(found) for found in work.session.scalars(query)]


def test_all_are_signed_by_jobs_with_one_pin(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    before = len(signatures(live_unit))
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    assert states(live_unit, batch_id) == [ItemState.WAITING] * 4
    work_off(live_unit)
    assert states(live_unit, batch_id) == [ItemState.SIGNED] * 4
    assert request_states(live_unit, requests) == [State.SIGNED] * 4
    assert sorted(signatures(live_unit)[before:]) == sorted(map(str, requests))


def test_a_wrong_pin_opens_nothing(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    with pytest.raises(WrongPin):
        open_batch(live_unit, SIGNATORY, KEY, "000000", requests)
    with live_unit.begin(SYSTEM) as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(BatchItem)) == 0


def test_one_that_may_not_be_signed_any_more_stops_no_other(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    with live_unit.begin(SYSTEM) as work:
        void_request(work, requests[1], "set aside")

    def check(work: Work, item: BatchItem) -> None:
        raise NotAllowed(say("Your appointment ended on {day}.", day="12/02/2026"))

    sign_item(live_unit, batch_id, requests[2], check)
    work_off(live_unit)
    assert states(live_unit, batch_id) == [ItemState.SIGNED, ItemState.REFUSED, ItemState.REFUSED, ItemState.SIGNED]
    with live_unit.begin(SYSTEM) as work:
        refused = batch_of(work, batch_id, SIGNATORY).items[2]
        said = refusal_of(refused)
    assert said == "Your appointment ended on 12/02/2026."
    assert said is not None
    assert said.pattern == "Your appointment ended on {day}."


def test_what_is_signed_already_is_left_out_and_a_repeat_signs_nothing_twice(
    live_unit: UnitOfWork, requests: list[UUID]
) -> None:
    first = open_batch(live_unit, SIGNATORY, KEY, PIN, requests[:2])
    work_off(live_unit)
    second = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    assert len(states(live_unit, second)) == 2
    count = len(signatures(live_unit))
    sign_now(live_unit, DocumentAuthorised(first, requests[0]))
    assert len(signatures(live_unit)) == count
    work_off(live_unit)
    with pytest.raises(BatchEmpty):
        open_batch(live_unit, SIGNATORY, KEY, PIN, requests)


def test_a_restarted_signer_knows_no_authorisation_and_the_rest_is_asked_for_again(
    live_unit: UnitOfWork, services: Services, requests: list[UUID]
) -> None:
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    sign_now(live_unit, DocumentAuthorised(batch_id, requests[0]))
    services.stop("signer")
    try:
        with pytest.raises(SignerUnavailable):  # a job tries again later
            sign_now(live_unit, DocumentAuthorised(batch_id, requests[1]))
        assert states(live_unit, batch_id)[1] == ItemState.WAITING
    finally:
        services.start("signer")
    work_off(live_unit)
    assert states(live_unit, batch_id) == [ItemState.SIGNED, *[ItemState.ENDED] * 3]
    again = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    work_off(live_unit)
    assert states(live_unit, again) == [ItemState.SIGNED] * 3
    assert request_states(live_unit, requests) == [State.SIGNED] * 4


def test_a_job_that_was_cut_off_behind_the_key_goes_on_without_a_second_signature(
    live_unit: UnitOfWork, requests: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests)
    with monkeypatch.context() as cut:
        cut.setattr("signing.batches.sign._tell_signer", _killed)
        with pytest.raises(KeyboardInterrupt):
            sign_now(live_unit, DocumentAuthorised(batch_id, requests[0]))
    count = len(signatures(live_unit))
    sign_now(live_unit, DocumentAuthorised(batch_id, requests[0]))
    assert states(live_unit, batch_id)[0] == ItemState.SIGNED
    assert len(signatures(live_unit)) == count


@pytest.mark.parametrize("cut_off", ["tsa", "job"])
def test_what_was_cut_off_behind_the_signature_is_finished_by_a_repeat(
    live_unit: UnitOfWork, services: Services, requests: list[UUID], monkeypatch: pytest.MonkeyPatch, cut_off: str
) -> None:
    authorised = DocumentAuthorised(open_batch(live_unit, SIGNATORY, KEY, PIN, requests[:1]), requests[0])
    if cut_off == "tsa":
        services.stop("tsa")
        try:
            with pytest.raises(Unavailable):  # the job tries again later
                sign_now(live_unit, authorised)
        finally:
            services.start("tsa")
    else:
        with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
            cut.setattr("signing.batches.sign.complete_made", _killed)
            sign_now(live_unit, authorised)
    assert states(live_unit, authorised.batch_id) == [ItemState.SIGNED]
    assert request_states(live_unit, requests[:1]) == [State.FILED]
    count = len(signatures(live_unit))
    work_off(live_unit)  # the job of the batch is the only one
    assert request_states(live_unit, requests[:1]) == [State.SIGNED]
    assert len(signatures(live_unit)) == count


def test_one_job_signs_and_finishes(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests[:1])
    query = sa.text("SELECT count(*) FROM procrastinate_jobs")
    with live_unit.begin(SYSTEM) as work:
        before = work.session.scalar(query)
    sign_now(live_unit, DocumentAuthorised(batch_id, requests[0]))
    with live_unit.begin(SYSTEM) as work:
        assert work.session.scalar(query) == before
    assert request_states(live_unit, requests[:1]) == [State.SIGNED]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_nobody_elses_document_and_nobody_elses_batch(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    with pytest.raises(SignatoryWrong):
        open_batch(live_unit, "another account", KEY, PIN, requests)
    batch_id = open_batch(live_unit, SIGNATORY, KEY, PIN, requests[:1])
    with live_unit.begin(SYSTEM) as work, pytest.raises(BatchNotFound):
        batch_of(work, batch_id, "another account")


def test_the_signer_itself_keeps_to_what_was_authorised(live_unit: UnitOfWork, requests: list[UUID]) -> None:
    signer = live_unit.tools[SignerClient]
    with live_unit.begin(SYSTEM) as work:
        documents = {found: get_request(work, found).document_sha256 for found in requests[:2]}
    with pytest.raises(SignatureRefused, match="not on record"):
        signer.authorise(KEY, PIN, documents | {requests[2]: "0" * 64})
    name, _ = signer.authorise(KEY, PIN, documents)
    with pytest.raises(SignatureRefused, match="not among those"):
        signer.sign_authorised(requests[3], KEY, name, b"x", b"y")
    with pytest.raises(AuthorisationEnded):
        signer.sign_authorised(requests[0], "official-other", name, b"x", b"y")
    with pytest.raises(AuthorisationEnded):
        signer.sign_authorised(requests[0], KEY, "guessed", b"x", b"y")
    for request_id in documents:
        signer.signed(request_id, name)
    with pytest.raises(AuthorisationEnded):
        signer.sign_authorised(requests[0], KEY, name, b"x", b"y")
