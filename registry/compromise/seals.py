"""A lost seal, and an official's lost key.

Anybody can be shown that a paper was sealed before the cut when its leaf stood under a signed head before it: such a
paper stands as it is, and its certificate is revoked as of the cut. What the log had not seen by then cannot be told
from what the thief made. Under a seal such a paper is sealed anew, since what the official signed is as good as it was;
an official must sign anew, which only a new paper can carry.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.unit_of_work import UnitOfWork
from registry.compromise.papers import documents_signed_with, papers_signed_with
from registry.compromise.reseal import keep_loss, keep_papers, official_is_lost, order_reseals
from signing.compromise.keyfolder import (
    certificates_of,
    folder_of,
    keys_named,
    replace_key,
    retire_file_key,
    retired_keys,
    revoke_as_of,
)
from signing.requests.models import Role
from signing.requests.retired import journal_retirement
from signing.requests.seal_anew import unfinished_with, void_signed_with


def touched_by_seal(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """What a lost seal touches; changes nothing."""
    yield from _touched(unit, loss, Role.SEAL, Fate.SEALED_ANEW)


def touched_by_official(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """What an official's lost key touches; changes nothing."""
    yield from _touched(unit, loss, Role.OFFICIAL, Fate.NEW_PAPER)
    with unit.begin(SYSTEM) as work:
        unfinished = unfinished_with(work, loss.key, loss.mark)
    for request in unfinished:
        yield Touched(Fate.PREPARED_ANEW, "documents", str(request.id), f"signed, not sealed: {request.summary}")


def _touched(unit: UnitOfWork, loss: Loss, role: Role, doubted: Fate) -> Iterator[Touched]:
    for certificate in certificates_of(folder_of(unit), loss.mark):
        until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        yield Touched(Fate.REVOKED, "certificates", f"{certificate.serial_number:x}", f"would end on {until}")
    with unit.begin(SYSTEM) as work:
        papers = papers_signed_with(work, role, loss.key, loss.mark)
        documents = documents_signed_with(work, role, loss.key, loss.mark)
    for paper in papers:
        fate = doubted if not official_is_lost(unit, paper) else Fate.NEW_PAPER
        fate = Fate.STANDS if paper.witnessed_before(loss.since) else fate
        yield Touched(fate, "papers", paper.register_code, paper.place)
    for document in documents:
        before = document.made_at < loss.since
        fate = Fate.STANDS if before else Fate.NEW_PAPER
        why = "its timestamp is older than the cut" if before else "no log tells of it"
        yield Touched(fate, "documents", str(document.request_id), f"{why}: {document.summary}")
    for paper in papers:
        if not paper.witnessed_before(loss.since):
            yield Touched(Fate.PUBLISHED_ANEW, "answers", f"/l/{paper.register_code}")
    yield Touched(Fate.PUBLISHED_ANEW, "revocation lists", "/crl/issuing.crl")


def revoke_certificates(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """As of the cut: what was made with the key from then on is not valid, whatever time it bears."""
    yield from revoke_as_of(unit, loss, loss.since)


def list_new_papers(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """What only the official can mend is put on the list of the page; what is not sealed yet is withdrawn."""
    with unit.begin(SYSTEM) as work:
        keep_loss(work, unit, loss)
        withdrawn = void_signed_with(work, loss.key, loss.mark)
        papers = papers_signed_with(work, Role.OFFICIAL, loss.key, loss.mark)
        doubted = [paper for paper in papers if not paper.witnessed_before(loss.since)]
        keep_papers(work, loss, doubted, Fate.NEW_PAPER)
    yield f"{withdrawn} documents that were signed and not sealed are withdrawn and prepared anew"
    if doubted:
        yield f"BY HAND: {len(doubted)} licences need a new paper; they are listed at /desk/lost-keys"


def seals(unit: UnitOfWork) -> dict[str, str]:
    """The seals of this installation."""
    return keys_named(unit, "seal-*")


def officials(unit: UnitOfWork) -> dict[str, str]:
    """The keys of officials."""
    return keys_named(unit, "official-*")


BEGINNING = (retire_file_key, journal_retirement, revoke_certificates)
SEAL = KeyClass(
    "seal",
    "an agency's seal",
    Drill(seals, retired_keys, touched_by_seal, (*BEGINNING, replace_key, order_reseals)),
)
OFFICIAL = KeyClass(
    "official",
    "an official's key",
    Drill(officials, retired_keys, touched_by_official, (*BEGINNING, list_new_papers, replace_key)),
)
