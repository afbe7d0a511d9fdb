"""An e-mail address is verified: its owner opened the link that was sent there, or an administrator answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from config.unit_of_work import Work
from licensing.accounts.address_links import AddressLink
from licensing.accounts.errors import AddressLinkEnded, AddressNotVerified, AddressTaken
from licensing.accounts.events import AddressVerified
from licensing.accounts.models import Account, Kind, VerifiedBy
from licensing.accounts.queries import account_by_id, address_state


class LinkState(StrEnum):
    """What a link is good for now."""

    READY = "ready"
    DONE = "done"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True)
class FoundLink:
    """A link as it stands: of which account, for which address."""

    state: LinkState
    account: Account | None = None
    address: str = ""


def look_at_link(work: Work, link: AddressLink | None, *, lock: bool = False) -> FoundLink:
    """What the link is good for; asking changes nothing."""
    account = work.session.get(Account, link.account_id) if link else None
    if link is None or account is None:
        return FoundLink(LinkState.ENDED)
    if lock:
        account = account_by_id(work, account.id, lock=True)
    address = next((one for one in (account.email, account.new_email) if link.is_for(one)), None)
    if address is None or not account.active:
        return FoundLink(LinkState.ENDED)
    return FoundLink(_state(account, address, link, work.clock.now()), account, address)


def _state(account: Account, address: str, link: AddressLink, now: datetime) -> LinkState:
    if address == account.email and account.email_verified_at is not None:
        return LinkState.DONE
    if account.new_email not in (None, address):
        return LinkState.ENDED  # its owner named another one since: perhaps this one was mistyped
    return LinkState.READY if now < link.until else LinkState.EXPIRED


def verify_address(work: Work, link: AddressLink | None) -> None:
    """Do what the link is for; a second time changes nothing. Raises `AddressLinkEnded`, `AddressTaken`."""
    found = look_at_link(work, link, lock=True)
    if found.state is LinkState.DONE:
        return
    if found.account is None or found.state is not LinkState.READY:
        raise AddressLinkEnded("This link is not good any more.")
    if found.address != found.account.email:
        _take_over(work, found.account, found.address)
    mark_verified(work, found.account, VerifiedBy.LINK)


def _take_over(work: Work, account: Account, address: str) -> None:
    """The new address is in force from now on; an applicant signs in with it."""
    login = address if account.kind == Kind.APPLICANT else account.login
    change = sa.update(Account).where(Account.id == account.id)
    try:
        with work.session.begin_nested():
            work.session.execute(
                change.values(
                    email=address, login=login, new_email=None, email_verified_at=None, email_verified_by=None
                )
            )
    except IntegrityError:
        raise AddressTaken("This address belongs to another account by now.") from None
    work.session.refresh(account)


def mark_verified(work: Work, account: Account, by: VerifiedBy) -> None:
    """Mail to the address in force reaches its owner; what was known before stays as it is."""
    if account.email_verified_at is None:
        account.email_verified_at, account.email_verified_by = work.clock.now(), by
        work.record(AddressVerified(account.id))


def vouch_for_address(work: Work, account_id: UUID) -> None:
    """Whoever runs the installation answers for the address in force."""
    mark_verified(work, account_by_id(work, account_id, lock=True), VerifiedBy.ADMINISTRATOR)


def check_address_verified(work: Work) -> None:
    """Raises `AddressNotVerified` while nobody knows whether mail reaches the caller."""
    state = address_state(work, work.actor.account_id)
    if not state.verified:
        raise AddressNotVerified(state.waiting or state.email)


def has_other_owner(work: Work, account_id: UUID, address: str) -> bool:
    """Another account has this address."""
    query = sa.select(Account.id).where(Account.email == address, Account.id != account_id)
    return work.session.scalar(query) is not None
