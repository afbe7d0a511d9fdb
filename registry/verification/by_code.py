"""What the register says of a licence, found by its register code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.codes import readable
from registry.entries.models import Entry
from registry.entries.queries import entry_by_code
from registry.entries.rules import Status
from registry.verification.record import Record, record_of
from registry.verification.result import Finding, Result
from registry.verification.withdrawn import notice_of

FINDINGS: Mapping[Status, Finding] = {
    Status.PENDING: Finding.PENDING,
    Status.NOT_YET: Finding.NOT_YET,
    Status.VALID: Finding.VALID,
    Status.SUSPENDED: Finding.SUSPENDED,
    Status.REVOKED: Finding.REVOKED,
    Status.EXPIRED: Finding.EXPIRED,
}


def verify_code(work: Work, text: str) -> Result:
    """The verdict on a register code; raises CodeMalformed or EntryNotFound for one that was never given."""
    return verdict_on(work, entry_by_code(work, text))


def verdict_on(work: Work, entry: Entry) -> Result:
    """What an entry is worth today, by the acts that the log proves and by nothing else."""
    return verdict_of(work, record_of(work, entry))


def verdict_of(work: Work, record: Record) -> Result:
    """The verdict on what the register has of an entry.

    Register and log in disagreement are red. A log that cannot be reached proves nothing: what would be green is amber.
    """
    now = work.clock.now()
    if record.faults:
        return Result(Finding.LOG_DISAGREES, record.recorded, now, reasons=record.faults)
    status = record.status(work.clock.today())
    finding = FINDINGS[status]
    if not record.reached and finding is Finding.VALID:
        finding = Finding.LOG_UNREACHABLE
    notice = notice_of(work, record.paper, finding)
    licence = describe(work, record, status)
    return Result(finding, record.recorded, now, licence=licence, lasting=record.reached, notice=notice)


def describe(work: Work, record: Record, status: Status) -> dict[str, Any]:
    """What the paper should say, by the leaves and what they commit to: only what anybody may see."""
    settings, paper, said, public = work.tools[Settings], record.paper, record.said, record.public
    address = f"{settings.public_url}/v1/licences/{public['code']}"
    acts = [
        {"seq": leaf["seq"], "kind": leaf["t"], "leaf_index": act.index}
        for leaf, act in zip(record.leaves, record.acts, strict=True)
    ]
    return {
        "register_code": public["code"],
        "register_code_readable": readable(public["code"]),
        "kind": said["kind"],
        "title": public["title"],
        "number": said["no"],
        "issuing_agency": public["agency"],
        "issued_on": said["eff"],
        "valid_until": said.get("exp"),
        "status": status,
        "facts": public["facts"],
        "acts": acts,
        "evidence": "complete" if paper.published_sha256 else "pending",
        "document": {"sha256": paper.published_sha256, "address": f"{address}/document"}
        if paper.published_at
        else None,
        "enclosures": [
            {
                "name": one["name"],
                "sha256": one["sha256"],
                "original_sha256": one["original"],
                "address": f"{address}/enclosures/{number}" if paper.published_at else None,
            }
            for number, one in enumerate(record.enclosures, 1)
        ],
        "proof": f"{address}/proof" if record.logged else None,
        "legal_value": not settings.trial,
    }
