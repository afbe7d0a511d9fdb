"""How the findings about such a signature become a report."""

from __future__ import annotations

from datetime import datetime

from signing.trust.anchors import TrustStore
from signing.validation.report import ANY_ISSUER, POLICY, Finding, Integrity, Report, SignatureReport, Verdict

WORST_FIRST = (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID)


class Unreadable(Exception):
    """The file is not what it should be; the text is a sentence."""


def report_of(
    trust: TrustStore, at: datetime, signatures: list[SignatureReport], findings: list[Finding], size: int
) -> Report:
    """The whole answer; `size` is the length of what is signed, in octets."""
    if trust.any_issuer:
        findings = [*findings, Finding(6, Verdict.VALID, "Who issued the certificates was not checked.")]
    for one in signatures:
        one.verdict = _worst([found for found in findings if found.field == one.field])
        if one.integrity is Integrity.INTACT:
            one.byte_range = (0, size, size, 0)
            one.later_changes = "none"
    verdict = _worst(findings)
    if verdict is Verdict.VALID and not signatures:
        verdict = Verdict.NO_SIGNATURE
        findings = [*findings, Finding(8, Verdict.NO_SIGNATURE, "Nobody signed this document.")]
    return Report(
        verdict,
        at,
        tuple(dict.fromkeys(str(one) for one in findings if one.weight is not Verdict.VALID)),
        tuple(dict.fromkeys(str(one) for one in findings if one.weight is Verdict.VALID)),
        tuple(signatures),
        policy=POLICY + ANY_ISSUER if trust.any_issuer else POLICY,
        findings=tuple(findings),
        trailing_bytes=0,
    )


def _worst(findings: list[Finding]) -> Verdict:
    weights = {one.weight for one in findings}
    return next((weight for weight in WORST_FIRST if weight in weights), Verdict.VALID)
