"""What the service signs itself is said to be that, never a licence; and its key makes no licence green."""

from __future__ import annotations

import dataclasses
import hashlib

from flask.testing import FlaskClient

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.models import Paper
from registry.verification.by_document import verify_document
from registry.verification.result import Colour, Finding, Recorded
from signing.keys.pkcs12 import open_pkcs12
from signing.pades.complete import complete
from signing.pades.digest import seal_facts
from signing.pades.prepare import prepare
from signing.receipts.file import file_receipt
from signing.receipts.models import Receipt
from signing.receipts.queries import receipt_of
from signing.receipts.sign import sign_receipt
from signing.requests.complete import complete_signature
from signing.requests.file import file_request
from signing.requests.models import Role, SigningRequest
from signing.requests.seal import order_seal, seal_request
from signing.requests.sign import sign_request
from signing.timestamps.client import Timestamper
from tests.documents import PIN, SIGNATORY, a_plain_document, a_preparation, result_of
from tests.registry.conftest import Entered, edited
from tests.registry.verification.test_by_document import published
from tests.registry.verification.test_file_pages import send


def a_receipt(unit: UnitOfWork) -> bytes:
    with unit.begin(SYSTEM) as work:
        receipt_id = file_receipt(work, a_plain_document(unit, "Giấy tiếp nhận"), "slip", "1")
    sign_receipt(unit, receipt_id)
    with unit.begin(SYSTEM) as work:
        return receipt_of(work, receipt_id).content or b""


def signed_with_the_key_of_receipts(unit: UnitOfWork, settings: Settings, pdf: bytes, field: str) -> bytes:
    """As a thief would, with a copy of the key's file and the real timestamp server."""
    folder = settings.keys_folder
    key = open_pkcs12(folder / "receipt.p12", (folder / "receipt.pass").read_text())
    made = prepare(pdf, field, key.info.certificate, key.info.chain, None, unit.clock.now())
    value = key.sign(made.attributes)
    token = unit.tools[Timestamper].token(hashlib.sha256(value).digest())
    return complete(made.revision, made.attributes, value, key.info.certificate, key.info.chain, token)


def test_a_receipt_is_called_one_and_no_licence(live_unit: UnitOfWork, browser: FlaskClient) -> None:
    content = a_receipt(live_unit)
    result = verify_document(live_unit, content)
    assert (result.finding, result.verdict, result.recorded) == (Finding.RECEIPT, Colour.AMBER, Recorded.NO)
    assert [one["verdict"] for one in result.signatures] == ["valid", "valid"]
    for language, said in (("", "Đây không phải giấy phép."), ("/en", "It is no licence.")):
        page = send(browser, content, path=f"{language}/verify").text
        assert said in page and "verdict--green" not in page


def test_a_receipt_that_was_changed_is_altered(live_unit: UnitOfWork) -> None:
    content = a_receipt(live_unit)
    place = content.index(b"/Title") + 8
    for changed in (content[:place] + b"x" + content[place + 1 :], content + b"\n% more"):
        assert verify_document(live_unit, changed).verdict is not Colour.GREEN
        assert verify_document(live_unit, changed).finding is not Finding.RECEIPT


def test_a_paper_that_was_signed_with_the_key_and_never_filed_is_red(live_unit: UnitOfWork, settings: Settings) -> None:
    plain = a_plain_document(live_unit, "Giấy phép giả")
    forged = signed_with_the_key_of_receipts(live_unit, settings, plain, "Receipt")
    result = verify_document(live_unit, forged)
    assert (result.finding, result.verdict) == (Finding.SIGNED_NOT_ISSUED, Colour.RED)


def test_a_row_alone_makes_no_receipt(live_unit: UnitOfWork) -> None:
    """Whoever holds the database calls another signed file a receipt of the service."""
    with live_unit.begin(SYSTEM) as work:
        request_id = file_request(work, a_preparation(live_unit, "row")).id
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    other = result_of(live_unit, request_id, Role.OFFICIAL)
    a_receipt(live_unit)
    with live_unit.begin(SYSTEM) as work:
        work.session.query(Receipt).update({"result_sha256": hashlib.sha256(other).hexdigest()})
    assert verify_document(live_unit, other).verdict is Colour.RED


def test_a_licence_sealed_with_the_key_of_receipts_is_never_green(
    live_unit: UnitOfWork, settings: Settings, entered: Entered
) -> None:
    """Not even with the official's real signature, and every row of the register turned to it."""
    with live_unit.begin(SYSTEM) as work:
        request_id = file_request(work, a_preparation(live_unit, "no seal")).id
    sign_request(live_unit, request_id, SIGNATORY, PIN)
    complete_signature(live_unit, request_id, Role.OFFICIAL)
    signed = result_of(live_unit, request_id, Role.OFFICIAL)
    forged = signed_with_the_key_of_receipts(live_unit, settings, signed, "Seal")
    assert verify_document(live_unit, forged).finding is Finding.SIGNED_NOT_ISSUED
    facts, digest = seal_facts(forged), live_unit.tools[Storage].put(forged)
    _, which = published(live_unit, entered)
    swap = {
        "pdf": facts.byte_range_digest,
        "sv": facts.signature_value_sha256,
        "sk": facts.certificate_sha256,
        "published_sha256": digest,
    }
    with edited(settings, Paper, which, **swap):
        result = verify_document(live_unit, forged)
    assert (result.finding, result.verdict) == (Finding.LOG_DISAGREES, Colour.RED)


def a_sealed_document(unit: UnitOfWork, purpose: str) -> bytes:
    prepared = dataclasses.replace(a_preparation(unit, f"sealed {purpose}", "Thông báo ví dụ"), purpose=purpose)
    with unit.begin(SYSTEM) as work:
        request_id = file_request(work, prepared).id
    sign_request(unit, request_id, SIGNATORY, PIN)
    complete_signature(unit, request_id, Role.OFFICIAL)
    with unit.begin(SYSTEM) as work:
        order_seal(work, request_id)
    seal_request(unit, request_id)
    complete_signature(unit, request_id, Role.SEAL)
    return result_of(unit, request_id, Role.SEAL)


def test_a_paper_of_an_agency_is_called_one_and_a_licence_outside_the_register_is_red(live_unit: UnitOfWork) -> None:
    paper = a_sealed_document(live_unit, "refusal")
    result = verify_document(live_unit, paper)
    assert (result.finding, result.verdict, result.recorded) == (Finding.PAPER, Colour.AMBER, Recorded.NO)
    assert verify_document(live_unit, paper + b"\n% more").finding is Finding.ALTERED
    licence = a_sealed_document(live_unit, "licence")
    assert verify_document(live_unit, licence).finding is Finding.SIGNED_NOT_ISSUED
    with live_unit.begin(SYSTEM) as work:  # set aside: it is nobody's word any more
        work.session.query(SigningRequest).filter_by(purpose="refusal").update({"state": "void", "void_reason": "x"})
    assert verify_document(live_unit, paper).finding is Finding.SIGNED_NOT_ISSUED
