"""What follows from what happens in the register."""

from __future__ import annotations

from collections.abc import Mapping

from config.access import SYSTEM
from config.events import Event, Reactions, only_where
from config.unit_of_work import UnitOfWork
from registry.compromise.reseal import enter_resealed
from registry.entries.events import (
    EntryEntered,
    EntryLogged,
    EntryPublished,
    PaperEntered,
    PaperPreserved,
    PaperRenewed,
    PaperWithdrawn,
)
from registry.entries.queries import current_paper
from registry.log.append import integrate
from registry.preservation.preserve import preserve_paper
from registry.suspicions.events import SuspicionHandled, SuspicionTold
from registry.suspicions.send_mail import send_suspicion
from registry.verification.publish import (
    make_withdrawn_stale,
    publish_anew,
    publish_entered,
    publish_logged,
    publish_preserved,
    publish_renewed,
)
from registry.verification.statement import state_entry
from signing.requests.events import RequestSealed


def put_in_log(unit: UnitOfWork, event: EntryEntered) -> None:
    """An entry wants to be in force: integrate what waits."""
    integrate(unit)


def put_anew_in_log(unit: UnitOfWork, event: PaperEntered) -> None:
    """A further paper wants to be in force: integrate what waits."""
    integrate(unit)


def preserve_logged(unit: UnitOfWork, event: EntryLogged) -> None:
    """A licence that is in force gets its evidence."""
    with unit.begin(SYSTEM) as work:
        paper = current_paper(work, event.entry_id)
    preserve_paper(unit, paper.id)


def state_logged(unit: UnitOfWork, event: EntryLogged) -> None:
    """An act on a published licence changes what the register states about it."""
    state_entry(unit, event.entry_id)


def state_published(unit: UnitOfWork, event: EntryPublished) -> None:
    """From now on whoever holds the licence may take the register's signed statement along."""
    state_entry(unit, event.entry_id)


@only_where(lambda event: event.by_hand)
def state_withdrawn(unit: UnitOfWork, event: PaperWithdrawn) -> None:
    """What was stated before does not tell of it. One that is sealed anew is stated anew with that act."""
    state_entry(unit, event.entry_id)


REACTIONS: Mapping[type[Event], Reactions] = {
    EntryEntered: Reactions(together=[publish_entered], afterwards=[put_in_log]),
    EntryLogged: Reactions(together=[publish_logged], afterwards=[preserve_logged, state_logged]),
    PaperPreserved: Reactions(together=[publish_preserved]),
    PaperRenewed: Reactions(together=[publish_renewed]),
    EntryPublished: Reactions(afterwards=[state_published]),
    PaperWithdrawn: Reactions(together=[make_withdrawn_stale], afterwards=[state_withdrawn]),
    PaperEntered: Reactions(together=[publish_anew], afterwards=[put_anew_in_log]),
    RequestSealed: Reactions(afterwards=[enter_resealed]),
    SuspicionTold: Reactions(afterwards=[send_suspicion]),
    SuspicionHandled: Reactions(),
}
