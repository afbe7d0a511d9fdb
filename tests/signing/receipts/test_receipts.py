"""Receipts of the service: filed, signed by a job whatever comes between, handed out, never signed twice."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography import x509

import signing.reactions
from config.access import SYSTEM
from config.database import make_engine
from config.errors import Unavailable
from config.events import Reactor, RecordedEvent
from config.settings import Settings
from config.storage import FileDamaged, Storage
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from signing.journal.record import LINES
from signing.pades.errors import DocumentNotSuitable
from signing.pades.levels import Level, level_of
from signing.pki.ceremony import BuiltInAuthority
from signing.pki.marks import mark_of
from signing.receipts.errors import ReceiptNotFound
from signing.receipts.file import file_receipt
from signing.receipts.models import Receipt
from signing.receipts.queries import ReceiptState, receipt_for, receipt_of, receipt_with
from signing.receipts.sign import sign_receipt
from signing.receipts.sign_anew import begin_unfinished, doubted, sign_anew, stands
from signing.signer.client import SignerClient
from signing.timestamps.client import Timestamper
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource
from signing.validation.fresh import fresh_revocation
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.documents import a_base_document, a_plain_document
from tests.processes import Services

DEAD = "http://127.0.0.1:9"
PARALLEL = 2


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


def filed(unit: UnitOfWork, document: bytes, subject: str = "1", level: Level | None = None) -> UUID:
    with unit.begin(SYSTEM) as work:
        return file_receipt(work, document, "slip", subject, level=level)


def content_of(unit: UnitOfWork, receipt_id: UUID) -> bytes:
    with unit.begin(SYSTEM) as work:
        return receipt_of(work, receipt_id).content or b""


def happened(unit: UnitOfWork, name: str, receipt_id: UUID) -> int:
    with unit.begin(SYSTEM) as work:
        named = (RecordedEvent.name == name, RecordedEvent.body["receipt_id"].astext == str(receipt_id))
        return work.session.query(RecordedEvent).filter(*named).count()


def digests_signed(settings: Settings, receipt_id: UUID) -> set[str]:
    engine = make_engine(settings.database_signer_url)
    with engine.connect() as connection:
        query = sa.select(LINES.c.digest).where(LINES.c.request_id == receipt_id, LINES.c.outcome == "signed")
        found = set(connection.scalars(query))
    engine.dispose()
    return found


def good(unit: UnitOfWork, pdf: bytes) -> Verdict:
    fresh = fresh_revocation(pdf, unit.tools[RevocationSource])
    return validate(pdf, unit.tools[TrustStore], unit.clock.now(), fresh).verdict


def test_a_receipt_is_signed_to_the_level_of_the_policy_and_is_valid(
    live_unit: UnitOfWork, keys: BuiltInAuthority, tmp_path: Path
) -> None:
    document = a_plain_document(live_unit, "Giấy tiếp nhận")
    receipt_id = filed(live_unit, document)
    with live_unit.begin(SYSTEM) as work:
        before = receipt_of(work, receipt_id)
    assert (before.state, before.content, before.signed_at) == (ReceiptState.FILED, None, None)
    sign_receipt(live_unit, receipt_id)
    sign_receipt(live_unit, receipt_id)
    with live_unit.begin(SYSTEM) as work:
        after = receipt_of(work, receipt_id)
        assert receipt_with(work, after.sha256 or "") is not None
        assert receipt_for(work, "slip", "1") == receipt_id
    assert after.state is ReceiptState.SIGNED and after.content is not None
    assert after.content.startswith(document) and level_of(after.content) is Level.B_LTA
    assert good(live_unit, after.content) is Verdict.VALID
    assert happened(live_unit, "ReceiptSigned", receipt_id) == 1
    path = tmp_path / "receipt.pdf"
    path.write_bytes(after.content)
    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in told and "Antin trial receipts" in told


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
def test_each_level_is_what_was_asked_for(live_unit: UnitOfWork, level: Level) -> None:
    receipt_id = filed(live_unit, a_plain_document(live_unit), level, level)
    sign_receipt(live_unit, receipt_id)
    assert level_of(content_of(live_unit, receipt_id)) is level


def test_a_second_one_of_the_same_name_finds_the_first(live_unit: UnitOfWork) -> None:
    first = filed(live_unit, a_plain_document(live_unit))
    assert filed(live_unit, a_plain_document(live_unit, "Khác")) == first
    assert happened(live_unit, "ReceiptFiled", first) == 1


def test_what_is_no_pdf_for_the_archive_is_not_filed(live_unit: UnitOfWork) -> None:
    plain = a_plain_document(live_unit)
    for bad in (
        b"",
        b"%PDF-1.7 nothing",
        plain[:-300],
        a_base_document(live_unit),
        plain.replace(b"/pdfa/ns/id/", b"/none/ns/id/"),
    ):
        with pytest.raises(DocumentNotSuitable):
            filed(live_unit, bad)


def test_nobody_has_a_receipt_that_was_not_filed(live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        assert receipt_for(work, "slip", "none") is None
        assert receipt_with(work, "0" * 64) is None
        with pytest.raises(ReceiptNotFound):
            receipt_of(work, new_id())


def test_a_document_that_the_disk_changed_is_not_signed(live_unit: UnitOfWork, tmp_path: Path) -> None:
    receipt_id = filed(live_unit, a_plain_document(live_unit))
    with live_unit.begin(SYSTEM) as work:
        digest = work.session.get_one(Receipt, receipt_id).document_sha256
    path = tmp_path / "storage" / digest[:2] / digest[2:4] / digest
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(FileDamaged):
        sign_receipt(live_unit, receipt_id)


def test_servers_that_are_away_are_asked_again(live_unit: UnitOfWork, tmp_path: Path) -> None:
    """And while they are, nothing below the level is handed out."""
    receipt_id, tools = filed(live_unit, a_plain_document(live_unit)), live_unit.tools
    trust, clock = tools[TrustStore], live_unit.clock
    good_ones = [tools[SignerClient], tools[Timestamper], tools[RevocationSource]]
    dead = [
        SignerClient(tmp_path / "none"),
        Timestamper(f"{DEAD}/tsa", [], clock, 1),
        RevocationSource(DEAD, trust, clock, 1),
    ]
    for away, back in zip(dead, good_ones, strict=True):
        tools.add(away)
        with pytest.raises(Unavailable):
            sign_receipt(live_unit, receipt_id)
        assert content_of(live_unit, receipt_id) == b""
        tools.add(back)
    sign_receipt(live_unit, receipt_id)
    assert level_of(content_of(live_unit, receipt_id)) is Level.B_LTA


def test_workers_at_once_make_one_signature(live_unit: UnitOfWork, settings: Settings) -> None:
    receipt_id, failures = filed(live_unit, a_plain_document(live_unit)), list[BaseException]()
    barrier = threading.Barrier(PARALLEL)

    def worker() -> None:
        barrier.wait()
        try:
            sign_receipt(live_unit, receipt_id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=worker) for _ in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    sign_receipt(live_unit, receipt_id)  # what a job that failed does next
    assert len(digests_signed(settings, receipt_id)) == 1
    assert happened(live_unit, "ReceiptSigned", receipt_id) == 1 and not failures


def test_killed_at_any_instant_each_is_signed_once_in_the_end(
    live_unit: UnitOfWork, settings: Settings, environment: Mapping[str, str], services: Services, tmp_path: Path
) -> None:
    document = a_plain_document(live_unit)
    receipts = [filed(live_unit, document, str(number), Level.B_T) for number in range(8)]
    command = [sys.executable, "-m", "tests.signing.receipts.killed", str(tmp_path / "storage"), *map(str, receipts)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    assert 6 < int(done.stdout) <= len(receipts)
    for receipt_id in receipts:
        sign_receipt(live_unit, receipt_id)
        assert len(digests_signed(settings, receipt_id)) == 1
        assert happened(live_unit, "ReceiptSigned", receipt_id) == 1
    assert good(live_unit, content_of(live_unit, receipts[0])) is Verdict.VALID


def test_what_a_lost_key_left_unfinished_is_begun_again(live_unit: UnitOfWork) -> None:
    receipt_id, stamper = filed(live_unit, a_plain_document(live_unit), level=Level.B_T), live_unit.tools[Timestamper]
    live_unit.tools.add(Timestamper(f"{DEAD}/tsa", [], live_unit.clock, 1))
    with pytest.raises(Unavailable):
        sign_receipt(live_unit, receipt_id)
    live_unit.tools.add(stamper)
    with live_unit.begin(SYSTEM) as work:
        (certificate,) = work.session.scalars(sa.select(Receipt.certificate))
        mark = mark_of(x509.load_der_x509_certificate(certificate or b""))
        assert doubted(work, mark, live_unit.clock.now() - timedelta(days=1)) == []
        assert begin_unfinished(work, mark) == 1
        row = work.session.get_one(Receipt, receipt_id)
        assert (row.certificate, row.attributes, row.value) == (None, None, None)
    assert happened(live_unit, "ReceiptFiled", receipt_id) == 2


def test_what_is_signed_anew_takes_the_other_one_s_place(live_unit: UnitOfWork) -> None:
    receipt_id = filed(live_unit, a_plain_document(live_unit), level=Level.B_T)
    sign_receipt(live_unit, receipt_id)
    before = content_of(live_unit, receipt_id)
    with live_unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id)
        mark = mark_of(x509.load_der_x509_certificate(row.certificate or b""))
        assert [one.id for one in doubted(work, mark, row.filed_at)] == [receipt_id]
        assert stands(work, mark, row.filed_at) == []
        sign_anew(work, row)
        assert doubted(work, mark, row.filed_at) == []
    assert content_of(live_unit, receipt_id) == b""
    with live_unit.begin(SYSTEM) as work:
        again = work.session.scalars(sa.select(Receipt.id).where(Receipt.id != receipt_id)).one()
    sign_receipt(live_unit, again)
    assert content_of(live_unit, receipt_id) not in (b"", before)
    assert happened(live_unit, "ReceiptSigned", receipt_id) == 2
    assert filed(live_unit, a_plain_document(live_unit, "Khác")) == receipt_id


def test_a_renewed_certificate_signs_what_was_prepared_for_the_former(live_unit: UnitOfWork) -> None:
    receipt_id = filed(live_unit, a_plain_document(live_unit), level=Level.B_T)
    with live_unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id)
        row.certificate, row.chain, row.revision_sha256 = b"former", [], work.tools[Storage].put(b"former")
        row.attributes = b"former"
    sign_receipt(live_unit, receipt_id)
    assert good(live_unit, content_of(live_unit, receipt_id)) is Verdict.VALID
