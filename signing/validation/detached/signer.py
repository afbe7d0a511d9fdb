"""What can be said of a signer and of the certificate, whatever the kind of signature."""

from __future__ import annotations

import hashlib

from asn1crypto import x509

from signing.trust.anchors import is_trial
from signing.validation.certificates import Opinion
from signing.validation.facts import certificate_facts, signer_named
from signing.validation.indications import judged
from signing.validation.report import Finding, SignatureReport, Verdict


def describe_signer(
    report: SignatureReport, findings: list[Finding], certificate: x509.Certificate, value: bytes
) -> None:
    """Put who the certificate names into the report; `value` is the signature's own octets."""
    encoded = certificate.dump()
    report.signer = signer_named(certificate.subject)
    report.issuer = certificate.issuer.human_friendly
    report.certificate = certificate_facts(certificate)
    report.certificate_sha256 = hashlib.sha256(encoded).hexdigest()
    report.signature_value_sha256 = hashlib.sha256(value).hexdigest()
    if is_trial(encoded):
        text = "the certificate is for trial and has no legal value"
        findings.append(Finding(6, Verdict.VALID, text, report.field))


def note_opinion(report: SignatureReport, findings: list[Finding], opinion: Opinion) -> None:
    """What steps 5 and 6 say of an intact signature, in the report and among the findings."""
    report.signed_at, report.trust_anchor = opinion.time, opinion.anchor
    report.indication, report.sub_indication = judged(opinion)
    report.time_source = "timestamp" if opinion.timestamped else "claimed"
    if opinion.why is not None:
        text = f"the signature is not good enough: {opinion.why}"
        findings.append(Finding(6, opinion.weight, text, report.field))
    if not opinion.timestamped:
        text = "nothing but the signer's own claim says when it was signed"
        findings.append(Finding(5, Verdict.VALID, text, report.field))
