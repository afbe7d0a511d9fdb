"""A report as XML for programs: the signature validation report of ETSI TS 119 102-2 (V1.2.1), clause 4.

One SignatureValidationReport a signature; time stamps over the document are validation objects with a report of their
own. The standard judges signatures, we judge documents: what came after signing, or what is wrong with the file as a
whole, bounds the status of each signature, as other validators do it too.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from signing.validation.checks import Check, CheckName, Status, checks_of
from signing.validation.etsi_words import (
    ADDITIONAL,
    CONSTRAINT_STATUS,
    DECREE,
    DOCUMENT,
    MAIN,
    OBJECTS,
    OVER_CHANGED,
    PROCESS,
    PROOF,
    SUB,
    Constraint,
    add,
    digest,
    element,
    reference,
    reported,
)
from signing.validation.facts import ValidationObject
from signing.validation.report import ANY_ISSUER, Kind, Report, SignatureReport, Verdict
from signing.validation.told import Changes, changes_after_signing, summary

PREFIXES = {"certificate": "C", "timestamp": "T", "crl": "L", "ocsp": "O"}
OF_CHANGES = {Changes.FORBIDDEN: Status.FAIL, Changes.UNRECOGNISED: Status.UNKNOWN}
OF_VERDICT = {Verdict.VALID: Status.PASS, Verdict.INVALID: Status.FAIL}


def to_etsi_xml(report: Report, file_sha256: str | None, more: Sequence[Constraint] = ()) -> bytes:
    """The report on a file with that digest (hex; None: it was not read to its end).

    `more` are constraints of whoever asked, for every signature.
    """
    return _Writer(report, file_sha256, more).document()


class _Writer:
    """One report. Elements come in the order of the standard's schema."""

    def __init__(self, report: Report, file_sha256: str | None, more: Sequence[Constraint]) -> None:
        self.report, self.file_sha256, self.more = report, file_sha256, more
        known = {(one.kind, one.sha256) for one in report.objects}
        chains = [sha256 for one in report.signatures for sha256 in (one.certificate_sha256, *one.chain) if sha256]
        missing = [sha256 for sha256 in dict.fromkeys(chains) if ("certificate", sha256) not in known]
        self.objects = (*report.objects, *(ValidationObject("certificate", sha256) for sha256 in missing))
        self.stamps = {
            one.field: one
            for one in report.objects
            if one.kind == "timestamp" and (of := report.of(one.field or "")) and of.kind is Kind.TIMESTAMP
        }

    def document(self) -> bytes:
        root = element("ValidationReport")
        own = [one for one in self.report.signatures if one.field not in self.stamps]
        for number, one in enumerate(own, 1):
            self._signature(add(root, "SignatureValidationReport"), one, f"S-{number}")
        if not own:
            self._nobody(add(root, "SignatureValidationReport"))
        if self.objects or self.file_sha256 is not None:
            self._objects(add(root, "SignatureValidationObjects"))
        ET.indent(root)
        return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))

    def _signature(self, into: ET.Element, one: SignatureReport, identity: str) -> None:
        named = add(into, "SignatureIdentifier", id=identity)  # 4.3.3
        if one.attributes_sha256 is not None:
            digest(named, "sha256", one.attributes_sha256)
        add(named, "HashOnly", "false")
        add(named, "DocHashOnly", "false")
        add(named, "DAIdentifier", one.field)
        self._constraints(add(into, "ValidationConstraintsEvaluationReport"), one)
        self._times(add(into, "ValidationTimeInfo"), one)
        if one.covered_digest is not None and one.digest_algorithm is not None:
            digest(add(into, "SignersDocument"), one.digest_algorithm, one.covered_digest)  # 4.3.7
        self._attributes(into, one)
        if one.certificate_sha256 is not None:
            signer = add(into, "SignerInformation")  # 4.3.9
            add(signer, "SignerCertificate", **reference(_certificate(one.certificate_sha256)))
            add(signer, "Signer", one.signer or "")
        process = PROCESS["timestamp" if one.time_source == "timestamp" else "claimed"]
        add(add(into, "SignatureValidationProcess"), "SignatureValidationProcessID", process)  # 4.3.11
        self._status(add(into, "SignatureValidationStatus"), one)

    def _nobody(self, into: ET.Element) -> None:
        """A file without a signature of anybody, or one that could not be looked at."""
        policy = add(into, "ValidationConstraintsEvaluationReport")
        self._policy(policy)
        for constraint in self._of_document():
            reported(policy, constraint)
        times = add(into, "ValidationTimeInfo")
        self._proved(times, self.report.validated_at, None)
        status = add(into, "SignatureValidationStatus")
        failed = self.report.verdict in (Verdict.INVALID, Verdict.UNREADABLE)
        add(status, "MainIndication", MAIN["TOTAL-FAILED" if failed else "INDETERMINATE"])
        add(status, "SubIndication", SUB + ("FORMAT_FAILURE" if failed else "GENERIC"))
        self._additional(add(status, "AssociatedValidationReportData"), self.report.reasons)

    def _constraints(self, into: ET.Element, one: SignatureReport) -> None:
        """4.3.5: the eight checks of the decree, the document's own, and those of whoever asked."""
        self._policy(into)
        for check in checks_of(self.report, one):
            reported(into, _constraint(check, disabled=self._disabled(check)))
        for constraint in self._of_document():
            reported(into, constraint)

    def _disabled(self, check: Check) -> bool:
        asked_about_issuer = (CheckName.CHAIN, CheckName.REVOCATION_AT_SIGNING)
        return self.report.policy.endswith(ANY_ISSUER) and check.name in asked_about_issuer

    def _of_document(self) -> Iterable[Constraint]:
        changes, verdict = changes_after_signing(self.report), self.report.verdict
        told = f"{verdict}: {summary(self.report)}"
        yield Constraint(DOCUMENT + "verdict", OF_VERDICT.get(verdict, Status.UNKNOWN), told)
        yield Constraint(DOCUMENT + "changes-after-signing", OF_CHANGES.get(changes, Status.PASS), str(changes))
        yield from self.more

    def _policy(self, into: ET.Element) -> None:
        """4.3.5.3: our policy has a name of its own, and its digest is that of the name."""
        policy = add(into, "SignatureValidationPolicy")
        identifier = add(policy, "SignaturePolicyIdentifier")
        found = add(identifier, "xades:SignaturePolicyId")
        add(add(found, "xades:SigPolicyId"), "xades:Identifier", "urn:x-antin:signature-validation-policy:1")
        hashed = add(found, "xades:SigPolicyHash")
        name = self.report.policy
        digest(hashed, "sha256", hashlib.sha256(name.encode()).hexdigest(), wrapped=False)
        add(policy, "PolicyName", name)

    def _times(self, into: ET.Element, one: SignatureReport) -> None:
        """4.3.6: without a proof the best that is known is that the signature exists now."""
        proved = one.signed_at if one.time_source == "timestamp" and one.signed_at is not None else None
        stamp = next((found for found in self._stamps_of(one) if found.time == proved), None)
        self._proved(into, proved or self.report.validated_at, stamp)

    def _proved(self, into: ET.Element, moment: datetime, stamp: ValidationObject | None) -> None:
        add(into, "ValidationTime", _zulu(self.report.validated_at))
        best = add(into, "BestSignatureTime")
        add(best, "POETime", _zulu(moment))
        add(best, "TypeOfProof", PROOF)
        if stamp is not None:
            add(best, "POEObject", **reference(_id_of(stamp)))

    def _attributes(self, into: ET.Element, one: SignatureReport) -> None:
        """4.3.8, annex A: what the signer's clock said, the time stamps over the signature, the bytes it covers."""
        attributes = element("SignatureAttributes")
        if one.claimed_at is not None:
            add(add(attributes, "SigningTime", Signed="true"), "Time", _zulu(one.claimed_at))
        for stamp in self._stamps_of(one) if one.kind is Kind.SIGNATURE else ():
            if stamp.time is not None:
                said = add(attributes, "SignatureTimeStamp", Signed="false")
                add(said, "AttributeObject", **reference(_id_of(stamp)))
                add(said, "TimeStampValue", _zulu(stamp.time))
        if one.byte_range:
            add(attributes, "ByteRange", " ".join(map(str, one.byte_range)))
        if len(attributes):
            into.append(attributes)

    def _stamps_of(self, one: SignatureReport) -> list[ValidationObject]:
        return [found for found in self.report.objects if found.kind == "timestamp" and found.field == one.field]

    def _status(self, into: ET.Element, one: SignatureReport) -> None:
        """4.3.4 and 4.3.12: the status, the certificates from the signer's to the trusted root's, and why."""
        main, sub = self._bounded(one)
        add(into, "MainIndication", MAIN[main])
        if sub is not None:
            add(into, "SubIndication", SUB + sub)
        data = element("AssociatedValidationReportData")
        if one.chain:
            add(data, "TrustAnchor", **reference(_certificate(one.chain[-1])))
            chain = add(data, "CertificateChain")
            add(chain, "SigningCertificate", **reference(_certificate(one.chain[0])))
            for sha256 in one.chain[1:-1]:
                add(chain, "IntermediateCertificate", **reference(_certificate(sha256)))
            add(chain, "TrustAnchor", **reference(_certificate(one.chain[-1])))
        of_document = [found for found in self.report.findings if found.field in (None, one.field)]
        self._additional(data, (f"step {found.step}: {found}" for found in of_document))
        if len(data):
            into.append(data)

    def _bounded(self, one: SignatureReport) -> tuple[str, str | None]:
        """Indication and sub-indication, no better than what is said of the document."""
        stamps = {stamp.field for stamp in self.report.signatures if stamp.kind is Kind.TIMESTAMP}
        whole = {one.verdict} | {found.weight for found in self.report.findings if found.field is None}
        whole |= {found.weight for found in self.report.findings if found.field in stamps} & {Verdict.INVALID}
        main, sub = one.indication or "INDETERMINATE", one.sub_indication
        if Verdict.INVALID in whole and main != "TOTAL-FAILED":
            return "TOTAL-FAILED", OVER_CHANGED[Verdict.INVALID]
        if Verdict.INDETERMINATE in whole and main == "TOTAL-PASSED":
            return "INDETERMINATE", OVER_CHANGED[Verdict.INDETERMINATE]
        return main, sub

    def _additional(self, into: ET.Element, told: Iterable[str]) -> None:
        lines = list(told)
        if not lines:
            return
        data = add(into, "AdditionalValidationReportData")
        for line in lines:
            said = add(data, "ReportData")
            add(said, "Type", ADDITIONAL)
            add(said, "Value", line)

    def _objects(self, into: ET.Element) -> None:
        """4.4: all as digests, and the file itself."""
        for one in self.objects:
            found = add(into, "ValidationObject", id=_id_of(one))
            add(found, "ObjectType", OBJECTS[one.kind])
            digest(add(found, "ValidationObjectRepresentation"), "sha256", one.sha256)
            if one.kind == "timestamp" and self.stamps.get(one.field) is one:
                report = self.report.of(one.field or "")
                if report is not None:
                    self._signature(add(found, "ValidationReport"), report, f"R-{one.sha256}")
        if self.file_sha256 is None:
            return
        whole = add(into, "ValidationObject", id=f"F-{self.file_sha256}")
        add(whole, "ObjectType", OBJECTS["file"])
        digest(add(whole, "ValidationObjectRepresentation"), "sha256", self.file_sha256)


def _constraint(check: Check, disabled: bool) -> Constraint:
    status = "disabled" if disabled else "applied"
    return Constraint(
        DECREE + str(check.name).replace("_", "-"), check.status, str(check.evidence), CONSTRAINT_STATUS[status]
    )


def _id_of(one: ValidationObject) -> str:
    return f"{PREFIXES[one.kind]}-{one.sha256}"


def _certificate(sha256: str) -> str:
    return f"{PREFIXES['certificate']}-{sha256}"


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
