"""The verdict on a PDF: signatures good, *and* these very bytes and signatures on record, *and* in force now.

1. A file is validated (signing/validation); one that this process found good before, byte for byte, need not be again.
2. The seal's covered bytes are looked up in the register, and compared with the leaf whose proof holds: rows are a
   way to find the leaf, never evidence.
3. Bytes on record with another signature value or certificate than the leaf's are a forgery.
4. A file without a record is red when it is signed by those we trust (signed but not issued) or claims to be ours.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from config.access import VISITOR
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.entries.disclosures import encode
from registry.entries.models import Paper
from registry.entries.queries import acts_of, entry_by_id, paper_by_pdf, paper_sealed_by
from registry.verification.by_code import verdict_on
from registry.verification.claims import claims_to_be_ours
from registry.verification.result import Finding, Recorded, Result
from signing.pades.digest import SealFacts, seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource
from signing.validation.fresh import fresh_revocation
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
    facts = _facts(pdf)
    with unit.begin(VISITOR) as work:
        paper = paper_by_pdf(work, facts.byte_range_digest) if facts else None
    digest = hashlib.sha256(pdf).digest()
    report = None if paper is not None and digest in found_good else _validated(unit, pdf, facts)
    with unit.begin(VISITOR) as work:
        if paper is None or facts is None:
            return _without_record(work, pdf, facts, report or _validated(unit, pdf, facts))
        result = _recorded(work, paper, facts, report)
    if report is not None and report.verdict is Verdict.VALID and result.finding is Finding.VALID:
        found_good.add(digest)
    return result


class FoundGood:
    """Digests of whole files that this process validated and found on record; the oldest are forgotten."""

    def __init__(self, most: int = 4096) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._most = most

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def add(self, digest: bytes) -> None:
        self._known[digest] = None
        while len(self._known) > self._most:
            self._known.popitem(last=False)


found_good = FoundGood()


def _validated(unit: UnitOfWork, pdf: bytes, facts: SealFacts | None) -> Report:
    revocation = fresh_revocation(pdf, unit.tools[RevocationSource]) if facts else None
    return validate(pdf, unit.tools[TrustStore], unit.clock.now(), revocation)


def _recorded(work: Work, paper: Paper, facts: SealFacts, report: Report | None) -> Result:
    """2 and 3. The bytes under the seal are on record; everything else must be as well."""
    known = verdict_on(work, entry_by_id(work, paper.entry_id))
    told = known
    if report is not None:
        told = replace(known, signatures=_signatures(report), reasons=report.reasons, notes=report.notes)
    leaf = acts_of(work, paper.entry_id)[0].leaf
    if leaf["pdf"] != encode(facts.byte_range_digest):
        return replace(told, finding=Finding.LOG_DISAGREES, recorded=Recorded.NO)
    if (leaf["sv"], leaf["sk"]) != (encode(facts.signature_value_sha256), encode(facts.certificate_sha256)):
        return replace(told, finding=Finding.SIGNATURE_SWAPPED, recorded=Recorded.NO)
    if report is None or report.verdict is Verdict.VALID:
        return told
    if report.verdict is Verdict.INDETERMINATE:
        good = known.finding in (Finding.VALID, Finding.PENDING)
        return replace(told, finding=Finding.NOT_CONCLUSIVE) if good else told
    return replace(told, finding=Finding.ALTERED)


def _without_record(work: Work, pdf: bytes, facts: SealFacts | None, report: Report) -> Result:
    """4. The register has no such document."""
    finding = WITHOUT_RECORD[report.verdict]
    host = urlsplit(work.tools[Settings].public_url).netloc
    if finding is Finding.UNKNOWN_ISSUER and facts and paper_sealed_by(work, facts.certificate_sha256):
        finding = Finding.SIGNED_NOT_ISSUED  # our own seal: that its revocation cannot be asked softens nothing
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


def _signatures(report: Report) -> Sequence[dict[str, object]]:
    return [signature.as_json() for signature in report.signatures]
