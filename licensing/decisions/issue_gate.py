"""What must be there before a licence may be granted, and still be there when it is entered in the registry.

The gate says all that is missing at once, or gives back the evidence: one canonical JSON text and its SHA-256.
It holds nothing that may change by itself between decision and entry, so any change of the digest is a reason to stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from config.errors import Fault
from config.sentences import say
from config.unit_of_work import Work
from licensing.accounts.authority import SigningAuthority, signing_authority
from licensing.accounts.errors import SigningRefused
from licensing.applications.canonical import canonical, digest
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application, SubmissionVersion
from licensing.applications.queries import application_by_id, latest_submission, verdicts_of
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Outcome
from licensing.decisions.errors import GateChanged, GateClosed
from licensing.decisions.models import Decision, Recommendation
from licensing.decisions.queries import holds_on, latest_recommendation
from licensing.fees.queries import charges_of
from licensing.workflow.models import Task, TaskState
from licensing.workflow.queries import open_tasks_of, tasks_of


@dataclass(frozen=True)
class Evidence:
    """What the gate found, as canonical JSON, and its SHA-256."""

    text: str
    sha256: str


def pass_gate(work: Work, application: Application, task: Task, outcome: str, authority: SigningAuthority) -> Evidence:
    """The evidence for deciding this outcome in this task (issuance step 1); raises GateClosed with every fault."""
    gathered, faults = _gather(work, application, task, outcome)
    if faults:
        raise GateClosed(faults[0]["detail"], faults)
    decider = {"account": str(authority.account_id), "appointment": str(authority.appointment_id)}
    text = canonical({**gathered, "outcome": outcome, "decider": decider})
    return Evidence(text, digest(text))


def check_gate_again(work: Work, decision: Decision) -> None:
    """Run the gate again before entry (issuance step 5): locks the application, compares the evidence.

    Raises GateClosed, or GateChanged when nothing is missing but something is not as it was: the preparation is void.
    """
    application = application_by_id(work, decision.application_id, lock=True)
    if decision.set_aside_at is not None or application.status != Status.DECIDED:
        raise GateChanged("The decision does not stand any more.")
    try:
        authority = signing_authority(work, decision.decided_by, application.agency)
    except SigningRefused as refused:
        raise GateChanged(say("Who decided may no longer sign: {why}", why=refused.detail)) from refused
    task = work.session.get_one(Task, decision.task_id)
    evidence = pass_gate(work, application, task, decision.outcome, authority)
    if evidence.sha256 != decision.evidence_sha256:
        raise GateChanged("What the decision rested on has changed since.")


def _gather(work: Work, application: Application, task: Task, outcome: str) -> tuple[dict[str, Any], list[Fault]]:
    submission = latest_submission(work, application.id)
    recommendation = latest_recommendation(work, application.id)
    documents, faults = _documents(work, application.id, submission, granting=outcome == Outcome.GRANTED)
    charges, unassessed = _charges(work, application)
    faults += unassessed
    if task.place is None and len(open_tasks_of(work, application.id)) > 1:
        faults.append({"pointer": "/steps", "detail": "Another step of this application is still open."})
    if recommendation is None:
        faults.append({"pointer": "/recommendation", "detail": "Nobody has recommended anything."})
    if outcome == Outcome.GRANTED and holds_on(work, application.id, open_only=True):
        faults.append({"pointer": "/holds", "detail": "There is a hold on this application."})
    gathered = {
        "application": str(application.id),
        "reference": application.reference,
        "procedure": application.procedure,
        "revision": str(application.revision_id),
        "submission": {"number": submission.number, "sha256": submission.sha256} if submission else None,
        "documents": documents,
        "charges": charges,
        "recommendation": _recommended(recommendation),
        "steps": _steps_before(work, task),
    }
    return gathered, faults


def _documents(
    work: Work, application_id: UUID, submission: SubmissionVersion | None, *, granting: bool
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Each document with its verdict; to grant, every verdict must be good, to refuse, it must be there."""
    verdicts = verdicts_of(work, application_id)
    found: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for item in submission.attachments if submission else ():
        judged = verdicts.get(UUID(item["id"]))
        place = f"/documents/{item['id']}"
        if judged is None:
            faults.append({"pointer": place, "detail": "This document has no verdict."})
        elif granting and judged.verdict != "accepted":
            faults.append({"pointer": place, "detail": "This document was rejected."})
        verdict = judged.verdict if judged else None
        found.append({"id": item["id"], "document": item["document"], "sha256": item["sha256"], "verdict": verdict})
    return sorted(found, key=lambda item: str(item["id"])), faults


def _charges(work: Work, application: Application) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Every fee of the procedure must have been assessed. That it was paid is asked here once there are payments."""
    charges = {charge.fee: charge for charge in charges_of(work, application.id)}
    asked = [fee.id for fee in package_of(work, application.revision_id).definition.fees]
    faults: list[Fault] = [
        {"pointer": f"/fees/{fee}", "detail": "This fee was not assessed."} for fee in asked if fee not in charges
    ]
    return [{"fee": fee, "vnd": charges[fee].vnd} for fee in sorted(charges)], faults


def _recommended(recommendation: Recommendation | None) -> dict[str, str] | None:
    if recommendation is None:
        return None
    return {
        "id": str(recommendation.id),
        "outcome": recommendation.outcome,
        "by": str(recommendation.recommended_by),
    }


def _steps_before(work: Work, task: Task) -> list[dict[str, str | None]]:
    """What was done before this task, in its order: the same at the decision and ever after."""
    done = [
        item
        for item in tasks_of(work, task.application_id)
        if item.state == TaskState.DONE and (task.place is None or (item.place or 0) < task.place)
    ]
    return [
        {"step": item.step, "action": item.action, "by": item.ended_by, "record": item.document_sha256}
        for item in sorted(done, key=lambda item: item.place or 0)
    ]
