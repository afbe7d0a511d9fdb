"""Files that go out with a document: one order for all, each step on record and repeated without harm."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography import x509

import signing.reactions
from config.access import SYSTEM
from config.events import Reactor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.pades.digest import signed_fields
from signing.pades.fields import SEAL
from signing.pki.marks import mark_of_key
from signing.requests.complete import complete_signature
from signing.requests.enclosures import begin_enclosures_again, covered_digest, enclosures_of, seal_enclosure
from signing.requests.errors import FilledOtherwise, NotYetSigned, RequestNotFound, RequestVoid
from signing.requests.file import Enclosed, file_request
from signing.requests.models import Enclosure, Role
from signing.requests.seal import order_seal, seal_request
from signing.requests.seal_anew import certificates_of_enclosures
from signing.requests.sign import sign_request
from signing.requests.void import void_request
from signing.signer.errors import SealRefused
from tests.documents import PIN, SIGNATORY, a_preparation, work_off
from tests.signing.enclosures.documents import drawing, naming

FILES = (drawing("Bản vẽ 1"), drawing("Bản vẽ 2", '"a3", flipped: true'))
MARK = "7/2026/GP-SVD"


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


def signed(unit: UnitOfWork, named: tuple[bytes, ...] = FILES) -> UUID:
    """A document with two enclosures, of which it names these; its official signed."""
    storage = unit.tools[Storage]
    document = storage.put(naming(tuple(hashlib.sha256(one).hexdigest() for one in named)))
    enclosures = tuple(Enclosed(f"Bản vẽ {n}", storage.put(one), len(one)) for n, one in enumerate(FILES, 1))
    preparation = replace(a_preparation(unit), document_sha256=document, enclosures=enclosures)
    with unit.begin(SYSTEM) as work:
        request_id = file_request(work, preparation).id
        file_request(work, preparation)
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    return request_id


def on_record(unit: UnitOfWork, request_id: UUID) -> list[Enclosure]:
    with unit.begin(SYSTEM) as work:
        return list(enclosures_of(work, request_id))


def order(unit: UnitOfWork, request_id: UUID, mark: str | None = MARK) -> None:
    with unit.begin(SYSTEM) as work:
        order_seal(work, request_id, None, mark)


def test_one_order_has_all_of_them_sealed(live_unit: UnitOfWork) -> None:
    request_id = signed(live_unit)
    first, _ = on_record(live_unit, request_id)
    with pytest.raises(NotYetSigned):
        seal_enclosure(live_unit, first.id)  # nobody ordered it
    with pytest.raises(FilledOtherwise):
        order(live_unit, request_id, None)
    order(live_unit, request_id)
    with pytest.raises(FilledOtherwise):
        order(live_unit, request_id, "8/2026/GP-SVD")
    work_off(live_unit)
    for row, original in zip(on_record(live_unit, request_id), FILES, strict=True):
        sealed = live_unit.tools[Storage].get(row.result_sha256 or "")
        assert sealed.startswith(original)
        assert signed_fields(sealed)[0].name == SEAL
        with live_unit.begin(SYSTEM) as work:
            assert len(bytes.fromhex(covered_digest(work, row))) == 32


def test_two_jobs_at_once_make_one_file_of_each(live_unit: UnitOfWork) -> None:
    request_id = signed(live_unit)
    order(live_unit, request_id)
    one, other = on_record(live_unit, request_id)
    with ThreadPoolExecutor(4) as jobs:
        done = [jobs.submit(seal_enclosure, live_unit, row.id) for row in (one, other, one, other)]
    refused = [job.exception() for job in done if job.exception() is not None]
    for row in (one, other):
        seal_enclosure(live_unit, row.id)
    assert all(isinstance(error, SealRefused) for error in refused), refused  # another revision was stored first
    results = [row.result_sha256 for row in on_record(live_unit, request_id)]
    for row in (one, other):
        seal_enclosure(live_unit, row.id)
    assert [row.result_sha256 for row in on_record(live_unit, request_id)] == results
    assert None not in results


def test_one_that_the_document_does_not_name_is_never_sealed_and_stops_no_other(live_unit: UnitOfWork) -> None:
    request_id = signed(live_unit, FILES[:1])
    order(live_unit, request_id)
    named, strange = on_record(live_unit, request_id)
    seal_enclosure(live_unit, named.id)
    seal_request(live_unit, request_id)
    with pytest.raises(SealRefused, match="does not name"):
        seal_enclosure(live_unit, strange.id)


def test_nothing_goes_out_with_a_void_document(live_unit: UnitOfWork) -> None:
    request_id = signed(live_unit)
    order(live_unit, request_id)
    with live_unit.begin(SYSTEM) as work:
        void_request(work, request_id, "x")
    with pytest.raises(RequestVoid):
        seal_enclosure(live_unit, on_record(live_unit, request_id)[0].id)
    with pytest.raises(RequestNotFound):
        seal_enclosure(live_unit, request_id)


def test_seals_that_a_lost_key_began_are_begun_again(live_unit: UnitOfWork) -> None:
    request_id = signed(live_unit)
    order(live_unit, request_id)
    first, second = on_record(live_unit, request_id)
    seal_enclosure(live_unit, first.id)
    with live_unit.begin(SYSTEM) as work:
        row = work.session.get_one(Enclosure, second.id)
        done = work.session.get_one(Enclosure, first.id)
        row.key, row.certificate, row.attributes = done.key, done.certificate, done.attributes
        row.value, row.made_at = done.value, done.made_at  # a value is there, and its file is not
        certificate = done.certificate or b""
    mark = mark_of_key(x509.load_der_x509_certificate(certificate).public_key())
    with live_unit.begin(SYSTEM) as work:
        found = certificates_of_enclosures(work, "seal-minhhoa", mark)
        assert begin_enclosures_again(work, "seal-minhhoa", found) == 1
    work_off(live_unit)
    kept, anew = on_record(live_unit, request_id)
    assert kept.result_sha256 is not None
    assert anew.result_sha256 is not None
