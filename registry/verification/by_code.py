"""What the register says of a licence, found by its register code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.codes import readable
from registry.entries.leaf import agrees
from registry.entries.models import Entry, Paper
from registry.entries.queries import LoggedAct, acts_of, current_paper, entry_by_code, status_of
from registry.entries.rules import Status
from registry.log.proofs import inclusion_proof
from registry.verification.result import Finding, Recorded, Result

FINDINGS: Mapping[Status, Finding] = {
    Status.PENDING: Finding.PENDING,
    Status.VALID: Finding.VALID,
    Status.SUSPENDED: Finding.SUSPENDED,
    Status.REVOKED: Finding.REVOKED,
    Status.EXPIRED: Finding.EXPIRED,
}


def verify_code(work: Work, text: str) -> Result:
    """The verdict on a register code; raises CodeMalformed or EntryNotFound for one that was never given."""
    return verdict_on(work, entry_by_code(work, text))


def verdict_on(work: Work, entry: Entry) -> Result:
    """What an entry is worth today, by the acts that are in the log and by nothing else."""
    acts = acts_of(work, entry.id)
    status = status_of(acts, work.clock.today())
    paper = current_paper(work, entry.id)
    finding = FINDINGS[status]
    recorded = recorded_in_log(work, acts)
    if recorded is Recorded.NO or (acts and not agrees(entry, acts[0].leaf)):
        finding = Finding.LOG_DISAGREES
    elif recorded is Recorded.UNKNOWN and finding is Finding.VALID:
        finding = Finding.LOG_UNREACHABLE
    return Result(finding, recorded, work.clock.now(), licence=describe(work, entry, paper, acts, status))


def recorded_in_log(work: Work, acts: Sequence[LoggedAct]) -> Recorded:
    """Whether every act is really under the signed head, by its proof; unknown while one still waits."""
    if not acts or any(act.index is None for act in acts):
        return Recorded.UNKNOWN
    try:
        proved = all(inclusion_proof(work, act.index).proves(act.event.body) for act in acts if act.index is not None)
    except Refused:  # files or signer are out of reach: that shows nothing, either way
        return Recorded.UNKNOWN
    return Recorded.YES if proved else Recorded.NO


def describe(work: Work, entry: Entry, paper: Paper, acts: Sequence[LoggedAct], status: Status) -> dict[str, Any]:
    """What the paper should say, from the register: only what anybody may see."""
    settings = work.tools[Settings]
    address = f"{settings.public_url}/v1/licences/{entry.register_code}"
    return {
        "register_code": entry.register_code,
        "register_code_readable": readable(entry.register_code),
        "kind": entry.kind,
        "title": entry.title,
        "number": entry.number,
        "issuing_agency": entry.agency_name,
        "issued_on": entry.issued_on.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "status": status,
        "facts": entry.public_facts,
        "acts": [{"seq": act.event.seq, "kind": act.event.kind, "leaf_index": act.index} for act in acts],
        "evidence": "complete" if paper.published_sha256 else "pending",
        "document": {"sha256": paper.published_sha256, "address": f"{address}/document"}
        if paper.published_at
        else None,
        "proof": f"{address}/proof" if acts and acts[0].index is not None else None,
        "legal_value": not settings.trial,
    }
