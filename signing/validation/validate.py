"""Validates a signed PDF, step by step; the same numbers stand in the prose, in the code and in each finding.

1. Take the file: not too large, a PDF, not encrypted.
2. Count the signatures with two parsers; what they do not agree on is a finding. Refuse what would cost too much.
3. Structure: the file is its revisions and nothing else; each signature covers its revision in one piece.
4. Cryptography: digest, value, binding of the certificate, and nothing unprotected that could be altered unseen.
5. Timestamps: over the very signature or document, from an authority that we trust.
6. Certificates: the path to our roots and revocation, at the time of signing.
7. Later revisions: what each one changed, and whether the signatures before it allow that. In others' documents
   (`filled_later.py`, `description.py`):
   7.1 what a field said or showed when it was signed stays as it was;
   7.2 what was left empty may be filled in, if somebody signed afterwards and so answers for it;
   7.3 a field that was filled in shows what it says, and nothing else;
   7.4 a later signature's stamp covers neither text nor a field, nor a quarter of a page;
   7.5 what the file says of itself stays as it was, but for when and by which program it was saved last.
8. Verdict: the worst finding decides (EN 319 102-1, 5.1.3, with document rules of our own).
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec

from signing.trust.anchors import TrustStore, is_trial
from signing.trust.revocation import Revocation
from signing.validation.census import Census, NotReadable, take_census
from signing.validation.certificates import (
    Opinion,
    claimed_time,
    judge_signature,
    judge_timestamp,
    signature_time,
    tokens,
    with_document,
)
from signing.validation.facts import certificate_facts, signer_named
from signing.validation.indications import judged, not_intact
from signing.validation.integrity import Checked, Malformed, check_integrity, unproven_certificates
from signing.validation.objects import add_digests, objects_of
from signing.validation.policy import (
    LARGEST_FILE,
    MOST_OBJECTS,
    MOST_REVISIONS,
    MOST_SIGNATURES,
    known_anchors,
    validation_spec,
)
from signing.validation.report import (
    ANY_ISSUER,
    POLICY,
    TOO_COMPLEX,
    Finding,
    Integrity,
    Kind,
    Report,
    SignatureReport,
    Verdict,
)
from signing.validation.revisions import changes_after, describe, follows_without_reason, is_ours, signed_after_seal
from signing.validation.structure import check_file, check_range, covered_until
from signing.validation.timeline import timeline, trailing_bytes

WORST_FIRST = (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID)


class TooMuch(Exception):
    """Looking at the document would cost more than the policy allows."""


@dataclass
class Examination:
    """One validation under way."""

    pdf: bytes
    trust: TrustStore
    at: datetime
    spec: SignatureValidationSpec
    census: Census
    findings: list[Finding] = field(default_factory=list)
    certificates: set[bytes] = field(default_factory=set)  # of the signatures judged so far
    answered_until: int = 0  # how far the last good signature of a person or an agency reaches

    @functools.cached_property
    def knowing(self) -> SignatureValidationSpec:
        """`spec` with what the document itself brings, read once for all of its signatures."""
        return with_document(self.spec, self.census.reader)

    def note(self, step: int, weight: Verdict, text: str, name: str | None = None) -> None:
        self.findings.append(Finding(step, weight, text, name))


def validate(
    pdf: bytes,
    trust: TrustStore,
    at: datetime,
    revocation: Revocation | None = None,
    may_be_unsigned: frozenset[str] = frozenset(),
) -> Report:
    """The verdict on `pdf` as of `at`; never raises, whatever the file holds.

    `revocation` is fresh data from our own responder, used besides what the document carries. `may_be_unsigned` names
    signature fields that wait for their signature: without that an empty field makes the document indeterminate.
    """
    try:
        return _validate(pdf, trust, at, revocation, may_be_unsigned)
    except NotReadable as error:
        return Report(Verdict.UNREADABLE, at, (str(error),))
    except (MemoryError, RecursionError, TooMuch):
        return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))
    except Exception:  # a hostile file may provoke anything; an answer is owed all the same
        return Report(Verdict.INDETERMINATE, at, ("The document could not be analysed.",))


def _validate(
    pdf: bytes, trust: TrustStore, at: datetime, revocation: Revocation | None, may_be_unsigned: frozenset[str]
) -> Report:
    # 1. Take the file.
    if len(pdf) > LARGEST_FILE:
        raise TooMuch
    # 2. Count.
    exam = Examination(pdf, trust, at, validation_spec(trust, revocation), take_census(pdf))
    for sentence in exam.census.disagreements:
        exam.note(2, Verdict.INVALID, sentence)
    if _too_much(exam.census):
        raise TooMuch
    # 3. Structure, and 4. cryptography.
    exam.findings.extend(check_file(pdf, exam.census) if exam.census.entries else ())
    checked = [_check(exam, entry_checked) for entry_checked in _in_order(exam.census)]
    exam.answered_until = max((covered_until(one.entry) for one in checked if _by_somebody(one)), default=0)
    # 5. Timestamps, 6. certificates and 7. later revisions, for each signature.
    reports = [_judge(exam, one, is_last=one is checked[-1]) for one in checked]
    for name in signed_after_seal(checked):
        exam.note(7, Verdict.INVALID, "somebody signed over the finished seal", name)
    if follows_without_reason(exam.census, checked):
        exam.note(7, Verdict.INDETERMINATE, "Something was added after the last signature that nobody signed.")
    for name in sorted(set(exam.census.empty) - may_be_unsigned if reports else ()):
        exam.note(7, Verdict.INDETERMINATE, "this signature is foreseen but missing", name)
    # 8. Verdict.
    return _report(exam, reports, checked)


def _too_much(census: Census) -> bool:
    revisions = int(census.reader.xrefs.total_revisions)
    return len(census.entries) > MOST_SIGNATURES or revisions > MOST_REVISIONS or census.objects > MOST_OBJECTS


def _by_somebody(checked: Checked) -> bool:
    return checked.kind is Kind.SIGNATURE and checked.integrity is Integrity.INTACT


def _in_order(census: Census) -> list[Checked]:
    """Step 4 for each signature, in the order in which they were made."""
    return [check_integrity(census, entry) for entry in sorted(census.entries, key=covered_until)]


def _check(exam: Examination, checked: Checked) -> Checked:
    """Adds step 3 to step 4: a good signature over the wrong bytes is broken."""
    name = checked.entry.name
    wrong = check_range(exam.pdf, checked.entry)
    if wrong is not None:
        exam.note(3, Verdict.INVALID, f"the signature is broken: {wrong}", name)
        checked.integrity = Integrity.BROKEN if checked.integrity is Integrity.INTACT else checked.integrity
    if checked.integrity is Integrity.INTACT and checked.embedded is not None:
        try:
            signature_time(checked.embedded)
        except Malformed as error:
            checked.faults.append(f"has a timestamp that is broken: the timestamp {error}")
            checked.integrity = Integrity.BROKEN
    for fault in checked.faults:
        exam.note(4, Verdict.INVALID, f"the signature {fault}", name)
    return checked


def _judge(exam: Examination, checked: Checked, is_last: bool) -> SignatureReport:
    report = _facts(exam, checked)
    name, embedded = checked.entry.name, checked.embedded
    if checked.integrity is not Integrity.INTACT or embedded is None:
        report.verdict = Verdict.INVALID
        report.indication, report.sub_indication = not_intact(checked)
        return report
    before = len(exam.findings)
    opinion = _opinion(exam, checked)
    report.signed_at, report.trust_anchor, report.chain = opinion.time, opinion.anchor, opinion.chain
    if opinion.anchor_certificate is not None:
        is_stamp = checked.kind is Kind.TIMESTAMP
        report.trust_anchor_sha256 = hashlib.sha256(opinion.anchor_certificate).hexdigest()
        report.trust_group = exam.trust.group_of(opinion.anchor_certificate, timestamp=is_stamp)
    report.indication, report.sub_indication = judged(opinion)
    report.time_source = "timestamp" if opinion.timestamped else "claimed"
    if opinion.why is not None and (checked.kind is Kind.SIGNATURE or is_last):
        step = 6 if checked.kind is Kind.SIGNATURE else 5
        exam.note(step, opinion.weight, f"the signature is not good enough: {opinion.why}", name)
    if not opinion.timestamped:
        exam.note(5, Verdict.VALID, "nothing but the signer's own claim says when it was signed", name)
    _check_certificates(exam, checked, is_last)
    changes = changes_after(exam.pdf, checked, is_ours(exam.census), exam.answered_until)
    report.later_changes = changes.kind
    if changes.why is not None:
        exam.note(7, changes.weight, changes.why, name)
    report.verdict = _worst(exam.findings[before:])
    return report


def _opinion(exam: Examination, checked: Checked) -> Opinion:
    """Steps 5 and 6; an engine that gives up on a file gives an indeterminate opinion."""
    embedded = checked.embedded
    assert embedded is not None  # noqa: S101 - the caller asked
    if exam.trust.any_issuer:
        stated = _stated_time(checked)
        time = stated or claimed_time(embedded)
        return Opinion(Verdict.VALID, "NOT_CHECKED", time, timestamped=stated is not None)
    try:
        if checked.kind is Kind.SIGNATURE:
            return judge_signature(embedded, exam.spec, exam.knowing, exam.at)
        return judge_timestamp(embedded, exam.knowing, exam.at)
    except Exception:  # e.g. another, unreadable signature in the same file
        return Opinion(Verdict.INDETERMINATE, "GENERIC", why="its certificate could not be judged")


def _stated_time(checked: Checked) -> datetime | None:
    embedded = checked.embedded
    assert embedded is not None  # noqa: S101 - as above
    if checked.kind is Kind.SIGNATURE:
        return signature_time(embedded)
    time: datetime = embedded.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return time


def _check_certificates(exam: Examination, checked: Checked, is_last: bool) -> None:
    """Certificates inside a signature are protected by nothing but their own issuers, or by a later signature."""
    embedded = checked.embedded
    assert embedded is not None  # noqa: S101 - as above
    signed = [embedded.signed_data, *tokens(embedded)]
    unproven = list(unproven_certificates(signed, known_anchors(exam.trust)))
    if exam.trust.any_issuer:
        # Nobody's root is at hand; what is left to see is whether the last signature's copies are those of the others.
        alone = len(exam.census.entries) == 1 or not is_last
        unproven = [] if alone else [one for one in unproven if one not in exam.certificates]
    for one in unproven:
        subject = x509.load_der_x509_certificate(one).subject.rfc4514_string()
        text = f"a certificate in the signature comes from nobody we know: {subject}"
        exam.note(6, Verdict.INDETERMINATE, text, checked.entry.name)
    exam.certificates.update(choice.chosen.dump() for one in signed for choice in one["certificates"])


def _facts(exam: Examination, checked: Checked) -> SignatureReport:
    """What can be said of a signature whether it is good or not."""
    entry, embedded = checked.entry, checked.embedded
    covers = checked.integrity is Integrity.INTACT and covered_until(entry) == len(exam.pdf)
    report = SignatureReport(entry.name, checked.kind, checked.integrity, covers, byte_range=entry.byte_range)
    if embedded is not None and checked.certificate is not None:
        certificate = embedded.signer_cert
        report.signer = signer_named(certificate.subject)
        report.issuer = certificate.issuer.human_friendly
        report.certificate = certificate_facts(certificate)
        report.revision = embedded.signed_revision + 1
        report.certificate_sha256 = hashlib.sha256(checked.certificate).hexdigest()
        report.signature_value_sha256 = hashlib.sha256(embedded.signer_info["signature"].native).hexdigest()
        add_digests(report, embedded)
        if is_trial(checked.certificate):
            exam.note(6, Verdict.VALID, "the certificate is for trial and has no legal value", entry.name)
    return report


def _report(exam: Examination, reports: list[SignatureReport], checked: list[Checked]) -> Report:
    if exam.trust.any_issuer:
        exam.note(6, Verdict.VALID, "Who issued the certificates was not checked.")
    verdict = _worst(exam.findings)
    if verdict is Verdict.VALID and not any(one.kind is Kind.SIGNATURE for one in reports):
        verdict = Verdict.NO_SIGNATURE
        exam.note(8, Verdict.NO_SIGNATURE, "Nobody signed this document.")
    reasons = [str(one) for one in exam.findings if one.weight is not Verdict.VALID]
    notes = [str(one) for one in exam.findings if one.weight is Verdict.VALID]
    return Report(
        verdict,
        exam.at,
        tuple(dict.fromkeys(reasons)),
        tuple(dict.fromkeys(notes)),
        tuple(reports),
        describe(exam.census, checked),
        POLICY + ANY_ISSUER if exam.trust.any_issuer else POLICY,
        tuple(exam.findings),
        timeline(exam.census, checked),
        trailing_bytes(exam.pdf, exam.census),
        objects_of(exam.census, checked),
    )


def _worst(findings: list[Finding]) -> Verdict:
    weights = {one.weight for one in findings}
    return next((weight for weight in WORST_FIRST if weight in weights), Verdict.VALID)
