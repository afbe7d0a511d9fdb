"""Hand a sealed paper out: preserved first, then stored with its paper; with it the application comes to its end."""

from __future__ import annotations

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.catalogue.terms import StepKind
from licensing.papers.blanks import check_filled
from licensing.papers.events import PaperDelivered
from licensing.papers.queries import living_paper
from licensing.workflow.complete import complete_by_service
from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.digest import seal_facts
from signing.pades.extend import preserve
from signing.requests.models import Role, State
from signing.requests.queries import request_for, signature_of
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource


def deliver_paper(unit: UnitOfWork, kind: str, subject: str) -> None:
    """Make the sealed paper B-LTA and hand it out; nothing is handed out before. The first finished file wins.

    Raises NumberDiffers for a file that says another number than was given to it, and what the responder or the
    timestamp server says (all worth another try).
    """
    with unit.begin(SYSTEM) as work:
        paper, request = living_paper(work, kind, subject), request_for(work, kind, subject)
        if paper is None or paper.file_sha256 is not None or request is None or request.state != State.SEALED:
            return
        seal = signature_of(request, Role.SEAL)
    if seal is None or seal.result_sha256 is None:
        return
    storage, source = unit.tools[Storage], unit.tools[RevocationSource]
    sealed = storage.get(seal.result_sha256)
    check_filled(seal_facts(sealed).filled, request, paper)
    certificates = source.known(certificates_of(sealed))
    revocation = source.fetch(certificates)
    crls, ocsps = list(revocation.crls), list(revocation.ocsps)
    finished = preserve(sealed, authorities_among(certificates), crls, ocsps, unit.tools[Timestamper].token)
    digest = storage.put(finished)
    with unit.begin(SYSTEM) as work:
        paper = living_paper(work, kind, subject)
        if paper is None or paper.file_sha256 is not None:
            return
        paper.file_sha256, paper.delivered_at = digest, work.clock.now()
        work.record(PaperDelivered(paper.id, paper.application_id))
        for kind in (StepKind.SEAL, StepKind.RETURN):  # a procedure may end with the seal, or with the return
            complete_by_service(work, paper.application_id, kind)
