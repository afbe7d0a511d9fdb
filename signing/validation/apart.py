"""Validates strangers' files outside this process: each in a confined child of its own, whose answer is not believed.

A child that reads a hostile file may be the file's: it can lie about what it was asked, so a report says no more than
what the bytes of its own document could have made it say. It cannot reach this process, another document or the house.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from config.confinement import Limits
from config.fortress import Fortress
from config.plain import Malformed, from_bytes
from signing.trust.anchors import INSTALLATION, TrustStore
from signing.trust.revocation import Revocation
from signing.validation.policy import LARGEST_FILE, MOST_MEMORY, MOST_SECONDS
from signing.validation.question import Question
from signing.validation.report import ANY_ISSUER, POLICY, TOO_COMPLEX, Integrity, Kind, Report, Verdict

fortress = Fortress("signing.validation.child", Limits(MOST_MEMORY, MOST_SECONDS))  # one zygote a process


def validate_apart(
    pdf: bytes,
    trust: TrustStore,
    at: datetime,
    revocation: Revocation | None = None,
    may_be_unsigned: frozenset[str] = frozenset(),
) -> Report:
    """What `signing.validation.validate.validate` says, asked of a confined child.

    What is larger, takes longer or needs more than the policy allows is too complex: indeterminate, within
    MOST_SECONDS. Raises `FortressUnavailable` where no child can be confined: nothing is validated without that.
    """
    if len(pdf) > LARGEST_FILE:
        return too_complex(at)
    said = fortress.ask(Question(trust, at, revocation, may_be_unsigned).about(pdf))
    if said is None:
        return too_complex(at)
    try:
        report = from_bytes(Report, said)
    except Malformed:
        return too_complex(at)
    if not _coherent(report, len(pdf)) or not _of_our_groups(report, trust):
        return too_complex(at)
    policy = POLICY + ANY_ISSUER if trust.any_issuer else POLICY
    return dataclasses.replace(report, validated_at=at, policy=policy)


def too_complex(at: datetime) -> Report:
    """The verdict on what cannot be looked at within the limits."""
    return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))


def _of_our_groups(report: Report, trust: TrustStore) -> bool:
    """Whether each group that is named is one that was asked about."""
    known = {None, INSTALLATION, *(one.key for one in trust.groups)}
    return all(one.trust_group in known for one in report.signatures)


def _coherent(report: Report, size: int) -> bool:
    """Whether validation could have said this: a valid document has a signature, and nothing that is not valid."""
    if any(number > size for one in report.signatures for number in one.byte_range):
        return report.verdict is Verdict.INVALID
    if report.verdict is not Verdict.VALID:
        return True
    good = all(one.verdict is Verdict.VALID and one.integrity is Integrity.INTACT for one in report.signatures)
    return good and not report.reasons and any(one.kind is Kind.SIGNATURE for one in report.signatures)
