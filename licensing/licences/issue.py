"""Enter a sealed licence in the register (issuance steps 5-6 begin here); docs/issuance.md tells the whole order.

1  decide     decisions/approve.py: somebody with authority who did not recommend it; the gate's evidence is hashed
2a reserve    licences/prepare.py: register code, found again by the decision; number and date too where they are signed
2b compose    licences/compose.py: typeset without network, both empty signature fields
2c record     signing/requests/file.py: the exact bytes, before any key is touched
3  sign       licences/sign.py -> signing/requests/sign.py: the official's certification signature, B-T
4  seal       licences/seal.py: number and date where the clerk gives them; signing/requests/seal.py: the seal, B-T;
              signing/requests/enclosures.py: by the same order on each file that goes out with it
5  enter      here, once all are sealed: the gate again, then entry, event and log queue in one commit
6  log        registry/log: index, tiles, signed checkpoint
7  prove      registry/preservation: the proof inside the seal's reserved space
8  preserve   registry/preservation: revocation data and document timestamp, B-LTA
9  publish    registry/verification/publish.py: ready bytes; the applicant is told, the application closed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.access import SYSTEM
from config.events import only_where
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from licensing.applications.queries import application_by_id
from licensing.catalogue.terms import StepKind
from licensing.decisions.errors import GateClosed
from licensing.decisions.events import DecisionSetAside
from licensing.decisions.issue_gate import check_gate_again
from licensing.decisions.queries import decision_by_id
from licensing.decisions.set_aside import set_aside
from licensing.licences.enclosures import sealed_enclosures
from licensing.licences.entry import entry_of
from licensing.licences.events import LicenceIssued, LicenceVoided
from licensing.licences.models import Licence
from licensing.licences.number import PURPOSE, licence_of_decision
from licensing.papers.blanks import check_filled
from licensing.workflow.complete import complete_by_service
from registry.entries.enter import enter
from registry.entries.events import EntryPublished
from registry.entries.numbering import void_number
from registry.entries.reserve import void_paper
from signing.pades.digest import seal_facts, signature_facts
from signing.requests.events import EnclosureSealed, RequestSealed
from signing.requests.models import Role
from signing.requests.queries import request_for, signature_of
from signing.requests.void import void_request


def issue_licence(unit: UnitOfWork, decision_id: UUID) -> None:
    """Step 5, one commit or nothing; a hold, an appeal or an ended appointment since the decision voids it instead."""
    with unit.begin(SYSTEM) as work:
        ready = _sealed_wholly(work, decision_id)
    if ready is None:
        return
    sealed_sha256, enclosures = ready
    content = unit.tools[Storage].get(sealed_sha256)
    seal, official = seal_facts(content), signature_facts(content, "Official")
    with unit.begin(SYSTEM) as work:
        application_by_id(work, decision_by_id(work, decision_id).application_id, lock=True)
        decision = decision_by_id(work, decision_id, lock=True)
        locked, request = licence_of_decision(work, decision_id), request_for(work, PURPOSE, str(decision_id))
        if locked is None or request is None or locked.entry_id is not None:
            return
        try:
            check_gate_again(work, decision)
        except GateClosed as closed:
            void_licence(work, locked, closed.detail)
            set_aside(work, decision_id, closed.detail)
            return
        check_filled(seal.filled, request, locked)
        new = entry_of(work, locked, decision, sealed_sha256, seal, official)
        entry = enter(work, replace(new, enclosures=enclosures))
        locked.entry_id, locked.entered_at = entry.id, work.clock.now()
        work.record(LicenceIssued(locked.id, locked.application_id, entry.id))


def _sealed_wholly(work: Work, decision_id: UUID) -> tuple[str, Sequence[dict[str, Any]]] | None:
    """SHA-256 of the sealed licence, and what goes out with it; None while a seal is missing, or once it is entered."""
    licence = licence_of_decision(work, decision_id)
    request = request_for(work, PURPOSE, str(decision_id))
    if licence is None or request is None or licence.entry_id is not None:
        return None
    sealed, enclosures = signature_of(request, Role.SEAL), sealed_enclosures(work, licence, request.id)
    if sealed is None or sealed.result_sha256 is None or enclosures is None:
        return None
    return sealed.result_sha256, enclosures


@only_where(lambda event: event.purpose == PURPOSE)
def issue_sealed(unit: UnitOfWork, event: RequestSealed) -> None:
    """A licence was sealed (reaction, as a job; may be run again)."""
    issue_licence(unit, UUID(event.subject))


@only_where(lambda event: event.purpose == PURPOSE)
def issue_enclosed(unit: UnitOfWork, event: EnclosureSealed) -> None:
    """A file that goes out with a licence was sealed (reaction, as a job): the last one enters the licence."""
    issue_licence(unit, UUID(event.subject))


def void_set_aside(work: Work, event: DecisionSetAside) -> None:
    """A decision was set aside before its licence was entered: what was prepared for it is void."""
    licence = licence_of_decision(work, event.decision_id)
    if licence is not None and licence.entry_id is None:
        void_licence(work, licence, "The decision was set aside.")


def void_licence(work: Work, licence: Licence, reason: str) -> None:
    """Not a licence: the preparation is void, its number stays recorded as void, its register code is never used."""
    licence.void_reason = reason
    owner_key = str(licence.decision_id)
    if request := request_for(work, PURPOSE, owner_key):
        void_request(work, request.id, reason)
    void_number(work, owner_key, reason)
    void_paper(work, owner_key, reason)
    work.record(LicenceVoided(licence.id, licence.application_id))


def hand_out(work: Work, event: EntryPublished) -> None:
    """The finished licence can be had: the last step of the procedure is done, and with it the application."""
    licence = work.session.scalar(select(Licence).where(Licence.entry_id == event.entry_id))
    if licence is not None:
        complete_by_service(work, licence.application_id, StepKind.RETURN)
