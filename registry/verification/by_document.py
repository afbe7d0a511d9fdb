"""The verdict on a PDF: signatures good, *and* these very bytes and signatures in the log, *and* in force now.

1. Bytes that this process has found to be a published document's are not validated again: what they say cannot change.
2. Anything else is validated (signing/validation). Rows of the register lead to an act, they prove nothing.
3. An earlier file of ours whose own evidence has aged out is proved by the newest one, which begins with it byte for
   byte and goes on with evidence for all of it.
4. Covered bytes, signature value and certificate must be those of the proven leaf; bytes in the log with another
   signature are a forgery. Number and days that the seal filled in must be the leaf's.
5. What this service signed itself (signing/receipts) is said to be just that, and never a licence: it must be a file
   on record, with a good signature in the field of receipts under the certificate on record.
6. Any other file without a record is red when its signature is good and by ours (signed but not issued), even while its
   certificates cannot be judged, or when it claims to be ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from config.access import VISITOR
from config.settings import Settings
from config.storage import FileDamaged, FileMissing, Storage
from config.unit_of_work import UnitOfWork, Work
from registry.entries.models import Paper
from registry.entries.printed import printed_by
from registry.entries.queries import entry_by_id, knows_seal, paper_by_pdf, was_ours
from registry.log.known_key import learn_log_key
from registry.verification.by_code import verdict_of
from registry.verification.claims import claims_to_be_ours
from registry.verification.examined import Examined
from registry.verification.record import record_of, sealed_as
from registry.verification.result import Finding, Recorded, Result
from signing.pades.certificates import certificates_of
from signing.pades.digest import SealFacts, seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import RECEIPT
from signing.receipts.queries import receipt_with
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource
from signing.validation.apart import validate_apart
from signing.validation.fresh import fresh_revocation
from signing.validation.report import Integrity, Kind, Report, Verdict
from signing.validation.told import Changes, changes_after_signing, details_json, signature_json

EARLIER = "This is an earlier file of the licence; the evidence in the newest one proves it."
WITHOUT_RECORD = {
    Verdict.VALID: Finding.SIGNED_NOT_ISSUED,
    Verdict.INDETERMINATE: Finding.UNKNOWN_ISSUER,
    Verdict.INVALID: Finding.ALTERED,
    Verdict.NO_SIGNATURE: Finding.NO_SIGNATURE,
    Verdict.UNREADABLE: Finding.UNREADABLE,
}


def verify_document(unit: UnitOfWork, pdf: bytes) -> Result:
    """The verdict on a file; never raises for its content. Nothing of it is kept but what is published anyway."""
    learn_log_key(unit)
    digest, examined = hashlib.sha256(pdf).hexdigest(), Examined.of(unit)
    known = examined.find(digest)  # 1
    facts = known[0] if known else _facts(pdf)
    report = known[1] if known else _validated(unit, pdf, facts)  # 2
    if facts is not None and report.verdict is Verdict.INDETERMINATE:
        report = _by_newest(unit, pdf, facts, report)  # 3
    with unit.begin(VISITOR) as work:
        paper = paper_by_pdf(work, facts.byte_range_digest) if facts else None
        if paper is None or facts is None:
            return _without_record(work, pdf, report)
        result = _recorded(work, paper, facts, report)
    if not known and paper.published_sha256 == digest and report.verdict is Verdict.VALID:
        examined.keep(digest, facts, report)
    return result


def _validated(unit: UnitOfWork, pdf: bytes, facts: SealFacts | None) -> Report:
    ours = facts is not None or _is_filed(unit, pdf)
    revocation = fresh_revocation(pdf, unit.tools[RevocationSource]) if ours else None
    return validate_apart(pdf, unit.tools[TrustStore], unit.clock.now(), revocation)


def _is_filed(unit: UnitOfWork, pdf: bytes) -> bool:
    """Whether these bytes are on record as a receipt of the service."""
    with unit.begin(VISITOR) as work:
        return receipt_with(work, hashlib.sha256(pdf).hexdigest()) is not None


def _by_newest(unit: UnitOfWork, pdf: bytes, facts: SealFacts, report: Report) -> Report:
    """3. What the newest file of the same paper proves of this one, an earlier one; else what this one says itself."""
    digest = hashlib.sha256(pdf).hexdigest()
    with unit.begin(VISITOR) as work:
        paper = paper_by_pdf(work, facts.byte_range_digest)
        newest = paper.published_sha256 if paper is not None and was_ours(work, paper, digest) else None
    if newest is None or newest == digest:
        return report
    try:
        content = unit.tools[Storage].get(newest)
    except (FileMissing, FileDamaged):
        return report
    if not content.startswith(pdf):
        return report
    known = Examined.of(unit).find(newest)
    found = known[1] if known else _validated(unit, content, facts)
    if found.verdict is not Verdict.VALID:
        return report
    fields = {one.field for one in report.signatures}
    signatures = tuple(one for one in found.signatures if one.field in fields)
    return replace(report, verdict=Verdict.VALID, reasons=(), notes=(*found.notes, EARLIER), signatures=signatures)


def _recorded(work: Work, paper: Paper, facts: SealFacts, report: Report) -> Result:
    """4. A row says that the bytes under the seal are on record; the leaf must say so, and of the signature as well."""
    record = record_of(work, entry_by_id(work, paper.entry_id))
    known = verdict_of(work, record)
    reasons, details = [*known.reasons, *report.reasons], details_json(report)
    told = replace(
        known, signatures=_signatures(report), reasons=reasons, notes=report.notes, details=details, report=report
    )
    leaf = record.leaf_of(facts.byte_range_digest)
    if record.faults or leaf is None:
        return replace(told, finding=Finding.LOG_DISAGREES, recorded=Recorded.NO)
    if not sealed_as(leaf, facts):
        return replace(told, finding=Finding.SIGNATURE_SWAPPED, recorded=Recorded.NO)
    if facts.filled and facts.filled != printed_by(leaf):
        return replace(told, finding=Finding.NUMBER_DIFFERS if report.verdict is Verdict.VALID else Finding.ALTERED)
    good = known.finding in (Finding.VALID, Finding.PENDING, Finding.LOG_UNREACHABLE)
    if good and paper.id != record.paper.id:
        return replace(told, finding=Finding.REPLACED)
    if report.verdict is Verdict.VALID:
        return told
    if report.verdict is Verdict.INDETERMINATE:
        return replace(told, finding=Finding.NOT_CONCLUSIVE) if good else told
    return replace(told, finding=Finding.KEY_LOST if report.only_revoked else Finding.ALTERED)


def _without_record(work: Work, pdf: bytes, report: Report) -> Result:
    """The register has no such document: 5 or 6."""
    if receipt := _as_receipt(work, pdf, report):
        return _unrecorded(work, receipt, Recorded.NO, report)
    finding = WITHOUT_RECORD[report.verdict]
    host = urlsplit(work.tools[Settings].public_url).netloc
    unsure = finding is Finding.UNKNOWN_ISSUER or report.only_revoked
    if unsure and _signed_by_ours(work, pdf, report):
        finding = Finding.SIGNED_NOT_ISSUED
    softer = finding in (Finding.UNKNOWN_ISSUER, Finding.NO_SIGNATURE, Finding.UNREADABLE)
    if softer and claims_to_be_ours(pdf, (host,)):
        finding = Finding.CLAIMS_TO_BE_OURS
    recorded = Recorded.UNKNOWN if finding is Finding.UNREADABLE else Recorded.NO
    return _unrecorded(work, _more_closely(finding, report), recorded, report)


def _unrecorded(work: Work, finding: Finding, recorded: Recorded, report: Report) -> Result:
    return Result(
        finding,
        recorded,
        work.clock.now(),
        None,
        _signatures(report),
        report.reasons,
        report.notes,
        details=details_json(report),
        report=report,
    )


def _as_receipt(work: Work, pdf: bytes, report: Report) -> Finding | None:
    """5. A file that the service signed itself; None for everything else, and while its signature cannot be judged."""
    signature = report.of(RECEIPT)
    if signature is None or signature.integrity is not Integrity.INTACT:
        return None
    filed = receipt_with(work, hashlib.sha256(pdf).hexdigest())
    if filed is None or filed.certificate is None:
        return None
    if hashlib.sha256(filed.certificate).hexdigest() != signature.certificate_sha256:
        return None
    if report.verdict is Verdict.VALID:
        return Finding.RECEIPT
    return Finding.RECEIPT_KEY_LOST if report.only_revoked else None


def _more_closely(finding: Finding, report: Report) -> Finding:
    """Of a stranger's file: what is amber for another reason than that we do not know who signed."""
    if finding is not Finding.UNKNOWN_ISSUER:
        return finding
    if not report.signatures:
        return Finding.TOO_COMPLEX
    changed = changes_after_signing(report) is Changes.UNRECOGNISED
    return Finding.CHANGED_LATER if changed else Finding.UNKNOWN_ISSUER


def _signed_by_ours(work: Work, pdf: bytes, report: Report) -> bool:
    """Whether an intact signature is by a certificate of our papers, or by one under our roots (nobody is asked)."""
    intact = {
        bytes.fromhex(one.certificate_sha256)
        for one in report.signatures
        if one.kind is Kind.SIGNATURE and one.integrity is Integrity.INTACT and one.certificate_sha256
    }
    if not intact:
        return False
    if knows_seal(work, sorted(intact)):
        return True
    try:
        known = work.tools[RevocationSource].known(certificates_of(pdf))
    except Exception:  # a hostile certificate may provoke anything
        return False
    return bool(intact & {hashlib.sha256(certificate).digest() for certificate in known})


def _facts(pdf: bytes) -> SealFacts | None:
    try:
        return seal_facts(pdf)
    except DocumentNotSuitable:
        return None


def _signatures(report: Report) -> Sequence[dict[str, object]]:
    return [signature_json(report, signature) for signature in report.signatures]
