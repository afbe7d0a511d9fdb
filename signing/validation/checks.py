"""The eight checks of a signature that decree 23/2025/NĐ-CP (articles 15 to 17) asks of software that verifies.

Each passes, fails or stays unknown, with the evidence in words. They are read off a report and decide nothing: the
verdict is validation's. What could not be shown is unknown, never a failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from config.sentences import later, say
from signing.pades.fields import OFFICIAL, SEAL
from signing.validation.facts import CertificateFacts, Words
from signing.validation.report import ANY_ISSUER, Integrity, Kind, Report, SignatureReport, Verdict

USES = {
    "digital_signature": later("digital signature"),
    "non_repudiation": later("commitment to content"),
    "time_stamping": later("time stamping"),
}
MAY_SIGN = {"digital_signature", "non_repudiation"}  # key usages, each of which is enough (RFC 5280, 4.2.1.3)
NO_PATH = {"NO_CERTIFICATE_CHAIN_FOUND", "CERTIFICATE_CHAIN_GENERAL_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND", "GENERIC"}
NO_STATUS = NO_PATH | {"TRY_LATER", "REVOCATION_OUT_OF_BOUNDS_NO_POE", "NO_POE", "REVOKED_NO_POE", "REVOKED_CA_NO_POE"}
WEAK = {"CRYPTO_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"}
TIME_OPEN = NO_PATH | WEAK | {"TIMESTAMP_ORDER_FAILURE"}


class CheckName(StrEnum):
    INTEGRITY = "integrity"
    CHAIN = "chain"
    CERT_VALID_AT_SIGNING = "cert_valid_at_signing"
    REVOCATION_AT_SIGNING = "revocation_at_signing"
    KEY_USAGE = "key_usage"
    SIGNER_MATCHES_ROLE = "signer_matches_role"
    TIMESTAMP_OK = "timestamp_ok"
    LIMITS_OK = "limits_ok"


class Status(StrEnum):
    PASS = "pass"  # noqa: S105 - a word of the report
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One check; `evidence` is a sentence (config.sentences), whose moments are aware datetimes."""

    name: CheckName
    status: Status
    evidence: str

    def as_json(self) -> dict[str, Any]:
        return {"check": self.name, "status": self.status, "evidence": self.evidence}


Judged = tuple[Status, str]


def checks_of(report: Report, one: SignatureReport) -> tuple[Check, ...]:
    """All eight, in the decree's order, for one signature of that report."""
    look = _Look(report, one)
    judged = (
        (CheckName.INTEGRITY, look.integrity()),
        (CheckName.CHAIN, look.chain()),
        (CheckName.CERT_VALID_AT_SIGNING, look.valid_at_signing()),
        (CheckName.REVOCATION_AT_SIGNING, look.revocation()),
        (CheckName.KEY_USAGE, look.key_usage()),
        (CheckName.SIGNER_MATCHES_ROLE, look.role()),
        (CheckName.TIMESTAMP_OK, look.timestamp()),
        (CheckName.LIMITS_OK, look.limits()),
    )
    return tuple(Check(name, status, evidence) for name, (status, evidence) in judged)


