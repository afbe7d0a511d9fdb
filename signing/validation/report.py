"""What validation says: one verdict for the document, the reasons for it in words, and each signature on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from signing.validation.facts import CertificateFacts, Revision, ValidationObject

POLICY = "Antin signature validation policy 1 (ETSI EN 319 102-1, own document rules)"
ANY_ISSUER = "; the path to a trusted root was not asked for"

REVOKED = "its certificate was revoked before it was used"
TOO_COMPLEX = "The document is too complex to be validated here."


class Verdict(StrEnum):
    """Of a document. The worst finding decides."""

    VALID = "valid"
    INDETERMINATE = "indeterminate"  # nothing is broken, but something needed could not be shown
    INVALID = "invalid"  # something is broken, forbidden or revoked
    NO_SIGNATURE = "no_signature"  # nobody signed it; a timestamp is nobody's signature
    UNREADABLE = "unreadable"  # no PDF, damaged beyond reading, or encrypted


class Kind(StrEnum):
    SIGNATURE = "signature"  # of a person or an agency
    TIMESTAMP = "timestamp"  # over the document, by a time-stamping authority


class Integrity(StrEnum):
    INTACT = "intact"
    BROKEN = "broken"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """Something found in a numbered step of validation. VALID as weight makes it a note that decides nothing."""

    step: int
    weight: Verdict
    text: str
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.field}: {self.text}" if self.field else self.text


@dataclass
class SignatureReport:
    """One filled signature field. Times are aware, digests are hex of SHA-256.

    `signed_at` is the time of the signature timestamp if `time_source` is "timestamp", else the signer's own claim
    ("claimed"). `indication` and `sub_indication` are those of EN 319 102-1 (5.1.3) for the signature alone;
    `trust_group` names the group of anchors in which the path ended, `trust_anchor` the anchor's subject.
    `verdict` knows later changes too. `later_changes` is what came after the signature: none, preservation
    (revocation data and timestamps), signing or other. `certificate` is what the signer's certificate says; `chain`
    are the digests of the certificates from it to the trusted root. `covered_digest` is that of the covered bytes as
    they are, by the signature's own `digest_algorithm`; `attributes_sha256` that of the signed attributes, which the
    signature value was computed over; `claimed_at` what the signer's clock said.
    """

    field: str
    kind: Kind
    integrity: Integrity = Integrity.UNREADABLE
    covers_document: bool = False
    signer: str | None = None
    signed_at: datetime | None = None
    time_source: str | None = None
    indication: str | None = None
    sub_indication: str | None = None
    issuer: str | None = None
    trust_anchor: str | None = None
    trust_anchor_sha256: str | None = None
    trust_group: str | None = None
    certificate_sha256: str | None = None
    signature_value_sha256: str | None = None
    byte_range: tuple[int, ...] = ()
    revision: int | None = None
    later_changes: str | None = None
    certificate: CertificateFacts | None = None
    verdict: Verdict = Verdict.INDETERMINATE
    chain: tuple[str, ...] = ()
    digest_algorithm: str | None = None
    covered_digest: str | None = None
    attributes_sha256: str | None = None
    claimed_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        certificate = self.certificate.as_json() if self.certificate else None
        times = {
            name: value and value.isoformat() for name in ("signed_at", "claimed_at") for value in (vars(self)[name],)
        }
        lists = {"byte_range": list(self.byte_range), "chain": list(self.chain)}
        return {**vars(self), **lists, **times, "certificate": certificate}


@dataclass(frozen=True)
class Report:
    """The whole answer. `reasons` say why the verdict is not better; `notes` are worth knowing and decide nothing.

    `findings` are both, by step; `history` says what each revision did; `trailing_bytes` stand after the last one and
    are None for a file that could not be looked at; `objects` are what it carries to prove its signatures.
    """

    verdict: Verdict
    validated_at: datetime
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signatures: tuple[SignatureReport, ...] = ()
    revisions: tuple[str, ...] = ()
    policy: str = field(default=POLICY)
    findings: tuple[Finding, ...] = ()
    history: tuple[Revision, ...] = ()
    trailing_bytes: int | None = None
    objects: tuple[ValidationObject, ...] = ()

    @property
    def only_revoked(self) -> bool:
        """Whether nothing is wrong but that certificates were revoked before they were used."""
        return bool(self.reasons) and all(reason.endswith(REVOKED) for reason in self.reasons)

    @property
    def too_complex(self) -> bool:
        """Whether validation gave up, for the size of the document or for what looking at it would cost."""
        return TOO_COMPLEX in self.reasons

    def of(self, field_name: str) -> SignatureReport | None:
        """The signature in that field."""
        return next((one for one in self.signatures if one.field == field_name), None)

    def as_json(self, file: str) -> dict[str, Any]:
        """One JSON object, the line of `antin signing validate --json`."""
        return {
            "file": file,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "signatures": [one.as_json() for one in self.signatures],
            "notes": list(self.notes),
            "revisions": list(self.revisions),
            "validated_at": self.validated_at.isoformat(),
            "policy": self.policy,
        }
