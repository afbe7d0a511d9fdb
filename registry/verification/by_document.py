"""The verdict on a PDF: signatures good, *and* these very bytes and signatures in the log, *and* in force now.

1. Bytes that this process has found to be a published document's are not validated again: what they say cannot change.
2. Anything else is validated (signing/validation): what the register has under this installation's own roots alone,
   others' files under the anchors of all groups. Rows of the register lead to an act, they prove nothing.
3. An earlier file of ours whose own evidence has aged out is proved by the newest one, which begins with it byte for
   byte and goes on with evidence for all of it.
4. Covered bytes, signature value and certificate must be those of the proven leaf; bytes in the log with another
   signature are a forgery. Number and days that the seal filled in must be the leaf's.
5. What this service signed itself (signing/receipts) is said to be just that, and never a licence: it must be a file
   on record, with a good signature in the field of receipts under the certificate on record. So are papers that an
   agency sealed here and that are no licences, a refusal for one (`own_papers.py`).
6. Any other file without a record is red when its signature is good and by ours (signed but not issued), even while its
   certificates cannot be judged, or when it claims to be ours. One that is good by somebody else's, under anchors
   of others that the installation keeps, is amber.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urlsplit

from config.access import VISITOR
from config.settings import Settings
from config.storage import FileDamaged, FileMissing, Storage
from config.unit_of_work import UnitOfWork, Work
from registry.entries.printed import printed_by
from registry.entries.queries import (
    entry_by_id,
    entry_of_enclosure,
    knows_seal,
    paper_by_pdf,
    state_of_record,
    was_ours,
)
from registry.log.errors import LogUnreachable
from registry.log.known_key import known_log_key, learn_log_key
from registry.verification.by_code import verdict_of
from registry.verification.claims import DATA, claims_to_be_ours
from registry.verification.examined import Examined, Found, Proven
from registry.verification.own_papers import as_paper, as_receipt
from registry.verification.record import record_of, sealed_as
from registry.verification.result import Finding, Recorded, Result
from signing.anchors.chosen import trust_for_others
from signing.notes.note import NoteKey
from signing.pades.digest import SealFacts
from signing.trust.anchors import INSTALLATION, TrustStore
from signing.trust.revocation import RevocationSource
from signing.validation.apart import Hearsay, examine, validate_freshly
from signing.validation.report import Integrity, Kind, Report, Verdict
from signing.validation.told import Changes, changes_after_signing

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
    found = known or Found.of(_examined(unit, pdf))  # 2
    facts, report = found.hearsay.seal, found.hearsay.report
    if facts is not None and report.verdict is Verdict.INDETERMINATE:
        found = Found.of(replace(found.hearsay, report=_by_newest(unit, pdf, facts, report)))  # 3
    with unit.begin(VISITOR) as work:
        proven = _proven(work, facts, found.proven) if facts else None
        result = _recorded(work, proven, facts, found) if proven and facts else _of_enclosure(work, digest, found)
    if result is None:
        return _of_others(unit, pdf, found)
    if proven is None:
        return result
    if not known and proven.paper.published_sha256 == digest and found.hearsay.report.verdict is Verdict.VALID:
        examined.keep(digest, replace(found, proven=proven if proven.state else None))
    elif known and proven.state and proven is not found.proven:
        examined.prove(digest, proven)
    return result


def _proven(work: Work, facts: SealFacts, before: Proven | None) -> Proven | None:
    """What register and log have of the paper, proved anew unless no row was written since it was proved before.

    None without a paper. What could not be proved, or was disproved, has no `state`: it is never taken for proved.
    """
    state = state_of_record(work, facts.byte_range_digest)
    key = _log_key(work)
    if before is not None and None not in (state, key) and (before.state, before.key) == (state, key):
        return before
    paper = paper_by_pdf(work, facts.byte_range_digest)
    if paper is None:
        return None
    record = record_of(work, entry_by_id(work, paper.entry_id))
    good = record.recorded is Recorded.YES and not record.faults and record.reached
    return Proven(state if good and key else None, key, paper, record)


def _log_key(work: Work) -> NoteKey | None:
    try:
        return known_log_key(work)
    except LogUnreachable:
        return None


def _examined(unit: UnitOfWork, pdf: bytes) -> Hearsay:
    """Asked of a confined child: nothing of the file is parsed in this process."""
    tools = unit.tools
    return examine(pdf, tools[TrustStore], unit.clock.now(), tools[RevocationSource], DATA)


def _of_others(unit: UnitOfWork, pdf: bytes, found: Found) -> Result:
    """5 and 6. What the register does not know, and our own roots leave open, is judged under anchors of others too.

    Only then: who inserts rows can make a file amber, but never one green under anchors that are rows.
    """
    report, tools = found.hearsay.report, unit.tools
    with unit.begin(VISITOR) as work:
        trust, lists = trust_for_others(work, pdf)
    if trust.groups and report.verdict is Verdict.INDETERMINATE and report.signatures:
        again = validate_freshly(pdf, trust, unit.clock.now(), tools[RevocationSource], lists)
        found = Found.of(replace(found.hearsay, report=again))
    with unit.begin(VISITOR) as work:
        return _without_record(work, pdf, found)


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
    found = (known.hearsay if known else _examined(unit, content)).report
    if found.verdict is not Verdict.VALID:
        return report
    fields = {one.field for one in report.signatures}
    signatures = tuple(one for one in found.signatures if one.field in fields)
    return replace(report, verdict=Verdict.VALID, reasons=(), notes=(*found.notes, EARLIER), signatures=signatures)


def _recorded(work: Work, proven: Proven, facts: SealFacts, found: Found) -> Result:
    """4. A row says that the bytes under the seal are on record; the leaf must say so, and of the signature as well."""
    paper, record, report = proven.paper, proven.record, found.hearsay.report
    known = verdict_of(work, record)
    reasons, signatures, details = [*known.reasons, *report.reasons], found.signatures, found.details
    told = replace(known, signatures=signatures, reasons=reasons, notes=report.notes, details=details, report=report)
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


def _of_enclosure(work: Work, digest: str, found: Found) -> Result | None:
    """A file that goes out with a licence is worth what that licence is; None for a file that is none.

    The log's leaf commits to the sealed file by its SHA-256: one octet more or less, and it is not the one handed out.
    """
    facts, report = found.hearsay.seal, found.hearsay.report
    covered = facts.byte_range_digest.hex() if facts is not None else ""
    entry = entry_of_enclosure(work, sha256=digest) or (entry_of_enclosure(work, pdf=covered) if covered else None)
    if entry is None:
        return None
    record = record_of(work, entry)
    known = verdict_of(work, record)
    reasons = [*known.reasons, *report.reasons]
    told = replace(known, signatures=found.signatures, reasons=reasons, notes=report.notes, details=found.details)
    named = next((one for one in record.enclosures if covered == one["pdf"]), None) if not record.faults else None
    if named is None:
        return replace(told, finding=Finding.LOG_DISAGREES, recorded=Recorded.NO)
    told = replace(told, enclosure={key: named[key] for key in ("name", "sha256", "original")})
    if report.verdict not in (Verdict.VALID, Verdict.INDETERMINATE):
        return replace(told, finding=Finding.KEY_LOST if report.only_revoked else Finding.ALTERED)
    if named["sha256"] != digest:
        return replace(told, finding=Finding.ALTERED)
    good = known.finding in (Finding.VALID, Finding.PENDING, Finding.LOG_UNREACHABLE)
    if report.verdict is Verdict.INDETERMINATE:
        return replace(told, finding=Finding.NOT_CONCLUSIVE) if good else told
    return replace(told, finding=Finding.ENCLOSURE) if known.finding is Finding.VALID else told


def _without_record(work: Work, pdf: bytes, found: Found) -> Result:
    """The register has no such document: 5 or 6."""
    hearsay, report = found.hearsay, found.hearsay.report
    if own := as_receipt(work, pdf, report) or as_paper(work, hearsay):
        return _unrecorded(work, own, Recorded.NO, found)
    finding = WITHOUT_RECORD[report.verdict]
    host = urlsplit(work.tools[Settings].public_url).netloc
    unsure = finding is Finding.UNKNOWN_ISSUER or report.only_revoked
    if unsure and _signed_by_ours(work, hearsay):
        finding = Finding.SIGNED_NOT_ISSUED
    elif finding is Finding.SIGNED_NOT_ISSUED and not _by_our_roots(report):
        finding = Finding.OTHERS_SIGNED
    softer = finding in (Finding.OTHERS_SIGNED, Finding.UNKNOWN_ISSUER, Finding.NO_SIGNATURE, Finding.UNREADABLE)
    if softer and claims_to_be_ours(pdf, hearsay, (host,)):
        finding = Finding.CLAIMS_TO_BE_OURS
    recorded = Recorded.UNKNOWN if finding is Finding.UNREADABLE else Recorded.NO
    return _unrecorded(work, _more_closely(finding, report), recorded, found)


def _unrecorded(work: Work, finding: Finding, recorded: Recorded, found: Found) -> Result:
    report = found.hearsay.report
    return Result(
        finding,
        recorded,
        work.clock.now(),
        None,
        found.signatures,
        report.reasons,
        report.notes,
        details=found.details,
        report=report,
    )


def _by_our_roots(report: Report) -> bool:
    """Whether a signature counts because of this installation's own roots."""
    return any(one.kind is Kind.SIGNATURE and one.trust_group == INSTALLATION for one in report.signatures)


def _more_closely(finding: Finding, report: Report) -> Finding:
    """Of a stranger's file: what is amber for another reason than that we do not know who signed."""
    if finding is Finding.ALTERED and report.only_revoked:
        return Finding.OTHERS_REVOKED
    if finding is not Finding.UNKNOWN_ISSUER:
        return finding
    if not report.signatures:
        return Finding.TOO_COMPLEX
    changed = changes_after_signing(report) is Changes.UNRECOGNISED
    return Finding.CHANGED_LATER if changed else Finding.UNKNOWN_ISSUER


def _signed_by_ours(work: Work, found: Hearsay) -> bool:
    """Whether an intact signature is by a certificate of our papers, or by one under our roots (nobody is asked)."""
    intact = {
        bytes.fromhex(one.certificate_sha256)
        for one in found.report.signatures
        if one.kind is Kind.SIGNATURE and one.integrity is Integrity.INTACT and one.certificate_sha256
    }
    return bool(intact & found.from_our_roots) or (bool(intact) and knows_seal(work, sorted(intact)))
