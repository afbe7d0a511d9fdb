"""An agency whose name is as long as an agency's may be issues a licence and refuses an application."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
from cryptography.x509.oid import NameOID

import licensing.reactions
import registry.reactions
import signing.reactions
from config.access import SYSTEM
from config.events import Reactor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.read import PACKAGES, read_package
from licensing.decisions.events import DecisionRefused
from licensing.decisions.follow_signing import deliver_refusal
from licensing.decisions.models import Decision
from licensing.decisions.prepare_refusal import prepare_refusal
from licensing.demonstration.cast import PROCEDURE
from licensing.demonstration.walk import ANSWERS
from licensing.licences.compose import compose
from licensing.licences.issue import issue_licence
from licensing.licences.prepare import file_licence, reserve_licence
from licensing.licences.seal import seal_document
from licensing.papers.refusal import BOXES, KIND
from registry.log.append import integrate
from registry.verification.by_document import verify_document
from registry.verification.result import Finding
from signing.pki.built_in import BuiltInAuthority
from signing.pki.ceremony import issue_official, issue_seal
from signing.pki.certificates import official_name
from signing.requests.complete import complete_signature
from signing.requests.events import RequestSealed
from signing.requests.models import Role, SigningRequest
from signing.requests.queries import request_for
from signing.requests.seal import seal_request
from signing.requests.sign import sign_request
from tests.documents import PIN, result_of
from tests.licensing.factories import AGENCY, Cast, a_cast, a_grant, a_refusal, an_agency

LONG = (
    "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính thuộc Văn phòng Hội đồng nhân dân và "
    "Ủy ban nhân dân phường Minh Họa – Đồng Thử, thành phố trực thuộc trung ương Ví Dụ (cơ sở thứ hai)"
)


@pytest.fixture
def reactor() -> Reactor:
    """What follows from events, an entry's too; jobs are deferred, and run by nobody."""
    tables = (package.reactions.REACTIONS for package in (signing, registry, licensing))
    return Reactor([*tables])


@pytest.fixture
def cast(live_unit: UnitOfWork, keys: BuiltInAuthority) -> Cast:
    """The cast of other tests, at that agency, with keys whose certificates name it whole."""
    seal = issue_seal(keys, "long", LONG, live_unit.clock)
    assert [part.value for part in seal.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] == [LONG]
    issue_official(keys, "long", official_name("Phạm Ví Dụ", "Giám đốc", LONG), PIN, live_unit.clock)
    with live_unit.begin(SYSTEM) as work:
        an_agency(work, replace(AGENCY, name_vi=LONG, name_en=LONG, seal_key="seal-long"))
        cast = a_cast(work, "after_signature")
        work.session.get_one(Account, cast.approver.account_id).signing_key = "official-long"
    return cast


def sealed(unit: UnitOfWork, cast: Cast, purpose: str, decision: Decision) -> SigningRequest:
    """Signed by the official, sealed by the clerk."""
    with unit.begin(SYSTEM) as work:
        request = request_for(work, purpose, str(decision.id))
    assert request is not None
    sign_request(unit, request.id, str(cast.approver.id), PIN)
    complete_signature(unit, request.id, Role.OFFICIAL)
    with unit.begin(cast.clerk) as work:
        seal_document(work, request.id)
    seal_request(unit, request.id)
    return request


def with_symbol(symbol: str) -> ProcedurePackage:
    """A package whose layout is really used, with the numbers of the procedure that was applied for."""
    package = read_package(PACKAGES / PROCEDURE)
    result = replace(package.definition.result, symbol=symbol)
    return replace(package, definition=replace(package.definition, result=result))


def edges(content: bytes, page: int, text: str) -> list[tuple[float, float]]:
    """Lower and upper edge of every place where a page says this, in points from below."""
    with pdfium.PdfDocument(content) as pdf:
        read = pdf[page % len(pdf)].get_textpage()
        start, count = read.search(text, match_case=True).get_next()
        boxes = [read.get_charbox(start + place) for place in range(count)]
        return [(bottom, top) for _, bottom, _, top in boxes]


def test_the_name_is_as_long_as_names_of_agencies_may_be() -> None:
    assert len(LONG) == 200


def test_a_licence_of_an_agency_with_a_long_name_is_good(live_unit: UnitOfWork, cast: Cast) -> None:
    with live_unit.begin(SYSTEM) as work:
        decision = a_grant(work, cast)
        facts = reserve_licence(work, decision.id)
    assert facts is not None
    facts = replace(facts, package=with_symbol(facts.definition.result.symbol), answers=ANSWERS)
    digest = live_unit.tools[Storage].put(compose(live_unit, facts))
    with live_unit.begin(SYSTEM) as work:
        file_licence(work, decision.id, facts, digest)
    request = sealed(live_unit, cast, "licence", decision)
    issue_licence(live_unit, decision.id)
    integrate(live_unit)
    content = result_of(live_unit, request.id, Role.SEAL)
    verdict = verify_document(live_unit, content)
    assert verdict.finding is Finding.VALID, verdict.reasons
    assert verdict.licence is not None
    assert verdict.licence["issuing_agency"]["vi"] == LONG
    with pikepdf.open(BytesIO(content)) as pdf:  # its products went to an annex: it is signed where the name stands
        signed_on = [
            pdf.pages[0].obj == field.P for field in pdf.Root.AcroForm.Fields if field.T in ("Official", "Seal")
        ]
        assert (len(pdf.pages), signed_on) == (2, [True, True])
    assert min(edges(content, 0, "có hiệu lực đến hết")) > max(edges(content, 0, "Nơi nhận:"))


def test_a_refusal_of_an_agency_with_a_long_name_is_handed_out(live_unit: UnitOfWork, cast: Cast) -> None:
    with live_unit.begin(SYSTEM) as work:
        decision = a_refusal(work, cast)
    prepare_refusal(live_unit, DecisionRefused(decision.id, decision.application_id))
    request = sealed(live_unit, cast, KIND, decision)
    deliver_refusal(live_unit, RequestSealed(request.id, KIND, request.subject))
    content = result_of(live_unit, request.id, Role.SEAL)
    verdict = verify_document(live_unit, content)
    assert verdict.finding is Finding.PAPER  # good signatures, and no licence
    assert max(edges(content, -1, "Phạm Ví Dụ")) < (BOXES[0][1], 0)  # at the foot of the last page, below the signature
