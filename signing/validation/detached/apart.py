"""Validates strangers' CMS and XML signatures outside this process, as `signing.validation.apart` does for PDFs."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from config.confinement import Limits
from config.fortress import Fortress
from config.plain import Malformed, from_bytes
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from signing.validation.apart import too_complex
from signing.validation.detached.question import DetachedQuestion
from signing.validation.policy import LARGEST_FILE, MOST_MEMORY, MOST_SECONDS
from signing.validation.report import ANY_ISSUER, POLICY, Integrity, Report, Verdict

fortress = Fortress("signing.validation.detached.child", Limits(MOST_MEMORY, MOST_SECONDS))


def validate_detached_apart(
    signature: bytes,
    content: bytes | None,
    trust: TrustStore,
    at: datetime,
    revocation: Revocation | None = None,
) -> Report:
    """What `validate_detached` says, asked of a confined child. Raises `FortressUnavailable`."""
    if len(signature) + len(content or b"") > LARGEST_FILE:
        return too_complex(at)
    question = DetachedQuestion(trust, at, revocation, beside=content is not None)
    said = fortress.ask(question.about(signature, content))
    try:
        report = from_bytes(Report, said) if said is not None else too_complex(at)
    except Malformed:
        return too_complex(at)
    if not _coherent(report):
        return too_complex(at)
    return dataclasses.replace(report, validated_at=at, policy=POLICY + ANY_ISSUER if trust.any_issuer else POLICY)


def _coherent(report: Report) -> bool:
    """Whether validation could have said this: a valid one has a signature, and nothing that is not valid."""
    if report.verdict is not Verdict.VALID:
        return True
    good = all(one.verdict is Verdict.VALID and one.integrity is Integrity.INTACT for one in report.signatures)
    return good and bool(report.signatures) and not report.reasons
