"""Papers whose seal was not witnessed before its key was lost are sealed anew, as jobs, in the order of their seals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from cryptography import x509
from sqlalchemy.dialects.postgresql import insert

from config.access import SYSTEM
from config.compromise import Fate, Loss
from config.events import only_where
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from registry.compromise.models import LostKey, TouchedPaper
from registry.compromise.papers import SignedPaper, papers_signed_with
from registry.entries.enter_anew import RESEAL, NewSeal, enter_anew
from registry.entries.events import PaperWithdrawn
from signing.compromise.keyfolder import has_successor, retired_keys
from signing.pades.digest import seal_facts, signature_facts
from signing.pki.marks import mark_of
from signing.requests.events import RequestSealed
from signing.requests.models import Role
from signing.requests.queries import get_request, request_for, signature_of
from signing.requests.seal_anew import order_unfinished_seals, order_waiting_seals, seal_anew

AT_ONCE = 50  # papers of one transaction: each has its job with it


def order_reseals(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """The step: a job for each paper, deferred in the transaction in which it is put on record; a repeat adds none.

    Without the next key nothing is ordered: jobs would give up long before a person has made one.
    """
    ready = has_successor(unit, loss)
    with unit.begin(SYSTEM) as work:
        keep_loss(work, unit, loss)
        waiting = order_waiting_seals(work, loss.key) if ready else 0
        begun = order_unfinished_seals(work, loss.key, loss.mark) if ready else 0
        found = [
            paper
            for paper in papers_signed_with(work, Role.SEAL, loss.key, loss.mark)
            if not paper.witnessed_before(loss.since)
        ]
        hopeless = [paper for paper in found if official_is_lost(unit, paper)]
        keep_papers(work, loss, hopeless, Fate.NEW_PAPER)
        papers = [paper for paper in found if paper not in hopeless]
        keep_papers(work, loss, papers, Fate.SEALED_ANEW)
    if not ready:
        yield f"{len(papers)} papers wait for the new key: they are sealed anew by the same command once it is there"
    else:
        _order(unit, papers)
        yield f"{len(papers)} papers are being sealed anew, {begun} seals that were begun are begun again"
    if waiting:
        yield f"{waiting} seals that were ordered meanwhile are ordered again"
    if hopeless:
        yield f"BY HAND: {len(hopeless)} licences need a new paper; they are listed at /desk/lost-keys"


def _order(unit: UnitOfWork, papers: Sequence[SignedPaper]) -> None:
    for start in range(0, len(papers), AT_ONCE):
        with unit.begin(SYSTEM) as work:
            for paper in papers[start : start + AT_ONCE]:
                order_reseal(work, paper)


def official_is_lost(unit: UnitOfWork, paper: SignedPaper) -> bool:
    """Whether the key of its official is retired as well: then no seal makes it good again."""
    certificate = x509.load_der_x509_certificate(paper.official)
    return retired_keys(unit).find(mark_of(certificate)) is not None


def order_reseal(work: Work, paper: SignedPaper) -> None:
    """One paper: the official's part of its request, under a new seal."""
    seal_anew(work, get_request(work, paper.request_id), f"{RESEAL} {paper.paper_id}")


@only_where(lambda event: event.purpose.startswith(f"{RESEAL} "))
def enter_resealed(unit: UnitOfWork, event: RequestSealed) -> None:
    """A paper was sealed anew: enter it in the other one's place (reaction, as a job; may be run again)."""
    with unit.begin(SYSTEM) as work:
        request = request_for(work, event.purpose, event.subject)
        seal = signature_of(request, Role.SEAL) if request else None
        if seal is None or seal.result_sha256 is None:
            return
    content = unit.tools[Storage].get(seal.result_sha256)
    facts, official = seal_facts(content), signature_facts(content, "Official")
    new = NewSeal(
        sealed_sha256=seal.result_sha256,
        pdf=facts.byte_range_digest,
        sv=facts.signature_value_sha256,
        sk=facts.certificate_sha256,
        auth=official.signature_value_sha256,
    )
    with unit.begin(SYSTEM) as work:
        enter_anew(work, paper_named(event.purpose), new)


def paper_named(purpose: str) -> UUID:
    """The paper that a request for a new seal is about."""
    return UUID(purpose.removeprefix(f"{RESEAL} "))


def keep_loss(work: Work, unit: UnitOfWork, loss: Loss) -> None:
    """Put the loss where people of the service see it; once."""
    known = retired_keys(unit).find(loss.mark)
    values = {
        "mark": loss.mark,
        "key_class": loss.key_class,
        "name": loss.key,
        "lost_since": loss.since,
        "retired_at": known.at if known else work.clock.now(),
        "reason": loss.reason,
    }
    work.session.execute(insert(LostKey).values(values).on_conflict_do_nothing())


def keep_papers(work: Work, loss: Loss, papers: Sequence[SignedPaper], fate: Fate) -> None:
    """Put on record what becomes of papers, and say so to whoever looks them up; what was on record before stays."""
    rows = [{"mark": loss.mark, "paper_id": paper.paper_id, "fate": fate.value} for paper in papers]
    if not rows:
        return
    query = insert(TouchedPaper).values(rows).on_conflict_do_nothing().returning(TouchedPaper.paper_id)
    new = set(work.session.scalars(query))
    by_hand = fate is Fate.NEW_PAPER
    work.record_all(
        [PaperWithdrawn(paper.entry_id, paper.paper_id, by_hand) for paper in papers if paper.paper_id in new]
    )
