"""Digital signatures in supplied PDFs: validated by a job as any stranger's file is, and told beside the file.

They decide nothing: procedures ask for documents, not for signatures. But who examines one should see that the company
signed it, or that it was altered after signing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.access import SYSTEM
from config.plain import from_bytes, to_bytes
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from licensing.documents.events import FileAttached
from licensing.documents.models import SignatureCheck
from signing.anchors.chosen import trust_for_others
from signing.validation.apart import validate_apart
from signing.validation.checks import signed_for
from signing.validation.report import Kind, Report, Verdict
from signing.validation.told import summary

PDF, SIGNED_PART = b"%PDF-", b"/ByteRange"  # the second names offsets in the file, so nobody can compress it
OPEN = ("amber", later("Digitally signed, not everything could be shown"))
TAGS = {
    Verdict.VALID: ("green", later("Digitally signed, unchanged since")),
    Verdict.INVALID: ("red", later("The digital signature is not good")),
}


@dataclass(frozen=True)
class Signer:
    """Who signed: `capacity` is a sentence or None, `at` aware or None; `proven` where a time stamp says it."""

    name: str | None
    capacity: str | None
    at: datetime | None
    proven: bool


@dataclass(frozen=True)
class Signed:
    """The signatures of one file: colour and words of a tag, one plain sentence, the signers."""

    colour: str
    tag: str
    told: str
    signers: tuple[Signer, ...]


def check_signatures(unit: UnitOfWork, event: FileAttached) -> None:
    """Validate the signatures of a supplied PDF and keep the report; a file without any leaves nothing.

    Raises FortressUnavailable, which has it tried again, where strangers' files cannot be read safely.
    """
    content = unit.tools[Storage].get(event.sha256)
    if not content.startswith(PDF) or SIGNED_PART not in content:
        return
    with unit.begin(SYSTEM) as work:
        trust, lists = trust_for_others(work, content)
    report = validate_apart(content, trust, unit.clock.now(), lists)
    if not report.signatures:
        return
    row = {"sha256": event.sha256, "checked_at": report.validated_at, "report": to_bytes(report)}
    with unit.begin(SYSTEM) as work:
        work.session.execute(insert(SignatureCheck).values(row).on_conflict_do_nothing())


def signed_of(work: Work, digests: Iterable[str]) -> Mapping[str, Signed]:
    """By digest, the files among these whose signatures were looked at."""
    query = sa.select(SignatureCheck).where(SignatureCheck.sha256.in_(list(digests)))
    return {row.sha256: signed for row in work.session.scalars(query) if (signed := told_of(row.report))}


def told_of(kept: bytes | None) -> Signed | None:
    """What a kept report says, in words; None where no signature was looked at."""
    if kept is None:
        return None
    report = from_bytes(Report, kept)
    colour, tag = TAGS.get(report.verdict, OPEN)
    people = [one for one in report.signatures if one.kind is Kind.SIGNATURE]
    signers = [
        Signer(one.signer, signed_for(one.certificate, one.kind), one.signed_at, one.time_source == "timestamp")
        for one in people
    ]
    return Signed(colour, tag, summary(report), tuple(signers))
