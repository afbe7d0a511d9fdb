"""A CMS with its content beside it or in it (RFC 5652; CAdES, ETSI EN 319 122-1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr, validate_sig_integrity
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec

from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from signing.validation.certificates import Opinion, judge_cms, stated_time
from signing.validation.detached.signer import describe_signer, note_opinion
from signing.validation.detached.verdict import Unreadable, report_of
from signing.validation.integrity import Malformed
from signing.validation.policy import DIGESTS, MOST_SIGNATURES, validation_spec
from signing.validation.report import TOO_COMPLEX, Finding, Integrity, Kind, Report, SignatureReport, Verdict

ALONE = "The signature stands beside its document, which was not given: nothing can be said of it."
OTHER = "The signature carries another content than the document that was given with it."


@dataclass
class Examination:
    """One validation under way."""

    content: bytes
    trust: TrustStore
    at: datetime
    spec: SignatureValidationSpec
    findings: list[Finding] = field(default_factory=list)

    def note(self, step: int, weight: Verdict, text: str, name: str) -> None:
        self.findings.append(Finding(step, weight, text, name))


def validate_cms(
    octets: bytes, content: bytes | None, trust: TrustStore, at: datetime, revocation: Revocation | None
) -> Report:
    """The verdict on a CMS (DER) over `content`, or over its own."""
    signed_data = _signed_data(octets)
    signers = list(signed_data["signer_infos"])
    if len(signers) > MOST_SIGNATURES:
        return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))
    covered = _content_of(signed_data, content)
    if covered is None:
        return Report(Verdict.INDETERMINATE, at, (ALONE,))
    exam = Examination(covered, trust, at, validation_spec(trust, revocation))
    if content is not None and covered != content:
        exam.findings.append(Finding(3, Verdict.INVALID, OTHER))
    reports = [_judge(exam, _with_one(signed_data, one), str(number)) for number, one in enumerate(signers, 1)]
    return report_of(trust, at, reports, exam.findings, len(covered))


def _signed_data(octets: bytes) -> cms.SignedData:
    try:
        info = cms.ContentInfo.load(octets, strict=True)
        if info["content_type"].native != "signed_data":
            raise Unreadable("The CMS holds no signature.")
        found = info["content"]
        _ = [one["sid"].native for one in found["signer_infos"]]  # asn1crypto reads when it is asked
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("The CMS cannot be read, or something stands behind it.") from error
    return found


def _content_of(signed_data: cms.SignedData, content: bytes | None) -> bytes | None:
    """What the signers signed: the CMS's own content where it has one."""
    own = signed_data["encap_content_info"]["content"]
    return content if own.native is None else bytes(own)


def _with_one(signed_data: cms.SignedData, signer: cms.SignerInfo) -> cms.SignedData:
    """The same for one of its signers, and detached, as the engine takes it."""
    parts = ("version", "digest_algorithms", "certificates")
    found = {name: signed_data[name] for name in parts if not isinstance(signed_data[name], core.Void)}
    kind = {"content_type": signed_data["encap_content_info"]["content_type"]}
    return cms.SignedData({**found, "encap_content_info": kind, "signer_infos": [signer]})


def _judge(exam: Examination, single: cms.SignedData, name: str) -> SignatureReport:
    report = SignatureReport(name, Kind.SIGNATURE)
    try:
        certificate = extract_certificate_info(single).signer_cert
    except Exception:  # pyHanko and asn1crypto raise whatever a hostile CMS provokes
        report.indication, report.sub_indication = "INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND"
        exam.note(4, Verdict.INVALID, "the signature cannot be read, or the signer's certificate is missing", name)
        return report
    describe_signer(report, exam.findings, certificate, single["signer_infos"][0]["signature"].native)
    try:
        digest = _check(exam, single, certificate, name)
    except Malformed as error:
        report.integrity = Integrity.BROKEN
        changed = str(error).endswith("the covered bytes were changed")
        report.indication, report.sub_indication = "TOTAL-FAILED", "HASH_FAILURE" if changed else "SIG_CRYPTO_FAILURE"
        exam.note(4, Verdict.INVALID, f"the signature {error}", name)
        return report
    report.integrity, report.covers_document = Integrity.INTACT, True
    note_opinion(report, exam.findings, _opinion(exam, single, digest))
    return report


def _check(exam: Examination, single: cms.SignedData, certificate: asn1_x509.Certificate, name: str) -> bytes:
    """Step 4: the digest of the content, which fits and is signed; raises Malformed."""
    signer = single["signer_infos"][0]
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in DIGESTS:
        raise Malformed("uses a digest that is not accepted any more")
    if signer["signed_attrs"].native is None:
        raise Malformed("has no signed attributes")
    digest = hashlib.new(algorithm, exam.content).digest()
    try:
        kind = single["encap_content_info"]["content_type"].native
        intact, valid = validate_sig_integrity(signer, certificate, kind, digest)
    except Exception as error:  # as above
        raise Malformed("cannot be read") from error
    if not intact:
        raise Malformed("does not fit the document: the covered bytes were changed")
    if not valid:
        raise Malformed("does not verify under its certificate")
    if get_signing_cert_attr(signer["signed_attrs"]) is None:
        exam.note(4, Verdict.VALID, "it does not name the certificate it was made with: no CAdES", name)
    return digest


def _opinion(exam: Examination, single: cms.SignedData, digest: bytes) -> Opinion:
    """Steps 5 and 6."""
    try:
        if exam.trust.any_issuer:
            time, stamped = stated_time(single["signer_infos"][0])
            return Opinion(Verdict.VALID, "NOT_CHECKED", time, timestamped=stamped)
        return judge_cms(single, digest, exam.spec, exam.at)
    except Malformed as error:
        return Opinion(Verdict.INVALID, "GENERIC", why=f"it has a timestamp that is broken: the timestamp {error}")
    except Exception:  # as above
        return Opinion(Verdict.INDETERMINATE, "GENERIC", why="its certificate could not be judged")
