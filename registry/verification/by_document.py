"""The verdict on a PDF: signatures good, *and* these very bytes and signatures on record, *and* in force now.

1. A file that we published, byte for byte, was validated when it was published: what is left is its status.
2. Anything else is validated (signing/validation), and the seal's covered bytes are looked up in the register.
3. Bytes on record with another signature value or certificate than the record's are a forgery.
4. A file without a record is red when it is signed by those we trust (signed but not issued) or claims to be ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from config.access import VISITOR
from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.entries.models import Paper
from registry.entries.queries import entry_by_id, paper_by_file, paper_by_pdf
from registry.verification.by_code import verdict_on
from registry.verification.claims import claims_to_be_ours
from registry.verification.result import Finding, Recorded, Result
from signing.pades.certificates import certificates_of
from signing.pades.digest import SealFacts, seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate

WITHOUT_RECORD = {
    Verdict.VALID: Finding.SIGNED_NOT_ISSUED,
    Verdict.INDETERMINATE: Finding.UNKNOWN_ISSUER,
    Verdict.INVALID: Finding.ALTERED,
    Verdict.NO_SIGNATURE: Finding.NO_SIGNATURE,
    Verdict.UNREADABLE: Finding.UNREADABLE,
}


def verify_document(unit: UnitOfWork, pdf: bytes) -> Result:
    """The verdict on a file; never raises for its content. Nothing of it is kept."""
    with unit.begin(VISITOR) as work:  # 1
        if published := paper_by_file(work, hashlib.sha256(pdf).hexdigest()):
            return verdict_on(work, entry_by_id(work, published.entry_id))
    facts = _facts(pdf)  # 2
    with unit.begin(VISITOR) as work:
        paper = paper_by_pdf(work, facts.byte_range_digest) if facts else None
    revocation = _revocation(unit, pdf) if facts else None
    report = validate(pdf, unit.tools[TrustStore], unit.clock.now(), revocation)
    with unit.begin(VISITOR) as work:
        if paper is not None and facts is not None:
            return _recorded(work, paper, facts, report)
        return _without_record(work, pdf, report)


def _recorded(work: Work, paper: Paper, facts: SealFacts, report: Report) -> Result:
    """3. The bytes under the seal are on record; everything else must be as well."""
    known = verdict_on(work, entry_by_id(work, paper.entry_id))
    told = replace(known, signatures=_signatures(report), reasons=report.reasons, notes=report.notes)
    if (facts.signature_value_sha256, facts.certificate_sha256) != (paper.sv, paper.sk):
        return replace(told, finding=Finding.SIGNATURE_SWAPPED, recorded=Recorded.NO)
    if report.verdict is Verdict.VALID:
        return told
    if report.verdict is Verdict.INDETERMINATE:
        good = known.finding in (Finding.VALID, Finding.PENDING)
        return replace(told, finding=Finding.NOT_CONCLUSIVE) if good else told
    return replace(told, finding=Finding.ALTERED)


def _without_record(work: Work, pdf: bytes, report: Report) -> Result:
    """4. The register has no such document."""
    finding = WITHOUT_RECORD[report.verdict]
    settings = work.tools[Settings]
    host = urlsplit(settings.public_url).netloc
    unsigned = finding in (Finding.UNKNOWN_ISSUER, Finding.NO_SIGNATURE, Finding.UNREADABLE)
    if unsigned and claims_to_be_ours(pdf, (host,)):
        finding = Finding.CLAIMS_TO_BE_OURS
    recorded = Recorded.UNKNOWN if finding is Finding.UNREADABLE else Recorded.NO
    return Result(finding, recorded, work.clock.now(), None, _signatures(report), report.reasons, report.notes)


def _facts(pdf: bytes) -> SealFacts | None:
    try:
        return seal_facts(pdf)
    except DocumentNotSuitable:
        return None


def _revocation(unit: UnitOfWork, pdf: bytes) -> Revocation | None:
    """Fresh revocation data for a document sealed as ours are; without it the document's own is judged."""
    try:
        return unit.tools[RevocationSource].fetch(certificates_of(pdf))
    except Refused:
        return None


def _signatures(report: Report) -> Sequence[dict[str, object]]:
    return [signature.as_json() for signature in report.signatures]