class _Look:
    """The checks of one signature, each as status and evidence."""

    def __init__(self, report: Report, one: SignatureReport) -> None:
        self.report, self.one, self.sub = report, one, one.sub_indication
        self.certificate = one.certificate
        self.intact = one.integrity is Integrity.INTACT
        self.anybody = report.policy.endswith(ANY_ISSUER)

    def integrity(self) -> Judged:
        if self.one.integrity is Integrity.UNREADABLE:
            return Status.FAIL, say("The signature cannot be read.")
        if not self.intact:
            return Status.FAIL, say("The signed bytes or the signature itself were changed after signing.")
        later = {one.weight for one in self._findings("") if one.step == 7}
        if Verdict.INVALID in later or self.report.trailing_bytes:
            return Status.FAIL, say("What was signed is still there, but the document was altered afterwards.")
        if Verdict.INDETERMINATE in later:
            return Status.UNKNOWN, say("What was signed is unchanged; what was added later is not recognised.")
        _, first, _, rest = self.one.byte_range
        return Status.PASS, say("The {bytes} bytes that were signed are unchanged.", bytes=first + rest)

    def chain(self) -> Judged:
        if self.anybody:
            return Status.UNKNOWN, say("It was not asked who issued the certificate.")
        if not self.intact:
            return _not_judged()
        strange = any(one.step == 6 and one.weight is not Verdict.VALID for one in self._findings("comes from nobody"))
        if strange or self.sub in NO_PATH:
            return Status.UNKNOWN, say("The certificate leads to no root that is trusted here.")
        if not self.one.trust_anchor:
            return _not_judged()
        name = common_name_of(self.one.trust_anchor)
        return Status.PASS, say("The certificate leads to a root that is trusted here: {name}.", name=name)

    def valid_at_signing(self) -> Judged:
        found, time = self.certificate, self.one.signed_at
        if found is None or time is None or not self.intact:
            return _not_judged()
        span = {"start": found.not_before, "end": found.not_after}
        proven = self.one.time_source == "timestamp"
        if within(time, found):
            if proven or within(self.report.validated_at, found):
                return Status.PASS, say("Valid from {start} to {end}; signed within.", **span)
            return Status.UNKNOWN, say("Valid from {start} to {end}; nothing proves when it signed.", **span)
        status = Status.FAIL if proven or not within(self.report.validated_at, found) else Status.UNKNOWN
        return status, say("Valid from {start} to {end}; signed outside of that.", **span)

    def revocation(self) -> Judged:
        if self.anybody or not self.intact:
            return _not_judged()
        if self.sub == "REVOKED":
            return Status.FAIL, say("The certificate was revoked before it signed.")
        if self.sub in ("REVOKED_NO_POE", "REVOKED_CA_NO_POE"):
            return Status.UNKNOWN, say("The certificate is revoked now; nothing proves that it signed before.")
        if self.sub is None:
            return Status.PASS, say("The authority's revocation data was checked: not revoked when it signed.")
        return Status.UNKNOWN, say("There is no usable revocation data for the time of signing.")

    def key_usage(self) -> Judged:
        found = self.certificate
        if found is None:
            return _not_judged()
        uses = Words(USES.get(one, one) for one in (*(found.usages or ()), *found.purposes))
        if self.one.kind is Kind.TIMESTAMP:
            allowed = found.purposes == ("time_stamping",)
        else:
            allowed = found.usages is None or bool(MAY_SIGN & set(found.usages))
        if not allowed or self.sub == "CHAIN_CONSTRAINTS_FAILURE":
            return Status.FAIL, say("The certificate may not be used for this ({uses}).", uses=uses)
        if found.usages is None and self.one.kind is Kind.SIGNATURE:
            return Status.PASS, say("The certificate names no restriction of its use.")
        return Status.PASS, say("The certificate may be used for this ({uses}).", uses=uses)

    def role(self) -> Judged:
        found = self.certificate
        if found is None:
            return _not_judged()
        if self.one.kind is Kind.TIMESTAMP:
            return Status.PASS, say("A time-stamping authority signs for nobody but itself.")
        if not {OFFICIAL, SEAL} <= {one.field for one in self.report.signatures}:
            return Status.UNKNOWN, say("The document does not say in which capacity this signer must sign.")
        if self.one.field == SEAL:
            return self._sealed(found)
        return self._official(found) if self.one.field == OFFICIAL else _foreign()

    def _sealed(self, found: CertificateFacts) -> Judged:
        if found.person is None and found.organisation:
            return Status.PASS, say("The seal is the certificate of an agency: {agency}.", agency=found.organisation)
        return Status.FAIL, say("In the place of the seal stands a person's certificate.")

    def _official(self, found: CertificateFacts) -> Judged:
        if found.person is None:
            return Status.FAIL, say("In the place of the official stands the certificate of an organisation.")
        seal = self.report.of(SEAL)
        agency = seal.certificate.organisation if seal is not None and seal.certificate else None
        if not (found.title and found.organisation and agency):
            return Status.UNKNOWN, say("The certificate does not name person, title and agency.")
        told = {"person": found.person, "title": found.title, "agency": found.organisation}
        if agency != found.organisation:
            return Status.UNKNOWN, say("{person}, {title}, {agency}: the seal is another agency's.", **told)
        return Status.PASS, say("{person}, {title}, {agency}: the same agency as in the seal.", **told)

    def timestamp(self) -> Judged:
        if self._findings("timestamp that is broken") or not self.intact:
            return (Status.FAIL, say("The time stamp does not fit.")) if self._is_stamped() else _not_judged()
        if self.one.time_source != "timestamp" or self.one.signed_at is None:
            return Status.UNKNOWN, say("There is no time stamp: nothing but the signer's clock says when.")
        if self.anybody or self.sub in TIME_OPEN:
            moment = self.one.signed_at
            return Status.UNKNOWN, say(
                "A time stamp says {moment}; whether by a trusted authority is open.", moment=moment
            )
        return Status.PASS, say("A trusted time stamp says {moment}.", moment=self.one.signed_at)

    def limits(self) -> Judged:
        found = self.certificate
        if found is None:
            return _not_judged()
        if self.sub in WEAK:
            return Status.UNKNOWN, say("It uses an algorithm that is not relied on any more.")
        if found.trial:
            return Status.UNKNOWN, say("The certificate is for trial and has no legal value.")
        if found.limit:
            return Status.UNKNOWN, say("The certificate covers transactions of at most {limit}.", limit=found.limit)
        return Status.PASS, say("The certificate names no limit of value or scope.")

    def _is_stamped(self) -> bool:
        return self.one.kind is Kind.TIMESTAMP or bool(self._findings("timestamp that is broken"))

    def _findings(self, part: str) -> list[Any]:
        return [one for one in self.report.findings if one.field == self.one.field and part in one.text]


def _not_judged() -> Judged:
    return Status.UNKNOWN, say("It could not be judged.")


def _foreign() -> Judged:
    return Status.FAIL, say("This signature is neither the official's nor the agency's seal.")


def common_name_of(name: str) -> str:
    """The common name in a name as asn1crypto writes it for people."""
    return next((part.partition(": ")[2] for part in name.split(", ") if part.startswith("Common Name: ")), name)


def signed_for(found: CertificateFacts | None, kind: Kind) -> str | None:
    """In which capacity somebody signed, as far as the certificate says: title and agency, or the agency's own seal."""
    if found is None:
        return None
    if kind is Kind.TIMESTAMP:
        return say("time-stamping authority")
    if found.person is None:
        return say("seal of the organisation")
    parts = [part for part in (found.title, found.organisation) if part]
    return ", ".join(parts) if parts else say("for themselves")


def within(time: datetime, found: CertificateFacts) -> bool:
    """Whether a moment lies in the life of a certificate; one without a zone, as only odd files have it, is UTC's."""
    start, moment, end = (_zoned(one) for one in (found.not_before, time, found.not_after))
    return start <= moment <= end


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
